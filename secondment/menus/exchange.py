"""Upward study and guidance in the side menu, with the reports a unit owes."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from secondment.exchanges.steps import EXCHANGE
from secondment.selectors import exchanges
from xianan.core import clock
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.menu import Badge, MenuEntry, register_badges, register_menu

from .training import SECTION

register_menu(MenuEntry(SECTION, "上派下挂", "secondment:exchanges", "hand", ("view_exchange",), order=80))


@register_badges
def _badges(request: Request) -> Iterator[Badge]:
    scope: Scope = request.scope
    own = scope.organization_ids("register_exchange")
    if own:
        rows = EXCHANGE.visible(scope).filter(exchanges.to_report(), exchanges.sent_by(own))
        yield Badge("secondment:exchanges", rows, Q(report_by__lt=clock.today()))
