"""The dates of a cycle that are open now: self-reports to submit, cells to score (P37, P39)."""

from __future__ import annotations

from assessment.choices import Phase, ReportState
from assessment.deadlines.cycle import SCORING, SELF_REPORT
from assessment.models import Cycle, SelfReport
from assessment.selectors import board, cycles
from xianan.deadlines.services import close
from xianan.deadlines.services.opening import Due, open_many


def open_report_deadlines(cycle: Cycle) -> None:
    """Open or move the deadline of every street whose report is not in."""
    rows = SelfReport.objects.filter(cycle=cycle, state=ReportState.DRAFT).select_related("street")
    open_many(
        SELF_REPORT,
        [Due(row, row.street, row.due_on, f"{cycle}：{row.street}提交自评") for row in rows if row.due_on],
    )


def open_scoring_deadlines(cycle: Cycle) -> None:
    """Open or move the deadline of every member who has cells to finish, close the others'."""
    due = cycles.due_of(cycle, Phase.SCORING)
    lines = board.scorer_lines(cycle)
    if due is not None:
        open_many(
            SCORING,
            [
                Due(row.member, row.member.organization, due, f"{cycle}：{row.member.user.name}完成评分")
                for row in lines
                if row.left
            ],
        )
    close(SCORING, [row.member for row in lines if not row.left], outcome="done")
