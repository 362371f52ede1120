"""What this app adds to the frame."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count as Rows
from django.db.models import Q
from django.http import HttpRequest

from xianan.core import clock
from xianan.organizations.scope import Scope
from xianan.ui.menu import Count, MenuEntry, Tool, register_counts, register_menu, register_tool

from .rules import SOON

register_menu(
    MenuEntry("", "期限", "deadlines:list", "calendar", ("view_deadlines",), order=5),
    MenuEntry("系统", "工作日历", "deadlines:calendar", "calendar", ("edit_calendar",), order=925),
)
register_tool(Tool("通知", "deadlines:notices", "bell", order=10))


@register_counts
def numbers(request: HttpRequest) -> dict[str, Count]:
    """Dates that are near or past, red when one is past, and unread notices; two queries."""
    from .selectors import unread_count, visible

    scope: Scope = request.scope  # type: ignore[attr-defined]
    found: dict[str, Count] = {}
    unread = unread_count(scope.user.pk or 0)
    if unread:
        found["deadlines:notices"] = unread
    if scope.holds("view_deadlines"):
        today = clock.today()
        near = visible(scope).filter(due_on__lte=today + dt.timedelta(days=SOON))
        counted = near.aggregate(near=Rows("pk"), late=Rows("pk", filter=Q(due_on__lt=today)))
        found["deadlines:list"] = (counted["near"], "red" if counted["late"] else "")
    return found


# ---- Work plans, orders and circulars ----------------------------------------------------------------

_SECTION = "督导与监督"

register_menu(
    MenuEntry(_SECTION, "工作计划", "deadlines:plans", "form", ("view_plan",), order=10),
    MenuEntry(_SECTION, "督办与通报", "deadlines:orders", "flag", ("view_order",), order=20),
    MenuEntry(_SECTION, "逾期事项", "deadlines:overdue", "alert", ("issue_order",), order=21),
    MenuEntry(_SECTION, "问责登记", "deadlines:accountabilities", "shield", ("view_order",), order=30),
)
