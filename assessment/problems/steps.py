"""A problem on its way from 待整改 to 已销号: the street puts right, the checker passes, 区委编办 keeps the list (P40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db.models import Q, QuerySet

from assessment.choices import ProblemState as S
from assessment.problems.model import Problem
from assessment.services.common import refuse_overwriting, words
from xianan.acts import DISTRICT, Changes, Noun, Wording, day, longest_of, note, prose
from xianan.core import clock
from xianan.core.dates import add_months, chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.parties import Other
from xianan.deadlines import registry
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify_organizations
from xianan.deadlines.services.opening import Due, open_many
from xianan.documents.attachments import PAPERS, Owner, Slot, register
from xianan.documents.attachments.selectors import missing_slots
from xianan.organizations.models import User
from xianan.organizations.scope import Scope

MATERIAL = "material"
RECTIFICATION, CHECK = "rectification", "rectification_check"
CHECK_DAYS = 5
"""Working days in which a checker judges what was handed in."""
LONGEST_MONTHS = 24
"""A date further away than two assessments is mistyped."""
_CODES = ("reason_missing", "too_long")


def refuse_strangers(scope: Scope) -> None:
    """Refuse who sees no problem at all. Errors: not_allowed."""
    if not any(scope.holds(right) for right in ("view_cycle", "view_own_assessment", "check_problem")):
        raise NotAllowed("您没有查看“问题整改”的权限。")


def _sees(rows: QuerySet[Problem], scope: Scope) -> QuerySet[Problem]:
    """All for the offices, else those of the own street and those to check."""
    if scope.whole_district("view_cycle"):
        return rows
    own, checked = scope.organization_ids("view_own_assessment"), scope.organization_ids("check_problem")
    return rows.filter(Q(street__in=own) | Q(checker__in=checked))


PROBLEM: Noun[Problem] = Noun(
    model=Problem,
    label="整改问题",
    word="问题",
    states=S,
    view="view_cycle",
    parties=("street", "checker"),
    page="assessment:problem",
    begun="problem.listed",
    names=lambda row: f"{row.street}整改 {row.indicator.code} {row.text}"[:80],
    joins=("cycle", "street", "indicator__group", "checker", "handed_by", "checked_by", "created_by"),
    sees=_sees,
)


def _links(keys: Sequence[int]) -> dict[int, str]:
    return {key: PROBLEM.url(key) for key in keys}


FILES = PROBLEM.permit(
    "整改问题、提交整改材料", S.OPEN, right="correct_problem", by="street", closed="整改情况已经提交，材料不再变动。"
)  # fmt: skip
register(
    Owner(
        Problem,
        label=PROBLEM.label,
        slots=(
            Slot(
                MATERIAL, "整改材料", accept=PAPERS, most=10, required=True, hint="整改前后的照片、文件、台账"
            ),
        ),
        may_read=PROBLEM.readable,
        may_change=FILES.why_not,
        url=PROBLEM.url,
    )
)
registry.register(registry.DeadlineKind(RECTIFICATION, "考核问题整改", "P40", "整改并提交材料", _links))
registry.register(registry.DeadlineKind(CHECK, "整改验收", "P40", "验收整改", _links))


# ---- What the steps share ------------------------------------------------------------------------------


def refuse_date(due_on: dt.date) -> None:
    """Refuse a date that is past or mistyped. Errors: past, far (field due_on)."""
    today = clock.today()
    if due_on < today:
        raise DomainError("past", "整改时限不能早于今日。", field="due_on")
    latest = add_months(today, LONGEST_MONTHS)
    if due_on > latest:
        raise DomainError(
            "far", f"整改时限最迟为{chinese_date(latest)}，现为{chinese_date(due_on)}。", field="due_on"
        )


def short(row: Problem) -> str:
    """Return a problem in few words."""
    return f"{row.indicator.code} {row.text}"[:80]


def due(row: Problem) -> Due:
    """Return the date of the street."""
    return Due(row, row.street, row.due_on, f"整改：{short(row)}")


def tell(row: Problem, organization: int, title: str, text: str, actor: User) -> None:
    """Tell a party what became of a problem."""
    notify_organizations(
        [organization], district_id=row.district_id, kind=NoticeKind.WORK, title=title,
        text=text.strip()[:300], url=PROBLEM.url(row), sender=actor,
    )  # fmt: skip


def _who(*actions: str) -> Callable[[Problem], list[User]]:
    return lambda row: [entry.actor for entry in row.log if entry.actor and entry.action in actions]


_BY_STREET = (Other("代表街道整改", _who("problem.planned", "problem.handed_in")),)
_BY_CHECKER = (Other("代表验收单位验收", _who("problem.passed", "problem.returned")),)


# ---- 区委编办 --------------------------------------------------------------------------------------------


@PROBLEM.step(
    "withdraw", "撤销问题", S.OPEN, S.WITHDRAWN, right="manage_cycle", by=DISTRICT, others=_BY_STREET,
    asks=(note("reason", "撤销理由", to=Problem.verdict, longest=300, required=True, logged=True),),
    action="problem.withdrawn",
    wording=Wording(button="撤销问题", offer="撤销问题…", style="refuse", said="已撤销。"),
)  # fmt: skip
def withdraw(row: Problem, *, reason: str, actor: User) -> None:
    """Take a problem off the list; its deduction may be listed no second time.

    Errors: wrong_state, not_allowed, reason_missing, reason_long (field reason).
    """
    close(RECTIFICATION, [row], outcome="withdrawn")
    tell(row, row.street_id, f"问题已撤销：{short(row)}", reason, actor)


@PROBLEM.step(
    "postpone", "调整整改时限", S.OPEN, S.OPEN, right="manage_cycle", by=DISTRICT, others=_BY_STREET,
    asks=(
        day("due_on", "新的整改时限", initial=lambda row: row.due_on),
        note("reason", "调整理由", longest=300, required=True, logged=True),
    ),
    action="problem.postponed",
    wording=Wording(button="调整整改时限", offer="调整时限…", said="已调整整改时限。"),
)  # fmt: skip
def postpone(row: Problem, *, due_on: dt.date, reason: str, actor: User) -> Changes:
    """Move the date.

    Errors: wrong_state, not_allowed, reason_missing, reason_long (field reason), past and far (due_on).
    """
    refuse_date(due_on)
    before, row.due_on = row.due_on, due_on
    open_many(RECTIFICATION, [due(row)])
    tell(row, row.street_id, f"整改时限调整为{chinese_date(due_on)}：{short(row)}", reason, actor)
    return {"整改时限": (before, due_on)}


# ---- The street ----------------------------------------------------------------------------------------


def _refuse_unplanned(row: Problem) -> None:
    if not row.planned:
        raise DomainError("guard", "先填写责任人和整改措施，再提交整改情况。")


def _refuse_without_material(row: Problem) -> None:
    if missing := missing_slots(row):
        raise DomainError("guard", f"先附上“{missing[0].label}”（{missing[0].hint}），再提交整改情况。")


@PROBLEM.step(
    "plan", "填写责任人和措施", S.OPEN, "", right="correct_problem", by="street", behalf="street",
    others=_BY_CHECKER, tells=(Problem.owner, Problem.measure), action="problem.planned",
    wording=Wording(
        button="填写责任人和措施",
        offer=lambda row: "修改责任人和措施" if row.planned else "填写责任人和措施",
        style=lambda row: "" if row.planned else "primary",
        said="已保存责任人和整改措施。",
    ),
)  # fmt: skip
def plan_measure(row: Problem, *, owner: str, measure: str, actor: User, seen: str | None = None) -> None:
    """Say who puts it right and how; ``seen`` marks what stood on the page.

    Errors: wrong_state, not_allowed, required, too_long, stale.
    """
    owner = words(owner, "owner", "责任人", longest_of(Problem.owner))
    measure = words(measure, "measure", "整改措施", longest_of(Problem.measure))
    refuse_overwriting(
        seen, row.owner, row.measure, stands=f"现为：责任人“{row.owner}”，整改措施“{row.measure}”"
    )
    row.owner, row.measure = owner, measure


@PROBLEM.step(
    "hand-in", "提交整改情况", S.OPEN, S.HANDED, right="correct_problem", by="street", behalf="street",
    guards=(_refuse_unplanned, _refuse_without_material), others=_BY_CHECKER,
    stamp=(Problem.handed_by, Problem.handed_at), action="problem.handed_in",
    asks=(
        prose(
            "answer", "整改情况", to=Problem.answer, logged=True, initial=lambda row: row.answer,
            help="写明做了什么、结果如何；材料附在问题页的“整改材料”中",
        ),
    ),
    wording=Wording(button="提交整改情况", style="primary", said="已提交，待验收。"),
)  # fmt: skip
def hand_in(row: Problem, *, answer: str, actor: User) -> None:
    """Report what was done; the checker is told and has until five working days from now.

    Errors: wrong_state, not_allowed, guard without owner and measure or without a file, required, too_long (field answer).
    """
    row.verdict = ""
    close(RECTIFICATION, [row], outcome="handed")
    due_on = calendar_of(row.district_id).working_days_after(clock.today(), CHECK_DAYS)
    open_many(CHECK, [Due(row, row.checker, due_on, f"验收{row.street}整改：{short(row)}")])
    tell(row, row.checker_id, f"待验收：{row.street}整改 {short(row)}", answer, actor)


# ---- The checker ---------------------------------------------------------------------------------------


@PROBLEM.step(
    "return", "退回重新整改", S.HANDED, S.OPEN, right="check_problem", by="checker", behalf="checker",
    others=_BY_STREET, action="problem.returned",
    asks=(
        replace(
            note("note", "退回理由", to=Problem.verdict, required=True, logged=True),
            codes=_CODES, missing="退回须写明还差什么。",
        ),
        day("due_on", "重新整改时限", initial=lambda row: max(row.due_on, clock.today())),
    ),
    wording=Wording(button="退回重新整改", offer="退回…", style="refuse", said="已退回街道重新整改。"),
)  # fmt: skip
def return_problem(row: Problem, *, note: str, due_on: dt.date | None = None, actor: User) -> None:
    """Return what was handed in with a reason and a new date.

    Errors: wrong_state, not_allowed, reason_missing and too_long (field note), required, past and far (field due_on).
    """
    if not due_on:
        raise DomainError("required", "退回须填写重新整改的时限。", field="due_on")
    refuse_date(due_on)
    row.due_on = due_on
    open_many(RECTIFICATION, [due(row)])
    close(CHECK, [row], outcome="returned")
    tell(row, row.street_id, f"退回重新整改：{short(row)}", note, actor)


@PROBLEM.step(
    "pass", "验收通过", S.HANDED, S.CLOSED, right="check_problem", by="checker", behalf="checker",
    others=_BY_STREET, stamp=(Problem.checked_by, Problem.checked_at), action="problem.passed",
    asks=(replace(note("note", "验收意见", to=Problem.verdict, logged=True), codes=_CODES),),
    wording=Wording(button="验收通过", style="primary", done="验收通过，予以销号", said="验收通过，已销号。"),
)  # fmt: skip
def pass_problem(row: Problem, *, actor: User, note: str = "") -> None:
    """Pass what was handed in. Errors: wrong_state, not_allowed, too_long (field note)."""
    close(CHECK, [row], outcome="passed")
    tell(row, row.street_id, f"验收通过：{short(row)}", note, actor)
