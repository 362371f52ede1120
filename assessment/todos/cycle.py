"""Self-reports to be written and submitted, cells to be scored, cycles to be started and moved on."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, register_todos

from ..choices import Phase, ReportState, ScoreState
from ..models import Assignment, Cycle, CyclePhase, CycleStreet, Score, SelfReport
from ..selectors import cycles


@register_todos
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


@register_todos
def scoring_todos(scope: Scope) -> Iterator[Todo]:
    """Cells of a member that are not finished while scores are given. One query."""
    streets = (
        CycleStreet.objects.filter(cycle=OuterRef("cycle"))
        .order_by()
        .values("cycle")
        .annotate(all=Count("pk"))
        .values("all")
    )
    done = (
        Score.objects.filter(
            member=OuterRef("member"), indicator=OuterRef("indicator"), state=ScoreState.DONE
        )
        .order_by()
        .values("member")
        .annotate(all=Count("pk"))
        .values("all")
    )
    due = CyclePhase.objects.filter(cycle=OuterRef("cycle"), phase=Phase.SCORING).values("ends_on")[:1]
    rows = (
        Assignment.objects.filter(member__user_id=scope.user.pk or 0, cycle__phase=Phase.SCORING)
        .annotate(left=Coalesce(Subquery(streets), 0) - Coalesce(Subquery(done), 0), due=Subquery(due))
        .order_by("cycle_id")
        .values("cycle_id", "cycle__title", "left", "due")
    )
    left: dict[int, int] = {}
    first = {}
    for row in rows:
        left[row["cycle_id"]] = left.get(row["cycle_id"], 0) + row["left"]
        first[row["cycle_id"]] = row
    for key, count in left.items():
        if count > 0:
            yield Todo(
                f"{first[key]['cycle__title']}：评分",
                reverse("assessment:scoring", args=[key]),
                "评定分给您的指标",
                f"还差 {count} 格",
                first[key]["due"],
                count,
            )


@register_todos
def office_todos(scope: Scope) -> Iterator[Todo]:
    """For 区委编办: cycles being prepared, and phases whose last day is past. One query."""
    if not scope.whole_district("manage_cycle"):
        return
    due = CyclePhase.objects.filter(cycle=OuterRef("pk"), phase=OuterRef("phase")).values("ends_on")[:1]
    rows = (
        Cycle.objects.filter(district_id=scope.district_id, phase__in=(Phase.PREPARING, *cycles.FILLING))
        .annotate(
            due=Subquery(due),
            owing=Count("self_reports", filter=Q(self_reports__state=ReportState.DRAFT)),
        )
        .order_by(F("due").asc(nulls_last=True))
    )
    for row in rows:
        preparing = row.phase == Phase.PREPARING
        yield Todo(
            row.title,
            reverse("assessment:cycle-arrange" if preparing else "assessment:cycle", args=[row.pk]),
            "安排并启动考核" if preparing else f"组织{row.get_phase_display()}",
            f"{row.owing} 个街道未提交自评" if row.owing else "",
            row.due,
        )
