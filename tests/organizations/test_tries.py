"""Tries are counted in the database, one statement each, and hold in whatever order they come."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import RequestFactory

from tests.together import in_every_order, taking_turns, together
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.organizations.models import Tries
from xianan.organizations.services import tries
from xianan.organizations.services.confirmation import LIMIT, confirm_password
from xianan.portal import lockout
from xianan.portal.services.accounts import check_password

THREE = tries.Limit("test", 3, dt.timedelta(minutes=10))
NINE = dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)


def counted(minute: int, limit: tries.Limit = THREE, subject: str = "a") -> tuple[int, bool, str]:
    with clock.travel(NINE + dt.timedelta(minutes=minute)):
        found = tries.count(limit, subject)
    return found.number, found.allowed, f"{found.until.astimezone(clock.ZONE):%H:%M}"


@pytest.mark.sqlite
def test_the_time_runs_from_the_last_try_that_was_allowed_and_then_the_count_begins_anew(db: None) -> None:
    assert counted(0) == (1, True, "09:10")
    assert counted(5) == (2, True, "09:15")
    assert counted(9) == (3, True, "09:19")
    assert counted(12) == (4, False, "09:19")
    assert counted(18) == (5, False, "09:19")
    assert counted(18, subject="b") == (1, True, "09:28")
    assert counted(20) == (1, True, "09:30")


@pytest.mark.sqlite
def test_a_fixed_window_is_not_made_longer_by_who_keeps_asking(db: None) -> None:
    fixed = tries.Limit("fixed", 3, dt.timedelta(minutes=10), sliding=False)
    assert [counted(minute, fixed) for minute in (0, 5, 9, 11)] == [
        (1, True, "09:10"),
        (2, True, "09:10"),
        (3, True, "09:10"),
        (1, True, "09:21"),
    ]


@pytest.mark.sqlite
def test_neither_address_nor_account_can_be_read_from_a_count(db: None) -> None:
    tries.count(THREE, "10.1.2.3", owner="zhang.san")
    (row,) = Tries.objects.values()
    assert "10.1.2.3" not in str(row) and "zhang.san" not in str(row)


@pytest.mark.sqlite
def test_what_has_run_out_is_deleted_every_night(db: None) -> None:
    tries.count(THREE, "a")
    with clock.travel(clock.now() + dt.timedelta(minutes=11)):
        tries.count(THREE, "b")
        assert tries.prune() == 1
    assert Tries.objects.count() == 1


@pytest.mark.sqlite
def test_a_try_is_never_counted_inside_a_transaction_that_its_refusal_would_roll_back(db: None) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        tries.count(THREE, "a")


RIGHT, WRONG = "Xianan-2026", "wrong"


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_hold_in_every_order_of_their_statements(world: Any) -> None:
    for passwords in ((RIGHT, WRONG), (RIGHT, RIGHT), (WRONG, WRONG)):
        for order in in_every_order(2, 2):
            Tries.objects.all().delete()
            codes = taking_turns(
                order,
                LIMIT.name,
                *(lambda password=password: confirm_password(world.head, password) for password in passwords),
            )
            assert codes == ["" if password == RIGHT else "wrong_password" for password in passwords], order
            left = sum(Tries.objects.values_list("number", flat=True))
            assert left <= passwords.count(WRONG), "nobody is counted for what was right"


@pytest.mark.django_db(transaction=True)
def test_two_sign_ins_hold_in_every_order_of_their_statements(world: Any) -> None:
    def enter(password: str) -> None:
        check_password(RequestFactory().post("/login/"), username="head", password=password)

    for passwords in ((RIGHT, WRONG), (RIGHT, RIGHT)):
        for order in in_every_order(2, 2):
            Tries.objects.all().delete()
            codes = taking_turns(
                order,
                lockout.ACCOUNT.name,
                *(lambda password=password: enter(password) for password in passwords),
            )
            assert codes == ["" if password == RIGHT else "wrong_password" for password in passwords], order
            by_address = Tries.objects.get(limit=lockout.ADDRESS.name)
            assert by_address.number == passwords.count(WRONG), "what was right is no guess from the address"


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_however_many_come_at_once_no_more_than_five_are_looked_at(world: Any) -> None:
    codes = together(*(lambda: confirm_password(world.head, WRONG) for _ in range(8)))
    assert sorted(codes) == ["locked"] * 4 + ["wrong_password"] * 4
    with pytest.raises(DomainError, match="15 分钟"):
        confirm_password(world.head, RIGHT)
