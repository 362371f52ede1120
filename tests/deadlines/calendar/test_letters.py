"""A letter is to be signed by a working day, also when the year's holidays are entered afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from empowerment.deadlines import SIGN
from xianan.core import clock
from xianan.deadlines.models import Deadline
from xianan.deadlines.rules import CalendarEntry
from xianan.deadlines.services.calendar import save_year
from xianan.history.selectors import timeline

pytestmark = pytest.mark.sqlite


def test_the_day_to_sign_by_is_a_working_day_and_the_letter_shows_it(world: Any) -> None:
    # Seven days later is National Day of 2026, with a week off.
    with clock.travel(dt.date(2026, 9, 24)):
        letter = world.letter()
    assert Deadline.objects.get(kind=SIGN).nominal_on == dt.date(2026, 10, 1)
    assert letter.sign_by == Deadline.objects.get(kind=SIGN).due_on == dt.date(2026, 10, 8)


def test_a_letter_follows_the_holidays_that_are_entered_later(world: Any) -> None:
    with clock.travel(dt.date(2026, 11, 23)):
        letter = world.letter()
        assert letter.sign_by == dt.date(2026, 11, 30)
        entry = CalendarEntry(dt.date(2026, 11, 30), False, "区庆")
        moved = save_year(world.district, 2026, entries=[entry], reference="", actor=world.establishment)
    letter.refresh_from_db()
    assert moved == 1
    assert letter.sign_by == Deadline.objects.get(kind=SIGN).due_on == dt.date(2026, 12, 1)
    newest = timeline(letter)[0]
    assert newest.changes == {"到期日": ["2026-11-30", "2026-12-01"]}
