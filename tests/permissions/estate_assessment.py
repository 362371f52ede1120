"""The cycles of a unit: its street is assessed, the 经办人 of its department is the team."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from assessment.choices import PracticeState
from assessment.corrections.steps import correct_points
from assessment.cycles import services as cycles
from assessment.cycles import steps as moves
from assessment.cycles.steps import CYCLE
from assessment.models import (
    Correction,
    Cycle,
    CyclePhase,
    Indicator,
    Objection,
    Paper,
    Practice,
    Problem,
    Scheme,
    SelfReport,
    TeamMember,
    Visit,
)
from assessment.objections.steps import raise_objection
from assessment.practices import steps as practices
from assessment.problems import steps as problems
from assessment.problems.services import Found, list_problems
from assessment.reports import steps as reports
from assessment.schemes import steps as schemes
from assessment.selectors.cycles import PLANNED
from assessment.services import (
    papers,
    scores,
    teams,
    visits,
)
from tests.assessment.results.support import change, second
from tests.documents.attachments.papers import pdf
from xianan.core import clock
from xianan.documents.services.attachments import attach

if TYPE_CHECKING:
    from tests.permissions.builder import Unit
    from tests.world import World

YEARS = {"住建": 2030, "城管": 2040}
SCORED = {"住建": 2026, "城管": 2025}
"""The year of the cycle of which measures are read on a day that the reader names."""
STATES = ("prepare", "report", "visits", "scoring", "public", "published")
SETTLED = ("public", "published")
NAMES = {
    "prepare": "筹备",
    "report": "自评",
    "visits": "查看",
    "scoring": "评分",
    "public": "公示",
    "published": "公布",
}


def indicator(code: str, points: int, mode: str, **more: Any) -> dict[str, Any]:
    """Return the values of a sound indicator."""
    return {
        "code": code,
        "name": f"指标{code}",
        "points": points,
        "rule": "缺一项扣 1 分",
        "methods": ["papers"],
        "mode": mode,
        **more,
    }


def days() -> dict[str, tuple[dt.date, dt.date]]:
    today = clock.today()
    return {
        phase.value: (today + dt.timedelta(days=7 * place), today + dt.timedelta(days=7 * place + 6))
        for place, phase in enumerate(PLANNED)
    }


def build(world: World, unit: Unit) -> None:
    """Give a unit a draft scheme and a cycle in each of the states."""
    office = world.establishment
    year = YEARS[unit.mark]
    unit.schemes["draft"] = scheme(world, unit, year, "草稿")
    for place, state in enumerate(STATES, 1):
        of = SCORED[unit.mark] if state == "scoring" else year + place
        made = scheme(world, unit, of, NAMES[state], measured=state not in SETTLED)
        if state == "scoring":
            made.indicators.filter(code="1.3").update(none_due="pending")
        unit.schemes[state] = made
        cycle = cycles.create_cycle(
            year=of,
            title=f"{unit.mark}考核-{NAMES[state]}",
            scheme=made,
            # A second street with the same total, so that there is a tie to settle.
            streets=[unit.street, world.streets[2]] if state in SETTLED else [unit.street],
            actor=office,
        )
        teams.add_leader(cycle, name="陈××", title="副区长", is_chair=True, actor=office)
        teams.add_leader(cycle, name="李××", title="主任", is_chair=False, actor=office)
        (member,) = teams.add_members(cycle, people=[world.clerk_of(unit.department)], actor=office)
        by_hand = Indicator.objects.filter(scheme=made, measure_key="")
        teams.assign_member(member, indicators=list(by_hand), leads=[], actor=office)
        cycles.set_phases(cycle, days=days(), actor=office)
        unit.cycles[state] = cycle
        _on(world, unit, cycle, state)
        cycle.refresh_from_db()


def scheme(world: World, unit: Unit, year: int, word: str, *, measured: bool = True) -> Scheme:
    """Return a scheme of a hundred points: by hand, by deductions, and one that may be by a measure."""
    office = world.establishment
    made = schemes.create_scheme(year=year, title=f"{unit.mark}细则-{word}", actor=office)
    group = schemes.add_group(made, name="组织领导体系", position=1, actor=office)
    schemes.add_group(made, name="其他", position=2, actor=office)
    for values in (
        indicator("1.1", 6000, "hand"),
        indicator("1.2", 3000, "deductions"),
        indicator("1.3", 1000, "ratio", measure_key="letters_signed_street")
        if measured
        else indicator("1.3", 1000, "deductions"),
    ):
        schemes.add_indicator(group, values=values, actor=office)
    return made


def _on(world: World, unit: Unit, cycle: Cycle, state: str) -> None:
    """Take a cycle as far as its state."""
    if state == "prepare":
        return
    office, scorer = world.establishment, world.clerk_of(unit.department)
    moves.start(cycle, actor=office)
    report = SelfReport.objects.get(cycle=cycle, street=unit.street)
    for row in Indicator.objects.filter(scheme=cycle.scheme, measure_key=""):
        reports.fill_entry(
            report,
            indicator=row,
            points=row.points,
            text="已落实",
            revision=0,
            actor=world.clerk_of(unit.street),
        )
    if state == "report":
        return
    reports.submit_report(report, actor=world.head_of(unit.street))
    if state in SETTLED:
        _settle(world, unit, cycle, state)
        return
    for step in ("to_papers", "to_visits"):
        CYCLE.steps[step](cycle, actor=office)
    if state == "visits":
        return
    moves.to_scoring(cycle, actor=office)
    hand = Indicator.objects.get(scheme=cycle.scheme, code="1.1")
    scores.save_score(
        cycle, street=unit.street, indicator=hand, sheet=scores.Sheet(points=6000), revision=0, actor=scorer
    )
    visits.record_visit(
        cycle,
        street=unit.street,
        visited_on=clock.today(),
        place="便民服务大厅",
        people="考核组",
        findings="窗口已设置",
        actor=scorer,
    )


def _settle(world: World, unit: Unit, cycle: Cycle, state: str) -> None:
    """Take a cycle with two streets of one total to publicity, with an objection open, or to publication."""
    office, scorer = world.establishment, world.clerk_of(unit.department)
    for step in ("to_papers", "to_visits"):
        CYCLE.steps[step](cycle, actor=office)
    moves.to_scoring_without(cycle, reason="街道受灾", actor=office)
    for row in Indicator.objects.filter(scheme=cycle.scheme):
        for street in (unit.street, world.streets[2]):
            points = 5900 if state == "published" and street == unit.street else 6000
            sheet = scores.Sheet(points=points if row.mode == "hand" else None, note="有欠缺")
            scores.save_score(
                cycle, street=street, indicator=row, sheet=sheet, revision=0, actor=scorer, done=True
            )
    moves.to_leading(cycle, actor=office)
    if state == "public":
        cycles.settle_tie(
            cycle, points=10000, order=None, reason="同等情况", decided_on=clock.today(), actor=office
        )
    moves.to_publicity(cycle, actor=office)
    cycle.refresh_from_db()
    if state == "public":
        row = Indicator.objects.get(scheme=cycle.scheme, code="1.2")
        raise_objection(
            cycle, street=unit.street, indicator=row, text="有异议", actor=world.head_of(unit.street)
        )
        # One entered by each of the two of the office: one to confirm, one to take back.
        for street, person in ((unit.street, second(world)), (world.streets[2], office)):
            correct_points(
                cycle,
                street=street,
                indicator=Indicator.objects.get(scheme=cycle.scheme, code="1.3"),
                change=change(after=9_00),
                reason="核对有误",
                actor=person,
            )
        return
    yesterday = clock.today() - dt.timedelta(days=1)
    CyclePhase.objects.filter(cycle=cycle, phase="publicity").update(starts_on=yesterday, ends_on=yesterday)
    moves.publish(cycle, actor=office)
    cycle.refresh_from_db()
    _after(world, unit, cycle)


def _after(world: World, unit: Unit, cycle: Cycle) -> None:
    """An open problem with its measure, one handed in to the department, practices on their way, papers."""
    office, clerk, head = world.establishment, world.clerk_of(unit.street), world.head_of(unit.street)
    row = Indicator.objects.get(scheme=cycle.scheme, code="1.2")
    for text in ("待整改", "待验收"):
        (made,) = list_problems(
            cycle,
            found=[Found(unit.street, row, text, 100)],
            demand="限期整改",
            due_on=clock.today() + dt.timedelta(days=30),
            checker=unit.department,
            actor=office,
        )
        made = problems.plan_measure(made, owner="张×", measure="补办", actor=clerk)
        attach(made, "material", data=pdf(), filename="台账.pdf", actor=clerk)
        if text == "待验收":
            problems.hand_in(made, answer="已补办", actor=clerk)
    words = {"background": "背景", "actions": "做法", "effects": "成效"}
    for state in (PracticeState.DRAFT, PracticeState.SUBMITTED, PracticeState.PUBLISHED):
        practice = practices.draft_practice(
            unit.street, year=cycle.year, title=f"{unit.mark}做法{state.label}", actor=clerk, **words
        )
        if state != PracticeState.DRAFT:
            practice = practices.submit_practice(practice, actor=head)
        if state == PracticeState.PUBLISHED:
            practices.publish_practice(practice, actor=office)
    papers.write_papers(cycle, actor=office)


def problem(unit: Unit, state: str) -> Problem:
    return Problem.objects.get(cycle=unit.cycles["published"], state=state)


def practice(unit: Unit, state: str) -> Practice:
    return Practice.objects.get(street=unit.street, state=state)


def paper(unit: Unit, kind: str) -> Paper:
    return Paper.objects.get(cycle=unit.cycles["published"], kind=kind)


def objection(unit: Unit) -> Objection:
    return Objection.objects.get(cycle=unit.cycles["public"])


def correction(unit: Unit, *, own: bool = False) -> Correction:
    """The one that waits for the office's person of the matrix, or the one that person entered."""
    found = Correction.objects.filter(cycle=unit.cycles["public"])
    return found.exclude(street=unit.street).get() if own else found.get(street=unit.street)


def member(unit: Unit, state: str) -> TeamMember:
    return TeamMember.objects.get(cycle=unit.cycles[state])


def report(unit: Unit, state: str) -> SelfReport:
    return SelfReport.objects.get(cycle=unit.cycles[state])


def visit(unit: Unit) -> Visit:
    return Visit.objects.get(cycle=unit.cycles["scoring"])
