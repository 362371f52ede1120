"""Upward study and guidance: registered and reported by the sender, confirmed and judged by the receiver (P10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from secondment.choices import ExchangeKind, ExchangeState
from secondment.deadlines.exchange import EXCHANGE_REPORT
from secondment.flows.exchange import RECEIVER, RIGHT, SENDER
from secondment.models import Exchange
from secondment.rules.exchange import REPORT_DAYS, overlaps, report_due
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.names import person_name, same_person_name
from xianan.core.texts import PLAIN, written
from xianan.deadlines.services import close, open_deadline
from xianan.history.services import differences, record
from xianan.organizations.choices import Kind
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameters

FIELDS = ("name", "post", "mentor", "plan", "starts_on", "ends_on", "by_liaison", "liaison_contact")
TEXTS = ("name", "post", "mentor", "plan", "liaison_contact")
LONGEST_REPORT = 4000
LONGEST_EVALUATION = 500


@transaction.atomic
def register_exchange(
    *, kind: str, department: Organization, street: Organization, values: Mapping[str, Any], actor: User
) -> Exchange:
    """Register that somebody is sent, for the organization the person belongs to; the report's date runs.

    ``values``: the fields named in FIELDS. Errors: not_allowed, required, not_here, period (field
    ends_on), overlap (field starts_on), liaison (field liaison_contact).
    """
    if kind not in ExchangeKind.values:
        raise DomainError("required", "未选择类别。", field="kind")
    row = Exchange(kind=kind, department=department, street=street, district_id=department.district_id)
    _parties(row)
    scope_of(actor).require(RIGHT, row, "sender", label="登记上派下挂")
    _fill(row, values)
    _refuse_overlap(row)
    row.registered_by = actor
    row.save(force_insert=True)
    record(
        row, "exchange.registered", f"登记{row.get_kind_display()}", actor=actor,
        changes={"期间": (None, _period(row)), "接收单位": (None, str(row.receiver))},
    )  # fmt: skip
    _open(row)
    return row


@transaction.atomic
def change_exchange(exchange: Exchange, *, values: Mapping[str, Any], actor: User) -> Exchange:
    """Change what is registered until the report is given; kind and organizations stay.

    Errors: not_allowed, wrong_state, required, period, overlap, liaison.
    """
    fresh = lock(exchange)
    SENDER.refuse_unless_possible(fresh, "edit", scope_of(actor))
    before = {name: getattr(fresh, name) for name in (*FIELDS, "report_by")}
    _fill(fresh, values)
    _refuse_overlap(fresh)
    new = {name: getattr(fresh, name) for name in before}
    for name, value in before.items():
        setattr(fresh, name, value)
    changes = differences(fresh, new)
    if changes:
        for name, value in new.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(new))
        record(fresh, "exchange.changed", "修改登记", actor=actor, changes=changes)
        _open(fresh)
    return fresh


@transaction.atomic
def cancel_exchange(exchange: Exchange, *, reason: str, actor: User) -> Exchange:
    """Cancel it; it stays on record and no report is owed. Errors: not_allowed, wrong_state, reason_missing."""
    written("取消原因", reason, 300, required=True, codes=PLAIN)
    fresh = SENDER.take(
        lock(exchange), "cancel", scope_of(actor), reason=reason, cancelled_reason=reason.strip()
    )
    close(EXCHANGE_REPORT, [fresh], outcome="cancelled")
    record(fresh, "exchange.cancelled", "取消安排", actor=actor, reason=reason)
    return fresh


@transaction.atomic
def confirm_arrival(exchange: Exchange, *, arrived_on: dt.date, actor: User) -> Exchange:
    """Confirm for the receiving organization that the person has come.

    Errors: not_allowed, wrong_state, guard, out_of_period (field arrived_on).
    """
    fresh = lock(exchange)
    RECEIVER.refuse_unless_possible(fresh, "confirm", scope_of(actor))
    if not fresh.starts_on <= arrived_on <= min(fresh.ends_on, clock.today()):
        last = chinese_date(min(fresh.ends_on, clock.today()))
        raise DomainError(
            "out_of_period",
            f"到岗日期须在{chinese_date(fresh.starts_on)}至{last}之间。",
            field="arrived_on",
        )
    fresh = RECEIVER.take(
        fresh, "confirm", scope_of(actor),
        confirmed_on=arrived_on, confirmed_by=actor, confirmed_at=clock.now(),
    )  # fmt: skip
    record(fresh, "exchange.confirmed", "确认到岗", actor=actor, changes={"到岗日期": (None, arrived_on)})
    return fresh


@transaction.atomic
def report_exchange(exchange: Exchange, *, text: str, actor: User) -> Exchange:
    """Give the report after the last day; its date is closed, late or not.

    Errors: not_allowed, wrong_state, guard, required, too_long (field report).
    """
    written("总结", text, LONGEST_REPORT, field="report", required=True, codes=PLAIN)
    today = clock.today()
    fresh = SENDER.take(
        lock(exchange), "report", scope_of(actor),
        report=text.strip(), reported_on=today, reported_by=actor,
    )  # fmt: skip
    late = today > fresh.report_by
    close(EXCHANGE_REPORT, [fresh], outcome="late" if late else "reported")
    record(fresh, "exchange.reported", "逾期填报总结" if late else "填报总结", actor=actor)
    return fresh


@transaction.atomic
def evaluate_exchange(exchange: Exchange, *, text: str, actor: User) -> Exchange:
    """Write for the receiving organization how it went, once the last day has come; may be rewritten.

    Errors: not_allowed, wrong_state, guard, required, too_long (field evaluation).
    """
    written("评价", text, LONGEST_EVALUATION, field="evaluation", required=True, codes=PLAIN)
    fresh = lock(exchange)
    RECEIVER.refuse_unless_possible(fresh, "evaluate", scope_of(actor))
    before, fresh.evaluation = fresh.evaluation, text.strip()
    fresh.evaluated_on, fresh.evaluated_by = clock.today(), actor
    fresh.save(update_fields=["evaluation", "evaluated_on", "evaluated_by"])
    record(
        fresh, "exchange.evaluated", "改写评价" if before else "填写评价", actor=actor,
        changes={"接收单位评价": (before, fresh.evaluation)},
    )  # fmt: skip
    return fresh


# ---- What they share -----------------------------------------------------------------------------------


def _parties(row: Exchange) -> None:
    if not row.department.empowering or not row.department.is_active:
        raise DomainError("not_here", f"{row.department}不是存续的赋权部门。", field="department")
    here = row.street.kind == Kind.STREET and row.street.district_id == row.department.district_id
    if not here or not row.street.is_active:
        raise DomainError("not_here", f"{row.street}不是本区存续的街道。", field="street")


def _fill(row: Exchange, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        value = values[name]
        setattr(row, name, value.strip() if name in TEXTS else value)
    row.name = person_name(row.name)
    for name, label in (("name", "姓名"), ("mentor", "带教人或对接人"), ("plan", "计划")):
        if not getattr(row, name):
            raise DomainError("required", f"未填写{label}。", field=name)
    if row.ends_on < row.starts_on:
        raise DomainError("period", "结束日期不能早于起始日期。", field="ends_on")
    if row.by_liaison and not row.liaison_contact:
        raise DomainError("liaison", "通过大工委联系制度安排的须写明联系人。", field="liaison_contact")
    if not row.by_liaison:
        row.liaison_contact = ""
    # A version that came since asks something of those registered under it.
    figures = parameters(row.district_id, DocumentKey.PLAN, clock.local_date(row.registered_at))
    row.report_by = report_due(row.ends_on, int(figures.get("exchange_report_days", REPORT_DAYS)))


def _refuse_overlap(row: Exchange) -> None:
    """Refuse a period that meets another one of the same person, naming it; two at once come in turn."""
    Organization.objects.select_for_update(of=("self",)).get(pk=row.sender_id)
    owner = {"street": row.street_id} if row.is_upward else {"department": row.department_id}
    rows = (
        Exchange.objects.filter(kind=row.kind, **owner)
        .exclude(state=ExchangeState.CANCELLED)
        .exclude(pk=row.pk)
        .select_related("department", "street")
    )
    for other in rows:
        if same_person_name(other.name, row.name) and overlaps(
            (row.starts_on, row.ends_on), (other.starts_on, other.ends_on)
        ):
            raise DomainError(
                "overlap",
                f"与{other.name}{_period(other)}到{other.receiver}的{other.get_kind_display()}重叠。"
                "调整期间；同名的另一人在姓名后注明岗位。",
                field="starts_on",
            )


def _open(row: Exchange) -> None:
    open_deadline(
        EXCHANGE_REPORT, row, organization=row.sender, due_on=row.report_by,
        title=f"{row.name}{row.get_kind_display()}总结",
    )  # fmt: skip


def _period(row: Exchange) -> str:
    return f"{chinese_date(row.starts_on)}至{chinese_date(row.ends_on)}"
