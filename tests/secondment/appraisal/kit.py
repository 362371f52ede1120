"""Seconded people and forms in any state, for the tests of appraisal, proposals and personal files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from secondment.choices import EndKind, ReplacementKind, ReplacementState, SecondmentState, Side, Track
from secondment.models import (
    Appraisal,
    AppraisalRound,
    AppraisalScheme,
    AppraisalSide,
    Person,
    Replacement,
    Secondment,
)
from secondment.rounds import steps as rounds
from secondment.schemes import steps as schemes
from secondment.sides import steps as scoring
from tests.world import PASSWORD, World
from xianan.core import clock
from xianan.core.fields import blind_index
from xianan.core.identity import check_digit
from xianan.organizations.models import Organization

STREET_ITEMS = (("服从管理", 3000), ("工作实绩", 4000), ("群众评价", 3000))
DEPARTMENT_ITEMS = (("业务能力", 5000), ("依法行政", 3000), ("廉洁自律", 2000))


def id_number(serial: int, born: dt.date = dt.date(1990, 5, 6)) -> str:
    """Return a faultless invented identity number."""
    body = f"421202{born:%Y%m%d}{serial:03d}"
    return body + check_digit(body)


def person(
    world: World,
    name: str,
    *,
    serial: int,
    organization: Organization | None = None,
    track: str = Track.CIVIL,
) -> Person:
    """A person of a department (housing by default)."""
    number = id_number(serial)
    return Person.objects.create(
        district=world.district,
        organization=organization or world.department,
        name=name,
        id_number=number,
        id_index=blind_index(number),
        born_on=dt.date(1990, 5, 6),
        track=track,
        post="四级主任科员",
    )


def serve(
    world: World,
    who: Person,
    *,
    street: Organization | None = None,
    since: dt.date = dt.date(2026, 1, 5),
    until: dt.date = dt.date(2027, 1, 4),
    ended: dt.date | None = None,
) -> Secondment:
    """A secondment that the street has confirmed; with ``ended`` one that ended early."""
    street = street or world.street
    return Secondment.objects.create(
        district=world.district,
        person=who,
        organization=who.organization,
        street=street,
        state=SecondmentState.ENDED if ended else SecondmentState.SERVING,
        starts_on=since,
        planned_until=until,
        arrived_on=since,
        arrival_confirmed_by=world.clerk_of(street),
        arrival_confirmed_at=clock.now(),
        ended_on=ended,
        end_kind=EndKind.EARLY if ended else "",
        end_reason="工作需要" if ended else "",
        registered_by=world.clerk_of(who.organization),
    )


def replaced(
    world: World, secondment: Secondment, *, kind: str = ReplacementKind.DISOBEDIENCE
) -> Replacement:
    """A completed replacement of a secondment that has ended, with a successor."""
    successor = serve(
        world,
        person(world, "接任者", serial=900 + secondment.pk % 99, organization=secondment.organization),
        street=secondment.street,
        since=dt.date(2026, 10, 1),
        until=dt.date(2027, 9, 30),
    )
    return Replacement.objects.create(
        district=world.district,
        secondment=secondment,
        organization=secondment.organization,
        street=secondment.street,
        kind=kind,
        facts="多次不服从街道工作安排",
        state=ReplacementState.COMPLETED,
        drafted_by=world.clerk_of(secondment.street),
        requested_on=dt.date(2026, 8, 3),
        answer_by=dt.date(2026, 8, 17),
        leave_by=dt.date(2026, 9, 30),
        complete_by=dt.date(2026, 10, 9),
        leaves_on=secondment.ended_on,
        successor_by=dt.date(2026, 10, 9),
        successor=successor,
        completed_on=dt.date(2026, 10, 1),
    )


def draft_scheme(
    world: World, *, street: Any = STREET_ITEMS, department: Any = DEPARTMENT_ITEMS
) -> AppraisalScheme:
    """A draft with these item tables."""
    scheme = schemes.create_scheme(title="下沉人员年度考核细则", actor=world.personnel)
    for side, items in ((Side.STREET, street), (Side.DEPARTMENT, department)):
        for name, points in items:
            schemes.save_item(
                scheme,
                side=side,
                values={"name": name, "standard": f"{name}的评分标准", "points": points},
                actor=world.personnel,
            )
    return scheme


def scheme_in_force(world: World) -> AppraisalScheme:
    """Rules in force."""
    scheme = draft_scheme(world)
    schemes.consult(scheme, actor=world.personnel)
    return schemes.enforce(scheme, actor=world.personnel)


def started(world: World, *people: Person, year: int = 2026) -> AppraisalRound:
    """A year that has been started; people without a secondment serve in the first street."""
    for who in people or (person(world, "张甲", serial=1),):
        if not who.secondments.exists():
            serve(world, who)
    scheme_in_force(world)
    row, _ = rounds.start_round(year=year, actor=world.personnel)
    return row


def form_of(row: AppraisalRound, who: Person | None = None) -> Appraisal:
    """The current form of a person, of the only one by default."""
    rows = row.appraisals.filter(is_current=True).select_related("round", "person")
    return rows.get(person=who) if who is not None else rows.get()


def side_of(form: Appraisal, side: str) -> AppraisalSide:
    return AppraisalSide.objects.select_related("appraisal", "organization").get(appraisal=form, side=side)


def scores_of(form: Appraisal, side: str, percent: int) -> dict[int, int]:
    """Scores of so many percent of each item of a side."""
    return {item.pk: item.points * percent // 100 for item in form.round.scheme.items.filter(side=side)}


def score(
    world: World, form: Appraisal, side: str, percent: int, *, comment: str = "表现良好"
) -> AppraisalSide:
    """Have a side score and submit."""
    row = side_of(form, side)
    clerk = world.clerk_of(row.organization)
    scoring.save_scores(row, scores=scores_of(form, side, percent), comment=comment, actor=clerk)
    return scoring.submit(row, actor=clerk)


def sign(world: World, form: Appraisal, sides: Iterable[str] = (Side.STREET, Side.DEPARTMENT)) -> None:
    """Have the heads sign off sides of a form."""
    for side in sides:
        row = side_of(form, side)
        scoring.sign_sides([row], actor=world.head_of(row.organization), password=PASSWORD)


def complete(world: World, form: Appraisal, street: int, department: int) -> Appraisal:
    """Have both sides score so many percent and sign off."""
    score(world, form, Side.STREET, street)
    score(world, form, Side.DEPARTMENT, department)
    sign(world, form)
    form.refresh_from_db()
    return form


def close(world: World, row: AppraisalRound, **more: Any) -> AppraisalRound:
    return rounds.close_round(row, actor=world.personnel, password=PASSWORD, **more)
