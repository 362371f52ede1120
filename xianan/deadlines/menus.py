"""What this app adds to the frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q

from xianan.core import clock
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.menu import Badge, MenuEntry, Tool, register_badges, register_menu, register_tool

from .rules import SOON

register_menu(
    MenuEntry("", "期限", "deadlines:list", "calendar", ("view_deadlines",), order=5),
    MenuEntry("系统", "工作日历", "deadlines:calendar", "calendar", ("edit_calendar",), order=925),
)
register_tool(Tool("通知", "deadlines:notices", "bell", order=10))


@register_badges
def badges(request: Request) -> Iterator[Badge]:
    """Dates that are near or past, red when one is past, and unread notices."""
    from .selectors import unread, visible

    scope: Scope = request.scope
    yield Badge("deadlines:notices", unread(scope.user.pk or 0))
    if scope.holds("view_deadlines"):
        today = clock.today()
        near = visible(scope).filter(due_on__lte=today + dt.timedelta(days=SOON))
        yield Badge("deadlines:list", near, alarm=Q(due_on__lt=today))


# ---- Work plans, orders and circulars ----------------------------------------------------------------

_SECTION = "督导与监督"

register_menu(
    MenuEntry(_SECTION, "工作计划", "deadlines:plans", "form", ("view_plan",), order=10),
    MenuEntry(_SECTION, "督办与通报", "deadlines:orders", "flag", ("view_order",), order=20),
    MenuEntry(_SECTION, "逾期事项", "deadlines:overdue", "alert", ("issue_order",), order=21),
    MenuEntry(_SECTION, "问责登记", "deadlines:accountabilities", "shield", ("view_order",), order=30),
)
