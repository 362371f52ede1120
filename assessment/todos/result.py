"""For heads of streets: the own points are open to objections until a day (P40)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse

from xianan.core import clock
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, todo_lines

from ..choices import Phase
from ..models import Cycle, CyclePhase, Objection


@todo_lines.fill
def publicity_todos(scope: Scope) -> Iterator[Todo]:
    """Cycles in publicity in which the own street was assessed. One query."""
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
