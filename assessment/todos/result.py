"""What a result waits for: a decision about a tie, an answer to an objection, publication."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, register_todos

from ..choices import ObjectionState, PaperState, Phase
from ..models import Cycle, CyclePhase, Objection


@register_todos
def result_todos(scope: Scope) -> Iterator[Todo]:
    """For 区委编办: results with the leading group, in publicity, or corrected after publication. One query."""
    if not scope.whole_district("manage_cycle"):
        return
    due = CyclePhase.objects.filter(cycle=OuterRef("pk"), phase=OuterRef("phase")).values("ends_on")[:1]
    rows = (
        Cycle.objects.filter(district_id=scope.district_id)
        .filter(
            Q(phase__in=(Phase.LEADING, Phase.PUBLICITY))
            | Q(phase=Phase.PUBLISHED, corrections__isnull=False, corrections__version=None)
        )
        .annotate(
            due=Subquery(due),
            waiting=Count("objections", filter=Q(objections__state=ObjectionState.OPEN), distinct=True),
        )
        .order_by(F("due").asc(nulls_last=True), "pk")
    )
    today = clock.today()
    for row in rows:
        if row.phase == Phase.LEADING:
            step, note = "报领导小组审定，开始公示", ""
        elif row.phase == Phase.PUBLISHED:
            step, note = "公布更正后的结果", "公布之后有更正"
        elif row.waiting:
            step, note = "答复申诉", f"{row.waiting} 项申诉待答复"
        elif row.due is not None and row.due >= today:
            # Nothing to do before the period is over.
            continue
        else:
            step, note = "公布考核结果", f"公示已于{chinese_date(row.due)}期满" if row.due else ""
        yield Todo(row.title, reverse("assessment:result", args=[row.pk]), step, note, row.due)


@register_todos
def publicity_todos(scope: Scope) -> Iterator[Todo]:
    """For heads of streets: the own points are open to objections until a day. One query."""
    heads = scope.organization_ids("object_to_score")
    if not heads:
        return
    due = CyclePhase.objects.filter(cycle=OuterRef("pk"), phase=Phase.PUBLICITY).values("ends_on")[:1]
    objected = (
        Objection.objects.filter(cycle=OuterRef("pk"), street=OuterRef("objects_assessed__street"))
        .order_by()
        .values("cycle")
        .annotate(all=Count("pk"))
        .values("all")
    )
    rows = (
        Cycle.objects.filter(phase=Phase.PUBLICITY, objects_assessed__street__in=heads)
        .annotate(due=Subquery(due), objected=Subquery(objected))
        .filter(due__gte=clock.today())
        .values("pk", "title", "due", "objected", "objects_assessed__street_id")
    )
    for row in rows:
        yield Todo(
            row["title"],
            reverse("assessment:result-street", args=[row["pk"], row["objects_assessed__street_id"]]),
            "核对公示得分，有异议的申诉",
            f"已申诉 {row['objected']} 项" if row["objected"] else "",
            row["due"],
        )


@register_todos
def paper_todos(scope: Scope) -> Iterator[Todo]:
    """For 区委编办: papers of published results that are not signed off. One query."""
    if not scope.whole_district("manage_cycle"):
        return
    rows = (
        Cycle.objects.filter(district_id=scope.district_id, phase__in=(Phase.PUBLISHED, Phase.ARCHIVED))
        .annotate(drafts=Count("papers", filter=Q(papers__state=PaperState.DRAFT)), written=Count("papers"))
        .filter(Q(drafts__gt=0) | Q(written=0, phase=Phase.PUBLISHED))
    )
    for row in rows:
        words = "核对并签发考核文书" if row.written else "拟制考核文书"
        note = f"{row.drafts} 份待签发" if row.drafts else ""
        yield Todo(row.title, reverse("assessment:papers", args=[row.pk]), words, note)
