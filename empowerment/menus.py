"""This app's lines of the side menu and the numbers beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.menu import Badge, MenuEntry, register_badges, register_menu

from .selectors.agreements import letters_to_sign
from .selectors.claims import pending_claims
from .selectors.filings import being_written, to_deliberate, to_review

SECTION = "赋权事项"


def _files(scope: Scope) -> bool:
    """Departments file; offices without a desk of their own read what is filed."""
    own = scope.organization_ids("view_filing")
    return bool(own) or (scope.holds("view_filing") and not _reviews(scope))


def _meets(scope: Scope) -> bool:
    return scope.whole_district("view_filing")


def _reviews(scope: Scope) -> bool:
    return scope.holds("review_filing") or scope.holds("check_legality")


register_menu(
    MenuEntry(SECTION, "事项申报", "empowerment:filings", "form", _files, order=10),
    MenuEntry(SECTION, "事项审核", "empowerment:filing-reviews", "review", _reviews, order=11),
    MenuEntry(SECTION, "审议会议", "empowerment:meetings", "flag", _meets, order=12),
    MenuEntry(SECTION, "事项清单", "empowerment:items", "list", ("view_items",), order=20),
)


@register_badges
def _badges(request: Request) -> Iterator[Badge]:
    scope: Scope = request.scope
    if scope.holds("draft_filing") or scope.holds("submit_filing"):
        yield Badge("empowerment:filings", being_written(scope))
    if _reviews(scope):
        yield Badge("empowerment:filing-reviews", to_review(scope))
    if scope.holds("record_decision"):
        yield Badge("empowerment:meetings", to_deliberate(scope))
    if scope.organization_ids("decide_claim") or scope.organization_ids("submit_claim"):
        yield Badge("empowerment:claims", pending_claims(scope))
    if scope.organization_ids("sign_agreement"):
        yield Badge("empowerment:agreements", letters_to_sign(scope))


# ---- Claims, letters, powers -----------------------------------------------------------------------


def _own_claims(scope: Scope) -> bool:
    return scope.holds("view_claim") and not scope.whole_district("view_claim")


def _all_claims(scope: Scope) -> bool:
    return scope.whole_district("view_claim")


def _powers(*kinds: str, district: bool = False) -> Callable[[Scope], bool]:
    def visible(scope: Scope) -> bool:
        if not scope.holds("view_agreement") or scope.whole_district("view_agreement") != district:
            return False
        return district or scope.organization.kind in kinds

    return visible


# One address under several names: each person has the one that fits.
register_menu(
    MenuEntry(SECTION, "事项认领", "empowerment:claims", "hand", _own_claims, order=30, tone="amber"),
    MenuEntry(SECTION, "认领情况", "empowerment:claims", "hand", _all_claims, order=30),
    MenuEntry(SECTION, "承接确认书", "empowerment:agreements", "letter", ("view_agreement",), order=40),
    MenuEntry(SECTION, "本街道职权", "empowerment:powers", "power", _powers("street", "station"), order=50),
    MenuEntry(
        SECTION, "本局下放职权", "empowerment:powers", "power", _powers("department", "office"), order=50
    ),
    MenuEntry(SECTION, "街道职权", "empowerment:powers", "power", _powers(district=True), order=50),
)


register_menu(
    MenuEntry("系统", "事项类型", "empowerment:item-types", "list", ("edit_item_types",), order=930)
)
