"""A street's self-report, indicator by indicator; its head submits it, 区委编办 may hand it back (P37)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from assessment.choices import IndicatorKind, Phase
from assessment.choices import ReportState as S
from assessment.deadlines.cycle import SELF_REPORT
from assessment.models import Assignment, Cycle, Indicator, Score
from assessment.reports.model import SelfEntry, SelfReport
from assessment.rules.points import short_points, show_points
from assessment.rules.scoring import is_measured
from assessment.selectors import cycles
from assessment.selectors.reports import missing
from xianan.acts import CLICK, DISTRICT, Noun, Wording, day, longest_of, note
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.parties import Other, by
from xianan.core.texts import written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.registry import DeadlineKind
from xianan.deadlines.registry import register as register_deadline
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify_organizations
from xianan.deadlines.services.opening import open_deadline
from xianan.documents.attachments import PAPERS, Owner, Slot, register
from xianan.documents.services.attachments import attach_all, together
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import Scope

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def _with_entries(rows: QuerySet[SelfReport]) -> QuerySet[SelfReport]:
    return rows.prefetch_related(Prefetch("entries", SelfEntry.objects.select_related("changed_by")))


REPORT: Noun[SelfReport] = Noun(
    model=SelfReport,
    label="街道自评",
    word="自评",
    states=S,
    view="view_cycle",
    own="view_own_assessment",
    parties=("street",),
    page="assessment:report",
    within="cycle",
    begun="report.filled",
    names=lambda row: f"{row.cycle}：{row.street}自评",
    joins=("cycle__scheme", "cycle__district", "street", "submitted_by"),
    also=_with_entries,
)
register_deadline(DeadlineKind(SELF_REPORT, "街道考核自评", "P37", "填报并提交自评", REPORT.links))


# ---- Who and when ------------------------------------------------------------------------------------


def filling_closed(row: SelfReport) -> str:
    """Return why nothing of a report changes now, or ""."""
    phase = Phase(row.cycle.phase)
    return "" if phase in cycles.FILLING else f"年度考核现在是“{phase.label}”，自评不再变动。"


def _refuse_closed(row: SelfReport) -> None:
    if message := filling_closed(row):
        raise DomainError("guard", message)


def _reported(row: SelfReport) -> Iterable[Any]:
    filled = by("changed_by")
    return {*by("submitted_by")(row), *(who for entry in row.entries.all() for who in filled(entry))}


def _scored(row: SelfReport) -> Iterable[int]:
    scores = Score.objects.filter(cycle=row.cycle_id, street=row.street_id).order_by()
    return scores.values_list("member__user_id", flat=True).distinct()


BY_STREET = Other("代表街道填报自评", _reported)
_BY_TEAM = (Other("作为考核组成员评定该街道", _scored),)
FILL = REPORT.permit(
    "填报自评", S.DRAFT, right="fill_self_report", by="street", guards=(_refuse_closed,), others=_BY_TEAM
)


# ---- Filling in --------------------------------------------------------------------------------------


def fill_entry(
    report: SelfReport,
    *,
    indicator: Indicator,
    points: int | None,
    text: str,
    revision: int,
    actor: User,
    files: Mapping[str, Sequence[UploadedFile[bytes]]] | None = None,
) -> SelfEntry:
    """Say what the street gives itself (hundredths) for an indicator, and why.

    ``revision`` is that of the entry on the page, 0 for one that was empty: what a colleague saved
    meanwhile is not overwritten. Measured indicators take words alone. Errors: wrong_state, not_allowed,
    guard, other_scheme, not_reported, measured and above (field points), text_long (field text), stale;
    those of attach_all for ``files`` (slot → files), the evidence chosen beside it.
    """
    with together():
        entry = _fill(report, indicator, points, text, revision, actor)
        if files:
            attach_all(entry, files, actor=actor)
        return entry


def _fill(
    report: SelfReport, indicator: Indicator, points: int | None, text: str, revision: int, actor: User
) -> SelfEntry:
    fresh = FILL.hold(report, actor=actor)
    _check_indicator(fresh.cycle, indicator)
    text = written("自评说明", text, longest_of(SelfEntry.text), field="text")
    if is_measured(indicator.mode) and points is not None:
        raise DomainError("measured", "该指标由平台取数，不能填写得分；有异议写在说明里。", field="points")
    if points is not None and points > indicator.points:
        raise DomainError(
            "above",
            f"自评得分 {show_points(points)} 超过该指标分值 {short_points(indicator.points)} 分。",
            field="points",
        )
    entry = SelfEntry.objects.select_for_update().filter(report=fresh, indicator=indicator).first()
    if (entry.revision if entry is not None else 0) != revision:
        raise DomainError(
            "stale", "这项指标刚由同事保存过，您的内容没有保存。核对后再次保存，以您的内容为准。"
        )
    before = (entry.points, entry.text) if entry is not None else (None, "")
    if before == (points, text):
        return entry if entry is not None else SelfEntry(report=fresh, indicator=indicator)
    if entry is None:
        entry = SelfEntry(report=fresh, indicator=indicator, revision=0)
    entry.points, entry.text = points, text
    entry.revision += 1
    entry.changed_by, entry.changed_at = actor, clock.now()
    entry.save()
    changes: dict[str, tuple[str | None, str | None]] = {}
    if before[0] != points:
        was, now = (None if value is None else f"{show_points(value)} 分" for value in (before[0], points))
        changes["自评得分"] = (was, now)
    if before[1] != text:
        changes["自评说明"] = (before[1] or None, text or None)
    record(
        fresh, "report.filled", f"填报 {indicator}", actor=actor, organization=fresh.street, changes=changes
    )  # fmt: skip
    return entry


def _check_indicator(cycle: Cycle, indicator: Indicator) -> None:
    if indicator.scheme_id != cycle.scheme_id:
        raise DomainError("other_scheme", "该指标不属于本次考核的细则。")
    if indicator.kind == IndicatorKind.PENALTY:
        raise DomainError("not_reported", "扣分项由考核组登记，街道不自评。")


def _may_read_evidence(scope: Scope, row: SelfEntry) -> bool:
    """The own street, the offices, and who scores the indicator."""
    if REPORT.readable(scope, row.report):
        return True
    return Assignment.objects.filter(
        cycle=row.report.cycle_id, indicator=row.indicator_id, member__user_id=scope.person_id
    ).exists()


def _may_change_evidence(scope: Scope, row: SelfEntry) -> str:
    scope.require(FILL.right, row.report, FILL.by, label=FILL.label)
    return filling_closed(row.report) if FILL.in_turn(row.report) else "自评已提交，附件不再变动。"


register(
    Owner(
        SelfEntry,
        label="自评指标",
        slots=(Slot("evidence", "佐证材料", accept=PAPERS, most=10, hint="文件、纪要、照片、名册等"),),
        may_read=_may_read_evidence,
        may_change=_may_change_evidence,
        url=lambda row: reverse(
            "assessment:report-entry", args=[row.report.cycle_id, row.report_id, row.indicator_id]
        ),
    )
)


# ---- Submitting and handing back ---------------------------------------------------------------------


def _is_late(row: SelfReport) -> bool:
    return row.due_on is not None and clock.today() > row.due_on


@REPORT.step(
    "submit", "提交自评", S.DRAFT, S.SUBMITTED, right="submit_self_report", by="street", how=CLICK, others=_BY_TEAM,
    guards=(_refuse_closed,), shown=lambda row: False, action="report.submitted", behalf="street",
    wording=Wording(
        done=lambda row: "逾期提交自评" if _is_late(row) else "提交自评",
        said=lambda row: "已提交自评，记为逾期。" if row.is_late else "已提交自评。",
    ),
)  # fmt: skip
def submit_report(row: SelfReport, *, actor: User) -> None:
    """Submit a whole report; one that comes in after the last day is marked late. The page draws the button.

    Errors: wrong_state, not_allowed, guard, incomplete with what is missing.
    """
    left = missing(row)
    if left:
        raise DomainError(
            "incomplete", f"还有 {len(left)} 项没有填好：{cycles.codes(left)}。填好得分和说明后再提交。"
        )
    row.submitted_by, row.submitted_at, row.returned_reason, row.is_late = (
        actor,
        clock.now(),
        "",
        _is_late(row),
    )
    close(SELF_REPORT, [row], outcome="late" if row.is_late else "submitted")


@REPORT.step(
    "return", "退回自评", S.SUBMITTED, S.DRAFT, right="manage_cycle", by=DISTRICT, others=(BY_STREET,),
    guards=(_refuse_closed,), action="report.returned",
    asks=(
        note("reason", "理由", to=SelfReport.returned_reason, required=True, logged=True),
        day("due_on", "重新提交时限", initial=lambda row: clock.today() + dt.timedelta(days=3)),
    ),
    wording=Wording(
        offer="退回自评…", button="退回自评", style="refuse", said="已退回并通知街道。",
        after=("退回后街道可以修改，须由街道负责人重新提交",),
    ),
)  # fmt: skip
def return_report(row: SelfReport, *, reason: str, due_on: dt.date, actor: User) -> None:
    """Hand a report back to the street, which has until ``due_on`` to submit it anew.

    Errors: wrong_state, not_allowed, reason_missing and reason_long (field reason), past (field due_on), guard.
    """
    if due_on < clock.today():
        raise DomainError("past", "重新提交的时限不能早于今日。", field="due_on")
    row.submitted_by, row.submitted_at, row.due_on = None, None, due_on
    title = f"{row.cycle}：{row.street}重新提交自评"
    open_deadline(SELF_REPORT, row, organization=row.street, due_on=due_on, title=title)
    notify_organizations(
        [row.street_id], district_id=row.district_id, kind=NoticeKind.WORK, title=f"自评已退回：{row.cycle}",
        text=f"{actor.organization}退回理由：{reason} {chinese_date(due_on)}前重新提交。", url=REPORT.url(row),
        sender=actor,
    )  # fmt: skip
