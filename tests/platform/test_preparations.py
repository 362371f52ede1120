"""What tests begin with is put back as it was built: rows, files, objects, and nothing of an earlier test."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from celery import current_app
from django.db import connection, transaction
from django.test import override_settings

from empowerment.models import Agreement, Filing
from tests import prepared as preparations
from tests.permissions.ledger import ledger
from tests.prepared import prepared
from tests.world import XIANAN, World
from xianan.core import clock
from xianan.documents import store
from xianan.documents.selectors import newest_file
from xianan.organizations.models import Organization, User

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
COMMITTED: dict[str, Any] = {}
MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)


@pytest.fixture
def again() -> Iterator[Any]:
    """Undo everything since the test began and start afresh, as the next test would."""
    around = transaction.atomic()
    # As around a test of Django: what commits by itself (the counting of tries) may run inside.
    around._from_testcase = True
    with around:
        point = transaction.savepoint()

        def undo() -> None:
            transaction.savepoint_rollback(point)
            preparations._process.begun, preparations._process.state = False, None
            preparations._process.signed_in.clear()

        yield undo


def build_letter() -> tuple[World, Agreement]:
    clock.set_to(MORNING, still=True)
    world = prepared("world", lambda: World(XIANAN))
    return world, world.effective("甲事项")


def test_the_rows_and_the_files_are_those_of_the_first_build(again):
    first, letter = build_letter()
    rows, pdf = ledger(), store.read(newest_file(letter.document).path)
    again()
    assert not Organization.objects.exists()
    second, same = build_letter()
    assert ledger() == rows and same == letter
    assert store.read(newest_file(same.document).path) == pdf
    assert second is not first and same is not letter


def test_objects_are_fresh_and_keep_their_identity(again):
    world, _ = build_letter()
    world.head.name = "改过"
    world.department.mark = "an earlier test was here"
    again()
    world, letter = build_letter()
    assert world.head.name == "住建负责" and not hasattr(world.department, "mark")
    assert world.head.organization is world.department and world.street is world.streets[0]
    assert {world.head, world.street_head} <= set(User.objects.all())
    assert letter.state == "effective"


def test_a_file_that_a_test_spoilt_is_whole_again(again):
    _, letter = build_letter()
    path = newest_file(letter.document).path
    pdf = store.read(path)
    (store.root() / path).write_bytes(b"spoilt")
    again()
    build_letter()
    assert store.read(path) == pdf


def test_new_rows_take_keys_of_their_own(again):
    build_letter()
    again()
    world, _ = build_letter()
    more = world.draft("另一件")
    assert Filing.objects.filter(pk=more.pk).count() == 1
    connection.check_constraints()


def test_what_was_written_before_is_built_upon(world):
    before = world.draft("甲事项")
    before.title = "改过的标题"
    before.save()
    assert preparations._process.known() is None
    assert world.at_establishment("乙事项").pk != before.pk
    assert Filing.objects.count() == 2


def test_who_has_signed_in_and_looks_at_pages_changes_nothing_for_what_is_put_back(again):
    for _ in range(2):
        clock.set_to(MORNING, still=True)
        world = prepared("world", lambda: World(XIANAN))
        client = world.client(world.head)
        assert client.get("/").status_code == 200
        assert preparations._process.known() is not None
        letter = world.effective("甲事项")
        assert preparations._process.known() is not None
        assert letter.state == "effective" and Agreement.objects.count() == 1
        assert User.objects.get(pk=world.head.pk).last_login is not None
        assert client.get("/").status_code == 200
        again()
    assert not User.objects.exists()


def test_when_somebody_signed_in_is_not_kept_for_others(again):
    for time in ("first", "second"):
        clock.set_to(MORNING, still=True)
        world = prepared("world", lambda: World(XIANAN))
        if time == "first":
            world.client(world.head)
        someone = world.person("deputy", world.street, "street_head")
        assert (preparations._process.known() is None) == (time == "first"), "an account is such a row itself"
        assert User.objects.exclude(last_login=None).exists() == (time == "first")
        assert someone.organization == world.street
        if time == "first":
            again()


def test_what_a_rollback_undid_is_not_believed(world):
    with pytest.raises(KeyError), transaction.atomic():
        world.draft("甲事项")
        raise KeyError
    assert preparations._process.known() is None
    assert not Filing.objects.exists()
    assert world.at_establishment("甲事项").lines.count() == 1


def test_a_test_that_changes_the_portal_builds_for_itself(monkeypatch):
    with override_settings(PUBLIC_URL="https://fuquan.example"):
        assert preparations._process.known() is None
    assert preparations._process.known() is not None
    monkeypatch.setattr("xianan.core.clock.today", lambda: MORNING.date())
    assert preparations._process.known() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["built", "put back"])
def test_a_test_that_commits_begins_with_the_same_rows_and_files(time):
    _, letter = build_letter()
    assert letter.state == "effective"
    found = ledger(), store.read(newest_file(letter.document).path)
    connection.check_constraints()
    assert found == COMMITTED.setdefault("first", found)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_known_any_more_of_what_is_committed():
    with transaction.atomic():
        assert preparations._process.known() is None
    build_letter()
    assert preparations._process.known() is not None
    Filing.objects.update(title="改过的标题")
    assert preparations._process.known() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("otherwise", ["a thread", "a program"])
def test_what_is_written_over_another_connection_is_built_upon(world, otherwise):
    def write() -> None:
        Filing.objects.update(title="改过的标题")
        connection.close()

    world.draft("甲事项")
    assert preparations._process.known() is not None
    if otherwise == "a thread":
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    else:
        subprocess.run(["true"], check=True)
    assert preparations._process.known() is None


@pytest.mark.django_db(transaction=True)
def test_what_a_commit_sets_off_is_set_off_when_it_is_put_back_too():
    told: list[str] = []
    for times in (1, 2):
        prepared("told", lambda: transaction.on_commit(partial(told.append, "told")))
        assert len(told) == times
        preparations._process.begun, preparations._process.state = False, None


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_where_jobs_run_at_once():
    assert preparations._process.known() is not None
    current_app.conf.task_always_eager = True
    try:
        assert preparations._process.known() is None
    finally:
        current_app.conf.task_always_eager = False


def test_the_clock_does_not_stand_before_what_is_written(again):
    def build() -> dt.datetime:
        clock.set_to(MORNING)
        world = prepared("world", lambda: World(XIANAN))
        clock._offset += dt.timedelta(seconds=2)
        return world.draft("甲事项").created_at

    build()
    again()
    assert build() <= clock.now()


def test_other_times_and_other_names_are_other_preparations(world):
    clock.set_to(MORNING, still=True)
    assert world.draft("甲事项").lines.get().name == "甲事项"
    assert Filing.objects.get().created_at == MORNING


def test_another_day_is_another_preparation(world):
    clock.set_to(MORNING + dt.timedelta(days=1), still=True)
    assert world.draft("甲事项").created_at == MORNING + dt.timedelta(days=1)
