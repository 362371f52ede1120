"""What the tests of the assessment share: a small scheme, a cycle taken as far as wanted, and its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model

from assessment.cycles import services as cycles
from assessment.cycles.steps import CYCLE
from assessment.models import Cycle, Indicator, Scheme, SelfReport, TeamMember
from assessment.reports import steps as reports
from assessment.schemes import steps as schemes
from assessment.selectors.cycles import PLANNED, assigned
from assessment.services import teams
from tests.prepared import prepared
from xianan.organizations.models import Organization, User

START = dt.date(2026, 11, 2)
"""The day from which phases are planned, a week each."""
HAND = ("1.1", 40_00, "hand", {})
DEDUCTED = ("1.2", 20_00, "deductions", {})
RATIO = ("2.1", 30_00, "ratio", {"measure_key": "letters_signed_street", "with_deductions": True})
COUNT = ("2.2", 10_00, "count", {"measure_key": "transition_completed_street", "per_count": 50})
ROWS = (HAND, DEDUCTED, RATIO, COUNT)
T = TypeVar("T")
STEPS = ("start", "to_papers", "to_visits", "to_scoring")


def values(code: str, points: int, mode: str, **more: Any) -> dict[str, Any]:
    """Return whole and sound values of an indicator; points in hundredths."""
    return {
        "code": code,
        "name": f"指标{code}",
        "points": points,
        "rule": "缺一项扣 1 分",
        "methods": ["papers"],
        "mode": mode,
        **more,
    }


def kept(world: Any, build: Callable[..., T], **arguments: Any) -> T:
    """Return what a preparation makes of these arguments: built, or put back where they are plain or rows."""
    try:
        name = (build.__qualname__, *((key, _plain(value)) for key, value in sorted(arguments.items())))
    except TypeError:
        return build(world, **arguments)
    return prepared(name, lambda: build(world, **arguments), world)


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value._meta.label, value.pk
    if isinstance(value, Mapping):
        return tuple((key, _plain(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    if value is None or isinstance(value, str | int | dt.date):
        return value
    raise TypeError(value)


def scheme(
    world: Any, rows: Iterable[tuple[str, int, str, dict[str, Any]]] = ROWS, *, year: int = 2026
) -> Scheme:
    """A draft scheme; the first digit of a code names the group."""
    return kept(world, _scheme, rows=list(rows), year=year)


def _scheme(world: Any, rows: Iterable[tuple[str, int, str, dict[str, Any]]], year: int) -> Scheme:
    made = schemes.create_scheme(year=year, title=f"{year}年度考评细则", actor=world.establishment)
    groups: dict[str, Any] = {}
    for code, points, mode, more in rows:
        name = code.split(".")[0]
        if name not in groups:
            groups[name] = schemes.add_group(
                made, name=f"项目{name}", position=int(name), actor=world.establishment
            )
        schemes.add_indicator(
            groups[name], values=values(code, points, mode, **more), actor=world.establishment
        )
    return made


def days(start: dt.date = START) -> dict[str, tuple[dt.date, dt.date]]:
    """A week for each phase, one after the other."""
    return {
        phase.value: (start + dt.timedelta(days=7 * n), start + dt.timedelta(days=7 * n + 6))
        for n, phase in enumerate(PLANNED)
    }


def cycle(
    world: Any,
    until: str = "",
    *,
    made: Scheme | None = None,
    scorers: Sequence[User] | None = None,
    streets: Sequence[Organization] | None = None,
    **more: Any,
) -> Cycle:
    """A cycle arranged and taken through the steps up to ``until``; every scorer has every indicator."""
    made = made or scheme(world)
    return kept(world, _cycle, until=until, made=made, scorers=scorers, streets=streets, **more)


def _cycle(
    world: Any,
    until: str,
    made: Scheme,
    scorers: Sequence[User] | None,
    streets: Sequence[Organization] | None,
    **more: Any,
) -> Cycle:
    office = world.establishment
    row = cycles.create_cycle(
        year=2026, title="2026年度考核", scheme=made, streets=streets, actor=office, **more
    )
    teams.add_leader(row, name="陈××", title="副区长", is_chair=True, actor=office)
    people = list(scorers or [world.clerk])
    teams.add_members(row, people=people, actor=office)
    every = [each.indicator for each in assigned(row)]
    for member in TeamMember.objects.filter(cycle=row):
        teams.assign_member(member, indicators=every, leads=[], actor=office)
    cycles.set_phases(row, days=days(), actor=office)
    if until:
        for step in STEPS[: STEPS.index(until) + 1]:
            if step == "to_papers":
                report_all(world, row)
            row = CYCLE.steps[step](row, actor=office)
    return row


def indicator(row: Cycle, code: str) -> Indicator:
    return Indicator.objects.get(scheme=row.scheme_id, code=code)


def report(row: Cycle, street: Organization) -> SelfReport:
    return SelfReport.objects.get(cycle=row, street=street)


def fill(world: Any, row: Cycle, street: Organization, *, but: Sequence[str] = ()) -> SelfReport:
    """Fill in a street's report but for some codes."""
    found = report(row, street)
    actor = _person(world, street, "street_clerk")
    for each in Indicator.objects.filter(
        scheme=row.scheme_id, mode__in=("hand", "deductions"), kind="normal"
    ):
        if each.code not in but:
            reports.fill_entry(
                found, indicator=each, points=each.points, text="已落实", revision=0, actor=actor
            )
    return found


def report_all(world: Any, row: Cycle) -> None:
    """Have every street submit a full report."""
    for each in SelfReport.objects.filter(cycle=row).select_related("street"):
        fill(world, row, each.street)
        reports.submit_report(each, actor=_person(world, each.street, "street_head"))


def _person(world: Any, street: Organization, role: str) -> User:
    """Somebody who holds a role in a street; made where the world has nobody."""
    found = User.objects.filter(assignments__organization=street, assignments__role=role).first()
    return found or world.person(f"{role}-{street.pk}", street, role)
