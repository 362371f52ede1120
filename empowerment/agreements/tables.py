"""Letters as a list."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from empowerment.agreements.model import Agreement
from empowerment.choices import AgreementState
from xianan.ui import html, text
from xianan.ui.tables import Badge, Day, Number, Ops, Table, Tight

WAITING = (AgreementState.SENT, AgreementState.SIGNED)


class AgreementTable(Table):
    number = Tight("文号", locked=True)
    organization = Tight("赋权部门", accessor="organization__name", order_by=("organization__display_order",))
    street = Tight("承接街道", accessor="street__name", order_by=("street__display_order",))
    line_count = Number("事项数")
    state = Badge("状态")
    sent_at = Day("发送日期")
    sign_by = Tight("签署截止")
    effective_on = Day("生效日期")
    ended_reason = Tight("拒签或撤回理由", hidden=True)
    ops = Ops()

    def row_label(self, record: Agreement) -> str:
        return record.number

    def render_number(self, record: Agreement) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("empowerment:agreement", args=[record.pk]), record.number
        )

    def render_sign_by(self, record: Agreement) -> SafeString | str:
        if record.state not in WAITING:
            return "—"
        words, tone = text.days_left(record.sign_by)
        return html.state(f"{text.short_date(record.sign_by)}，{words}", tone)

    def render_ops(self, record: Agreement) -> SafeString:
        label = "审阅并签署" if getattr(record, "mine", 1) == 0 else "查看"
        return format_html(
            '<a class="link" href="{}">{}</a>', reverse("empowerment:agreement", args=[record.pk]), label
        )
