"""The one way by which a state changes, tried on the row of a job."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from xianan.core.errors import DomainError, NotAllowed
from xianan.core.flow import Flow, Step, lock
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job
from xianan.organizations.models import District

FLOW = Flow(
    "任务",
    (
        Step("finish", "办结任务", ("queued", "running"), "done", "work"),
        Step("refuse", "退回任务", ("queued",), "cancelled", "work", reason=True),
        Step(
            "guarded",
            "提交任务",
            ("queued",),
            "failed",
            "work",
            guards=(lambda job: "" if job.title == "齐全" else "还缺标题。",),
        ),
    ),
    JobState,
    owner="district",
)


class Rights:
    """Somebody who holds these rights everywhere."""

    def __init__(self, *held: str) -> None:
        self.held = held

    def can(self, codename: str, row: Any, owner: str = "") -> bool:
        return codename in self.held


WORKER = Rights("work")


@pytest.fixture
def job(db: None) -> Job:
    district = District.objects.create(code="421202", name="咸安区", short_name="咸安区")
    return Job.objects.create(district=district, kind="test", title="任务")


def take(job: Job, name: str, scope: Rights = WORKER, **more: Any) -> Job:
    with transaction.atomic():
        return FLOW.take(job, name, scope, **more)


def test_a_step_changes_the_state_and_the_fields_named_with_it(job: Job) -> None:
    fresh = take(job, "finish", link="/done/")
    job.refresh_from_db()
    assert (fresh.state, fresh.link) == (job.state, job.link) == ("done", "/done/")


def test_a_step_from_the_wrong_state_is_refused_with_the_state_it_is_in(job: Job) -> None:
    take(job, "finish")
    with pytest.raises(DomainError) as refusal:
        take(job, "finish")
    assert refusal.value.code == "wrong_state"
    assert "已完成" in refusal.value.message


def test_a_step_without_the_right_is_refused_and_changes_nothing(job: Job) -> None:
    with pytest.raises(NotAllowed) as refusal:
        take(job, "finish", Rights("read"))
    job.refresh_from_db()
    assert (refusal.value.status, job.state) == (403, "queued")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_step_that_asks_why_is_refused_without_a_reason(job: Job, reason: str) -> None:
    with pytest.raises(DomainError) as refusal:
        take(job, "refuse", reason=reason)
    assert (refusal.value.code, refusal.value.field) == ("reason_missing", "reason")
    assert take(job, "refuse", reason="材料不全").state == "cancelled"


def test_a_guard_says_what_is_missing(job: Job) -> None:
    with pytest.raises(DomainError, match="还缺标题"):
        take(job, "guarded")
    Job.objects.filter(pk=job.pk).update(title="齐全")
    assert take(job, "guarded").state == "failed"


def test_what_counts_is_the_row_in_the_database_not_the_page_that_was_read_before(job: Job) -> None:
    stale = Job.objects.get(pk=job.pk)
    take(job, "finish")
    assert stale.state == "queued"
    with pytest.raises(DomainError):
        take(stale, "refuse", reason="晚了一步")


def test_a_row_that_is_gone_is_said_to_be_gone(job: Job) -> None:
    stale = Job.objects.get(pk=job.pk)
    job.delete()
    with pytest.raises(DomainError) as refusal:
        take(stale, "finish")
    assert refusal.value.code == "gone"


@pytest.mark.django_db(transaction=True)
def test_a_step_outside_a_transaction_is_a_fault_of_the_program() -> None:
    district = District.objects.create(code="421202", name="咸安区", short_name="咸安区")
    job = Job.objects.create(district=district, kind="test", title="任务")
    with pytest.raises(RuntimeError):
        FLOW.take(job, "finish", WORKER)


def test_the_buttons_offered_are_the_steps_that_would_be_taken(job: Job) -> None:
    assert [step.name for step in FLOW.offered(job, WORKER)] == ["finish", "refuse", "guarded"]
    assert FLOW.offered(job, Rights()) == []
    assert [step.name for step in FLOW.offered(job, WORKER, ("refuse",))] == ["refuse"]
    done = take(job, "finish")
    assert FLOW.offered(done, WORKER) == []


def test_offering_costs_no_query(job: Job, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        FLOW.offered(job, WORKER)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_on_a_stale_page_one_wins_and_the_other_is_told() -> None:
    assert connection.vendor == "postgresql"
    district = District.objects.create(code="421202", name="咸安区", short_name="咸安区")
    job = Job.objects.create(district=district, kind="test", title="任务")
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def act(name: str) -> None:
        try:
            page = Job.objects.get(pk=job.pk)
            start.wait(timeout=20)
            outcomes.append(take(page, name, reason="同时办理").state)
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    people = [threading.Thread(target=act, args=(name,)) for name in ("finish", "refuse")]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=30)
    job.refresh_from_db()
    assert sorted(outcomes) == sorted([job.state, "wrong_state"])
    assert job.state in ("done", "cancelled")


@pytest.mark.django_db(transaction=True)
def test_whoever_locks_a_row_keeps_others_waiting_until_the_end_of_the_transaction() -> None:
    assert connection.vendor == "postgresql"
    district = District.objects.create(code="421202", name="咸安区", short_name="咸安区")
    job = Job.objects.create(district=district, kind="test", title="任务")
    locked, order = threading.Event(), []

    def second() -> None:
        try:
            locked.wait(timeout=20)
            with transaction.atomic():
                seen = lock(job)
                order.append(("second", seen.title))
        finally:
            connections.close_all()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        fresh = lock(job)
        locked.set()
        other.join(timeout=0.5)
        assert other.is_alive()
        fresh.title = "改过"
        fresh.save(update_fields=["title"])
        order.append(("first", fresh.title))
    other.join(timeout=30)
    assert order == [("first", "改过"), ("second", "改过")]
