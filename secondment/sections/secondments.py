"""What a personal file says of the services themselves (P11, P12, P31, P32)."""

from __future__ import annotations

import datetime as dt

from secondment.choices import ReplacementState
from secondment.file_sections import Section, register_section
from secondment.models import Person, Replacement, Secondment
from secondment.selectors.staff import ARRIVED, ENDED, EXTENDED, MOVED, REGISTERED, as_entered
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.ui.text import late_after


def _day(value: dt.date | None, late: dt.date | None = None) -> str:
    return late_after(chinese_date(value), late) if value else "—"


@register_section(order=10)
def services(person: Person) -> Section:
    """Every secondment with its days, post and how it ended."""
    rows = as_entered(Secondment.objects.filter(person=person)).select_related("street")
    rows = rows.order_by("starts_on", "pk")
    return Section(
        "下沉经历",
        ("下沉街道", "下沉岗位", "起止", "状态", "结束方式和理由"),
        [
            (
                str(row.street),
                row.post or "—",
                f"{_day(row.starts_on, REGISTERED.late(row))}至"
                + _day(row.ended_on or row.planned_until, (ENDED if row.ended_on else EXTENDED).late(row)),
                row.get_state_display(),
                "：".join(part for part in (row.get_end_kind_display(), row.end_reason) if part) or "—",
            )
            for row in rows
        ],
        "没有下沉记录",
    )


@register_section(order=20)
def arrival(person: Person) -> Section:
    """When the street confirmed arrival, when membership moved, what the certificate says."""
    rows = (
        as_entered(Secondment.objects.filter(person=person, arrived_on__isnull=False))
        .select_related("street", "arrival_confirmed_by")
        .order_by("starts_on", "pk")
    )
    return Section(
        "到岗和组织关系",
        ("下沉街道", "到岗日期", "确认人", f"{person.get_membership_display()}转入日期"),
        [
            (
                str(row.street),
                _day(row.arrived_on, ARRIVED.late(row)),
                row.arrival_confirmed_by.name if row.arrival_confirmed_by else "—",
                _day(row.membership_on, MOVED.late(row)),
            )
            for row in rows
        ],
        "街道尚未确认到岗",
    )


@register_section(order=25)
def certificate(person: Person) -> Section:
    """The enforcement certificate."""
    rows = [(person.certificate_number, _day(person.certificate_until))] if person.certificate_number else []
    return Section("执法证件", ("执法证号", "有效期至"), rows, "没有登记执法证")


@register_section(order=30)
def over_age(person: Person) -> Section:
    """Services that 区委编办 agreed to beyond the age (P12)."""
    rows = (
        Secondment.objects.filter(person=person)
        .exclude(over_age_reason="")
        .select_related("street", "decided_by")
        .order_by("starts_on", "pk")
    )
    return Section(
        "超过年龄下沉的审批",
        ("下沉街道", "理由", "区委编办意见", "决定日期"),
        [
            (
                str(row.street),
                row.over_age_reason,
                row.decision_note or "—",
                _day(clock.local_date(row.decided_at) if row.decided_at else None),
            )
            for row in rows
        ],
        "没有超过年龄下沉的情形",
    )


@register_section(order=40)
def replacements(person: Person) -> Section:
    """Demands of streets that the person be replaced, once they were made (P32)."""
    rows = (
        Replacement.objects.filter(secondment__person=person)
        .exclude(state=ReplacementState.DRAFT)
        .select_related("street")
        .order_by("requested_on", "pk")
    )
    return Section(
        "替换要求",
        ("提出街道", "提出日期", "事由", "事实", "办理情况"),
        [
            (
                str(row.street),
                _day(row.requested_on),
                row.get_kind_display(),
                row.facts,
                "：".join(part for part in (row.get_state_display(), row.answer) if part),
            )
            for row in rows
        ],
        "没有替换要求",
    )
