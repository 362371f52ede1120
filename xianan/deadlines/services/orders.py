"""Supervision orders and circulars: issued, delivered, answered, judged (P34)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.flow import lock
from xianan.documents.services import (
    Party,
    Source,
    add_signature,
    create_document,
    ensure_certificates,
    take_number,
)
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.services.confirmation import confirm_password

from ..choices import DeliveryState
from ..flows import DELIVERY, DELIVERY_OFFICE, ORDER
from ..kinds import ORDER_ANSWER
from ..models import Accountability, Deadline, Delivery, Order, OrderLine
from ..supervision.papers import TEMPLATE, content, document_kind, number_text
from .checks import ahead, short
from .notices import notify_of_order
from .opening import Due, close, open_many

PARTY = "a"


# ---- Issuing ----------------------------------------------------------------------------------------


def issue_order(order: Order, *, actor: User, password: str) -> Order:
    """Issue a draft: number, PDF signed with the office's certificate, a copy to each organization.

    The password is asked again; wrong tries are counted whatever becomes of the order. Every
    organization owes an answer by the day named (P34). Errors: wrong_password and locked (field
    password), wrong_state, not_allowed, empty, ceased, settled, past.
    """
    if not scope_of(actor).can("issue_order", order, "organization"):
        raise NotAllowed("您没有“签发督办单、通报”的权限。")
    confirm_password(actor, password)
    return _issue(order, actor=actor)


@transaction.atomic
def _issue(order: Order, *, actor: User) -> Order:
    fresh = lock(order)
    ORDER.refuse_unless_possible(fresh, "issue", scope_of(actor))
    ahead(fresh.answer_by, "answer_by", "答复时限")
    lines = _stand_today(fresh)
    issuer = fresh.organization
    year = clock.today().year
    kind = document_kind(fresh.kind)
    number = number_text(
        fresh.district, fresh.kind, year, take_number(district=fresh.district, kind=kind, year=year)
    )
    ensure_certificates(fresh.district, organizations=[issuer])
    # Only now: a certificate issued a moment ago does not hold for the second before.
    at = clock.now()
    document = create_document(
        district=fresh.district,
        kind=kind,
        number=number,
        title=fresh.title,
        template=TEMPLATE,
        data=content(fresh, lines, on=clock.today()),
        sources=[Source(line.deadline, [line.matter, line.due_on]) for line in lines],
        actor=actor,
        organization=issuer,
        parties=[Party(PARTY, "制发单位", issuer)],
    )
    add_signature(
        document,
        party=PARTY,
        organization=issuer,
        actor=actor,
        at=at,
        reason=f"签发{fresh.get_kind_display()}",
    )
    fresh = ORDER.take(
        fresh, "issue", scope_of(actor), number=number, document=document, issued_by=actor, issued_at=at
    )
    deliveries = _deliver(fresh, lines)
    record(
        fresh, "order.issued", ORDER["issue"].label, actor=actor, organization=issuer,
        changes={"文号": ("", number), "送达": ("", "、".join(str(row.organization) for row in deliveries))},
    )  # fmt: skip
    notify_of_order(
        fresh,
        [row.organization_id for row in deliveries],
        f"收到{fresh.get_kind_display()}{number}：{fresh.title}",
        f"须签收，并于{chinese_date(fresh.answer_by)}前答复整改情况。",
        actor,
    )
    return fresh


def _stand_today(order: Order) -> list[OrderLine]:
    """Bring the lines to how they stand today, refusing when one of them has been settled since."""
    lines = list(order.lines.select_related("organization"))
    if not lines:
        raise DomainError("empty", "没有列入事项，从逾期事项中选取后才能签发。")
    today = clock.today()
    # Locked, so that none is settled between this look and the paper that names it.
    dues = Deadline.objects.select_for_update().order_by("pk").in_bulk([line.deadline_id for line in lines])
    for line in lines:
        line.deadline = dues[line.deadline_id]
    ceased = [line for line in lines if not line.organization.is_active]
    if ceased:
        raise DomainError(
            "ceased", f"{ceased[0].organization}已撤销，不能签收和答复，移出其 {len(ceased)} 项后才能签发。"
        )
    settled = [line for line in lines if line.deadline.closed_at or line.deadline.due_on >= today]
    if settled:
        raise DomainError(
            "settled",
            f"“{settled[0].matter}”等 {len(settled)} 项已经办结或不再逾期，移出后才能签发。",
        )
    for line in lines:
        line.due_on, line.days_overdue = line.deadline.due_on, (today - line.deadline.due_on).days
    OrderLine.objects.bulk_update(lines, ["due_on", "days_overdue"])
    return lines


def _deliver(order: Order, lines: Iterable[OrderLine]) -> list[Delivery]:
    organizations = dict.fromkeys(line.organization for line in lines)
    deliveries = Delivery.objects.bulk_create(
        [
            Delivery(district_id=order.district_id, order=order, organization=each, answer_by=order.answer_by)
            for each in organizations
        ]
    )
    open_many(ORDER_ANSWER, [_due(row) for row in deliveries])
    return deliveries


# ---- Receipt, answer, judgement ---------------------------------------------------------------------


@transaction.atomic
def receive(delivery: Delivery, *, actor: User) -> Delivery:
    """Sign for the receipt of an organization's copy. Errors: wrong_state, not_allowed."""
    fresh = DELIVERY.take(
        lock(delivery), "receive", scope_of(actor), received_by=actor, received_at=clock.now()
    )
    _log(fresh, "order.received", DELIVERY["receive"].label, actor)
    return fresh


@transaction.atomic
def answer(delivery: Delivery, *, text: str, actor: User) -> Delivery:
    """Say what has been put right; the date of the answer is kept. Errors: wrong_state, not_allowed, required."""
    if not text.strip():
        raise DomainError("required", "未填写整改情况。", field="answer")
    fresh = DELIVERY.take(
        lock(delivery), "answer", scope_of(actor),
        answer=text.strip(), answered_by=actor, answered_at=clock.now(), remark="",
    )  # fmt: skip
    close(ORDER_ANSWER, [fresh], outcome="answered")
    _log(fresh, "order.answered", DELIVERY["answer"].label, actor, reason=text)
    notify_of_order(
        fresh.order, [fresh.issuer_id], f"{fresh.organization}已答复{fresh.order.number}，待审核", text, actor
    )
    return fresh


@transaction.atomic
def accept(delivery: Delivery, *, actor: User, remark: str = "") -> Delivery:
    """Accept an answer; with the last one the order itself is closed. Errors: wrong_state, not_allowed."""
    order = lock(delivery.order)
    fresh = DELIVERY_OFFICE.take(
        lock(delivery), "accept", scope_of(actor),
        remark=remark.strip()[:300], closed_by=actor, closed_at=clock.now(),
    )  # fmt: skip
    record(
        order,
        "order.accepted",
        f"{fresh.organization}{DELIVERY_OFFICE['accept'].done}",
        actor=actor,
        reason=remark,
    )
    if not order.deliveries.exclude(state=DeliveryState.CLOSED).exists():
        order = ORDER.take(order, "close", scope_of(actor))
        record(order, "order.closed", ORDER["close"].done, actor=actor)
    return fresh


@transaction.atomic
def send_back(delivery: Delivery, *, actor: User, reason: str, answer_by: dt.date) -> Delivery:
    """Send an answer back to be done again by a day. Errors: wrong_state, not_allowed, reason_missing, past."""
    short(reason)
    ahead(answer_by, "answer_by", "答复时限")
    fresh = DELIVERY_OFFICE.take(
        lock(delivery), "return", scope_of(actor), reason=reason, remark=reason.strip(), answer_by=answer_by
    )
    open_many(ORDER_ANSWER, [_due(fresh)])
    record(
        fresh.order, "order.returned", f"{fresh.organization}的答复{DELIVERY_OFFICE['return'].label}",
        actor=actor, reason=reason, changes={"答复时限": (delivery.answer_by, answer_by)},
    )  # fmt: skip
    notify_of_order(
        fresh.order, [fresh.organization_id], f"{fresh.order.number}的答复退回重办", reason, actor
    )
    return fresh


@transaction.atomic
def record_accountability(
    order: Order, *, actor: User, organization: Organization, **values: Any
) -> Accountability:
    """Put a measure taken against an organization that the order names on record (P34).

    ``values``: measure, reason, decided_by, decided_on, person. Errors: wrong_state, not_allowed,
    not_named (field organization), future (field decided_on).
    """
    fresh = lock(order)
    ORDER.refuse_unless_possible(fresh, "account", scope_of(actor))
    if not fresh.deliveries.filter(organization=organization).exists():
        raise DomainError("not_named", f"{organization}不在该件的收文单位中。", field="organization")
    if values["decided_on"] > clock.today():
        raise DomainError("future", "决定日期不能晚于今日。", field="decided_on")
    entry = Accountability.objects.create(
        district_id=fresh.district_id, order=fresh, organization=organization, recorded_by=actor, **values
    )
    record(
        fresh, "order.accountability", f"登记对{organization}的问责：{entry.measure}", actor=actor,
        reason=entry.reason,
    )  # fmt: skip
    return entry


# ---- What they share --------------------------------------------------------------------------------


def _due(delivery: Delivery) -> Due:
    order = delivery.order
    title = f"答复{order.get_kind_display()}{order.number}：{order.title}"
    return Due(delivery, delivery.organization, delivery.answer_by, title)


def _log(delivery: Delivery, action: str, label: str, actor: User, *, reason: str = "") -> None:
    record(delivery.order, action, label, actor=actor, organization=delivery.organization, reason=reason)
