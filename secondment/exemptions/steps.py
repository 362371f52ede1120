"""Exemptions: registered by the department, confirmed, refused and ended by 区委编办 (P11)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from secondment.choices import ExemptionKind
from secondment.choices import ExemptionState as E
from secondment.exemptions.model import Exemption
from secondment.rules.coverage import Span
from secondment.selectors.backdating import effects, is_early
from secondment.services import coverage
from secondment.services.registration import Files, refuse_street
from xianan.acts import DISTRICT, Changes, Correctable, Noun, Wording, day, longest_of, note, tick
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.parties import Other, by
from xianan.core.texts import written
from xianan.documents.attachments import SCANS, Owner, Slot, register
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import attach_all, together
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.policy.late import Entry, reading

BEGUN, ENDED = Entry("starts_on", "submitted_at"), Entry("ends_on", "ended_at")
GROUND = "ground"
_REGISTERED = (Other("代表部门登记这项豁免", by("submitted_by")),)


def _as_entered(rows: QuerySet[Exemption]) -> QuerySet[Exemption]:
    return reading(rows, BEGUN, ENDED)


def _stands(row: Exemption) -> tuple[str, str]:
    """One whose time is over is 已到期."""
    if row.state == E.CONFIRMED and row.ends_on and row.ends_on < clock.today():
        return "已到期", "grey"
    state = E(row.state)
    return str(state.label), state.tone


EXEMPTION: Noun[Exemption] = Noun(
    model=Exemption,
    label="下沉豁免",
    word="豁免",
    states=E,
    view="view_secondment",
    parties=("organization", "street"),
    page="secondment:exemption",
    begun="exemption.submitted",
    joins=("organization", "street", "submitted_by", "decided_by"),
    stands=_stands,
    also=_as_entered,
    validity=(Exemption.starts_on, Exemption.ends_on),
    correctable=tuple(
        Correctable(
            fact=fact, asks=("register_secondment", "organization"), agrees=("agree_exception", DISTRICT)
        )
        for fact in (Exemption.starts_on, Exemption.ends_on, Exemption.agency, Exemption.reference)
    ),
)
FILES = EXEMPTION.permit(
    "登记豁免", E.SUBMITTED, right="register_secondment", by="organization",
    closed="区委编办已作决定，附件不再变动。",
)  # fmt: skip
register(
    Owner(
        Exemption,
        label=EXEMPTION.label,
        slots=(
            Slot(
                GROUND,
                "设立文件",
                accept=SCANS,
                most=3,
                hint="派驻机构豁免必需，区委编办确认前上传盖章文件的扫描件",
            ),
        ),
        may_read=EXEMPTION.readable,
        may_change=FILES.why_not,
        url=EXEMPTION.url,
    )
)


# ---- Registering -------------------------------------------------------------------------------------


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
        scope_of(actor).require("register_secondment", organization, label="登记豁免")
        if not organization.empowering:
            raise DomainError("not_giving", f"{organization}不是赋权部门，不登记豁免。")
        refuse_street(street, organization.district_id)
        row = Exemption(
            district_id=organization.district_id,
            organization=organization,
            street=street,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            submitted_by=actor,
            agency=agency.strip(),
            reference=reference.strip(),
            reason=written("理由", reason, longest_of(Exemption.reason)),
        )
        _refuse_ground(row)
        if ends_on is not None and ends_on < starts_on:
            raise DomainError(
                "period", f"截止日期不能早于起始日期 {chinese_date(starts_on)}。", field="ends_on"
            )
        # The department's row is the lock: two colleagues register one after the other.
        lock(organization)
        if Exemption.objects.filter(organization=organization, street=street, state=E.SUBMITTED).exists():
            raise DomainError(
                "asked_already", f"对{street}已有一项豁免待区委编办确认，先撤回那一项。", field="street"
            )
        _refuse_overlap(row)
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
        if files is not None:
            attach_all(row, files, actor=actor)
            _refuse_without_scan(row, "file_ground")
    return row


def _refuse_ground(row: Exemption) -> None:
    """An exception rests on its reason, a stationed agency on the document that set it up."""
    if row.kind not in ExemptionKind.values:
        raise DomainError("kind", "未选择豁免种类。", field="kind")
    if row.kind == ExemptionKind.PRINCIPLE:
        row.agency = ""
        if not row.reason:
            raise DomainError("reason", "“原则上”之外的例外须写明理由，报区委编办同意。", field="reason")
    elif not row.agency:
        raise DomainError("agency", "未填写派驻机构名称。", field="agency")
    elif not row.reference:
        raise DomainError("reference", "未填写设立派驻机构的文件名称和文号。", field="reference")


def _refuse_without_scan(row: Exemption, field: str = "") -> None:
    if row.kind == ExemptionKind.STATIONED and not attachments_of(row, GROUND).exists():
        remedy = "选择设立文件的扫描件后登记。" if field else "由赋权部门在本页上传后确认。"
        raise DomainError(
            "scan_missing",
            f"未上传设立文件：派驻机构豁免须附设立文件的扫描件。{remedy}",
            field=field,
        )


def _refuse_overlap(row: Exemption) -> None:
    granted = Exemption.objects.filter(
        EXEMPTION.valid(row.starts_on, row.ends_on),
        organization=row.organization,
        street=row.street,
        state__in=(E.CONFIRMED, E.ENDED),
    )
    other = granted.exclude(pk=row.pk).first()
    if other is not None:
        until = chinese_date(other.ends_on) if other.ends_on else "长期"
        raise DomainError(
            "overlap",
            f"对{row.street}已有确认的豁免（{chinese_date(other.starts_on)}起，至{until}），期间不能重叠。",
            field="starts_on",
        )


def _count_anew(row: Exemption, actor: User) -> None:
    coverage.refresh(row.district_id, {(row.organization_id, row.street_id)})


# ---- Steps -------------------------------------------------------------------------------------------


@EXEMPTION.step(
    "withdraw", "撤回豁免登记", E.SUBMITTED, E.WITHDRAWN, right="register_secondment", by="organization",
    action="exemption.withdrawn",
    wording=Wording(
        button="撤回豁免登记", style="refuse", said="已撤回豁免登记。", after=("记录保留，该街道仍须派人",)
    ),
)  # fmt: skip
def withdraw(row: Exemption, *, actor: User) -> None:
    """Take back a registration that 区委编办 has not decided on."""


@EXEMPTION.step(
    "confirm", "确认豁免", E.SUBMITTED, E.CONFIRMED, right="agree_exception", by=DISTRICT, others=_REGISTERED,
    action="exemption.confirmed", tells=(Exemption.starts_on,), guards=(_refuse_without_scan,), locks=("organization",), follow=_count_anew,
    asks=(
        note("note", "意见", to=Exemption.decision_note, logged=True),
        tick(
            "backdated",
            lambda row: f"追溯，自申请之前的{chinese_date(row.starts_on)}起豁免",
            help=lambda row: f"不勾选的，自申请日期{chinese_date(row.applied_on)}起豁免",
            when=is_early,
        ),
        note("backdated_reason", "追溯理由", like=Exemption.backdated_reason, help="勾选追溯的须填", when=is_early),
    ),
    wording=Wording(
        button="确认豁免，不计缺员",
        style="primary",
        said=lambda row: f"已确认，{chinese_date(row.starts_on)}起{row.organization}不须向{row.street}派人。",
        notes=(("除已有延伸派驻机构下放的外，原则上按规定人数向每个街道下沉", "实施方案二（三）（P11）"),),
        after=("自起始日期起不计缺员", "在覆盖矩阵中标明派驻豁免或例外"),
    ),
)  # fmt: skip
def confirm(
    row: Exemption, *, actor: User, note: str = "", backdated: bool = False, backdated_reason: str = ""
) -> Changes:
    """区委编办 confirms: from the first day of the exemption nobody is owed there.

    What was asked from a day before the application begins with the application, unless it is
    ``backdated`` for a reason; what that changes is written into the log. Errors: scan_missing, overlap,
    not_early, application_late (field backdated), reason_missing, reason_long (field backdated_reason).
    """
    _decided(row, actor)
    changes = _begin(row, backdated, backdated_reason)
    _refuse_overlap(row)
    return changes


def _decided(row: Exemption, actor: User) -> None:
    row.decided_by, row.decided_at = actor, clock.now()


def _begin(row: Exemption, backdated: bool, reason: str) -> Changes:
    """Set from when a confirmed exemption counts; return what the log tells of it."""
    if not is_early(row):
        if backdated:
            raise DomainError(
                "not_early",
                f"起始日期 {chinese_date(row.starts_on)}不早于申请日期 {chinese_date(row.applied_on)}，不须追溯。",
                field="backdated",
            )
        return {}
    if not backdated:
        row.starts_on = row.applied_on
        if row.ends_on is not None and row.ends_on < row.applied_on:
            raise DomainError(
                "application_late",
                f"申请的期间至 {chinese_date(row.ends_on)}，在申请日期 {chinese_date(row.applied_on)}之前已经结束；"
                "不追溯的，不予确认。",
                field="backdated",
            )
        return {}
    if not reason:
        raise DomainError("reason_missing", "追溯至申请之前须写明理由。", field="backdated_reason")
    row.backdated, row.backdated_reason = True, reason
    found = effects(row)
    assert found is not None
    changes: dict[str, tuple[Any, Any]] = {
        "追溯自": (row.applied_on, row.starts_on),
        "追溯理由": (None, reason),
    }
    if found.gaps:
        changes["不再计缺员"] = (None, "、".join(map(_days, found.gaps)))
    for one in found.changes:
        changes[f"{chinese_date(one.on)}{one.label}"] = one.words
    return changes


def _days(span: Span) -> str:
    assert span.last is not None
    days = (span.last - span.first).days + 1
    return f"{chinese_date(span.first)}至{chinese_date(span.last)}（{days} 天）"


@EXEMPTION.step(
    "refuse", "不予确认", E.SUBMITTED, E.REFUSED, right="agree_exception", by=DISTRICT, others=_REGISTERED,
    action="exemption.refused", follow=_count_anew,
    asks=(note("reason", "理由", to=Exemption.decision_note, required=True, logged=True),),
    wording=Wording(
        button="不予确认并答复部门",
        style="refuse",
        said=lambda row: f"已答复{row.organization}不予确认。",
        after=("该街道仍须派人，缺员照计",),
    ),
)  # fmt: skip
def refuse(row: Exemption, *, actor: User, reason: str) -> None:
    """区委编办 does not confirm, and says why."""
    _decided(row, actor)


@EXEMPTION.step(
    "end", "终止豁免", E.CONFIRMED, E.ENDED, right="agree_exception", by=DISTRICT, action="exemption.ended",
    follow=_count_anew,
    asks=(
        day("last_day", "豁免的最后一日", help="次日起该部门须向该街道派人", initial=lambda row: clock.today()),
        note("reason", "理由", longest=300, required=True, logged=True),
    ),
    wording=Wording(
        button="终止豁免，恢复派人要求",
        style="refuse",
        said=lambda row: f"已终止豁免，最后一日 {chinese_date(row.ends_on)}。",
        after=("次日起计缺员，部门收到补派的待办",),
    ),
)  # fmt: skip
def end(row: Exemption, *, last_day: dt.date, actor: User, reason: str) -> Changes:
    """End an exemption on a day; from the next day the department owes people again.

    Errors: not_allowed, wrong_state, reason_missing, reason_long, period (field last_day).
    """
    before = row.ends_on
    if last_day < row.starts_on:
        raise DomainError(
            "period", f"最后一日不能早于起始日期 {chinese_date(row.starts_on)}。", field="last_day"
        )
    if before is not None and last_day > before:
        raise DomainError(
            "period", f"最后一日不能晚于原定的截止日期 {chinese_date(before)}。", field="last_day"
        )
    row.ends_on, row.ended_at = last_day, clock.now()
    # Also where it is the day that was planned: the log says when it ended.
    return {"截止日期": (before, last_day)}
