"""What the matrix needs of seconded people: years in every state, rules, proposals, a personal file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from secondment.choices import CommentAnswer, Side
from secondment.models import (
    Appraisal,
    AppraisalRound,
    AppraisalScheme,
    Person,
    Proposal,
    SchemeComment,
    Secondment,
    StreetOpinion,
)
from secondment.proposals import steps as proposals
from secondment.rounds import steps as rounds
from secondment.schemes import steps as schemes
from secondment.services import corrections, opinions
from tests.secondment.appraisal.kit import complete, form_of, person, scheme_in_force, score, serve
from tests.world import PASSWORD
from xianan.core import clock
from xianan.policy.models import PolicyVersion

if TYPE_CHECKING:
    from tests.permissions.builder import Unit
    from tests.world import World

STATES = ("draft", "street", "department", "both")
"""How far the form of this year is: nobody, the street alone, the department alone, both submitted."""


@dataclass
class Staff:
    """The people of one unit and what hangs on them."""

    people: dict[str, Person] = field(default_factory=dict)
    services: dict[str, Secondment] = field(default_factory=dict)
    forms: dict[str, Appraisal] = field(default_factory=dict)
    """This year's by state; closed: of a closed year; correction: signed off, to be finished."""
    proposals: dict[str, Proposal] = field(default_factory=dict)
    opinion: StreetOpinion | None = None


@dataclass
class Appraisals:
    """Rules and years of the district, and each unit's people by its mark."""

    enforced: AppraisalScheme
    consulting: AppraisalScheme
    draft: AppraisalScheme
    comment: SchemeComment
    open: AppraisalRound
    ready: AppraisalRound
    """Every form is signed off."""
    closed: AppraisalRound
    free: int
    """A year that has not been started."""
    staff: dict[str, Staff]


def build(world: World, units: tuple[Unit, ...]) -> Appraisals:
    """Build it with services; only people and their services are written as they are."""
    year = clock.today().year
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_from=dt.date(year - 5, 1, 1))
    staff = {unit.mark: Staff() for unit in units}
    for place, unit in enumerate(units):
        own = staff[unit.mark]
        for number, state in enumerate(STATES):
            who = person(
                world,
                f"{unit.mark}甲{number}",
                serial=500 + 100 * place + number,
                organization=unit.department,
            )
            own.people[state] = who
            own.services[state] = serve(
                world, who, street=unit.street, since=dt.date(year - 3, 3, 1), until=dt.date(year + 1, 2, 28)
            )
    enforced = scheme_in_force(world)
    opened: dict[int, AppraisalRound] = {}
    for each in (year - 2, year - 1, year):
        opened[each], _ = rounds.start_round(year=each, actor=world.personnel)
    for each in (year - 2, year - 1):
        for form in opened[each].appraisals.select_related("round"):
            complete(world, form, 80, 80)
    closed = rounds.close_round(opened[year - 2], actor=world.personnel, password=PASSWORD)
    for place, unit in enumerate(units):
        _forms(world, staff[unit.mark], opened[year], closed)
        _proposals(world, unit, staff[unit.mark])
        late = person(world, f"{unit.mark}后", serial=550 + 100 * place, organization=unit.department)
        serve(world, late, street=unit.street, since=dt.date(year, 1, 5), until=dt.date(year + 1, 1, 4))
    consulting = draft_next(world)
    schemes.consult(consulting, actor=world.personnel)
    comment = schemes.comment(
        consulting, organization=world.street, text="加大群众评价分值", actor=world.street_clerk
    )
    schemes.answer_comment(comment, state=CommentAnswer.ADOPTED, answer="", actor=world.personnel)
    return Appraisals(
        enforced,
        consulting,
        draft_next(world),
        comment,
        opened[year],
        opened[year - 1],
        closed,
        year - 3,
        staff,
    )


def draft_next(world: World) -> AppraisalScheme:
    """A draft with the items of the version before."""
    return schemes.create_scheme(title="年度考核细则（修订）", actor=world.personnel)


def _forms(world: World, own: Staff, row: AppraisalRound, closed: AppraisalRound) -> None:
    for state in STATES:
        own.forms[state] = form_of(row, own.people[state])
    score(world, own.forms["street"], Side.STREET, 80)
    score(world, own.forms["department"], Side.DEPARTMENT, 80)
    for side in Side:
        score(world, own.forms["both"], side, 80)
    own.forms["closed"] = form_of(closed, own.people["draft"])
    correction = corrections.correct(
        form_of(closed, own.people["both"]), cause="漏记加分", actor=world.personnel, password=PASSWORD
    )
    own.forms["correction"] = complete(world, correction, 82, 80)


def _proposals(world: World, unit: Unit, own: Staff) -> None:
    clerk, head = world.clerk_of(unit.street), world.head_of(unit.street)
    for state in ("draft", "sent"):
        own.proposals[state] = proposals.draft_proposal(
            secondment=own.services["draft"], kind="commend", text=f"{unit.mark}建议", actor=clerk
        )
    proposals.send_proposal(own.proposals["sent"], actor=head)
    own.opinion = opinions.ask_opinion(
        own.people["street"],
        street=unit.street,
        purpose="提拔考察",
        due_on=clock.today() + dt.timedelta(days=20),
        actor=world.personnel,
    )
