"""Who held a power on a day: the pure rule and the stored periods against a count day by day (P13)."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from empowerment.choices import EndGround, Party, PowerState
from empowerment.models import Empowerment, PowerPeriod
from empowerment.powers.steps import confirm, correct_end, end
from empowerment.rules import bearer, merged, stretches
from empowerment.selectors.pairs import pairs_in_force
from empowerment.selectors.periods import holders, in_force
from empowerment.selectors.spans import given as pairs_given
from empowerment.selectors.transition import bearers
from tests.empowerment.transition.support import OPENS, START, UNTIL, both_ready, power, powers
from xianan.core import clock
from xianan.core.periods import Period
from xianan.policy.measures import measure

DAY = dt.timedelta(days=1)
DAYS = st.dates(START, START + dt.timedelta(days=800))


# ---- The rule ----------------------------------------------------------------------------------------


def stands(effective: dt.date, operating: dt.date | None, ended: dt.date | None, on: dt.date) -> Any:
    """What a clerk with a calendar would say of one day."""
    if on < effective or (ended is not None and on >= ended):
        return None
    return (
        (PowerState.OPERATING, Party.STREET)
        if operating is not None and on >= operating
        else (PowerState.TRANSITION, Party.DEPARTMENT)
    )


@given(
    st.one_of(st.none(), st.integers(2, 60)), st.one_of(st.none(), st.integers(1, 60)), st.integers(-5, 70)
)
def test_the_stretches_say_of_each_day_what_a_count_day_by_day_says(operating, ended, on) -> None:
    day = START + on * DAY
    handed = START + operating * DAY if operating is not None else None
    over = START + ended * DAY if ended is not None else None
    found = [
        (row.state, row.bearer)
        for row in stretches(START, handed, over)
        if row.first <= day and (row.until is None or day <= row.until)
    ]
    said = stands(START, handed, over, day)
    assert found == ([] if said is None else [said])
    if said is not None:
        assert said[1] == bearer(handed, day)


# ---- What is stored ----------------------------------------------------------------------------------


def end_it(world: Any, row: Empowerment, day: dt.date) -> None:
    end(
        row, ended_from=day, ground=EndGround.DECISION, reference="区政府〔2026〕9号", reason="决定收回",
        actor=world.establishment,
    )  # fmt: skip


def told(row: Empowerment, day: dt.date, known: dt.datetime | None = None) -> Any:
    found = holders(day, known).filter(empowerment=row).values_list("state", "bearer")
    return found.get() if found else None


@pytest.fixture
def ready_power(world) -> Empowerment:
    row = power(world)
    both_ready(world, row)
    return row


Act = tuple[str, int, dt.date]
ACTS = st.lists(
    st.tuples(st.sampled_from(["confirm", "end", "correct", "revoke", "wait"]), st.integers(0, 120), DAYS),
    max_size=8,
)


@pytest.mark.sqlite
@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, asked=st.lists(DAYS, min_size=1, max_size=6))
def test_any_life_is_told_as_a_count_day_by_day_tells_it_and_as_it_was_known_for_ever(
    world, ready_power: Empowerment, acts: list[Act], asked: list[dt.date]
) -> None:
    row = ready_power
    with transaction.atomic():
        clock.set_to(dt.datetime.combine(OPENS, dt.time(23, 50), clock.ZONE), still=True)
        row.refresh_from_db()
        journal: list[tuple[dt.datetime, dt.date, Any]] = []
        operating: dt.date | None = None
        ended: dt.date | None = None
        for act, wait, day in acts:
            now = clock.now() + dt.timedelta(days=wait, minutes=1)
            clock.set_to(now, still=True)
            row.refresh_from_db()
            if act == "confirm" and row.state == PowerState.TRANSITION:
                confirm(row, actor=world.establishment)
                operating = max(clock.today(), UNTIL + DAY)
            elif act == "end" and row.state != PowerState.ENDED and day > START:
                end_it(world, row, day)
                ended = day
            elif act == "correct" and row.state == PowerState.ENDED and START < day != ended:
                correct_end(row, ended_from=day, reason="日期有误", actor=world.establishment)
                ended = day
            elif act == "revoke" and row.state == PowerState.ENDED:
                correct_end(row, ended_from=None, reason="登记有误", actor=world.establishment)
                ended = None
            for one in asked:
                said = stands(START, operating, ended, one)
                assert told(row, one) == said
                assert Empowerment.objects.filter(in_force(one), pk=row.pk).exists() == (said is not None)
                journal.append((now, one, said))
        for moment, one, said in journal:
            assert told(row, one, moment) == said
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_ended_power_stays_in_every_figure_of_the_days_before_its_end(world) -> None:
    first, second = powers(world, "甲事项", "乙事项")
    both_ready(world, first, second)
    clock.set_to(UNTIL + DAY)
    confirm(first, actor=world.establishment)
    over = UNTIL + dt.timedelta(days=30)
    clock.set_to(over + dt.timedelta(days=60))
    pair = first.organization_id, first.street_id
    before = over - DAY
    completed = measure("transition_completed_street")
    kept = pairs_in_force(first.district_id, before), completed.compute(first.district, Period.day(before))
    for row in (first, second):
        end_it(world, row, over)
    assert (
        pairs_in_force(first.district_id, before),
        completed.compute(first.district, Period.day(before)),
    ) == kept
    assert kept[0][pair].powers == 2 and kept[1][first.street_id].denominator == 2
    assert pair not in pairs_in_force(first.district_id, over)
    assert completed.compute(first.district, Period.day(over)) == {}
    assert bearers([first.item_id], before) == {(first.item_id, first.street_id): Party.STREET}
    assert bearers([first.item_id], over) == {}
    assert [(row.first, row.last) for row in pairs_given(first.district_id, over)] == [(START, before)]


@pytest.mark.django_db
def test_a_pair_has_powers_since_the_first_of_those_that_follow_each_other(world) -> None:
    """P11: a gap counts from the first letter, also once the powers of that letter have ended."""
    first = power(world)
    clock.set_to(UNTIL)
    second = Empowerment.objects.get(agreement=world.effective("乙事项"))
    pair = first.organization_id, first.street_id
    end_it(world, first, UNTIL + 30 * DAY)
    assert pairs_in_force(first.district_id, UNTIL)[pair].powers == 2
    later = pairs_in_force(first.district_id, UNTIL + 60 * DAY)[pair]
    assert (later.powers, later.since) == (1, START)
    correct_end(first, ended_from=UNTIL - 30 * DAY, reason="读错", actor=world.establishment)
    apart = pairs_in_force(first.district_id, UNTIL + 60 * DAY)[pair]
    assert (apart.powers, apart.since) == (1, second.effective_on)


@pytest.mark.django_db
def test_what_was_known_before_an_end_was_entered_can_still_be_asked(world) -> None:
    row = power(world)
    late = UNTIL + dt.timedelta(days=90)
    clock.set_to(dt.datetime.combine(late, dt.time(9), clock.ZONE), still=True)
    moment = clock.now()
    clock.set_to(moment + dt.timedelta(hours=1), still=True)
    end_it(world, row, UNTIL)
    assert told(row, UNTIL) is None
    assert told(row, UNTIL, moment) == ("transition", "department")
    pair = row.organization_id, row.street_id
    assert pair in pairs_in_force(row.district_id, UNTIL, known=moment)
    assert pair not in pairs_in_force(row.district_id, UNTIL)


# ---- What the database refuses -----------------------------------------------------------------------


def copy_of(row: Empowerment, **values: Any) -> PowerPeriod:
    found = PowerPeriod.objects.get(empowerment=row, valid_until=None)
    found.pk = None
    for name, value in values.items():
        setattr(found, name, value)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"valid_from": START + DAY},
        {"valid_from": START - DAY, "valid_until": START},
        {"valid_from": START - DAY, "valid_until": START - 2 * DAY},
        {"known_until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        {"bearer": "street", "valid_from": START - 9 * DAY, "valid_until": START - DAY},
    ],
    ids=["into the open one", "on its first day", "backward", "known backward", "another bearer"],
)
def test_the_database_refuses_periods_that_cannot_be(world, values) -> None:
    row = power(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(row, **values).save()


@pytest.mark.django_db
def test_the_days_before_and_what_is_no_longer_known_may_be_told_beside(world) -> None:
    row = power(world)
    copy_of(row, valid_from=START - 9 * DAY, valid_until=START - DAY).save()
    copy_of(row, valid_from=START - 9 * DAY, known_until=clock.now()).save()
    assert PowerPeriod.objects.count() == 3


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=8))
def test_spans_that_meet_or_touch_are_one_and_cover_the_same_days(pairs) -> None:
    spans = [(START + first * DAY, START + (first + length) * DAY) for first, length in pairs]
    found = merged(spans)
    days = {first + n * DAY for first, last in spans for n in range((last - first).days + 1)}
    assert days == {first + n * DAY for first, last in found for n in range((last - first).days + 1)}
    assert all(one[1] + DAY < other[0] for one, other in pairwise(found))
