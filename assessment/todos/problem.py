"""Problems to put right and to judge, practices to send in and to publish (P40)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, DateField, Q, Value
from django.urls import reverse

from xianan.organizations.choices import Duty
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, register_todos

from ..choices import PracticeState, ProblemState
from ..models import Practice, Problem

NOTHING = Value("", output_field=CharField())


@register_todos
def after_todos(scope: Scope) -> Iterator[Todo]:
    """Problems and practices that wait for a person; both in one query."""
    problems, practices = _problems(scope), _practices(scope)
    if problems is None and practices is None:
        return
    listed = Problem.objects.filter(problems if problems is not None else Q(pk__in=()))
    sent = Practice.objects.filter(practices if practices is not None else Q(pk__in=()))
    rows = (
        listed.order_by()
        .values_list(
            Value("problem", output_field=CharField()), "pk", "indicator__code", "text", "street__name",
            "state", "measure", "verdict", "due_on",
        )
        .union(
            sent.order_by().values_list(
                Value("practice", output_field=CharField()), "pk", NOTHING, "title", "street__name", "state",
                NOTHING, NOTHING, Value(None, output_field=DateField()),
            ),
            all=True,
        )
    )  # fmt: skip
    for row in rows:
        yield _problem(row) if row[0] == "problem" else _practice(row)


def _problems(scope: Scope) -> Q | None:
    """Open ones of the own street, and what was handed in to the own unit to judge."""
    own = scope.organization_ids("correct_problem")
    found = Q(state=ProblemState.OPEN, street__in=own)
    if scope.whole_district("check_problem"):
        return found | Q(
            state=ProblemState.HANDED, district=scope.district_id, checker__duty=Duty.ESTABLISHMENT
        )
    checked = scope.organization_ids("check_problem")
    if not own and not checked:
        return None
    return found | Q(state=ProblemState.HANDED, checker__in=checked)


def _practices(scope: Scope) -> Q | None:
    """Drafts for the head to send in, and for 区委编办 what was sent in."""
    heads = scope.organization_ids("send_practice")
    found = Q(state=PracticeState.DRAFT, street__in=heads)
    if scope.whole_district("publish_practice"):
        return found | Q(state=PracticeState.SUBMITTED, district=scope.district_id)
    return found if heads else None


def _problem(row: tuple[Any, ...]) -> Todo:
    _, pk, code, text, street, state, measure, verdict, due_on = row
    address = reverse("assessment:problem", args=[pk])
    title = f"{code} {text}"[:60]
    if state == ProblemState.HANDED:
        return Todo(title, address, "验收整改", street)
    if not measure:
        return Todo(title, address, "填写责任人和整改措施", "考核发现的问题", due_on)
    note = "已退回，须重新整改" if verdict else "考核发现的问题"
    return Todo(title, address, "整改并提交材料", note, due_on)


def _practice(row: tuple[Any, ...]) -> Todo:
    _, pk, _, title, street, state, *_ = row
    sent = state == PracticeState.SUBMITTED
    return Todo(
        f"经验做法：{title}",
        reverse("assessment:practice", args=[pk]),
        "审核发布" if sent else "核对并报送",
        street if sent else "",
    )
