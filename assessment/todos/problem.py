"""Problems to put right and to judge (P40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q

from xianan.organizations.choices import Duty
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, todo_lines

from ..choices import ProblemState
from ..models import Problem
from ..problems.steps import PROBLEM


@todo_lines.fill
def problem_todos(scope: Scope) -> Iterator[Todo]:
    """Problems that wait for a person: open ones of the own street, and what was handed in to the own unit to judge."""
    own, checked = scope.organization_ids("correct_problem"), scope.organization_ids("check_problem")
    handed = Q(checker__in=checked)
    if scope.whole_district("check_problem"):
        handed = Q(district=scope.district_id, checker__duty=Duty.ESTABLISHMENT)
    elif not own and not checked:
        return
    rows = Problem.objects.filter(
        Q(state=ProblemState.OPEN, street__in=own) | Q(handed, state=ProblemState.HANDED)
    )
    for row in rows.select_related("street", "indicator"):
        yield Todo(f"{row.indicator.code} {row.text}"[:60], PROBLEM.url(row), *_what(row))


def _what(row: Problem) -> tuple[str, str, dt.date | None]:
    if row.state == ProblemState.HANDED:
        return "验收整改", str(row.street), None
    if not row.measure:
        return "填写责任人和整改措施", "考核发现的问题", row.due_on
    return "整改并提交材料", "已退回，须重新整改" if row.verdict else "考核发现的问题", row.due_on
