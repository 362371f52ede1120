"""A row is read again under a lock before it changes."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.jobs.models import Job
from xianan.organizations.models import District


def _job() -> Job:
    district = District.objects.create(code="421202", name="咸安区", short_name="咸安区")
    return Job.objects.create(district=district, kind="test", title="任务")


@pytest.mark.django_db
def test_what_counts_is_the_row_in_the_database_not_the_page_that_was_read_before() -> None:
    stale = _job()
    Job.objects.filter(pk=stale.pk).update(title="改过")
    with transaction.atomic():
        assert lock(stale).title == "改过"


@pytest.mark.django_db
def test_a_row_that_is_gone_is_said_to_be_gone() -> None:
    stale = _job()
    Job.objects.all().delete()
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        lock(stale)
    assert refusal.value.code == "gone"


@pytest.mark.django_db(transaction=True)
def test_whoever_locks_a_row_keeps_others_waiting_until_the_end_of_the_transaction() -> None:
    assert connection.vendor == "postgresql"
    job = _job()
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
