"""Two people at the same moment: one of them wins, the other is told, and nothing stands twice."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from secondment.models import Person, Replacement, Secondment
from secondment.replacements import steps as replacements
from secondment.services.registration import Term, register
from secondment.terms import steps as terms
from tests.secondment.staff.support import END, START, TODAY, person, registered, serving
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.models import Deadline
from xianan.history.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps) -> list[str]:
    """Run steps in threads that start together; return what each gave: "done" or the code of its refusal."""
    barrier = threading.Barrier(len(steps))
    results: list[str] = []

    def run(step) -> None:
        try:
            barrier.wait(10)
            step()
            results.append("done")
        except DomainError as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(results)


@pytest.fixture
def small():
    from tests.world import begun

    clock.set_to(TODAY)
    return begun()


def test_an_arrival_is_confirmed_once(small) -> None:
    row = registered(small)
    clock.set_to(START)
    stale = [Secondment.objects.get(pk=row.pk) for _ in range(2)]
    actors = (small.street_clerk, small.street_head)
    found = at_once(
        *(
            lambda stale=stale[n], actor=actor: terms.confirm_arrival(stale, on=START, actor=actor)
            for n, actor in enumerate(actors)
        )
    )
    assert found == ["done", "wrong_state"]
    assert Entry.objects.filter(action="secondment.arrived").count() == 1
    assert Deadline.objects.filter(kind="secondment_end").count() == 1


def test_a_new_person_is_sent_to_one_street_only(small) -> None:
    found = at_once(
        *(
            lambda street=street: register(
                person(), Term(street, START, END), organization=small.department, actor=small.clerk
            )
            for street in (small.street, small.other_street)
        )
    )
    assert found == ["done", "same_time"]
    assert Person.objects.count() == Secondment.objects.count() == 1


def test_a_person_is_registered_by_one_department_only(small) -> None:
    found = at_once(
        lambda: register(
            person(), Term(small.street, START, END), organization=small.department, actor=small.clerk
        ),
        lambda: register(
            person(),
            Term(small.street, START, END),
            organization=small.other_department,
            actor=small.other_clerk,
        ),
    )
    assert found == ["done", "elsewhere"]
    assert Person.objects.get().organization_id == Secondment.objects.get().organization_id


def test_a_demand_is_answered_once(small) -> None:
    clock.set_to(START)
    row = serving(small)
    demand = replacements.draft(row, kind="disobedience", facts="事实", actor=small.street_clerk)
    replacements.request(demand, actor=small.street_head)
    found = at_once(
        lambda: replacements.accept(
            Replacement.objects.get(pk=demand.pk),
            leaves_on=START,
            successor_by=START + dt.timedelta(days=9),
            actor=small.head,
        ),
        lambda: replacements.decline(Replacement.objects.get(pk=demand.pk), answer="不", actor=small.head),
    )
    assert found == ["done", "wrong_state"]
    demand.refresh_from_db()
    row.refresh_from_db()
    assert (demand.state, row.state) in {("accepted", "ended"), ("declined", "serving")}
    assert Deadline.objects.filter(kind="replacement_answer", closed_at=None).count() == 0
