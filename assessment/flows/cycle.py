"""How a cycle moves from preparing to the leading group; what comes after is in ``result`` (P39)."""

from __future__ import annotations

from xianan.core.flow import Flow, Step

from ..choices import Phase as P
from ..models import Cycle
from ..selectors import board, cycles

BEFORE_SCORING = (P.PREPARING, P.SELF_REPORT, P.PAPERS, P.VISITS)
OPEN = (*BEFORE_SCORING, P.SCORING)


def _is_ready(cycle: Cycle) -> str:
    lacking = cycles.not_ready(cycle)
    return f"{'；'.join(what for what, _ in lacking)}，不能启动考核。" if lacking else ""


def _reports_are_in(cycle: Cycle) -> str:
    missing = board.missing_reports(cycle)
    if not missing:
        return ""
    names = "、".join(str(row) for row in missing)
    return f"{names}还没有提交自评。催报后再进入评分，或写明理由，自评未齐先进入评分。"


def _is_scored(cycle: Cycle) -> str:
    missing = board.missing_cells(cycle)
    if not missing:
        return ""
    first = missing[0]
    return (
        f"还有 {len(missing)} 格没有评定，如 {first.indicator.code}“{first.indicator.name}”{first.street}"
        f"（待{first.waits_for}）。全部评定后再报领导小组审定。"
    )


CYCLE = Flow(
    "年度考核",
    (
        Step("edit", "修改考核安排", BEFORE_SCORING, "", "manage_cycle"),
        Step("arrange", "安排考核组和时间", OPEN, "", "manage_cycle"),
        Step("read", "取数", (P.SELF_REPORT, P.PAPERS, P.VISITS, P.SCORING), "", "manage_cycle"),
        Step("delete", "删除年度考核", (P.PREPARING,), P.PREPARING, "manage_cycle"),
        Step(
            "start",
            "启动考核并开始街道自评",
            (P.PREPARING,),
            P.SELF_REPORT,
            "manage_cycle",
            guards=(_is_ready,),
            done="启动考核，开始街道自评",
        ),
        Step("to_papers", "进入查阅资料", (P.SELF_REPORT,), P.PAPERS, "manage_cycle"),
        Step("to_visits", "进入实地查看", (P.PAPERS,), P.VISITS, "manage_cycle"),
        Step(
            "to_scoring",
            "进入评分并取数",
            (P.VISITS,),
            P.SCORING,
            "manage_cycle",
            guards=(_reports_are_in,),
            done="进入评分",
        ),
        Step(
            "to_scoring_without",
            "自评未齐，进入评分并取数",
            (P.VISITS,),
            P.SCORING,
            "manage_cycle",
            reason=True,
            done="自评未齐，进入评分",
        ),
        Step(
            "to_leading",
            "报领导小组审定",
            (P.SCORING,),
            P.LEADING,
            "manage_cycle",
            guards=(_is_scored,),
        ),
        Step(
            "back_to_scoring",
            "退回评分",
            (P.LEADING,),
            P.SCORING,
            "manage_cycle",
            reason=True,
        ),
    ),
    P,
    owner="",
    attribute="phase",
)
MOVES = (
    "start",
    "to_papers",
    "to_visits",
    "to_scoring",
    "to_scoring_without",
    "to_leading",
    "back_to_scoring",
)
"""The steps that are buttons on a cycle's page; the others guard what is changed within a phase."""
