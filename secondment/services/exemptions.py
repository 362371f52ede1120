"""Stationed agencies and exceptions: registered by the department, confirmed by 区委编办 (P11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from secondment.choices import ExemptionKind, ExemptionState
from secondment.flows.exemptions import EXEMPTION, EXEMPTION_OFFICE
from secondment.models import Exemption
from secondment.selectors.backdating import effects, is_early
from secondment.services import coverage
from secondment.services.registration import Files, refuse_street
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import attach_all, together
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

LONGEST = 300
LONGEST_REASON = 500
FAR = dt.date.max
Changes = dict[str, tuple[Any, Any]]
"""Label → what stood before and after, for the log."""


def submit(
    *,
    organization: Organization,
    street: Organization,
    kind: str,
    starts_on: dt.date,
    actor: User,
    ends_on: dt.date | None = None,
    agency: str = "",
    reference: str = "",
    reason: str = "",
    files: Files | None = None,
) -> Exemption:
    """Register why a department owes nobody to a street; 区委编办 confirms it.

    A first day before today may be asked for; whether it counts 区委编办 decides.

    A stationed agency needs its name and the document that set it up, an exception from 原则上 its reason.
    Errors, each with its field: not_allowed, not_giving, not_street, kind, agency, reference, reason,
    reason_long, period, asked_already, overlap; with ``files`` (slot → files) the scan of the document at
    once, too (scan_missing, field file_ground). Without it 区委编办 can't confirm.
    """
    with together():
        row = _submit(
            organization,
            street,
            kind,
            starts_on,
            ends_on,
            actor,
            agency=agency,
            reference=reference,
            reason=reason,
        )
        if files is not None:
            attach_all(row, files, actor=actor)
            _refuse_without_scan(row, "file_ground")
    return row


def _refuse_without_scan(row: Exemption, field: str = "") -> None:
    if row.kind == ExemptionKind.STATIONED and not attachments_of(row, "ground").exists():
        remedy = "选择设立文件的扫描件后登记。" if field else "由赋权部门在本页上传后确认。"
        raise DomainError(
            "scan_missing",
            f"未上传设立文件：派驻机构豁免须附设立文件的扫描件。{remedy}",
            field=field,
        )


def _submit(
    organization: Organization,
    street: Organization,
    kind: str,
    starts_on: dt.date,
    ends_on: dt.date | None,
    actor: User,
    *,
    agency: str,
    reference: str,
    reason: str,
) -> Exemption:
    scope_of(actor).require("register_secondment", organization, label="登记豁免")
    if not organization.empowering:
        raise DomainError("not_giving", f"{organization}不是赋权部门，不登记豁免。")
    refuse_street(street, organization.district_id)
    values = _checked(kind, agency.strip(), reference.strip(), reason.strip())
    if ends_on is not None and ends_on < starts_on:
        raise DomainError("period", f"截止日期不能早于起始日期 {chinese_date(starts_on)}。", field="ends_on")
    # The department's row is the lock: two colleagues register one after the other.
    lock(organization)
    rows = Exemption.objects.filter(organization=organization, street=street)
    if rows.filter(state=ExemptionState.SUBMITTED).exists():
        raise DomainError(
            "asked_already", f"对{street}已有一项豁免待区委编办确认，先撤回那一项。", field="street"
        )
    _refuse_overlap(organization, street, starts_on, ends_on)
    row = Exemption(
        district_id=organization.district_id,
        organization=organization,
        street=street,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        submitted_by=actor,
        **values,
    )
    row.save(force_insert=True)
    record(
        row,
        "exemption.submitted",
        f"登记{row.get_kind_display()}，报区委编办确认",
        actor=actor,
        organization=organization,
        reason=row.reason,
        changes={"起始日期": (None, starts_on), "截止日期": (None, ends_on)},
    )
    return row


def _checked(kind: str, agency: str, reference: str, reason: str) -> dict[str, str]:
    if kind not in ExemptionKind.values:
        raise DomainError("kind", "未选择豁免种类。", field="kind")
    if len(reason) > LONGEST_REASON:
        raise DomainError(
            "reason_long", f"理由不超过 {LONGEST_REASON} 字，现为 {len(reason)} 字。", field="reason"
        )
    if kind == ExemptionKind.PRINCIPLE:
        if not reason:
            raise DomainError("reason", "“原则上”之外的例外须写明理由，报区委编办同意。", field="reason")
        return {"reason": reason, "agency": "", "reference": reference}
    if not agency:
        raise DomainError("agency", "未填写派驻机构名称。", field="agency")
    if not reference:
        raise DomainError("reference", "未填写设立派驻机构的文件名称和文号。", field="reference")
    return {"reason": reason, "agency": agency, "reference": reference}


def _refuse_overlap(
    organization: Organization, street: Organization, first: dt.date, last: dt.date | None, without: int = 0
) -> None:
    granted = Exemption.objects.filter(
        organization=organization,
        street=street,
        state__in=(ExemptionState.CONFIRMED, ExemptionState.ENDED),
        starts_on__lte=last or FAR,
    ).exclude(pk=without)
    for other in granted:
        if other.ends_on is None or other.ends_on >= first:
            until = chinese_date(other.ends_on) if other.ends_on else "长期"
            raise DomainError(
                "overlap",
                f"对{street}已有确认的豁免（{chinese_date(other.starts_on)}起，至{until}），期间不能重叠。",
                field="starts_on",
            )


@transaction.atomic
def withdraw(row: Exemption, *, actor: User) -> Exemption:
    """Take back a registration that 区委编办 has not decided on."""
    fresh = EXEMPTION.take(row, "withdraw", scope_of(actor))
    record(fresh, "exemption.withdrawn", EXEMPTION["withdraw"].label, actor=actor)
    return fresh


@transaction.atomic
def confirm(
    row: Exemption, *, actor: User, note: str = "", backdated: bool = False, backdated_reason: str = ""
) -> Exemption:
    """区委编办 confirms: from the first day of the exemption nobody is owed there.

    What was asked from a day before the application begins with the application, unless it is
    ``backdated`` for a reason; what that changes is written into the log. Errors: scan_missing, overlap,
    not_early, application_late (field backdated), reason_missing, reason_long (field backdated_reason).
    """
    note = _note(note)
    locked = lock(row)
    lock(locked.organization)
    EXEMPTION_OFFICE.refuse_unless_possible(locked, "confirm", scope_of(actor))
    _refuse_without_scan(locked)
    values, changes = _beginning(locked, backdated, _note(backdated_reason, "backdated_reason"))
    first = values.get("starts_on", locked.starts_on)
    _refuse_overlap(locked.organization, locked.street, first, locked.ends_on, locked.pk)
    return _decide(row, "confirm", "exemption.confirmed", actor, note, values, changes)


def _beginning(row: Exemption, backdated: bool, reason: str) -> tuple[dict[str, Any], Changes]:
    """Return from when a confirmed exemption counts, as fields and for the log."""
    if not is_early(row):
        if backdated:
            raise DomainError(
                "not_early",
                f"起始日期 {chinese_date(row.starts_on)}不早于申请日期 {chinese_date(row.applied_on)}，不须追溯。",
                field="backdated",
            )
        return {}, {}
    if not backdated:
        if row.ends_on is not None and row.ends_on < row.applied_on:
            raise DomainError(
                "application_late",
                f"申请的期间至 {chinese_date(row.ends_on)}，在申请日期 {chinese_date(row.applied_on)}之前已经结束；"
                "不追溯的，不予确认。",
                field="backdated",
            )
        return {"starts_on": row.applied_on}, {"起始日期": (row.starts_on, row.applied_on)}
    if not reason:
        raise DomainError("reason_missing", "追溯至申请之前须写明理由。", field="backdated_reason")
    found = effects(row)
    assert found is not None
    changes: Changes = {"追溯自": (row.applied_on, row.starts_on), "追溯理由": (None, reason)}
    if found.gaps:
        changes["不再计缺员"] = (None, "、".join(period_words(gap.first, gap.last) for gap in found.gaps))
    for one in found.changes:
        changes[f"{chinese_date(one.on)}{one.label}"] = one.words
    return {"backdated": True, "backdated_reason": reason}, changes


def period_words(first: dt.date, last: dt.date | None) -> str:
    """Return a time as it is read, with its days: 2026年9月1日至2026年9月30日（30 天）."""
    assert last is not None
    return f"{chinese_date(first)}至{chinese_date(last)}（{(last - first).days + 1} 天）"


@transaction.atomic
def refuse(row: Exemption, *, actor: User, reason: str) -> Exemption:
    """区委编办 does not confirm, and says why."""
    return _decide(row, "refuse", "exemption.refused", actor, _note(reason))


@transaction.atomic
def end(row: Exemption, *, last_day: dt.date, actor: User, reason: str) -> Exemption:
    """End an exemption on a day; from the next day the department owes people again.

    Errors: not_allowed, wrong_state, reason_missing, reason_long, period (field last_day).
    """
    reason = _note(reason)
    locked = lock(row)
    if last_day < locked.starts_on:
        raise DomainError(
            "period", f"最后一日不能早于起始日期 {chinese_date(locked.starts_on)}。", field="last_day"
        )
    if locked.ends_on is not None and last_day > locked.ends_on:
        raise DomainError(
            "period",
            f"最后一日不能晚于原定的截止日期 {chinese_date(locked.ends_on)}。",
            field="last_day",
        )
    fresh = EXEMPTION_OFFICE.take(
        row, "end", scope_of(actor), reason=reason, ends_on=last_day, ended_at=clock.now()
    )
    record(
        fresh,
        "exemption.ended",
        EXEMPTION_OFFICE["end"].label,
        actor=actor,
        reason=reason,
        changes={"截止日期": (locked.ends_on, last_day)},
    )
    _refresh(fresh)
    return fresh


def _decide(
    row: Exemption,
    step: str,
    action: str,
    actor: User,
    note: str,
    values: Mapping[str, Any] | None = None,
    changes: Changes | None = None,
) -> Exemption:
    fresh = EXEMPTION_OFFICE.take(
        row,
        step,
        scope_of(actor),
        reason=note,
        decided_by=actor,
        decided_at=clock.now(),
        decision_note=note,
        **(values or {}),
    )
    record(fresh, action, EXEMPTION_OFFICE[step].label, actor=actor, reason=note, changes=changes or {})
    _refresh(fresh)
    return fresh


def _refresh(row: Exemption) -> None:
    coverage.refresh(row.district_id, {(row.organization_id, row.street_id)})


def _note(text: str, field: str = "reason") -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise DomainError("reason_long", f"不超过 {LONGEST} 字，现为 {len(text)} 字。", field=field)
    return text
