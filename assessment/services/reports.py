"""A street's self-report, indicator by indicator; its head submits it (P37)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from assessment.choices import IndicatorKind
from assessment.deadlines.cycle import SELF_REPORT
from assessment.flows.report import REPORT, REPORT_OFFICE
from assessment.models import Cycle, Indicator, SelfEntry, SelfReport
from assessment.rules.points import short_points, show_points
from assessment.rules.scoring import is_measured
from assessment.selectors import cycles
from assessment.selectors.reports import missing
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.texts import written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify_organizations
from xianan.deadlines.services.opening import open_deadline
from xianan.documents.services.attachments import attach_all, together
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LONGEST_TEXT = 2000


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
    fresh = lock(report)
    REPORT.refuse_unless_possible(fresh, "fill", scope_of(actor))
    _check_indicator(fresh.cycle, indicator)
    text = written("自评说明", text, LONGEST_TEXT, field="text")
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
        fresh,
        "report.filled",
        f"填报 {indicator}",
        actor=actor,
        organization=fresh.street,
        changes=changes,
    )
    return entry


@transaction.atomic
def submit_report(report: SelfReport, *, actor: User) -> SelfReport:
    """Submit a whole report; one that comes in after the last day is marked late.

    Errors: wrong_state, not_allowed, guard, incomplete with what is missing.
    """
    fresh = lock(report)
    REPORT.refuse_unless_possible(fresh, "submit", scope_of(actor))
    left = missing(fresh)
    if left:
        raise DomainError(
            "incomplete", f"还有 {len(left)} 项没有填好：{cycles.codes(left)}。填好得分和说明后再提交。"
        )
    late = fresh.due_on is not None and clock.today() > fresh.due_on
    fresh = REPORT.take(
        fresh,
        "submit",
        scope_of(actor),
        submitted_by=actor,
        submitted_at=clock.now(),
        is_late=late,
        returned_reason="",
    )
    close(SELF_REPORT, [fresh], outcome="late" if late else "submitted")
    record(
        fresh,
        "report.submitted",
        "逾期提交自评" if late else "提交自评",
        actor=actor,
        organization=fresh.street,
    )
    return fresh


@transaction.atomic
def return_report(report: SelfReport, *, reason: str, due_on: dt.date, actor: User) -> SelfReport:
    """Hand a report back to the street, which has until ``due_on`` to submit it anew.

    Errors: wrong_state, not_allowed, reason_missing (field reason), past (field due_on), guard.
    """
    reason = written("理由", reason, 300)
    if due_on < clock.today():
        raise DomainError("past", "重新提交的时限不能早于今日。", field="due_on")
    fresh = REPORT_OFFICE.take(
        report,
        "return",
        scope_of(actor),
        reason=reason,
        submitted_by=None,
        submitted_at=None,
        returned_reason=reason,
        due_on=due_on,
    )
    title = f"{fresh.cycle}：{fresh.street}重新提交自评"
    open_deadline(SELF_REPORT, fresh, organization=fresh.street, due_on=due_on, title=title)
    notify_organizations(
        [fresh.street_id],
        district_id=fresh.district_id,
        kind=NoticeKind.WORK,
        title=f"自评已退回：{fresh.cycle}",
        text=f"{actor.organization}退回理由：{reason} {chinese_date(due_on)}前重新提交。",
        url=reverse("assessment:report", args=[fresh.cycle_id, fresh.pk]),
        sender=actor,
    )
    record(fresh, "report.returned", "退回自评", actor=actor, reason=reason)
    return fresh


def _check_indicator(cycle: Cycle, indicator: Indicator) -> None:
    if indicator.scheme_id != cycle.scheme_id:
        raise DomainError("other_scheme", "该指标不属于本次考核的细则。")
    if indicator.kind == IndicatorKind.PENALTY:
        raise DomainError("not_reported", "扣分项由考核组登记，街道不自评。")
