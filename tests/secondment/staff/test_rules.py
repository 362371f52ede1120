"""Age, length and certificate (P12), and coverage on any day (P11), as pure rules."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondment.choices import CoverState
from secondment.rules.coverage import Facts, Span, Stay, Waiver, cell, gap_since, is_short, people
from secondment.rules.term import (
    earliest_end,
    is_unsettled,
    needs_certificate,
    over_age,
    overlaps,
)
from xianan.policy.in_time import Steps

D = dt.date
DAY = dt.timedelta(days=1)


# ---- Age ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "starts", "beyond"),
    [
        (D(1975, 12, 1), D(2026, 12, 1), True),  # the 51st birthday is the first day
        (D(1975, 12, 2), D(2026, 12, 1), False),  # it is the day after
        (D(1975, 11, 30), D(2026, 12, 1), True),
        (D(1976, 12, 1), D(2026, 12, 1), False),  # fifty, not beyond fifty
        (D(1976, 2, 29), D(2027, 2, 28), False),  # of 29 February a year is completed on 1 March
        (D(1976, 2, 29), D(2027, 3, 1), True),
        (D(1977, 2, 28), D(2028, 2, 28), True),
    ],
)
def test_p12_somebody_is_beyond_fifty_from_the_fifty_first_birthday_on(born, starts, beyond) -> None:
    assert over_age(born, starts, 50) is beyond


def test_the_age_is_a_figure_of_the_policy() -> None:
    assert over_age(D(1980, 1, 1), D(2026, 1, 1), 45)
    assert not over_age(D(1980, 1, 2), D(2026, 1, 1), 45)


# ---- Twelve months -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "months", "last"),
    [
        (D(2026, 12, 1), 12, D(2027, 11, 30)),
        (D(2026, 1, 1), 12, D(2026, 12, 31)),
        (D(2026, 3, 1), 12, D(2027, 2, 28)),
        (D(2027, 3, 1), 12, D(2028, 2, 29)),
        (D(2028, 2, 29), 12, D(2029, 2, 28)),
        (D(2026, 8, 31), 12, D(2027, 8, 30)),
        (D(2026, 8, 31), 18, D(2028, 2, 29)),
        (D(2026, 12, 15), 24, D(2028, 12, 14)),
    ],
)
def test_p12_a_service_counts_its_first_day(starts, months, last) -> None:
    assert earliest_end(starts, months) == last


@pytest.mark.parametrize(
    ("types", "needed"),
    [
        (("行政处罚",), True),
        (("行政强制",), True),
        (("行政检查", "行政许可"), True),
        (("行政许可", "行政给付", "行政确认"), False),
        ((), False),
    ],
)
def test_p12_a_certificate_is_needed_where_the_powers_enforce(types, needed) -> None:
    assert needs_certificate(types) is needed


@pytest.mark.parametrize(
    ("other_first", "other_last", "shared"),
    [
        (D(2027, 11, 30), D(2028, 11, 29), True),
        (D(2027, 12, 1), D(2028, 11, 30), False),
        (D(2026, 1, 1), D(2026, 12, 1), True),
        (D(2026, 1, 1), D(2026, 11, 30), False),
        (D(2027, 1, 1), D(2027, 2, 1), True),
    ],
)
def test_services_overlap_when_they_share_a_day(other_first, other_last, shared) -> None:
    assert overlaps(D(2026, 12, 1), D(2027, 11, 30), other_first, other_last) is shared
    assert overlaps(other_first, other_last, D(2026, 12, 1), D(2027, 11, 30)) is shared


@pytest.mark.parametrize(
    ("state", "until", "late"),
    [
        ("serving", D(2026, 11, 1), True),
        ("serving", D(2026, 11, 2), False),
        ("ended", D(2026, 11, 1), False),
        ("registered", D(2026, 11, 1), False),
    ],
)
def test_a_term_that_ran_out_is_unsettled_from_the_next_day(state, until, late) -> None:
    assert is_unsettled(state, until, D(2026, 11, 2)) is late


# ---- Coverage ----------------------------------------------------------------------------------------

ON = D(2026, 11, 2)
SINCE = D(2026, 1, 10)
LONG = Span(D(2026, 2, 1), D(2027, 12, 31))


def of(**facts) -> Facts:
    return Facts(**{"owed_since": SINCE, **facts})


@pytest.mark.parametrize(
    ("facts", "state", "there", "missing", "until"),
    [
        (Facts(), CoverState.NONE, 0, 0, None),
        (Facts(owed_since=ON + DAY), CoverState.NONE, 0, 0, None),
        (of(), CoverState.MISSING, 0, 1, None),
        (Facts(owed_since=ON), CoverState.MISSING, 0, 1, None),
        (of(stays=(Stay(LONG),)), CoverState.ENOUGH, 1, 0, None),
        (of(stays=(Stay(LONG), Stay(LONG))), CoverState.ENOUGH, 2, 0, None),
        # Arrived tomorrow, or gone yesterday: not there.
        (of(stays=(Stay(Span(ON + DAY, LONG.last)),)), CoverState.MISSING, 0, 1, None),
        (of(stays=(Stay(Span(SINCE, ON - DAY)),)), CoverState.MISSING, 0, 1, None),
        # The last day counts, and is the day on which it ends.
        (of(stays=(Stay(Span(SINCE, ON)),)), CoverState.LEAVING, 1, 0, ON),
        (of(stays=(Stay(Span(SINCE, ON + 59 * DAY)),)), CoverState.LEAVING, 1, 0, ON + 59 * DAY),
        (of(stays=(Stay(Span(SINCE, ON + 60 * DAY)),)), CoverState.ENOUGH, 1, 0, None),
        # Somebody follows: registered, or there already.
        (
            of(stays=(Stay(Span(SINCE, ON + 9 * DAY)),), awaited=(Span(ON + 10 * DAY, LONG.last),)),
            CoverState.ENOUGH,
            1,
            0,
            None,
        ),
        (
            of(stays=(Stay(Span(SINCE, ON + 9 * DAY)),), awaited=(Span(ON + 11 * DAY, LONG.last),)),
            CoverState.LEAVING,
            1,
            0,
            ON + 9 * DAY,
        ),
        (of(stays=(Stay(Span(SINCE, ON + 9 * DAY)), Stay(LONG))), CoverState.ENOUGH, 2, 0, None),
        # Waiting for the arrival is not being there.
        (of(awaited=(Span(SINCE, LONG.last),)), CoverState.MISSING, 0, 1, None),
        # P32: whom the street wants replaced is not counted, from the day of the demand on.
        (of(stays=(Stay(LONG, (Span(ON),)),)), CoverState.MISSING, 0, 1, None),
        (of(stays=(Stay(LONG, (Span(ON + 70 * DAY),)),)), CoverState.ENOUGH, 1, 0, None),
        (of(stays=(Stay(LONG, (Span(SINCE, ON - DAY),)),)), CoverState.ENOUGH, 1, 0, None),
        # Exempt.
        (of(waivers=(Waiver(Span(SINCE), CoverState.STATIONED),)), CoverState.STATIONED, 0, 0, None),
        (of(waivers=(Waiver(Span(SINCE, ON), CoverState.PRINCIPLE),)), CoverState.PRINCIPLE, 0, 0, None),
        (of(waivers=(Waiver(Span(SINCE, ON - DAY), CoverState.STATIONED),)), CoverState.MISSING, 0, 1, None),
        (of(waivers=(Waiver(Span(ON + DAY), CoverState.STATIONED),)), CoverState.MISSING, 0, 1, None),
    ],
)
def test_p11_a_cell_says_how_a_street_is_covered(facts, state, there, missing, until) -> None:
    found = cell(facts, on=ON, required=1, leaving_days=60)
    assert (found.state, found.people, found.missing, found.until) == (state, there, missing, until)


def test_p11_the_number_owed_is_a_figure() -> None:
    facts = of(stays=(Stay(LONG),), awaited=(Span(ON, LONG.last), Span(SINCE, ON - DAY)))
    assert cell(facts, on=ON, required=3, leaving_days=60).missing == 2
    assert cell(facts, on=ON, required=0, leaving_days=60).state == CoverState.ENOUGH
    # A registration whose term is over is awaited no longer.
    assert cell(facts, on=ON, required=3, leaving_days=60).awaited == 1


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        (of(), SINCE),
        (of(stays=(Stay(LONG),)), None),
        (of(stays=(Stay(Span(SINCE, D(2026, 6, 30))),)), D(2026, 7, 1)),
        # Two one after the other: the later one decides; a gap between them is long closed.
        (
            of(stays=(Stay(Span(SINCE, D(2026, 3, 31))), Stay(Span(D(2026, 5, 1), D(2026, 9, 30))))),
            D(2026, 10, 1),
        ),
        (of(stays=(Stay(Span(SINCE, LONG.last), (Span(D(2026, 8, 8)),)),)), D(2026, 8, 8)),
        (of(waivers=(Waiver(Span(SINCE, D(2026, 9, 9)), CoverState.STATIONED),)), D(2026, 9, 10)),
        (Facts(), None),
    ],
)
def test_p11_a_gap_begins_on_the_day_after_the_last_one_who_counted(facts, since) -> None:
    assert gap_since(facts, on=ON, required=Steps.always(1)) == since


days = st.integers(0, 40).map(lambda step: D(2026, 1, 1) + DAY * step)


@st.composite
def spans(draw, endless=True):
    first, length = draw(days), draw(st.integers(0, 20))
    return Span(first, None if endless and draw(st.booleans()) else first + DAY * length)


@st.composite
def known(draw):
    return Facts(
        draw(st.none() | days),
        tuple(
            Stay(span, tuple(draw(st.lists(spans(), max_size=2))))
            for span in draw(st.lists(spans(endless=False), max_size=4))
        ),
        tuple(draw(st.lists(spans(endless=False), max_size=2))),
        tuple(
            Waiver(span, state)
            for span, state in draw(
                st.lists(
                    st.tuples(spans(), st.sampled_from([CoverState.STATIONED, CoverState.PRINCIPLE])),
                    max_size=2,
                )
            )
        ),
    )


def _within(span, day) -> bool:
    return day in {
        span.first + DAY * step for step in range(((span.last or D(2026, 12, 31)) - span.first).days + 1)
    }


@given(known(), days, st.integers(0, 3), st.integers(0, 12), st.randoms())
def test_p11_coverage_is_what_counting_day_by_day_gives(facts, day, required, leaving, dice) -> None:
    def there(on):
        return sum(
            _within(stay.days, on) and not any(_within(span, on) for span in stay.contested)
            for stay in facts.stays
        )

    found = cell(facts, on=day, required=required, leaving_days=leaving)
    owed = facts.owed_since is not None and day >= facts.owed_since
    waived = any(_within(waiver.days, day) for waiver in facts.waivers)
    assert found.people == there(day) == people(facts, day)
    assert found.is_owed is (owed and not waived)
    assert found.missing == (max(required - there(day), 0) if found.is_owed else 0)
    if found.is_covered:
        low = [
            on
            for on in (day + DAY * step for step in range(1, leaving + 1))
            if there(on) + sum(_within(span, on) for span in facts.awaited) < required
        ]
        assert found.until == (low[0] - DAY if low else None)
    mixed = {name: list(getattr(facts, name)) for name in ("stays", "awaited", "waivers")}
    for rows in mixed.values():
        dice.shuffle(rows)
    other = Facts(facts.owed_since, **{name: tuple(rows) for name, rows in mixed.items()})
    assert cell(other, on=day, required=required, leaving_days=leaving) == found


@st.composite
def steps(draw) -> Steps:
    """What the policy asks for through the days: versions that raise, lower and leave gaps."""
    found = {
        D(2024, 1, 1): draw(st.integers(0, 3)),
        **draw(st.dictionaries(days, st.none() | st.integers(0, 3), max_size=3)),
    }
    return Steps(tuple(sorted(found.items())))


@given(known(), days, steps())
def test_p11_a_gap_goes_back_as_long_as_every_day_was_short_by_what_was_asked_that_day(
    facts, day, required
) -> None:
    since = gap_since(facts, on=day, required=required)
    walked = None
    on = day
    while is_short(facts, on, required.at(on)):
        walked, on = on, on - DAY
    assert since == walked


def test_the_order_of_facts_makes_no_difference_to_a_gap() -> None:
    stays = [Stay(Span(SINCE + DAY * step, SINCE + DAY * (step + 20))) for step in range(0, 200, 30)]
    last = stays[-1].days.last
    random.Random(3).shuffle(stays)
    assert gap_since(of(stays=tuple(stays)), on=ON, required=Steps.always(1)) == last + DAY
