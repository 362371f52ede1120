"""Supervision orders and circulars drawn up out of overdue rows, also by the month (P34)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.models import Entry
from xianan.history.services import differences, record
from xianan.organizations.choices import Duty
from xianan.organizations.models import District, Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import office

from ..calendar import calendar_of
from ..choices import OrderKind
from ..flows import ORDER
from ..kinds import PLAN_NODE
from ..models import Deadline, Order, OrderLine
from ..registry import kind as deadline_kind
from ..supervision.papers import answer_days, default_title
from ..supervision.selectors import overdue
from .checks import ahead
from .notices import notify_of_order

MONTHLY = "order.monthly"
"""The log entry on the district by which a drafted month is known; its reason is the month."""


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
        scope_of(actor).require("issue_order", organization, label="签发督办单、通报")
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


@transaction.atomic
def change_order(order: Order, *, title: str, text: str, answer_by: dt.date, actor: User) -> Order:
    """Change the words and the answering day of a draft. Errors: wrong_state, not_allowed, required, past."""
    if not title.strip():
        raise DomainError("required", "未填写标题。", field="title")
    ahead(answer_by, "answer_by", "答复时限")
    fresh = _draft(order, actor)
    new: dict[str, Any] = {"title": title.strip(), "text": text.strip(), "answer_by": answer_by}
    changes = differences(fresh, new)
    fresh = ORDER.take(fresh, "edit", scope_of(actor), **new)
    if changes:
        record(fresh, "order.changed", "修改草稿", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def add_lines(order: Order, *, deadlines: Iterable[Deadline], actor: User) -> int:
    """Add overdue deadlines to a draft; return how many were not in it. Errors: wrong_state, not_allowed, empty."""
    fresh = _draft(order, actor)
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
    fresh = _draft(order, actor)
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
    fresh = lock(order)
    ORDER.refuse_unless_possible(fresh, "delete", scope_of(actor))
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
        notify_of_order(
            order, [issuer.pk], f"{order.title}已起草，待审阅签发", f"列入 {len(rows)} 项。", None
        )
        return order


def _draft(order: Order, actor: User) -> Order:
    fresh = lock(order)
    ORDER.refuse_unless_possible(fresh, "edit", scope_of(actor))
    return fresh


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
