"""A street's self-report: filled in, submitted, and handed back by 区委编办 (P37)."""

from __future__ import annotations

from xianan.core.flow import Flow, Step

from ..choices import Phase
from ..choices import ReportState as S
from ..models import SelfReport
from ..selectors import cycles


def _can_be_filled(report: SelfReport) -> str:
    phase = Phase(report.cycle.phase)
    if phase in cycles.FILLING:
        return ""
    return f"年度考核现在是“{phase.label}”，自评不再变动。"


REPORT = Flow(
    "自评",
    (
        Step("fill", "填报自评", (S.DRAFT,), S.DRAFT, "fill_self_report", guards=(_can_be_filled,)),
        Step("submit", "提交自评", (S.DRAFT,), S.SUBMITTED, "submit_self_report", guards=(_can_be_filled,)),
    ),
    S,
    owner="street",
)
REPORT_OFFICE = Flow(
    "自评",
    (
        Step(
            "return",
            "退回自评",
            (S.SUBMITTED,),
            S.DRAFT,
            "manage_cycle",
            reason=True,
            guards=(_can_be_filled,),
        ),
    ),
    S,
    owner="",
)
