"""A street's self-report: filled in, submitted, and handed back by 区委编办 (P37)."""

from __future__ import annotations

from collections.abc import Iterable

from xianan.core.flow import Flow, Other, Step

from ..choices import Phase
from ..choices import ReportState as S
from ..models import Score, SelfReport
from ..selectors import cycles


def _can_be_filled(report: SelfReport) -> str:
    phase = Phase(report.cycle.phase)
    if phase in cycles.FILLING:
        return ""
    return f"年度考核现在是“{phase.label}”，自评不再变动。"


def _reported(report: SelfReport) -> set[int | None]:
    return {report.submitted_by_id, *report.entries.values_list("changed_by_id", flat=True)}


def _scored(report: SelfReport) -> Iterable[int]:
    scores = Score.objects.filter(cycle=report.cycle_id, street=report.street_id).order_by()
    return scores.values_list("member__user_id", flat=True).distinct()


BY_STREET = Other("代表街道填报自评", _reported)
_BY_TEAM = (Other("作为考核组成员评定该街道", _scored),)

REPORT = Flow(
    "自评",
    (
        Step(
            "fill",
            "填报自评",
            (S.DRAFT,),
            S.DRAFT,
            "fill_self_report",
            guards=(_can_be_filled,),
            others=_BY_TEAM,
        ),
        Step(
            "submit",
            "提交自评",
            (S.DRAFT,),
            S.SUBMITTED,
            "submit_self_report",
            guards=(_can_be_filled,),
            others=_BY_TEAM,
        ),
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
            others=(BY_STREET,),
        ),
    ),
    S,
    owner="",
)
