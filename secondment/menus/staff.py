"""下沉人员, 人员覆盖, 替换要求, 下沉豁免, with what waits beside them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from secondment.exemptions.steps import EXEMPTION
from secondment.selectors import desk
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.menu import Badge, MenuEntry, register_badges, register_menu

SECTION = "人员与培训"

register_menu(
    MenuEntry(SECTION, "下沉人员", "secondment:secondments", "people", ("view_secondment",), order=60),
    MenuEntry(SECTION, "人员覆盖", "secondment:coverage", "columns", ("view_secondment",), order=61),
    MenuEntry(SECTION, "替换要求", "secondment:replacements", "adjust", ("view_secondment",), order=62),
    MenuEntry(SECTION, "下沉豁免", "secondment:exemptions", "shield", ("view_secondment",), order=63),
)


@register_badges
def badges(request: Request) -> Iterator[Badge]:
    """Services, demands and exemptions that wait for this person, and the gaps of the own department."""
    scope: Scope = request.scope
    if scope.holds("view_secondment"):
        if any(map(scope.holds, ("confirm_arrival", "agree_exception", "register_secondment"))):
            yield Badge("secondment:secondments", desk.secondments_waiting(scope))
        if scope.organization_ids("register_secondment"):
            yield Badge("secondment:coverage", desk.own_gaps(scope), alarm=Q(pk__gt=0))
        if any(map(scope.holds, ("answer_replacement", "request_replacement", "agree_exception"))):
            yield Badge("secondment:replacements", desk.replacements_waiting(scope))
    if scope.whole_district("agree_exception"):
        yield Badge("secondment:exemptions", EXEMPTION.waiting(scope, "confirm"))
