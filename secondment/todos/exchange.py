"""What of upward study and guidance waits for a person: arrivals to confirm, reports to give (P10)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from secondment.exchanges.steps import EXCHANGE
from secondment.selectors import exchanges
from xianan.core import clock
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, todo_lines


@todo_lines.fill
def exchange_todos(scope: Scope) -> Iterator[Todo]:
    """Reports the own organization owes, and people whose arrival it has to confirm."""
    own = scope.organization_ids("register_exchange")
    if not own:
        return
    wanted = (exchanges.to_report() & exchanges.sent_by(own)) | (
        exchanges.to_confirm() & exchanges.received_by(own)
    )
    today = clock.today()
    for row in EXCHANGE.visible(scope).filter(wanted).order_by("report_by", "pk"):
        reports = row.sender_id in own and row.ends_on < today
        yield Todo(
            f"{row.name}{row.get_kind_display()}（{row.sender}→{row.receiver}）",
            reverse("secondment:exchange", args=[row.pk]),
            "填报总结" if reports else "确认到岗",
            "",
            row.report_by if reports else None,
        )
