"""When a side may state, from when the street bears a power, and why completion can't be confirmed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empowerment.choices import Party
from empowerment.rules import (
    bearer,
    is_unevaluated,
    not_ready_because,
    operating_from,
    review_opens,
    transition_until,
)

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("effective", "until", "opens"),
    [
        ("2026-05-23", "2026-11-23", "2026-10-24"),
        ("2026-06-05", "2026-12-05", "2026-11-05"),
        ("2026-08-31", "2027-02-28", "2027-01-29"),
        ("2027-08-31", "2028-02-29", "2028-01-30"),
        ("2026-09-30", "2027-03-30", "2027-02-28"),
    ],
)
def test_the_window_opens_thirty_days_before_the_end(effective, until, opens) -> None:
    assert transition_until(day(effective), 6) == day(until)
    assert review_opens(day(until), 30) == day(opens)


@pytest.mark.parametrize(
    ("confirmed", "until", "street_from"),
    [
        ("2026-11-05", "2026-12-05", "2026-12-06"),  # on the first day of the window
        ("2026-12-05", "2026-12-05", "2026-12-06"),  # on the last day of the term
        ("2026-12-06", "2026-12-05", "2026-12-06"),  # on the day after it
        ("2026-12-07", "2026-12-05", "2026-12-07"),  # late by a day
        ("2027-06-30", "2026-12-05", "2027-06-30"),  # late by half a year
        ("2027-02-01", "2027-02-28", "2027-03-01"),
        ("2028-02-29", "2028-02-29", "2028-03-01"),
    ],
)
def test_the_street_takes_over_after_the_term_and_never_before_the_confirmation(
    confirmed, until, street_from
) -> None:
    assert operating_from(day(confirmed), day(until)) == day(street_from)


@pytest.mark.parametrize(
    ("operating_on", "on", "side"),
    [
        (None, "2026-12-05", Party.DEPARTMENT),
        (None, "2026-12-06", Party.DEPARTMENT),
        (None, "2036-12-06", Party.DEPARTMENT),
        ("2026-12-06", "2026-06-05", Party.DEPARTMENT),
        ("2026-12-06", "2026-12-05", Party.DEPARTMENT),
        ("2026-12-06", "2026-12-06", Party.STREET),
        ("2026-12-06", "2027-12-06", Party.STREET),
    ],
)
def test_who_bears_main_responsibility_on_a_day(operating_on, on, side) -> None:
    assert bearer(day(operating_on) if operating_on else None, day(on)) == side


@given(effective=DAYS, months=st.integers(1, 24), after=st.integers(-180, 900), asked=st.integers(-400, 1500))
def test_the_department_bears_the_whole_term_and_until_the_confirmation(
    effective, months, after, asked
) -> None:
    until = transition_until(effective, months)
    confirmed = until + dt.timedelta(days=after)
    on = effective + dt.timedelta(days=asked)
    side = bearer(operating_from(confirmed, until), on)
    assert (side == Party.STREET) == (on > until and on >= confirmed)
    assert bearer(None, on) == Party.DEPARTMENT


@given(until=DAYS, days=st.integers(0, 180), today=DAYS)
def test_what_is_past_its_term_may_always_be_stated_about(until, days, today) -> None:
    if is_unevaluated("transition", until, today):
        assert review_opens(until, days) < today


@pytest.mark.parametrize(
    ("department", "street", "why"),
    [
        ("ready", "ready", ""),
        ("", "", "区住建局尚未评估；温泉街道尚未评估"),
        ("ready", "", "温泉街道尚未评估"),
        ("", "ready", "区住建局尚未评估"),
        ("not_ready", "ready", "区住建局评估为未具备：审查细则未移交"),
        ("ready", "not_ready", "温泉街道评估为未具备：没有持证人员"),
        ("not_ready", "", "区住建局评估为未具备：审查细则未移交；温泉街道尚未评估"),
    ],
)
def test_the_office_is_told_why_it_cannot_confirm(department, street, why) -> None:
    names = {Party.DEPARTMENT: "区住建局", Party.STREET: "温泉街道"}
    remarks = {Party.DEPARTMENT: "审查细则未移交", Party.STREET: "没有持证人员"}
    assert not_ready_because(department, street, names=names, remarks=remarks) == why
