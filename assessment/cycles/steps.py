"""A cycle moves from preparing to publication and the archive (P39, P40)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from assessment.choices import Phase as P
from assessment.cycles.readings import read
from assessment.deadlines.cycle import SCORING
from assessment.models import Cycle, ResultVersion, SelfReport, TeamMember
from assessment.rules.points import show_points
from assessment.selectors import board, cycles, results
from assessment.selectors.figures import cut_off
from assessment.services.openings import open_report_deadlines, open_scoring_deadlines
from assessment.services.results import begin_publicity, freeze, put_before_group
from xianan.acts import CLICK, DISTRICT, Changes, Noun, Permit, Wording, kept, note
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify, notify_organizations
from xianan.organizations.models import User

BEFORE_SCORING = (P.PREPARING, P.SELF_REPORT, P.PAPERS, P.VISITS)
OPEN = (*BEFORE_SCORING, P.SCORING)

CYCLE: Noun[Cycle] = Noun(
    model=Cycle,
    label="年度考核",
    word="年度考核",
    states=P,
    attribute="phase",
    view="view_cycle",
    parties=(DISTRICT,),
    sees=cycles.seen,
    page="assessment:cycle",
    begun="cycle.created",
    joins=("scheme", "policy", "district"),
)
_OFFICE: dict[str, Any] = {"right": "manage_cycle", "by": DISTRICT}
MANAGE = CYCLE.permit("组织年度考核", tuple(P), **_OFFICE)
DELETE = CYCLE.permit("删除年度考核", P.PREPARING, **_OFFICE)
STREETS = CYCLE.permit("修改考核对象", P.PREPARING, **_OFFICE)
ARRANGE = CYCLE.permit("安排考核组和时间", OPEN, **_OFFICE)
PLAN = CYCLE.permit("安排考核时间", (*OPEN, P.LEADING, P.PUBLICITY), **_OFFICE)
READ = CYCLE.permit("取数", cycles.FILLING, **_OFFICE)
RULE = CYCLE.permit("登记无应办事项的审定", cycles.FILLING, **_OFFICE)
CHASE = CYCLE.permit("催办", cycles.FILLING, **_OFFICE)
SETTLE = CYCLE.permit("登记同分审定", (P.LEADING, P.PUBLICITY, P.PUBLISHED), **_OFFICE)
CORRECT = CYCLE.permit("更正得分", (P.PUBLICITY, P.PUBLISHED), **_OFFICE)
ANSWER = CYCLE.permit("答复申诉", P.PUBLICITY, **_OFFICE)


def refuse_out_of_turn(permit: Permit[Cycle], cycle: Cycle) -> None:
    """Refuse what hangs on a cycle in a phase in which it isn't permitted, whoever asks. Errors: wrong_state."""
    if not permit.in_turn(cycle):
        raise DomainError("wrong_state", CYCLE.out_of_turn(cycle, permit.label))


@CYCLE.step(
    "change", "修改考核安排", BEFORE_SCORING, "", action="cycle.changed", **_OFFICE,
    asks=(kept(Cycle.title),), tells=(Cycle.title, Cycle.consolidation, Cycle.policy_ground),
    # Its button stands on the page of the arrangement.
    shown=lambda row: False,
    wording=Wording(title="修改名称和评分合成", done="修改年度考核", button="保存修改", said="已保存。"),
)  # fmt: skip
def change_cycle(row: Cycle, *, title: str, consolidation: str, actor: User, policy_ground: str = "") -> None:
    """Change title, how two scorers are put together, and the ground; until scoring begins.

    Errors: required and too_long (field title), ground_missing (field policy_ground).
    """
    if row.policy_ground and not policy_ground.strip():
        raise DomainError("ground_missing", "文件有效期已满，依据不能为空。", field="policy_ground")
    row.consolidation, row.policy_ground = consolidation, policy_ground.strip()


# ---- What keeps a cycle where it is --------------------------------------------------------------------


def _refuse_unready(row: Cycle) -> None:
    lacking = "；".join(what for what, _ in cycles.not_ready(row))
    if lacking:
        raise DomainError("guard", f"{lacking}，不能启动考核。")


def _refuse_without_reports(row: Cycle) -> None:
    names = "、".join(map(str, board.missing_reports(row)))
    if names:
        raise DomainError(
            "guard", f"{names}还没有提交自评。催报后再进入评分，或写明理由，自评未齐先进入评分。"
        )


def _refuse_unscored(row: Cycle) -> None:
    missing = board.missing_cells(row)
    if missing:
        first = missing[0]
        raise DomainError(
            "guard",
            f"还有 {len(missing)} 格没有评定，如 {first.indicator.code}“{first.indicator.name}”{first.street}"
            f"（待{first.waits_for}）。全部评定后再报领导小组审定。",
        )


def _refuse_undecided_tie(row: Cycle) -> None:
    snapshot = results.current(row)
    for tie in snapshot.undecided:
        names = "、".join(snapshot.street(pk).name for pk in tie.streets)
        points = show_points(tie.points)
        raise DomainError("guard", f"{names}同为 {points} 分，领导小组还没有审定名次并列还是排定先后。")


def _refuse_past_publicity(row: Cycle) -> None:
    due = cycles.due_of(row, P.PUBLICITY)
    if due is None:
        raise DomainError("guard", "还没有安排公示的时间。")
    if due < clock.today():
        raise DomainError(
            "guard", f"安排的公示截止日期是{chinese_date(due)}，已经过去。先在“安排时间”中调整。"
        )


def _refuse_during_publicity(row: Cycle) -> None:
    due = cycles.due_of(row, P.PUBLICITY)
    if due is not None and due >= clock.today():
        raise DomainError("guard", f"公示至{chinese_date(due)}，期满后公布结果。")


def _refuse_unanswered(row: Cycle) -> None:
    count = results.open_objections(row)
    if count:
        raise DomainError("guard", f"还有 {count} 项申诉没有答复。答复后再公布结果。")


def _refuse_unchecked(row: Cycle) -> None:
    count = len(results.waiting(row))
    if count:
        raise DomainError("guard", f"还有 {count} 项更正待复核。由第二人复核或者退回后再办理。")


def _refuse_nothing_new(row: Cycle) -> None:
    if not results.is_behind(row):
        raise DomainError("guard", "公布之后没有更正，不需要公布新的版本。")


def _refuse_behind(row: Cycle) -> None:
    if results.is_behind(row):
        raise DomainError("guard", "公布之后有更正还没有公布。公布更正后的结果再归档。")


# ---- To the scoring ------------------------------------------------------------------------------------

_MOVES: dict[str, Any] = {**_OFFICE, "tells": (Cycle.phase,)}
_REASON = note("reason", "理由", longest=300, required=True, logged=True)


def _begin_reports(row: Cycle, actor: User) -> None:
    due = cycles.due_of(row, P.SELF_REPORT)
    SelfReport.objects.bulk_create(
        SelfReport(district_id=row.district_id, cycle=row, street=street, due_on=due)
        for street in cycles.streets(row)
    )
    open_report_deadlines(row)
    for report in SelfReport.objects.filter(cycle=row):
        notify_organizations(
            [report.street_id],
            district_id=row.district_id,
            kind=NoticeKind.WORK,
            title=f"{row}：街道自评开始",
            text=f"逐项填报自评，{chinese_date(due)}前由街道负责人提交。" if due else "",
            url=reverse("assessment:report", args=[row.pk, report.pk]),
            sender=actor,
        )


@CYCLE.step(
    "start", "启动考核并开始街道自评", P.PREPARING, P.SELF_REPORT, guards=(_refuse_unready,), how=CLICK,
    follow=_begin_reports, **_MOVES,
    wording=Wording(style="primary", done="启动考核，开始街道自评", said="已启动考核，开始街道自评。"),
)  # fmt: skip
def start(row: Cycle, *, actor: User) -> None:
    """Begin: every street gets its self-report to fill in. Errors: guard."""


@CYCLE.step(
    "to_papers", "进入查阅资料", P.SELF_REPORT, P.PAPERS, how=CLICK, **_MOVES,
    wording=Wording(style="primary", said="已进入查阅资料。"),
)  # fmt: skip
def to_papers(row: Cycle, *, actor: User) -> None:
    """Go on to looking through papers."""


@CYCLE.step(
    "to_visits", "进入实地查看", P.PAPERS, P.VISITS, how=CLICK, **_MOVES,
    wording=Wording(style="primary", said="已进入实地查看。"),
)  # fmt: skip
def to_visits(row: Cycle, *, actor: User) -> None:
    """Go on to visiting the streets."""


def _begin_scoring(row: Cycle, actor: User) -> None:
    open_scoring_deadlines(row)
    due = cycles.due_of(row, P.SCORING)
    people = TeamMember.objects.filter(cycle=row, assignments__isnull=False).distinct()
    notify(
        sorted(set(people.values_list("user_id", flat=True)) - {actor.pk}),
        district=row.district_id,
        kind=NoticeKind.WORK,
        title=f"{row}：评分开始",
        text=f"分工的指标于{chinese_date(due)}前评定完毕。" if due else "",
        url=CYCLE.url(row),
        sender=actor,
    )


@CYCLE.step(
    "to_scoring", "进入评分并取数", P.VISITS, P.SCORING, guards=(_refuse_without_reports,), how=CLICK,
    follow=_begin_scoring, **_MOVES, wording=Wording(style="primary", done="进入评分", said="已进入评分。"),
)  # fmt: skip
def to_scoring(row: Cycle, *, actor: User) -> None:
    """Read the measures and let the team finish its cells. Errors: guard."""
    read(row, cut_off(row), actor=actor)


@CYCLE.step(
    "to_scoring_without", "自评未齐，进入评分并取数", P.VISITS, P.SCORING, asks=(_REASON,), follow=_begin_scoring, **_MOVES,
    shown=lambda row: bool(board.missing_reports(row)),
    wording=Wording(
        button="自评未齐，进入评分并取数", done="自评未齐，进入评分", said="自评未齐，已进入评分。"
    ),
)  # fmt: skip
def to_scoring_without(row: Cycle, *, reason: str, actor: User) -> None:
    """The same without all self-reports. Errors: reason_missing and reason_long (field reason)."""
    read(row, cut_off(row), actor=actor)


# ---- The result ----------------------------------------------------------------------------------------


def _put_before_group(row: Cycle, actor: User) -> None:
    close(SCORING, list(TeamMember.objects.filter(cycle=row)), outcome="done")
    put_before_group(row, actor=actor)


@CYCLE.step(
    "to_leading", "报领导小组审定", P.SCORING, P.LEADING, guards=(_refuse_unscored,), how=CLICK,
    follow=_put_before_group, **_MOVES, wording=Wording(style="primary", said="已报领导小组审定。"),
)  # fmt: skip
def to_leading(row: Cycle, *, actor: User) -> None:
    """Put the scores before the leading group. Errors: guard."""


@CYCLE.step(
    "back_to_scoring", "退回评分", P.LEADING, P.SCORING, asks=(_REASON,), follow=_begin_scoring, **_MOVES,
    wording=Wording(button="退回评分", said="已退回评分。"),
)  # fmt: skip
def back_to_scoring(row: Cycle, *, reason: str, actor: User) -> None:
    """Hand the scores back to the team. Errors: reason_missing and reason_long (field reason)."""


@CYCLE.step(
    "to_publicity", "开始公示", P.LEADING, P.PUBLICITY, guards=(_refuse_undecided_tie, _refuse_past_publicity),
    follow=lambda row, actor: begin_publicity(row, actor=actor), **_MOVES,
    wording=Wording(
        button="确认开始公示", style="primary", said="已开始公示。",
        after=("各街道将看到本街道的得分和依据，在公示期内可以申诉", "公示后不能退回评分，差错用更正处理"),
    ),
)  # fmt: skip
def to_publicity(row: Cycle, *, actor: User) -> None:
    """Show every street its own points. Errors: guard."""


@CYCLE.step(
    "publish", "公布结果", P.PUBLICITY, P.PUBLISHED, **_MOVES,
    guards=(_refuse_unchecked, _refuse_unanswered, _refuse_undecided_tie, _refuse_during_publicity),
    wording=Wording(
        button="确认公布结果", style="primary", said="已公布结果。",
        after=("各街道的得分和名次将向全区公布", "公布的版本不再改动，以后的更正另出新版本"),
    ),
)  # fmt: skip
def publish(row: Cycle, *, actor: User) -> None:
    """Freeze the result and tell the streets. Errors: guard."""
    freeze(row, cause="", actor=actor)


@CYCLE.step(
    "republish", "公布更正后的结果", P.PUBLISHED, P.PUBLISHED, shown=results.is_behind, **_OFFICE,
    asks=(note("reason", "理由", like=ResultVersion.cause, required=True, logged=True),),
    guards=(_refuse_unchecked, _refuse_nothing_new, _refuse_undecided_tie),
    wording=Wording(button="公布更正后的结果", style="primary", said="已公布更正后的结果。"),
)  # fmt: skip
def republish(row: Cycle, *, reason: str, actor: User) -> Changes:
    """Freeze the result anew with why. Errors: guard, reason_missing and reason_long (field reason)."""
    freeze(row, cause=reason, actor=actor)
    return {"阶段": (P.PUBLISHED.label, P.PUBLISHED.label)}


@CYCLE.step(
    "archive", "归档", P.PUBLISHED, P.ARCHIVED, guards=(_refuse_unchecked, _refuse_behind), **_MOVES,
    wording=Wording(
        button="确认归档", style="primary", said="已归档。",
        after=("归档后不再更正，结果和文书保持可查",),
    ),
)  # fmt: skip
def archive(row: Cycle, *, actor: User) -> None:
    """End every change. Errors: guard."""
