"""Services as a list: who, from where, in which street, until when."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from secondment.choices import Membership, SecondmentState
from secondment.models import Secondment
from secondment.rules.term import is_unsettled
from secondment.selectors.staff import ARRIVED, ENDED, EXTENDED, MOVED, REGISTERED
from xianan.core import clock, dates
from xianan.ui import html, text
from xianan.ui.tables import Column, Day, EventDay, Name, Number, Table, Tight

UNSETTLED = "期满未办理"


def state_word(row: Secondment) -> tuple[str, str]:
    """Return how a secondment stands today, as (word, tone)."""
    if is_unsettled(row.state, row.planned_until, clock.today()):
        return UNSETTLED, "red"
    state = SecondmentState(row.state)
    return str(state.label), state.tone


def left_words(row: Secondment) -> str:
    """Return the days until the end of the term of somebody who serves, or since."""
    if row.state != SecondmentState.SERVING:
        return ""
    left = dates.days_left(row.planned_until, clock.today())
    if left < 0:
        return f"已过 {-left} 天"
    return f"剩 {left} 天" if left else "今日期满"


def membership_words(row: Secondment) -> str:
    """Return how far the membership has passed to the street: 党组织关系 11月3日转入."""
    if row.person.membership == Membership.NONE:
        return "无"
    kind = row.person.get_membership_display()
    return f"{kind} {text.short_date(row.membership_on)}转入" if row.membership_on else f"{kind} 未转入"


class SecondmentTable(Table):
    """``scope`` is set by the page: birth is shown to those who may see it. Numbers are masked in any list."""

    scope: Any = None

    name = Name("姓名", accessor="person__name", url="secondment:secondment", second="person__post")
    organization = Tight("派出部门", accessor="organization__name", order_by=("organization__display_order",))
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    state = Tight("状态", accessor="state")
    starts_on = EventDay("下沉之日", late=REGISTERED.late)
    planned_until = EventDay("期满之日", late=EXTENDED.late)
    left = Number("剩余天数", accessor="planned_until", orderable=False)
    certificate_until = Day("执法证有效期至", accessor="person__certificate_until", wide_only=True)
    membership = Tight("组织关系", accessor="membership_on", empty_values=(), orderable=False, wide_only=True)
    post = Tight("下沉岗位", hidden=True)
    track = Tight("编制", accessor="person__track", hidden=True)
    specialty = Tight("专业领域", accessor="person__specialty", hidden=True)
    certificate_number = Tight("执法证号", accessor="person__certificate_number", hidden=True)
    id_number = Tight("身份证号码", accessor="person__id_number", hidden=True, orderable=False)
    born_on = Tight("出生日期", accessor="person__born_on", hidden=True, orderable=False)
    arrived_on = EventDay("到岗日期", late=ARRIVED.late, hidden=True)
    ended_on = EventDay("最后一日", late=ENDED.late, hidden=True)
    over_age_reason = Column("超过年龄的理由", hidden=True)

    def row_label(self, record: Secondment) -> str:
        return record.person.name

    def _whole(self, record: Secondment) -> bool:
        return self.scope is not None and self.scope.can("view_identity", record, "organization")

    def render_state(self, record: Secondment) -> SafeString:
        word, tone = state_word(record)
        waits = record.state in (SecondmentState.APPROVAL, SecondmentState.REGISTERED)
        return html.state(word, tone, is_open=waits)

    def export_state(self, record: Secondment) -> str:
        return state_word(record)[0]

    def render_left(self, record: Secondment) -> str:
        return left_words(record) or "—"

    def export_left(self, record: Secondment) -> int | None:
        if record.state != SecondmentState.SERVING:
            return None
        return dates.days_left(record.planned_until, clock.today())

    def render_membership(self, record: Secondment) -> SafeString:
        return html.with_late(membership_words(record), MOVED.late(record))

    def export_membership(self, record: Secondment) -> str:
        return text.late_after(membership_words(record), MOVED.late(record))

    def render_track(self, record: Secondment) -> str:
        return record.person.get_track_display()

    def render_id_number(self, record: Secondment) -> str:
        return self.export_id_number(record)

    def export_id_number(self, record: Secondment) -> str:
        return record.person.masked_id_number

    def render_born_on(self, record: Secondment) -> str:
        return text.full_date(record.person.born_on) if self._whole(record) else "—"

    def export_born_on(self, record: Secondment) -> Any:
        return record.person.born_on if self._whole(record) else None
