"""待办 as the nouns say it: a line for each row that waits for a step the person may take."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value

from xianan.acts.asks import words_of
from xianan.acts.nouns import Noun, nouns
from xianan.acts.steps import Step
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, Wait, todo_lines

SHOWN = 10
"""Lines of one step; what is beyond stands in one that leads to the list."""


@todo_lines.fill
def lines(scope: Scope) -> Iterator[Todo]:
    """Yield what waits for the person: one query to count, and one for each step that any row waits for."""
    said = [
        (noun, step, step.waits, noun.waiting(scope, step.name))
        for noun in nouns()
        for step in noun.steps.values()
        if step.waits is not None and scope.holds(step.right)
    ]
    counts = _counts([rows for *_, rows in said])
    for place, (noun, step, wait, rows) in enumerate(said):
        if count := counts.get(place, 0):
            yield from _lines(noun, step, wait, rows, count)


def _counts(queues: list[QuerySet[Any]]) -> dict[int, int]:
    if not queues:
        return {}
    first, *rest = [
        rows.order_by()
        .annotate(queue=Value(place, IntegerField()))
        .values("queue")
        .annotate(waiting=Count("pk"))
        .values_list("queue", "waiting")
        for place, rows in enumerate(queues)
    ]
    return dict(first.union(*rest, all=True) if rest else first)


def _lines(
    noun: Noun[Any], step: Step[Any, Any], wait: Wait, rows: QuerySet[Any], count: int
) -> Iterator[Todo]:
    order = [wait.due] if wait.due else []
    for row in wait.reads(rows.select_related(*noun.joins)).order_by(*order, "pk")[:SHOWN]:
        yield Todo(
            words_of(wait.title, row) or noun.names(row),
            noun.url(row),
            words_of(wait.action, row),
            words_of(wait.context, row),
            attrgetter(wait.due.replace("__", "."))(row) if wait.due else None,
        )
    if count > SHOWN:
        yield Todo(
            f"其余待办理的{noun.label}", noun.list_url, step.label, f"{count - SHOWN} 件", count=count - SHOWN
        )
