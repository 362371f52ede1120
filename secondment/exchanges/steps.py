"""Upward study and guidance: registered and reported by the sender, confirmed and judged by the receiver (P10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from secondment.choices import ExchangeKind
from secondment.choices import ExchangeState as E
from secondment.deadlines.exchange import EXCHANGE_REPORT
from secondment.exchanges.model import Exchange
from secondment.rules.exchange import REPORT_DAYS, overlaps, report_due
from secondment.selectors.exchanges import CONFIRMED, PARTIES, REGISTERED
from xianan.acts import Noun, Wording, day, prose
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.names import person_name, same_person_name
from xianan.core.parties import Other, by
from xianan.deadlines.services import close, open_deadline
from xianan.documents.attachments import PAPERS, Owner, Slot, register
from xianan.history.services import record
from xianan.organizations.choices import Kind
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.policy.choices import DocumentKey
from xianan.policy.late import reading
from xianan.policy.selectors import parameters

RIGHT = "register_exchange"
FIELDS = ("name", "post", "mentor", "plan", "starts_on", "ends_on", "by_liaison", "liaison_contact")
_TEXTS = ("name", "post", "mentor", "plan", "liaison_contact")
_SENT = (Other("代表派出单位登记或填报", by("registered_by", "reported_by")),)
_RECEIVED = (Other("代表接收单位确认或评价", by("confirmed_by", "evaluated_by")),)


def _stands(row: Exchange) -> tuple[str, str]:
    """How far it has come follows from its dates."""
    phase = row.phase()
    return phase.label, phase.tone


def _as_entered(rows: QuerySet[Exchange]) -> QuerySet[Exchange]:
    return reading(rows, REGISTERED, CONFIRMED)


EXCHANGE: Noun[Exchange] = Noun(
    model=Exchange,
    label="上派下挂",
    word="上派下挂",
    states=E,
    view="view_exchange",
    parties=PARTIES,
    page="secondment:exchange",
    begun="exchange.registered",
    names=lambda row: f"{row}（{row.sender}→{row.receiver}）",
    joins=(*PARTIES, "confirmed_by", "reported_by", "evaluated_by", "registered_by"),
    stands=_stands,
    also=_as_entered,
)
FILES = EXCHANGE.permit(
    "维护上派下挂材料", (E.PLANNED, E.REPORTED), right=RIGHT, by="sender", closed="已取消，附件不再变动。"
)
register(
    Owner(
        Exchange,
        label=EXCHANGE.label,
        slots=(Slot("report", "总结和佐证材料", accept=PAPERS, most=5, hint="盖章的总结、学习或指导记录"),),
        may_read=EXCHANGE.readable,
        may_change=FILES.why_not,
        url=EXCHANGE.url,
    )
)


# ---- Registering -------------------------------------------------------------------------------------


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
    lock(row.sender)
    _refuse_overlap(row)
    row.registered_by = actor
    row.save(force_insert=True)
    record(
        row, "exchange.registered", f"登记{row.get_kind_display()}", actor=actor,
        changes={"期间": (None, _period(row)), "接收单位": (None, str(row.receiver))},
    )  # fmt: skip
    _owe_report(row, actor)
    return row


def _parties(row: Exchange) -> None:
    if not row.department.empowering or not row.department.is_active:
        raise DomainError("not_here", f"{row.department}不是存续的赋权部门。", field="department")
    here = row.street.kind == Kind.STREET and row.street.district_id == row.department.district_id
    if not here or not row.street.is_active:
        raise DomainError("not_here", f"{row.street}不是本区存续的街道。", field="street")


def _fill(row: Exchange, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        value = values[name]
        setattr(row, name, value.strip() if name in _TEXTS else value)
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
    """Refuse a period that meets another one of the same person, naming it; the sender's row is locked."""
    owner = {"street": row.street_id} if row.is_upward else {"department": row.department_id}
    rows = (
        Exchange.objects.filter(kind=row.kind, **owner)
        .exclude(state=E.CANCELLED)
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


def _owe_report(row: Exchange, actor: User) -> None:
    open_deadline(
        EXCHANGE_REPORT, row, organization=row.sender, due_on=row.report_by,
        title=f"{row.name}{row.get_kind_display()}总结",
    )  # fmt: skip


def _period(row: Exchange) -> str:
    return f"{chinese_date(row.starts_on)}至{chinese_date(row.ends_on)}"


# ---- The sender --------------------------------------------------------------------------------------


def _refuse_until_over(row: Exchange) -> None:
    if clock.today() < row.ends_on:
        raise DomainError("guard", f"{chinese_date(row.ends_on)}结束，届时方可办理。")


@EXCHANGE.step(
    "change", "修改登记", E.PLANNED, "", right=RIGHT, by="sender", others=_RECEIVED, locks=("sender",),
    tells=(
        Exchange.name, Exchange.post, Exchange.mentor, Exchange.plan, Exchange.starts_on, Exchange.ends_on,
        Exchange.by_liaison, Exchange.liaison_contact, Exchange.report_by,
    ),
    action="exchange.changed", follow=_owe_report,
)  # fmt: skip
def change_exchange(row: Exchange, *, values: Mapping[str, Any], actor: User) -> None:
    """Change what is registered until the report is given; kind and organizations stay.

    Errors: not_allowed, wrong_state, required, period, overlap, liaison.
    """
    _fill(row, values)
    _refuse_overlap(row)


@EXCHANGE.step(
    "cancel", "取消安排", E.PLANNED, E.CANCELLED, right=RIGHT, by="sender", others=_RECEIVED,
    asks=(prose("reason", "取消原因", to=Exchange.cancelled_reason, logged=True),), action="exchange.cancelled",
    wording=Wording(
        button="取消这次安排", style="refuse", said="已取消，不再报送总结。", after=("记录保留，不再报送总结",)
    ),
)  # fmt: skip
def cancel_exchange(row: Exchange, *, reason: str, actor: User) -> None:
    """Cancel it; it stays on record and no report is owed. Errors: not_allowed, wrong_state, required."""
    close(EXCHANGE_REPORT, [row], outcome="cancelled")


@EXCHANGE.step(
    "report", "填报总结", E.PLANNED, E.REPORTED, right=RIGHT, by="sender", others=_RECEIVED,
    guards=(_refuse_until_over,), action="exchange.reported",
    asks=(prose("report", "总结", to=Exchange.report, help="写明学习或指导的内容、成效、存在的问题和下一步打算"),),
    wording=Wording(
        button="报送总结",
        style="primary",
        done=lambda row: "逾期填报总结" if clock.today() > row.report_by else "填报总结",
        said="总结已报送。",
        after=("报送后不再修改", "接收单位填写评价"),
    ),
)  # fmt: skip
def report_exchange(row: Exchange, *, report: str, actor: User) -> None:
    """Give the report after the last day; its date is closed, late or not.

    Errors: not_allowed, wrong_state, guard, required, too_long (field report).
    """
    row.reported_on, row.reported_by = clock.today(), actor
    close(EXCHANGE_REPORT, [row], outcome="late" if row.reported_on > row.report_by else "reported")


# ---- The receiver ------------------------------------------------------------------------------------


def _refuse_arrival(row: Exchange) -> None:
    if row.confirmed_on is not None:
        raise DomainError("guard", f"{chinese_date(row.confirmed_on)}已确认到岗。")
    if clock.today() < row.starts_on:
        raise DomainError("guard", f"{chinese_date(row.starts_on)}起方可确认到岗。")


@EXCHANGE.step(
    "evaluate", "填写评价", (E.PLANNED, E.REPORTED), "", right=RIGHT, by="receiver", others=_SENT,
    guards=(_refuse_until_over,), tells=(Exchange.evaluation,), action="exchange.evaluated",
    asks=(prose("evaluation", "评价", to=Exchange.evaluation, initial=lambda row: row.evaluation),),
    wording=Wording(
        button=lambda row: f"以{row.receiver}名义保存评价",
        offer=lambda row: "改写评价" if row.evaluation else "填写评价",
        style=lambda row: "" if row.evaluation else "primary",
        done=lambda row: "改写评价" if row.evaluation else "填写评价",
        said="评价已保存，双方都能看到。",
        after=("派出单位和接收单位都能看到",),
    ),
)  # fmt: skip
def evaluate_exchange(row: Exchange, *, evaluation: str, actor: User) -> None:
    """Write for the receiving organization how it went, once the last day has come; may be rewritten.

    Errors: not_allowed, wrong_state, guard, required, too_long (field evaluation).
    """
    row.evaluated_on, row.evaluated_by = clock.today(), actor


@EXCHANGE.step(
    "confirm", "确认到岗", E.PLANNED, "", right=RIGHT, by="receiver", others=_SENT, guards=(_refuse_arrival,),
    shown=lambda row: row.confirmed_on is None, tells=(Exchange.confirmed_on,), action="exchange.confirmed",
    asks=(day("arrived_on", "到岗日期", initial=lambda row: row.starts_on),),
    wording=Wording(
        button=lambda row: f"以{row.receiver}名义确认到岗", style="primary", said="已确认到岗。",
        after=("结束后由接收单位填写评价",),
    ),
)  # fmt: skip
def confirm_arrival(row: Exchange, *, arrived_on: dt.date, actor: User) -> None:
    """Confirm for the receiving organization that the person has come.

    Errors: not_allowed, wrong_state, guard, out_of_period (field arrived_on).
    """
    last = min(row.ends_on, clock.today())
    if not row.starts_on <= arrived_on <= last:
        raise DomainError(
            "out_of_period",
            f"到岗日期须在{chinese_date(row.starts_on)}至{chinese_date(last)}之间。",
            field="arrived_on",
        )
    row.confirmed_on, row.confirmed_by, row.confirmed_at = arrived_on, actor, clock.now()
