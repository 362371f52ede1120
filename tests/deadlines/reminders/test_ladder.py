"""The ladder as a rule: which rung holds on a day."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.deadlines.rules import DAY, Ladder, parse_ladder, rung_words

DUE = dt.date(2026, 12, 31)
LADDER = Ladder()


@pytest.mark.parametrize(
    ("left", "rung"),
    [
        (61, ""),
        (60, "60"),
        (59, "60"),
        (30, "30"),
        (8, "30"),
        (7, "7"),
        (2, "7"),
        (1, "1"),
        (0, "0"),
        (-6, "0"),
        (-7, "w1"),
        (-13, "w1"),
        (-14, "w2"),
        (-70, "w10"),
    ],
)
def test_the_nearest_rung_reached_holds(left: int, rung: str) -> None:
    assert LADDER.rung(DUE, DUE - DAY * left) == rung


@pytest.mark.parametrize(("left", "escalates"), [(0, False), (-6, False), (-7, True), (-30, True)])
def test_seven_days_overdue_is_reported(left: int, escalates: bool) -> None:
    assert LADDER.escalates(DUE, DUE - DAY * left) is escalates


def test_a_rung_whose_day_had_passed_before_the_opening_never_held() -> None:
    opened = DUE - DAY * 20
    assert LADDER.rung(DUE, opened, opened) == ""
    assert LADDER.rung(DUE, DUE - DAY * 7, opened) == "7"
    assert LADDER.rung(DUE, DUE - DAY * 7, DUE - DAY * 7) == "7"


LADDERS = st.lists(st.integers(0, 90), min_size=1, max_size=6, unique=True)


@given(LADDERS, st.lists(st.integers(-60, 100), unique=True, max_size=40))
def test_over_any_days_of_running_a_rung_holds_in_one_stretch_and_the_ladder_only_descends(
    rungs: list[int], lefts: list[int]
) -> None:
    ladder = Ladder(tuple(sorted(rungs, reverse=True)))
    held = [ladder.rung(DUE, DUE - DAY * left) for left in sorted(lefts, reverse=True)]

    def place(rung: str) -> int:
        return -1000 if rung == "" else int(rung[1:]) if rung.startswith("w") else -int(rung)

    assert all(place(before) <= place(after) for before, after in pairwise(held))


@given(LADDERS)
def test_running_every_day_sends_each_rung_on_its_very_day(rungs: list[int]) -> None:
    ladder = Ladder(tuple(sorted(rungs, reverse=True)))
    first: dict[str, int] = {}
    for left in range(100, -30, -1):
        first.setdefault(ladder.rung(DUE, DUE - DAY * left), left)
    first.pop("", None)
    assert first == {str(rung): rung for rung in rungs} | {f"w{week}": -7 * week for week in (1, 2, 3, 4)}


@given(st.lists(st.integers(0, 400), min_size=1, max_size=8))
def test_what_is_written_as_a_ladder_is_read_as_one(rungs: list[int]) -> None:
    expected = tuple(sorted(set(rungs), reverse=True))
    for sign in (",", "，", "、", " ", ", "):
        assert parse_ladder(sign.join(str(rung) for rung in rungs)) == expected


@pytest.mark.parametrize("text", ["", "七", "60,-1", "60;30", "1.5", "401", "9999"])
def test_what_is_no_ladder_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="各档为到期前的整天数"):
        parse_ladder(text)


@pytest.mark.parametrize(
    ("rung", "words"),
    [
        ("30", "到期前 30 天"),
        ("0", "到期当日"),
        ("w2", "逾期第 2 周"),
        ("e7", "逾期 7 天报告"),
        ("c261123", "催办"),
    ],
)
def test_a_rung_in_words(rung: str, words: str) -> None:
    assert rung_words(rung) == words
