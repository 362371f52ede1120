"""Self-reports to be written and submitted, cells to be scored, cycles to be moved on, results to be published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, todo_lines

from ..choices import CorrectionState, ObjectionState, PaperState, Phase, ReportState, ScoreState
from ..models import (
    Assignment,
    Correction,
    Cycle,
    CyclePhase,
    CycleStreet,
    Objection,
    Paper,
    Score,
    SelfReport,
    TeamMember,
)
from ..selectors import cycles


@todo_lines.fill
def report_todos(scope: Scope) -> Iterator[Todo]:
    """Reports of the own street that are not submitted; the head is asked to submit. One query."""
    filling = scope.organization_ids("fill_self_report")
    if not filling:
        return
    heads = scope.organization_ids("submit_self_report")
    rows = SelfReport.objects.filter(
        street__in=filling, state=ReportState.DRAFT, cycle__phase__in=cycles.FILLING
    ).select_related("cycle", "street")
    for row in rows:
        head = row.street_id in heads
        yield Todo(
            f"{row.cycle}：{row.street}自评",
            reverse("assessment:report", args=[row.cycle_id, row.pk]),
            "核对并提交自评" if head else "填报自评",
            "已退回，须重新提交" if row.returned_reason else "",
            row.due_on,
        )


@todo_lines.fill
def cycle_todos(scope: Scope) -> Iterator[Todo]:
    """What a cycle waits for: a member's cells, and of 区委编办 its next step, answers and papers. One query."""
    user = scope.person_id
    manages = scope.whole_district("manage_cycle")
    member = TeamMember.objects.filter(cycle=OuterRef("pk"), user_id=user)
    mine = Q(Exists(member), phase=Phase.SCORING)
    rows = Cycle.objects.filter(mine | Q(district_id=scope.district_id) if manages else mine)
    own = {"cycle": OuterRef("pk"), "member__user_id": user}
    # Of indicators assigned now: what was scored before a change of the team does not count.
    still = Assignment.objects.filter(
        cycle=OuterRef("cycle"), member=OuterRef("member"), indicator=OuterRef("indicator")
    )
    done = Score.objects.filter(Exists(still), **own, state=ScoreState.DONE)
    here = {"cycle": OuterRef("pk")}
    due = CyclePhase.objects.filter(**here, phase=OuterRef("phase")).values("ends_on")[:1]
    rows = rows.annotate(
        due=Subquery(due),
        assigned=_count(Assignment.objects.filter(**own)),
        places=_count(CycleStreet.objects.filter(**here)),
        done=_count(done),
        owing=_count(SelfReport.objects.filter(**here, state=ReportState.DRAFT)),
        waiting=_count(_unanswered(here)),
        unchecked=_count(_to_check(here, scope)),
        corrected=_count(Correction.objects.filter(**here, state=CorrectionState.STANDING, version=None)),
        written=_count(Paper.objects.filter(**here)),
        drafts=_count(Paper.objects.filter(**here, state=PaperState.DRAFT)),
    )
    for row in rows.order_by(F("due").asc(nulls_last=True), "pk"):
        left = row.assigned * row.places - row.done
        if row.phase == Phase.SCORING and left > 0:
            yield Todo(
                f"{row.title}：评分",
                reverse("assessment:scoring", args=[row.pk]),
                "评定分给您的指标",
                f"还差 {left} 格",
                row.due,
                left,
            )
        if manages and row.district_id == scope.district_id:
            yield from _office(row)


def _unanswered(here: dict[str, Any]) -> QuerySet[Objection]:
    """Objections to be answered; one whose correction waits for a second person has its answer."""
    pending = Correction.objects.filter(objection=OuterRef("pk"), state=CorrectionState.PENDING)
    return Objection.objects.filter(~Exists(pending), **here, state=ObjectionState.OPEN)


def _to_check(here: dict[str, Any], scope: Scope) -> QuerySet[Correction]:
    """Corrections that wait for a second person, without those that this natural person entered."""
    pending = Correction.objects.filter(**here, state=CorrectionState.PENDING)
    return pending.exclude(made_by__in=scope.same_accounts())


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("cycle").annotate(all=Count("pk")).values("all")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _office(row: Any) -> Iterator[Todo]:
    """What a cycle waits for at 区委编办."""
    result = reverse("assessment:result", args=[row.pk])
    if row.unchecked:
        yield Todo(row.title, result, "复核得分更正", f"{row.unchecked} 项更正待复核")
    if row.phase == Phase.PREPARING:
        yield Todo(
            row.title, reverse("assessment:cycle-arrange", args=[row.pk]), "安排并启动考核", "", row.due
        )
    elif row.phase in cycles.FILLING:
        note = f"{row.owing} 个街道未提交自评" if row.owing else ""
        words = f"组织{row.get_phase_display()}"
        yield Todo(row.title, reverse("assessment:cycle", args=[row.pk]), words, note, row.due)
    elif row.phase == Phase.LEADING:
        yield Todo(row.title, result, "报领导小组审定，开始公示", "", row.due)
    elif row.phase == Phase.PUBLICITY:
        yield from _publicity(row, result, row.due)
    else:
        if row.corrected:
            yield Todo(row.title, result, "公布更正后的结果", "公布之后有更正")
        papers = reverse("assessment:papers", args=[row.pk])
        if row.drafts:
            yield Todo(row.title, papers, "核对并签发考核文书", f"{row.drafts} 份待签发")
        elif not row.written and row.phase == Phase.PUBLISHED:
            yield Todo(row.title, papers, "拟制考核文书")


def _publicity(row: Any, result: str, due: dt.date | None) -> Iterator[Todo]:
    if row.waiting:
        yield Todo(row.title, result, "答复申诉", f"{row.waiting} 项申诉待答复", due)
    elif due is not None and due < clock.today():
        yield Todo(row.title, result, "公布考核结果", f"公示已于{chinese_date(due)}期满", due)
