"""What a document said on a day, and what was known of it at a moment (P44)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.history.selectors import timeline
from xianan.policy.in_time import Change, Document, Said, Version
from xianan.policy.models import FormerDays, Parameter, ParameterChange, PolicyVersion
from xianan.policy.selectors import document_in_time, parameters, version_in_force
from xianan.policy.services.versions import add_version, change_parameter, change_version

SignIn = Callable[[Any], Client]
D, DAY = dt.date, dt.timedelta(days=1)
KEY = "trainings_per_quarter"


def asked(document: Document, day: dt.date) -> int:
    """What the document asks on a day on which a version is in force."""
    figures = document.in_force(day)
    assert figures is not None
    return figures.get(KEY, 0)


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), clock.ZONE)


def row_of(version: PolicyVersion) -> Parameter:
    return version.parameters.get(key=KEY)


def next_version(world: Any, start: dt.date, end: dt.date | None = None) -> PolicyVersion:
    return add_version(
        world.policy, actor=world.establishment, title="新方案", reference="", issued_on=start,
        valid_from=start, valid_until=end,
    )  # fmt: skip


def change(row: Parameter, raw: str, world: Any, holds_from: dt.date | None = None) -> Parameter:
    return change_parameter(row, raw=raw, reason="会议", actor=world.establishment, holds_from=holds_from)


# ---- The pure rule -----------------------------------------------------------------------------------

DAYS = st.dates(D(2025, 1, 1), D(2025, 3, 1))


@st.composite
def lives(
    draw: Any,
) -> tuple[list[tuple[dt.date, dt.date | None, int]], list[tuple[int, int, dt.date | None]]]:
    """Versions (first, last, value) and changes in order (version, new value, from which day on)."""
    firsts = draw(st.lists(DAYS, min_size=1, max_size=3, unique=True))
    versions = [
        (first, draw(st.none() | st.dates(first, D(2025, 4, 1))), draw(st.integers(0, 5))) for first in firsts
    ]
    changes = draw(
        st.lists(st.tuples(st.integers(0, len(firsts) - 1), st.integers(0, 5), st.none() | DAYS), max_size=5)
    )
    return versions, changes


@given(lives(), DAYS, st.integers(0, 6))
def test_p44_a_day_is_judged_as_writing_every_day_by_hand_would_have_it(
    life: Any, day: dt.date, known: int
) -> None:
    versions, changes = life
    moment = at(D(2026, 1, 1)) + dt.timedelta(hours=known)
    # By hand: a calendar of every day for each version, overwritten by each change known by the moment.
    calendars = [{D(2024, 12, 1) + DAY * n: value for n in range(200)} for _, _, value in versions]
    for number, (which, new, holds_from) in enumerate(changes):
        if number <= known:
            for one in calendars[which]:
                if holds_from is None or one >= holds_from:
                    calendars[which][one] = new
    valid = [
        n for n, (first, last, _) in enumerate(versions) if first <= day and (last is None or day <= last)
    ]
    expected = calendars[max(valid, key=lambda n: versions[n][0])][day] if valid else None

    said: list[Said] = []
    for which, (_, _, value) in enumerate(versions):
        made, present = [], value
        for number, (other, new, holds_from) in enumerate(changes):
            if other == which:
                made.append(Change(at(D(2026, 1, 1)) + dt.timedelta(hours=number), present, new, holds_from))
                present = new
        said.append(Said(present, tuple(made)))
    document = Document(
        tuple(Version(n, first, last, {KEY: said[n]}) for n, (first, last, _) in enumerate(versions)), moment
    )
    figures = document.in_force(day)
    assert (figures.get(KEY, None) if figures else None) == expected
    assert document.steps(KEY, 1).at(day) == expected


# ---- The rows ----------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_figure_changed_today_was_another_one_yesterday(world: Any) -> None:
    today = clock.today()
    change(row_of(world.policy), "2", world)
    document = document_in_time(world.district, "plan")
    days = (today - DAY, today, today + DAY)
    assert [asked(document, day) for day in days] == [1, 2, 2]
    assert [parameters(world.district, "plan", day)[KEY] for day in days] == [1, 2, 2]
    (kept,) = ParameterChange.objects.all()
    assert (kept.old, kept.new, kept.holds_from) == (1, 2, today)


def test_a_figure_that_was_typed_wrongly_is_corrected_for_the_days_that_it_judged(world: Any) -> None:
    start = world.policy.valid_from
    change(row_of(world.policy), "2", world, holds_from=D(2024, 7, 1))
    change(row_of(world.policy), "3", world, holds_from=start)
    document = document_in_time(world.district, "plan")
    assert {asked(document, day) for day in (start, D(2024, 7, 1), clock.today())} == {3}
    assert timeline(world.policy)[0].changes["起用日期"] == [None, "2024-01-01"]


def test_before_its_version_takes_effect_a_figure_is_changed_for_all_its_days(world: Any) -> None:
    version = next_version(world, clock.today() + 10 * DAY)
    change(row_of(version), "2", world)
    change_version(version, actor=world.establishment, valid_from=clock.today() + DAY)
    document = document_in_time(world.district, "plan")
    assert asked(document, clock.today() + DAY) == 2
    assert asked(document, clock.today()) == 1


@pytest.mark.parametrize("days", [-3000, 1])
def test_a_day_on_which_the_version_does_not_judge_yet_is_refused_with_the_days_that_do(
    world: Any, days: int
) -> None:
    with pytest.raises(DomainError, match="起用日期须在2024年1月1日至") as refusal:
        change(row_of(world.policy), "2", world, holds_from=clock.today() + days * DAY)
    assert refusal.value.field == "holds_from"


def test_between_two_versions_nothing_is_in_force_and_what_has_begun_goes_on(world: Any) -> None:
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_until=D(2025, 3, 31))
    next_version(world, D(2025, 7, 1))
    document = document_in_time(world.district, "plan")
    assert (
        document.in_force(D(2025, 5, 1)) is None
        and version_in_force(world.district, "plan", D(2025, 5, 1)) is None
    )
    assert document.holding(D(2025, 5, 1)).get(KEY, 0) == 1
    assert document.steps(KEY, 1).parts == ((D(2024, 1, 1), 1), (D(2025, 4, 1), None), (D(2025, 7, 1), 1))


def test_what_was_known_of_the_document_at_a_moment_is_never_told_otherwise(world: Any) -> None:
    """Versions that are added, figures and days that are changed leave the answer of before."""
    answers: list[tuple[dt.datetime, list[Any]]] = []
    asked = [D(2025, 6, 30), D(2025, 12, 31), D(2026, 6, 30), D(2026, 12, 31), D(2027, 12, 31)]

    def answer(known: dt.datetime | None) -> list[Any]:
        document = document_in_time(world.district, "plan", known=known)
        return [figures.get(KEY, 0) if (figures := document.in_force(day)) else None for day in asked]

    version: list[PolicyVersion] = []
    acts: list[Callable[[], object]] = [
        lambda: change(row_of(world.policy), "2", world),
        lambda: version.append(next_version(world, D(2026, 12, 1), D(2027, 6, 30))),
        lambda: change(row_of(version[0]), "4", world),
        lambda: change_version(
            version[0], actor=world.establishment, valid_from=D(2026, 6, 1), valid_until=None
        ),
        lambda: change_version(world.policy, actor=world.establishment, valid_until=D(2025, 12, 1)),
        lambda: change(row_of(world.policy), "3", world, holds_from=D(2024, 1, 1)),
    ]
    for number, act in enumerate(acts):
        clock.set_to(at(D(2026, 3, 1) + number * DAY))
        answers.append((clock.now() - dt.timedelta(minutes=1), answer(None)))
        act()
    clock.set_to(at(D(2026, 5, 1)))
    answers.append((clock.now(), answer(None)))
    assert [answer(known) for known, _ in answers] == [told for _, told in answers]
    assert len({tuple(told) for _, told in answers}) == len(acts)
    assert FormerDays.objects.count() == 2


def test_one_query_reads_all_versions_of_both_documents(world: Any, django_assert_num_queries: Any) -> None:
    next_version(world, clock.today() + DAY)
    change(row_of(world.policy), "2", world)
    with django_assert_num_queries(1):
        document_in_time(world.district, "plan")
    with django_assert_num_queries(2):
        document_in_time(world.district, "plan", known=clock.now())


def test_the_example_of_the_documentation_holds(world: Any) -> None:
    quarters = (D(2026, 12, 31), D(2027, 3, 31), D(2027, 6, 30))
    clock.set_to(at(D(2027, 1, 5)))
    change(row_of(world.policy), "2", world)
    clock.set_to(at(D(2027, 3, 1)))
    change(row_of(next_version(world, D(2027, 6, 1))), "3", world)

    def told(known: dt.datetime | None) -> list[int]:
        document = document_in_time(world.district, "plan", known=known)
        return [asked(document, day) for day in quarters]

    assert told(None) == [1, 2, 3]
    assert told(at(D(2027, 2, 1))) == [1, 2, 2]
    assert told(at(D(2027, 1, 1))) == [1, 1, 1]
