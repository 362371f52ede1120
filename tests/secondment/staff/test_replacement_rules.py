"""Which year a demand caps, which years it leaves open: exact tables, and no order matters (P32)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondment.rules.replacement import COMPLETION, DEMAND, Bearing, Demand, bearing, latest

D = dt.date


def demand(
    requested: dt.date, by: dt.date, done: dt.date | None = None, year: str = COMPLETION, key: int = 1
):
    return Demand(key, requested, by, done, year)


@pytest.mark.parametrize(
    ("requested", "by", "done", "mode", "years"),
    [
        # Undecided: every year in which it may yet be completed.
        (D(2026, 3, 2), D(2026, 5, 1), None, COMPLETION, [2026]),
        (D(2026, 11, 20), D(2027, 1, 19), None, COMPLETION, [2026, 2027]),
        (D(2026, 11, 20), D(2027, 1, 19), None, DEMAND, [2026]),
        # Completed: the year of the completion, or of the demand.
        (D(2026, 11, 20), D(2027, 1, 19), D(2026, 12, 31), COMPLETION, [2026]),
        (D(2026, 11, 20), D(2027, 1, 19), D(2027, 1, 1), COMPLETION, [2027]),
        (D(2026, 11, 20), D(2027, 1, 19), D(2027, 1, 1), DEMAND, [2026]),
        # Beyond the bound: by the bound.
        (D(2026, 10, 20), D(2026, 12, 19), D(2027, 2, 1), COMPLETION, [2026]),
        (D(2026, 11, 20), D(2027, 1, 19), D(2028, 2, 1), COMPLETION, [2027]),
        (D(2026, 11, 1), D(2026, 12, 31), D(2026, 12, 31), COMPLETION, [2026]),
        (D(2026, 11, 1), D(2026, 12, 31), D(2027, 1, 1), COMPLETION, [2026]),
    ],
)
def test_p32_the_years_a_demand_speaks_of(requested, by, done, mode, years) -> None:
    assert list(demand(requested, by, done, mode).years) == years


@pytest.mark.parametrize(
    ("bound", "today", "last"),
    [
        (D(2026, 5, 1), D(2026, 4, 1), D(2026, 5, 1)),
        (D(2026, 5, 1), D(2026, 5, 1), D(2026, 5, 1)),
        (D(2026, 5, 1), D(2026, 6, 9), D(2026, 6, 9)),
    ],
)
def test_who_answers_after_the_bound_names_today(bound, today, last) -> None:
    assert latest(bound, today) == last


def test_a_cap_settles_the_year_whatever_else_is_open() -> None:
    done = demand(D(2026, 6, 1), D(2026, 7, 31), D(2026, 7, 1), key=2)
    waits = demand(D(2026, 3, 1), D(2026, 4, 30), key=1)
    assert bearing([waits], 2026) == Bearing(pends=1)
    assert bearing([waits, done], 2026) == Bearing(cap=2)
    assert bearing([waits, done], 2027) == Bearing()


days = st.dates(D(2026, 1, 1), D(2027, 12, 31))
gaps = st.integers(0, 400)


@st.composite
def demands(draw) -> list[Demand]:
    found = []
    for key in range(draw(st.integers(0, 5))):
        first = draw(days)
        by = first + dt.timedelta(days=draw(gaps))
        done = draw(st.none() | gaps.map(lambda gap, first=first: first + dt.timedelta(days=gap)))
        found.append(Demand(key + 1, first, by, done, draw(st.sampled_from([COMPLETION, DEMAND]))))
    return found


@given(demands(), st.integers(2025, 2030), st.randoms())
def test_the_order_in_which_demands_come_is_irrelevant(rows, year, chance) -> None:
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert bearing(shuffled, year) == bearing(rows, year)


@given(days, gaps, gaps, gaps, st.sampled_from([COMPLETION, DEMAND]))
def test_no_completion_caps_a_year_that_was_not_open_before(first, by, one, more, mode) -> None:
    """So every form that a completion may cap was 待定 until then."""
    bound = first + dt.timedelta(days=by)
    waits = demand(first, bound, year=mode)
    done = demand(first, bound, first + dt.timedelta(days=one), mode)
    assert set(done.years) <= set(waits.years)
    # Whoever is later than the bound gains nothing by being later still.
    late = [demand(first, bound, bound + dt.timedelta(days=each), mode) for each in (one, one + more)]
    assert late[0].years == late[1].years
