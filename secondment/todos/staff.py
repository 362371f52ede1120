"""Gaps and terms on the department's desk, arrivals on the street's, agreement on that of 区委编办."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from secondment.choices import SecondmentState
from secondment.deadlines.staff import ARRIVAL, GAP
from secondment.models import Secondment
from secondment.selectors import desk
from xianan.core.dates import chinese_date
from xianan.deadlines.selectors import due_days
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, todo_lines

SHOWN = 10


@todo_lines.fill
def secondment_todos(scope: Scope) -> Iterator[Todo]:
    """Arrivals to confirm, people beyond the age to agree to, terms that ran out, registrations refused."""
    if not any(map(scope.organization_ids, ("confirm_arrival", "register_secondment"))):
        return
    rows = list(
        desk.secondments_waiting(scope)
        .select_related("person", "organization", "street")
        .order_by("planned_until", "pk")[: SHOWN + 1]
    )
    days = due_days(ARRIVAL, Secondment, [row.pk for row in rows])
    for row in rows[:SHOWN]:
        action, context, due_on = _what(row, days)
        yield Todo(
            f"{row.person}（{row.organization} → {row.street}）",
            reverse("secondment:secondment", args=[row.pk]),
            action,
            context,
            due_on,
        )
    if len(rows) > SHOWN:
        more = desk.secondments_waiting(scope).count() - SHOWN
        yield Todo(
            "其余待办理的下沉人员",
            f"{reverse('secondment:secondments')}?tab=mine",
            "逐人办理",
            f"{more} 人",
            count=more,
        )


def _what(row: Secondment, days: dict[int, dt.date]) -> tuple[str, str, dt.date | None]:
    if row.state == SecondmentState.APPROVAL:
        return "同意或不同意下沉", f"超过年龄，{chinese_date(row.starts_on)}起", row.starts_on
    if row.state == SecondmentState.REGISTERED:
        return "确认到岗", f"下沉之日 {chinese_date(row.starts_on)}", days.get(row.pk)
    if row.state == SecondmentState.REFUSED:
        return "撤销登记或改派", "区委编办未同意", None
    return "办理返回或延长", "期满未办理", row.planned_until


@todo_lines.fill
def scan_todos(scope: Scope) -> Iterator[Todo]:
    """People whom the street can't confirm until the scan of the certificate is there (P12)."""
    rows = desk.without_scan(scope)
    days = due_days(ARRIVAL, Secondment, [row.pk for row in rows[:SHOWN]]) if rows else {}
    for row in rows[:SHOWN]:
        yield Todo(
            f"{row.person}（{row.organization} → {row.street}）",
            reverse("secondment:secondment", args=[row.pk]),
            "上传执法证扫描件",
            "上传后街道才能确认到岗",
            days.get(row.pk),
        )
    if len(rows) > SHOWN:
        yield Todo(
            "其余缺执法证扫描件的下沉人员",
            reverse("secondment:secondments"),
            "逐人上传",
            f"{len(rows) - SHOWN} 人",
            count=len(rows) - SHOWN,
        )


@todo_lines.fill
def gap_todos(scope: Scope) -> Iterator[Todo]:
    """Streets that a department of the person's is short of people in (P11)."""
    if not scope.organization_ids("register_secondment"):
        return
    posts = list(
        desk.own_gaps(scope).select_related("organization", "street").order_by("gap_since", "pk")[: SHOWN + 1]
    )
    days = due_days(GAP, type(posts[0]), [post.pk for post in posts]) if posts else {}
    for post in posts[:SHOWN]:
        assert post.gap_since is not None
        yield Todo(
            f"{post.street}缺下沉人员 {post.missing} 人",
            reverse("secondment:post", args=[post.organization_id, post.street_id]),
            "补派下沉人员",
            f"{post.organization}，{chinese_date(post.gap_since)}起缺员",
            days.get(post.pk),
        )
    if len(posts) > SHOWN:
        url = f"{reverse('secondment:coverage')}?only=missing"
        more = desk.own_gaps(scope).count() - SHOWN
        yield Todo("其余缺下沉人员的街道", url, "补派下沉人员", f"{more} 处", count=more)


@todo_lines.fill
def office_todos(scope: Scope) -> Iterator[Todo]:
    """What 区委编办 has to agree to, confirm or look into, a line for each sort. One query."""
    if not scope.whole_district("agree_exception"):
        return
    lines = {
        desk.APPROVALS: ("超过年龄仍下沉待同意", "secondment:secondments", "同意或不同意下沉", "人", "mine"),
        desk.INSISTED: ("街道坚持替换", "secondment:replacements", "查看并协调", "项", "mine"),
        desk.EXEMPTIONS: ("下沉豁免待确认", "secondment:exemptions", "确认或不予确认", "项", "submitted"),
    }
    for kind, count, since in desk.office_waiting(scope):
        title, url, action, unit, tab = lines[kind]
        yield Todo(title, f"{reverse(url)}?tab={tab}", action, f"{count} {unit}", since, count)
