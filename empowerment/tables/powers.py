"""Powers in force as a list: since when, until when in transition, and who bears them today."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from empowerment.choices import PowerState
from empowerment.models import Empowerment
from empowerment.rules import bearer, is_unevaluated
from xianan.core import clock, dates
from xianan.ui import html
from xianan.ui.tables import Column, Day, Name, Number, Table, Tight

UNEVALUATED = "逾期未评估"


def _item_url(power: Empowerment) -> str:
    return reverse("empowerment:item", args=[power.item_id])


def bearer_of(power: Empowerment) -> str:
    return bearer(power.state, department=str(power.organization), street=str(power.street))


def state_word(power: Empowerment) -> tuple[str, str]:
    """Return how a power stands today, as (word, tone)."""
    if is_unevaluated(power.state, power.transition_until, clock.today()):
        return UNEVALUATED, "red"
    state = PowerState(power.state)
    return str(state.label), state.tone


def left_words(power: Empowerment) -> str:
    """Return the days until the end of a transition, or since: 剩 164 天, 已过 17 天."""
    if power.state != PowerState.TRANSITION:
        return ""
    left = dates.days_left(power.transition_until, clock.today())
    if left < 0:
        return f"已过 {-left} 天"
    return f"剩 {left} 天" if left else "今日期满"


class PowerTable(Table):
    number = Column("编号", accessor="item__number", css="tight muted", locked=True)
    name = Name("事项名称", accessor="line__name", order_by=("item__name",), url=_item_url)
    type = Tight("类型", accessor="line__type_name", wide_only=True)
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    organization = Tight(
        "赋权部门", accessor="organization__name", order_by=("organization__display_order",), wide_only=True
    )
    agreement = Tight("承接确认书", accessor="agreement__number", order_by=("agreement_id",), wide_only=True)
    effective_on = Day("生效日期")
    transition_until = Day("过渡期至")
    left = Number("剩余天数", accessor="transition_until", orderable=False, hidden=True)
    state = Tight("状态", accessor="state")
    bearer = Tight("今日主体责任", accessor="state", orderable=False)

    def row_label(self, record: Empowerment) -> str:
        return record.item.code

    def render_number(self, record: Empowerment) -> str:
        return record.item.code

    def export_number(self, record: Empowerment) -> str:
        return record.item.code

    def render_agreement(self, record: Empowerment) -> SafeString:
        url = reverse("empowerment:agreement", args=[record.agreement_id])
        return format_html('<a href="{}">{}</a>', url, record.agreement.number)

    def render_state(self, record: Empowerment) -> SafeString:
        word, tone = state_word(record)
        return html.state(f"{word} {left_words(record)}".strip(), tone)

    def export_state(self, record: Empowerment) -> str:
        return state_word(record)[0]

    def render_bearer(self, record: Empowerment) -> str:
        return bearer_of(record)

    def export_bearer(self, record: Empowerment) -> str:
        return bearer_of(record)

    def render_left(self, record: Empowerment) -> str:
        return left_words(record) or "—"

    def export_left(self, record: Empowerment) -> int | None:
        if record.state != PowerState.TRANSITION:
            return None
        return dates.days_left(record.transition_until, clock.today())
