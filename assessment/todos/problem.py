"""Problems to put right and to judge, practices to send in and to publish (P40)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from xianan.organizations.choices import Duty
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, register_todos

from ..choices import PracticeState, ProblemState
from ..models import Practice, Problem


@register_todos
def problem_todos(scope: Scope) -> Iterator[Todo]:
    """Open problems of the own street, and what was handed in to the own unit to judge. One query."""
    own = scope.organization_ids("correct_problem")
    may = Q(state=ProblemState.OPEN, street__in=own)
    if scope.whole_district("check_problem"):
        may |= Q(state=ProblemState.HANDED, district=scope.district_id, checker__duty=Duty.ESTABLISHMENT)
    else:
        checked = scope.organization_ids("check_problem")
        if not own and not checked:
            return
        may |= Q(state=ProblemState.HANDED, checker__in=checked)
    for row in Problem.objects.filter(may).select_related("indicator", "street"):
        address = reverse("assessment:problem", args=[row.pk])
        title = f"{row.indicator.code} {row.text}"[:60]
        if row.state == ProblemState.HANDED:
            yield Todo(title, address, "验收整改", str(row.street))
        elif not row.measure:
            yield Todo(title, address, "填写责任人和整改措施", "考核发现的问题", row.due_on)
        else:
            note = "已退回，须重新整改" if row.verdict else "考核发现的问题"
            yield Todo(title, address, "整改并提交材料", note, row.due_on)


@register_todos
def practice_todos(scope: Scope) -> Iterator[Todo]:
    """Drafts for the head to send in, and for 区委编办 what was sent in. One query."""
    heads = scope.organization_ids("send_practice")
    publishes = scope.whole_district("publish_practice")
    if not heads and not publishes:
        return
    may = Q(state=PracticeState.DRAFT, street__in=heads)
    if publishes:
        may |= Q(state=PracticeState.SUBMITTED, district=scope.district_id)
    for row in Practice.objects.filter(may).select_related("street"):
        sent = row.state == PracticeState.SUBMITTED
        yield Todo(
            f"经验做法：{row.title}",
            reverse("assessment:practice", args=[row.pk]),
            "审核发布" if sent else "核对并报送",
            str(row.street) if sent else "",
        )
