"""Powers in force as a list: since when, until when in transition, what both sides say, who bears them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from empowerment.choices import Party, PowerState, Readiness
from empowerment.models import Empowerment
from empowerment.rules import bearer, has_ended, is_unevaluated
from empowerment.selectors.transition import ENDED
from xianan.core import clock, dates
from xianan.ui import html
from xianan.ui.tables import Column, Day, EventDay, Name, Number, Table, Tight
from xianan.ui.text import short_date

UNEVALUATED = "逾期未评估"


def bearer_of(power: Empowerment, on: dt.date | None = None) -> str:
    """Return who bears main responsibility for a power on a day (today), by name; nobody once it is over."""
    if is_over(power, on):
        return "—"
    side = bearer(power.operating_on, on or clock.today())
    return str(power.street if side == Party.STREET else power.organization)


def awaits_its_day(power: Empowerment) -> bool:
    """Whether completion is confirmed but the term is not over yet, so that the department still bears it."""
    return power.operating_on is not None and power.operating_on > clock.today()


def is_over(power: Empowerment, on: dt.date | None = None) -> bool:
    """Whether a power has ended by a day (today)."""
    return has_ended(power.ended_from, on or clock.today())


def state_word(power: Empowerment) -> tuple[str, str]:
    """Return how a power stands today, as (word, tone)."""
    if is_over(power):
        return str(PowerState.ENDED.label), PowerState.ENDED.tone
    if is_unevaluated(power.state, power.transition_until, clock.today()):
        return UNEVALUATED, "red"
    at_work = power.operating_on is not None and not awaits_its_day(power)
    state = PowerState.OPERATING if at_work else PowerState.TRANSITION
    return str(state.label), state.tone


def left_days(power: Empowerment) -> int | None:
    """Return the days until the end of a transition, negative since, None once it has no more to come."""
    if not is_over(power) and (power.operating_on is None or awaits_its_day(power)):
        return dates.days_left(power.transition_until, clock.today())
    return None


def left_words(power: Empowerment) -> str:
    """Return the days until the end of a transition, or since: 剩 164 天, 已过 17 天."""
    left = left_days(power)
    if left is None:
        return ""
    if left < 0:
        return f"已过 {-left} 天"
    return f"剩 {left} 天" if left else "今日期满"


class Statement(Tight):
    """What a side states; rows went through ``with_reviews``. A ring where it has said nothing."""

    def __init__(self, label: str, party: Party) -> None:
        super().__init__(label, accessor=f"{party}_verdict", orderable=False, empty_values=())

    def render(self, record: Any, value: Any) -> SafeString | str:
        if value:
            return html.state(Readiness(value))
        return html.state("未评估", is_open=True) if record.state == PowerState.TRANSITION else "—"

    def export(self, record: Any, value: Any) -> str:
        return str(Readiness(value).label) if value else ""


class PowerTable(Table):
    number = Column("编号", accessor="item__number", css="tight muted", locked=True)
    name = Name("事项名称", accessor="line__name", order_by=("item__name",), url="empowerment:power")
    type = Tight("类型", accessor="line__type_name", hidden=True)
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    organization = Tight(
        "赋权部门", accessor="organization__name", order_by=("organization__display_order",), wide_only=True
    )
    agreement = Tight("承接确认书", accessor="agreement__number", order_by=("agreement_id",), wide_only=True)
    effective_on = Day("生效日期", hidden=True)
    transition_until = Day("过渡期至")
    left = Number("剩余天数", accessor="transition_until", orderable=False, hidden=True)
    state = Tight("状态", accessor="state")
    department_verdict = Statement("部门评估", Party.DEPARTMENT)
    street_verdict = Statement("街道评估", Party.STREET)
    department_remarks = Column("部门说明", orderable=False, hidden=True)
    street_remarks = Column("街道说明", orderable=False, hidden=True)
    confirmed_at = Day("编办确认", hidden=True)
    operating_on = Day("街道承担主体责任自", hidden=True)
    ended_from = EventDay("终止自", late=ENDED.late, hidden=True)
    end_reference = Column("终止依据", orderable=False, hidden=True)
    bearer = Tight("今日主体责任", order_by=("bearer", "organization__display_order"))

    def row_label(self, record: Empowerment) -> str:
        return record.item.code

    def render_number(self, record: Empowerment) -> str:
        return record.item.code

    def export_number(self, record: Empowerment) -> str:
        return record.item.code

    def render_agreement(self, record: Empowerment) -> SafeString:
        url = html.address("empowerment:agreement", record.agreement_id)
        return format_html('<a href="{}">{}</a>', url, record.agreement.number)

    def render_state(self, record: Empowerment) -> SafeString:
        word, tone = state_word(record)
        if record.ended_from:
            day = short_date(record.ended_from)
            ends = html.state(f"{day}起终止" if is_over(record) else f"{word}，{day}起终止", tone)
            return html.with_late(ends, ENDED.late(record))
        waits = "，已确认" if awaits_its_day(record) else ""
        return html.state(f"{word} {left_words(record)}".strip() + waits, tone)

    def export_state(self, record: Empowerment) -> str:
        return state_word(record)[0]

    def export_confirmed_at(self, record: Empowerment) -> dt.date | None:
        return clock.local_date(record.confirmed_at) if record.confirmed_at else None

    def render_bearer(self, record: Empowerment) -> str:
        return bearer_of(record)

    def export_bearer(self, record: Empowerment) -> str:
        return bearer_of(record)

    def render_left(self, record: Empowerment) -> str:
        return left_words(record) or "—"

    def export_left(self, record: Empowerment) -> int | None:
        return left_days(record)
