"""Upward study and guidance as a list (P10)."""

from __future__ import annotations

from django.utils.safestring import SafeString

from secondment.models import Exchange
from secondment.selectors.exchanges import CONFIRMED, REGISTERED
from xianan.ui import html
from xianan.ui.tables import Column, Day, EventDay, Name, Table, Tight


class ExchangeTable(Table):
    name = Name("姓名", url="secondment:exchange", second="post")
    kind = Tight("类别")
    sender = Tight("派出单位", orderable=False)
    receiver = Tight("接收单位", orderable=False)
    department = Tight("部门", accessor="department__name", hidden=True)
    street = Tight("街道", accessor="street__name", hidden=True)
    starts_on = EventDay("起始日期", late=REGISTERED.late)
    ends_on = Day("结束日期")
    mentor = Tight("带教人或对接人", wide_only=True)
    liaison_contact = Tight("大工委联系人", hidden=True)
    plan = Column("计划", hidden=True, orderable=False)
    confirmed_on = EventDay("到岗日期", late=CONFIRMED.late, hidden=True)
    report_by = Day("总结截止", hidden=True)
    reported_on = Day("总结日期", hidden=True)
    evaluation = Column("接收单位评价", hidden=True, orderable=False)
    state = Tight("状态", orderable=False)

    def render_sender(self, record: Exchange) -> str:
        return str(record.sender)

    def export_sender(self, record: Exchange) -> str:
        return str(record.sender)

    def export_receiver(self, record: Exchange) -> str:
        return str(record.receiver)

    def render_receiver(self, record: Exchange) -> str:
        return str(record.receiver)

    def render_state(self, record: Exchange) -> SafeString:
        phase = record.phase()
        return html.state(phase.label, phase.tone)

    def export_state(self, record: Exchange) -> str:
        return record.phase().label
