"""The state machine of a filing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xianan.core.flow import Flow, Other, Step

from .choices import Desk
from .choices import FilingState as F

# ---- Who has acted for the other side --------------------------------------------------------------


def _filed(filing: Any) -> set[int | None]:
    wrote = filing.lines.order_by().values_list("changed_by_id", flat=True).distinct()
    return {filing.created_by_id, filing.submitted_by_id, *wrote}


def _judged_before(filing: Any) -> Iterable[int]:
    from .models import Opinion

    given = Opinion.objects.filter(line__filing=filing, desk=Desk.ESTABLISHMENT)
    return given.order_by().values_list("given_by_id", flat=True).distinct()


_FILER = (Other("代表部门起草、修改或提交这份申报", _filed),)
_BOTH_DESKS = (*_FILER, Other("代表区委编办审核这份申报", _judged_before))

FILING = Flow(
    "申报",
    (
        Step("edit", "修改申报", (F.DRAFT,), F.DRAFT, "draft_filing"),
        Step("delete", "删除草稿", (F.DRAFT,), F.DRAFT, "draft_filing"),
        Step("submit", "提交申报并报送区委编办", (F.DRAFT,), F.ESTABLISHMENT, "submit_filing", done="提交申报"),
        Step("review", "审核事项", (F.ESTABLISHMENT,), F.ESTABLISHMENT, "review_filing", others=_FILER),
        Step("to_justice", "审核完毕并报送区司法局", (F.ESTABLISHMENT,), F.JUSTICE, "review_filing", done="编办审核完毕", others=_FILER),
        Step("close_at_establishment", "审核完毕并办结", (F.ESTABLISHMENT,), F.DECIDED, "review_filing", done="编办审核完毕，无事项通过", others=_FILER),
        Step("check", "合法性审核", (F.JUSTICE,), F.JUSTICE, "check_legality", others=_BOTH_DESKS),
        Step("to_deliberation", "审核完毕并报区政府审议", (F.JUSTICE,), F.DELIBERATION, "check_legality", done="司法局审核完毕", others=_BOTH_DESKS),
        Step("close_at_justice", "审核完毕并办结", (F.JUSTICE,), F.DECIDED, "check_legality", done="司法局审核完毕，无事项通过", others=_BOTH_DESKS),
        Step("decide", "登记审议决定", (F.DELIBERATION,), F.DECIDED, "record_decision", done="区政府审议决定", others=_FILER),
    ),
    F,
)  # fmt: skip
