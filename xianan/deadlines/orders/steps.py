"""Orders and circulars: drawn up out of overdue rows, issued, and their copies received, answered, judged (P34)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from xianan.acts import FOLLOWS, Changes, Noun, Wording, day, kept, note, prose
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.core.parties import Other
from xianan.documents.models import Document
from xianan.documents.registry import register_kind
from xianan.documents.services import (
    Party,
    Source,
    add_signature,
    create_document,
    ensure_certificates,
    take_number,
)
from xianan.history.models import Entry
from xianan.history.services import record
from xianan.organizations.choices import Duty
from xianan.organizations.models import District, Organization, User
from xianan.organizations.scope import Scope, scope_of
from xianan.organizations.selectors import office
from xianan.organizations.services.confirmation import confirm_password
from xianan.ui.todos import Wait

from ..calendar import calendar_of
from ..choices import DeliveryState as D
from ..choices import NoticeKind, OrderKind
from ..choices import OrderState as O
from ..kinds import ORDER_ANSWER, PLAN_NODE
from ..models import Deadline
from ..registry import kind as deadline_kind
from ..services.checks import ahead, between
from ..services.notices import notify_organizations
from ..services.opening import Due, close, open_many
from .model import Accountability, Delivery, Order, OrderLine
from .paper import TEMPLATE, answer_days, content, default_title, document_kind, number_text
from .selectors import overdue, seen, with_answers

ISSUE = "issue_order"
PARTY = "a"
MONTHLY = "order.monthly"
"""The log entry on the district by which a drafted month is known; its reason is the month."""

ORDER: Noun[Order] = Noun(
    model=Order,
    label="督办与通报",
    word="该件",
    states=O,
    view="view_order",
    parties=("organization",),
    sees=seen,
    page="deadlines:order",
    begun="order.drafted",
    joins=("organization", "district", "document", "created_by", "issued_by"),
)
DELIVERY: Noun[Delivery] = Noun(
    model=Delivery,
    label="送达",
    word="送达件",
    states=D,
    view="view_order",
    parties=("organization",),
    sees=lambda rows, scope: rows.filter(order__in=ORDER.visible(scope)),
    page="deadlines:delivery",
    within="order",
    part_of="order",
    leads=lambda row: ORDER.url(row.order_id),
    home=ORDER.list_page,
    joins=("organization", "order__organization"),
    names=lambda row: row.order.title,
    paths={"issuer": "order__organization"},
)
DELETE = ORDER.permit("删除草稿", O.DRAFT, right=ISSUE, by="organization")
ACCOUNT = ORDER.permit("登记问责", (O.ISSUED, O.CLOSED), right=ISSUE, by="organization")


def _may_read(scope: Scope, document: Document) -> bool:
    """Whoever sees the order may open its PDF."""
    return ORDER.visible(scope).filter(document=document).exists()


def _state(document: Document) -> tuple[str, str]:
    order = Order.objects.filter(document=document).first()
    if order is None:
        return "未签发", "grey"
    return ("已办结", "green") if order.state == O.CLOSED else ("办理中", "amber")


for _kind in OrderKind:
    register_kind(document_kind(_kind), label=str(_kind.label), may_read=_may_read, state=_state)


# ---- Drawing up --------------------------------------------------------------------------------------


@transaction.atomic
def draft_order(
    *,
    kind: str,
    deadlines: Iterable[Deadline],
    organization: Organization,
    actor: User | None,
    title: str = "",
    month: dt.date | None = None,
) -> Order:
    """Draw up an order or circular about overdue deadlines. Errors: not_allowed, empty.

    ``actor`` None is the schedule. Rows that are not overdue are left out.
    """
    if actor is not None:
        scope_of(actor).require(ISSUE, organization, label="签发督办单、通报")
    rows = _overdue(organization.district_id, deadlines)
    order = Order.objects.create(
        district_id=organization.district_id,
        kind=OrderKind(kind).value,
        organization=organization,
        title=title.strip() or default_title(kind, month or clock.today()),
        month=month,
        answer_by=_answer_by(organization.district),
        created_by=actor,
    )
    _add(order, rows)
    record(
        order, "order.drafted", f"起草{order.get_kind_display()}", actor=actor, organization=organization,
        changes={"事项": ("", len(rows))},
    )  # fmt: skip
    return order


@ORDER.step(
    "change", "修改草稿", O.DRAFT, "", right=ISSUE, by="organization", action="order.changed",
    asks=(
        kept(Order.title),
        kept(Order.answer_by),
        kept(Order.text, label="补充要求", help="印在事项表之前，一行一段；依据、事项表和答复要求由平台写入"),
    ),
    tells=(Order.title, Order.text, Order.answer_by),
    wording=Wording(offer="修改标题、时限和要求", button="保存修改", said="已保存。"),
)  # fmt: skip
def change_order(row: Order, *, title: str, text: str, answer_by: dt.date, actor: User) -> None:
    """Change the words and the answering day of a draft. Errors: wrong_state, not_allowed, required, past."""
    ahead(answer_by, "answer_by", "答复时限")


@transaction.atomic
def add_lines(order: Order, *, deadlines: Iterable[Deadline], actor: User) -> int:
    """Add overdue deadlines to a draft; return how many were not in it. Errors: wrong_state, not_allowed, empty."""
    fresh = change_order.hold(order, actor=actor)
    rows = _overdue(fresh.district_id, deadlines)
    here = set(fresh.lines.values_list("deadline_id", flat=True))
    rows = [row for row in rows if row.pk not in here]
    _add(fresh, rows)
    if rows:
        record(fresh, "order.lines_added", f"加入 {len(rows)} 项", actor=actor)
    return len(rows)


@transaction.atomic
def remove_lines(order: Order, *, lines: Iterable[int], actor: User) -> int:
    """Take lines out of a draft by their ids; return how many. Errors: wrong_state, not_allowed."""
    fresh = change_order.hold(order, actor=actor)
    found = list(fresh.lines.filter(pk__in=list(lines)))
    for line in found:
        line.delete()
    if found:
        names = "、".join(line.matter for line in found[:3])
        record(fresh, "order.lines_removed", f"移出 {len(found)} 项", actor=actor, reason=names)
    return len(found)


@transaction.atomic
def delete_order(order: Order, *, actor: User) -> None:
    """Delete a draft; a monthly one is not drawn up again. Errors: wrong_state, not_allowed."""
    fresh = DELETE.hold(order, actor=actor)
    record(fresh, "order.deleted", "删除草稿", actor=actor)
    fresh.delete()


def monthly_draft(district: District, *, on: dt.date | None = None) -> Order | None:
    """Draw up the month's circular from the first working day on, once a month; it waits to be issued (P34).

    None when it is too early, done already, or nothing is overdue.
    """
    day = on or clock.today()
    month = day.replace(day=1)
    if day < calendar_of(district.pk, [day.year]).next_working(month):
        return None
    with transaction.atomic():
        district = lock(district)
        done = Entry.objects.filter(
            district=district, object_type="organizations.district", action=MONTHLY, reason=f"{month:%Y-%m}"
        )
        issuer = office(district, Duty.GOVERNMENT_OFFICE) or office(district, Duty.GOVERNMENT_INSPECTION)
        if issuer is None or done.exists():
            return None
        rows = list(overdue(district.pk))
        label = "起草每月逾期通报" if rows else "每月逾期通报：没有逾期事项，不起草"
        record(district, MONTHLY, label, actor=None, reason=f"{month:%Y-%m}")
        if not rows:
            return None
        order = draft_order(
            kind=OrderKind.CIRCULAR, deadlines=rows, organization=issuer, actor=None, month=month
        )
        _tell(order, [issuer.pk], f"{order.title}已起草，待审阅签发", f"列入 {len(rows)} 项。", None)
        return order


def _overdue(district_id: int, deadlines: Iterable[Deadline]) -> list[Deadline]:
    keys = [row.pk for row in deadlines]
    rows = [row for row in overdue(district_id) if row.pk in set(keys)] if keys else []
    if not rows:
        raise DomainError("empty", "选中的事项中没有未办结的逾期事项，请刷新页面后重新选择。")
    return rows


def _add(order: Order, rows: Iterable[Deadline]) -> None:
    today = clock.today()
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                district_id=order.district_id,
                order=order,
                deadline=row,
                organization_id=row.organization_id,
                matter=_matter(row),
                clause=deadline_kind(row.kind).clause[:12],
                due_on=row.due_on,
                days_overdue=(today - row.due_on).days,
            )
            for row in rows
        ],
        batch_size=500,
    )


def _matter(row: Deadline) -> str:
    """Return what is owed as a paper says it; the number of a letter alone tells nobody what to do."""
    label = "" if row.kind == PLAN_NODE else f"{deadline_kind(row.kind).label}："
    return f"{label}{row.title}"[:300]


def _answer_by(district: District) -> dt.date:
    """Return the day by which an order of today is to be answered: a working day."""
    day = clock.today() + dt.timedelta(days=answer_days(district))
    return calendar_of(district.pk, [day.year, day.year + 1]).next_working(day)


# ---- Issuing -----------------------------------------------------------------------------------------


def issue_order(order: Order, *, actor: User, password: str) -> Order:
    """Issue a draft: number, PDF signed with the office's certificate, a copy to each organization.

    The password is asked again; wrong tries are counted whatever becomes of the order. Every
    organization owes an answer by the day named (P34). Errors: wrong_password and locked (field
    password), wrong_state, not_allowed, empty, ceased, settled, past.
    """
    if not _issue.allows(order, scope_of(actor)):
        raise NotAllowed("您没有“签发督办单、通报”的权限。")
    confirm_password(actor, password)
    return _issue(order, actor=actor)


@ORDER.step(
    "issue", "签发并送达", O.DRAFT, O.ISSUED, right=ISSUE, by="organization", action="order.issued",
    behalf="organization",
    waits=Wait(
        action="审阅并签发", context=lambda row: f"{row.get_kind_display()}草稿，{row.line_count} 项",
        reads=with_answers,
    ),
)  # fmt: skip
def _issue(row: Order, *, actor: User) -> Changes:
    ahead(row.answer_by, "answer_by", "答复时限")
    lines = _stand_today(row)
    issuer, year, kind = row.organization, clock.today().year, document_kind(row.kind)
    number = take_number(district=row.district, kind=kind, year=year)
    row.number = number_text(row.district, row.kind, year, number)
    ensure_certificates(row.district, organizations=[issuer])
    # Only now: a certificate issued a moment ago does not hold for the second before.
    row.issued_by, row.issued_at = actor, clock.now()
    row.document = create_document(
        district=row.district,
        kind=kind,
        number=row.number,
        title=row.title,
        template=TEMPLATE,
        data=content(row, lines, on=clock.today()),
        sources=[Source(line.deadline, [line.matter, line.due_on]) for line in lines],
        actor=actor,
        organization=issuer,
        parties=[Party(PARTY, "制发单位", issuer)],
    )
    add_signature(
        row.document,
        party=PARTY,
        organization=issuer,
        actor=actor,
        at=row.issued_at,
        reason=f"签发{row.get_kind_display()}",
    )
    named = list(dict.fromkeys(line.organization for line in lines))
    copies = Delivery.objects.bulk_create(
        Delivery(district_id=row.district_id, order=row, organization=each, answer_by=row.answer_by)
        for each in named
    )
    open_many(ORDER_ANSWER, [_due(copy) for copy in copies])
    _tell(
        row,
        [each.pk for each in named],
        f"收到{row.get_kind_display()}{row.number}：{row.title}",
        f"须签收，并于{chinese_date(row.answer_by)}前答复整改情况。",
        actor,
    )
    return {"文号": ("", row.number), "送达": ("", "、".join(map(str, named)))}


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


# ---- The copies: receipt, answer, judgement ----------------------------------------------------------


def _refuse_unless_open(row: Delivery) -> None:
    if row.order.state != O.ISSUED:
        raise DomainError("guard", "该件现在不能办理，请刷新页面查看最新情况。")


_OPEN = (_refuse_unless_open,)
_ISSUED = (Other("代表制发单位签发该件", between("order.issued_by")),)
_ANSWERED = (Other("代表收文单位签收或答复", between("received_by", "answered_by")),)


@DELIVERY.step(
    "receive", "签收", D.SENT, D.RECEIVED, right="receive_order", by="organization", guards=_OPEN, others=_ISSUED,
    action="order.received", behalf="organization", wording=Wording(said="已签收。"),
    waits=Wait(action="签收", context=lambda row: row.order.number, due="answer_by"),
)  # fmt: skip
def receive(row: Delivery, *, actor: User) -> None:
    """Sign for the receipt of an organization's copy. Errors: wrong_state, not_allowed."""
    row.received_by, row.received_at = actor, clock.now()


@DELIVERY.step(
    "answer", "答复整改情况", (D.RECEIVED, D.RETURNED), D.ANSWERED, right="answer_order", by="organization",
    guards=_OPEN, others=_ISSUED, action="order.answered", behalf="organization",
    asks=(
        prose("answer", "整改情况", to=Delivery.answer, help="逐项写明原因、已采取的措施和完成时间", logged=True),
    ),
    wording=Wording(said=lambda row: f"已答复，待{row.order.organization}审核。"),
    waits=Wait(
        action="答复整改情况", due="answer_by",
        context=lambda row: f"{row.order.number}，退回重办" if row.state == D.RETURNED else row.order.number,
    ),
)  # fmt: skip
def answer(row: Delivery, *, answer: str, actor: User) -> None:
    """Say what has been put right; the date of the answer is kept. Errors: wrong_state, not_allowed, required."""
    row.answered_by, row.answered_at, row.remark = actor, clock.now(), ""
    close(ORDER_ANSWER, [row], outcome="answered")
    title = f"{row.organization}已答复{row.order.number}，待审核"
    _tell(row.order, [row.issuer_id], title, answer, actor)


@ORDER.step(
    "close", "办结", O.ISSUED, O.CLOSED, right=ISSUE, by="organization", how=FOLLOWS, action="order.closed",
    wording=Wording(done="全部答复审核通过，办结"),
)  # fmt: skip
def _close(row: Order, *, actor: User) -> None:
    """Close an order of which every answer is accepted."""


def _close_with_the_last(row: Delivery, actor: User) -> None:
    if not row.order.deliveries.exclude(state=D.CLOSED).exists():
        _close(row.order, actor=actor)


@DELIVERY.step(
    "accept", "审核通过", D.ANSWERED, D.CLOSED, right=ISSUE, by="issuer", guards=_OPEN, others=_ANSWERED,
    action="order.accepted", locks=("order",), follow=_close_with_the_last,
    asks=(note("remark", "审核意见", to=Delivery.remark, logged=True),),
    waits=Wait(
        action="审核答复", title=lambda row: f"{row.organization}的答复", context=lambda row: row.order.number
    ),
    wording=Wording(
        title="审核答复", button="审核通过", done=lambda row: f"{row.organization}答复审核通过", said="答复已审核通过。"
    ),
)  # fmt: skip
def accept(row: Delivery, *, actor: User, remark: str = "") -> None:
    """Accept an answer; with the last one the order itself is closed. Errors: wrong_state, not_allowed."""
    row.closed_by, row.closed_at = actor, clock.now()


@DELIVERY.step(
    "return", "退回重办", D.ANSWERED, D.RETURNED, right=ISSUE, by="issuer", guards=_OPEN, others=_ANSWERED,
    action="order.returned",
    asks=(
        note("reason", "理由", to=Delivery.remark, required=True, logged=True),
        day("answer_by", "重新答复时限"),
    ),
    wording=Wording(
        button="退回责任单位重办", style="refuse", done=lambda row: f"{row.organization}的答复退回重办",
        said="已退回重办。",
    ),
)  # fmt: skip
def send_back(row: Delivery, *, actor: User, reason: str, answer_by: dt.date) -> Changes:
    """Send an answer back to be done again by a day. Errors: wrong_state, not_allowed, reason_missing, past."""
    ahead(answer_by, "answer_by", "答复时限")
    before, row.answer_by = row.answer_by, answer_by
    open_many(ORDER_ANSWER, [_due(row)])
    _tell(row.order, [row.organization_id], f"{row.order.number}的答复退回重办", reason, actor)
    return {"答复时限": (before, answer_by)}


# ---- Accountability ----------------------------------------------------------------------------------


@transaction.atomic
def record_accountability(
    order: Order, *, actor: User, organization: Organization, **values: Any
) -> Accountability:
    """Put a measure taken against an organization that the order names on record (P34).

    ``values``: measure, reason, decided_by, decided_on, person. Errors: wrong_state, not_allowed,
    not_named (field organization), future (field decided_on).
    """
    fresh = ACCOUNT.hold(order, actor=actor)
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


# ---- What they share ---------------------------------------------------------------------------------


def _due(row: Delivery) -> Due:
    order = row.order
    title = f"答复{order.get_kind_display()}{order.number}：{order.title}"
    return Due(row, row.organization, row.answer_by, title)


def _tell(order: Order, organizations: Iterable[int], title: str, text: str, actor: User | None) -> None:
    notify_organizations(
        organizations,
        district_id=order.district_id,
        kind=NoticeKind.ORDER,
        title=title,
        text=text,
        url=ORDER.url(order),
        sender=actor,
    )
