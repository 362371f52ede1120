"""How a cycle moves from preparing to publication and the archive (P39, P40)."""

from __future__ import annotations

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.flow import Flow, Step

from ..choices import Phase as P
from ..models import Cycle
from ..rules.points import show_points
from ..selectors import board, cycles, results

BEFORE_SCORING = (P.PREPARING, P.SELF_REPORT, P.PAPERS, P.VISITS)
OPEN = (*BEFORE_SCORING, P.SCORING)
BEFORE_PUBLICATION = (*OPEN, P.LEADING, P.PUBLICITY)
SETTLING = (P.LEADING, P.PUBLICITY, P.PUBLISHED)
"""While the leading group may decide about streets with one total."""


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


def _ties_are_decided(cycle: Cycle) -> str:
    snapshot = results.current(cycle)
    open_ties = snapshot.undecided
    if not open_ties:
        return ""
    names = "、".join(snapshot.street(pk).name for pk in open_ties[0].streets)
    return f"{names}同为 {show_points(open_ties[0].points)} 分，领导小组还没有审定名次并列还是排定先后。"


def _publicity_is_ahead(cycle: Cycle) -> str:
    due = cycles.due_of(cycle, P.PUBLICITY)
    if due is not None and due >= clock.today():
        return ""
    return (
        f"安排的公示截止日期是{chinese_date(due)}，已经过去。先在“安排时间”中调整。"
        if due
        else "还没有安排公示的时间。"
    )


def _publicity_is_over(cycle: Cycle) -> str:
    due = cycles.due_of(cycle, P.PUBLICITY)
    if due is None or due < clock.today():
        return ""
    return f"公示至{chinese_date(due)}，期满后公布结果。"


def _objections_are_answered(cycle: Cycle) -> str:
    count = results.open_objections(cycle)
    return f"还有 {count} 项申诉没有答复。答复后再公布结果。" if count else ""


def _corrections_are_checked(cycle: Cycle) -> str:
    count = len(results.waiting(cycle))
    return f"还有 {count} 项更正待复核。由第二人复核或者退回后再办理。" if count else ""


def _something_to_publish(cycle: Cycle) -> str:
    return "" if results.is_behind(cycle) else "公布之后没有更正，不需要公布新的版本。"


def _nothing_to_publish(cycle: Cycle) -> str:
    return "公布之后有更正还没有公布。公布更正后的结果再归档。" if results.is_behind(cycle) else ""


CYCLE = Flow(
    "年度考核",
    (
        Step("edit", "修改考核安排", BEFORE_SCORING, "", "manage_cycle"),
        Step("arrange", "安排考核组和时间", OPEN, "", "manage_cycle"),
        Step("plan", "安排考核时间", BEFORE_PUBLICATION, "", "manage_cycle"),
        Step("settle", "登记同分审定", SETTLING, "", "manage_cycle"),
        Step("correct", "更正得分", (P.PUBLICITY, P.PUBLISHED), "", "manage_cycle"),
        Step("answer", "答复申诉", (P.PUBLICITY,), "", "manage_cycle"),
        Step("read", "取数", (P.SELF_REPORT, P.PAPERS, P.VISITS, P.SCORING), "", "manage_cycle"),
        Step(
            "rule", "登记无应办事项的审定", (P.SELF_REPORT, P.PAPERS, P.VISITS, P.SCORING), "", "manage_cycle"
        ),
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
        Step(
            "to_publicity",
            "开始公示",
            (P.LEADING,),
            P.PUBLICITY,
            "manage_cycle",
            guards=(_ties_are_decided, _publicity_is_ahead),
        ),
        Step(
            "publish",
            "公布结果",
            (P.PUBLICITY,),
            P.PUBLISHED,
            "manage_cycle",
            guards=(
                _corrections_are_checked,
                _objections_are_answered,
                _ties_are_decided,
                _publicity_is_over,
            ),
        ),
        Step(
            "republish",
            "公布更正后的结果",
            (P.PUBLISHED,),
            P.PUBLISHED,
            "manage_cycle",
            reason=True,
            guards=(_corrections_are_checked, _something_to_publish, _ties_are_decided),
        ),
        Step(
            "archive",
            "归档",
            (P.PUBLISHED,),
            P.ARCHIVED,
            "manage_cycle",
            guards=(_corrections_are_checked, _nothing_to_publish),
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
    "to_publicity",
    "publish",
    "republish",
    "archive",
)
"""The steps that are buttons on a cycle's page; the others guard what is changed within a phase."""
