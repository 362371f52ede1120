"""Problems listed in bulk, and what becomes of them when points are put right (P40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from assessment import snapshot as shot
from assessment.choices import Phase, ProblemState
from assessment.models import Correction, Cycle, Deduction, Indicator
from assessment.problems.model import Problem
from assessment.problems.steps import CHECK, PROBLEM, RECTIFICATION, due, refuse_date, short, tell
from assessment.rules.costs import lost, told
from assessment.rules.points import show_points
from assessment.selectors import cycles
from assessment.selectors.problems import checkers
from assessment.services.common import check_cell, words
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify_organizations
from xianan.deadlines.services.opening import open_many
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of


@dataclass(frozen=True, slots=True)
class Found:
    """A problem to be put on the list; ``points`` are the hundredths it cost."""

    street: Organization
    indicator: Indicator
    text: str
    points: int = 0
    deduction: Deduction | None = None


@transaction.atomic
def list_problems(
    cycle: Cycle,
    *,
    found: Sequence[Found],
    demand: str,
    due_on: dt.date,
    checker: Organization,
    actor: User,
) -> list[Problem]:
    """Put problems on the list of a published cycle and tell each street, all or none (P40).

    Errors: not_allowed, wrong_state, nothing, required and too_long (fields demand, text), past and far
    (field due_on), checker (field checker), other_scheme, other_street, ceased, twice.
    """
    scope_of(actor).require("manage_cycle", cycle, label="组织年度考核")
    fresh = lock(cycle)
    if fresh.phase not in cycles.PUBLISHED:
        raise DomainError(
            "wrong_state", f"年度考核现在是“{Phase(fresh.phase).label}”，结果公布后方可列入整改清单。"
        )
    if not found:
        raise DomainError("nothing", "没有勾选问题。")
    demand = words(demand, "demand", "整改要求", 500)
    refuse_date(due_on)
    if not checkers(fresh.district_id).filter(pk=checker.pk).exists():
        raise DomainError("checker", "验收单位须是本区的部门或者考评办事机构。", field="checker")
    listed = set(Problem.objects.filter(cycle=fresh).values_list("deduction_id", flat=True))
    rows = []
    for each in found:
        check_cell(fresh, each.street, each.indicator)
        if not each.street.is_active:
            raise DomainError("ceased", f"{each.street}已撤销，不再列入整改清单。", field="street")
        if each.deduction is not None and each.deduction.pk in listed:
            raise DomainError("twice", f"“{each.text}”刚由他人列入整改清单，刷新页面查看。")
        rows.append(
            Problem(
                district_id=fresh.district_id,
                cycle=fresh,
                street=each.street,
                indicator=each.indicator,
                deduction=each.deduction,
                points=each.points,
                text=words(each.text, "text", "问题", 500),
                demand=demand,
                checker=checker,
                due_on=due_on,
                created_by=actor,
            )
        )
    made = Problem.objects.bulk_create(rows)
    open_many(RECTIFICATION, [due(row) for row in made])
    for row in made:
        record(
            row,
            "problem.listed",
            "列入整改清单",
            actor=actor,
            organization=row.street,
            changes={"整改时限": (None, due_on)},
        )
    for street in {row.street for row in made}:
        own_rows = [row for row in made if row.street_id == street.pk]
        notify_organizations(
            [street.pk],
            district_id=fresh.district_id,
            kind=NoticeKind.WORK,
            title=f"{fresh}：{len(own_rows)} 个问题须整改",
            text=f"{chinese_date(due_on)}前整改并提交材料。{demand}"[:300],
            url=PROBLEM.list_url,
            sender=actor,
        )
    return made


@transaction.atomic
def follow_correction(
    correction: Correction, *, before: shot.Snapshot, after: shot.Snapshot, actor: User
) -> None:
    """Let the problems of a street follow a correction, in the transaction that confirms it.

    What was listed from an event that is struck out is withdrawn, from one that is lowered or costs
    something else now is changed; what is closed stays closed with a note. The street is told.
    """
    street = correction.street_id
    rows = (
        Problem.objects.select_for_update(of=("self",))
        .filter(cycle=correction.cycle_id, street=street)
        .exclude(state=ProblemState.WITHDRAWN)
    )
    for row in rows:
        was, now = (snapshot.street(street).cell(row.indicator_id) for snapshot in (before, after))
        if was != now:
            left = _left_of(row, after.indicator(row.indicator_id), was, now)
            if left != (row.points, row.text):
                _follow(row, *left, correction.reason, actor)


def _left_of(
    row: Problem, what: shot.IndicatorLine, was: shot.CellLine, now: shot.CellLine
) -> tuple[int | None, str]:
    """Return what a problem costs now, None where nothing of it stands, and its words."""
    if row.deduction_id is None:
        # Without points it was found otherwise, such as on a visit: none hang on it.
        by_hand = row.points and row.points == lost(what, was)
        return (lost(what, now) or None, row.text) if by_hand else (row.points, row.text)
    mine = next((each for each in told(what, now) if row.deduction_id in each.alike), None)
    old = next((event for event in was.deductions if event.pk == row.deduction_id), None)
    if mine is None:
        # What was gone before this correction is none of its matters.
        return (row.points if old is None else None), row.text
    return mine.cost, mine.event.cause if old is not None and row.text == old.cause else row.text


def _follow(row: Problem, costs: int | None, text: str, reason: str, actor: User) -> None:
    """``costs`` None: nothing of it stands."""
    if costs is None:
        said = "扣分已更正撤销"
    elif costs != row.points:
        said = f"扣分由{show_points(row.points)}分更正为{show_points(costs)}分"
    else:
        said = "扣分原因已更正"
    note = f"{said}：{reason}"[:500]
    changes: dict[str, tuple[str | None, str | None]] = {"更正说明": (row.correction_note or None, note)}
    closed, withdrawn = row.state == ProblemState.CLOSED, costs is None
    row.correction_note = note
    fields = ["correction_note"]
    if withdrawn and not closed:
        changes["状态"] = (str(row.get_state_display()), ProblemState.WITHDRAWN.label)
        row.state, row.verdict = ProblemState.WITHDRAWN, note
        fields += ["state", "verdict"]
        close(RECTIFICATION, [row], outcome="withdrawn")
        close(CHECK, [row], outcome="withdrawn")
    elif costs is not None:
        if costs != row.points:
            changes["扣分"] = (f"{show_points(row.points)} 分", f"{show_points(costs)} 分")
        if text != row.text:
            changes["问题"] = (row.text, text)
        row.points, row.text = costs, text
        fields += ["points", "text"]
    row.save(update_fields=fields)
    title = "问题已撤销" if withdrawn and not closed else "问题的扣分已更正"
    tell(row, row.street_id, f"{title}：{short(row)}", note, actor)
    if withdrawn and not closed and row.handed_at is not None:
        tell(row, row.checker_id, f"{title}，不再验收：{short(row)}", note, actor)
    name = "problem.withdrawn" if withdrawn and not closed else "problem.corrected"
    record(row, name, said, actor=actor, organization=row.street, changes=changes, reason=reason)
