"""Lines of the side menu: 下沉人员考核, 人事建议."""

from __future__ import annotations

from collections.abc import Iterator

from secondment.proposals.selectors import answers_owed, drafts_to_send
from secondment.selectors.appraisals import sides_to_score, sides_to_sign
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.menu import Badge, MenuEntry, register_badges, register_menu

SECTION = "人员与培训"

register_menu(
    MenuEntry(SECTION, "下沉人员考核", "secondment:appraisal-rounds", "score", ("view_appraisal",), order=70),
    MenuEntry(SECTION, "人事建议", "secondment:proposals", "pen", ("view_proposal",), order=71),
)


@register_badges
def _badges(request: Request) -> Iterator[Badge]:
    scope: Scope = request.scope
    if scope.organization_ids("sign_appraisal"):
        yield Badge("secondment:appraisal-rounds", sides_to_sign(scope))
    elif scope.organization_ids("score_appraisal"):
        yield Badge("secondment:appraisal-rounds", sides_to_score(scope))
    if scope.organization_ids("answer_proposal") or scope.whole_district("advise_proposal"):
        yield Badge("secondment:proposals", answers_owed(scope))
    elif scope.organization_ids("send_proposal"):
        yield Badge("secondment:proposals", drafts_to_send(scope))
