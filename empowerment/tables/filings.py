"""Columns of the lists of filings and meetings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xianan.ui.tables import Badge, Day, EventDay, Moment, Name, Number, Ops, Table, Tight

from ..models import Filing, Meeting
from ..selectors.filings import MET


class FilingTable(Table):
    """Rows carry ``counts``, the lines by state."""

    title = Name("申报", url="empowerment:filing")
    organization = Tight("赋权部门", accessor="organization__name", order_by=("organization__display_order",))
    total = Number("事项", orderable=False, empty_values=())
    progress = Tight("办理结果", orderable=False, empty_values=(), css="tight muted")
    state = Badge("状态")
    submitted_at = Moment("提交时间")
    created_by = Tight("起草人", accessor="created_by__name", wide_only=True)
    created_at = Day("起草日期", hidden=True)
    decided_at = Day("办结日期", hidden=True)
    ops = Ops()

    def render_total(self, record: Any) -> str:
        return f"{record.counts.total} 项"

    def export_total(self, record: Any) -> int:
        return record.counts.total

    def render_progress(self, record: Any) -> str:
        counts = record.counts
        parts = (("列入清单", "passed"), ("退回", "returned"), ("暂缓", "deferred"))
        return "、".join(f"{word} {counts.of(key)}" for word, key in parts if counts.of(key)) or "—"

    def export_progress(self, record: Any) -> str:
        return self.render_progress(record)

    def render_ops(self, record: Any) -> SafeString:
        return format_html(
            '<a class="link" href="{}">查看</a>', reverse("empowerment:filing", args=[record.pk])
        )

    class Meta(Table.Meta):
        model = Filing
        fields = ()


class ReviewTable(FilingTable):
    """The same for the desks: the link leads to the sheet of opinions."""

    def render_ops(self, record: Any) -> SafeString:
        url = reverse("empowerment:filing-review", args=[record.pk])
        return format_html('<a class="link" href="{}">{}</a>', url, "审核" if record.mine else "查看")

    class Meta(FilingTable.Meta):
        pass


class MeetingTable(Table):
    """Rows carry ``version``, the list that came of it or None."""

    name = Name("会议", url="empowerment:meeting")
    held_on = EventDay("会议日期", late=MET.late)
    reference = Tight("纪要文号")
    result = Tight("审议结果", orderable=False, empty_values=())
    version = Tight("清单", orderable=False, empty_values=(), accessor="item_list")
    recorded_by = Tight("登记人", accessor="recorded_by__name")
    ops = Ops()

    def render_result(self, record: Any) -> str:
        return str(record.result)

    def export_result(self, record: Any) -> str:
        return str(record.result)

    def render_version(self, record: Any) -> SafeString | str:
        version = getattr(record, "item_list", None)
        if version is None:
            return "—"
        url = reverse("empowerment:item-list", args=[version.pk])
        return format_html('<a href="{}">第{}版</a>', url, version.number)

    def export_version(self, record: Any) -> str:
        version = getattr(record, "item_list", None)
        return f"第{version.number}版" if version else ""

    def render_ops(self, record: Any) -> SafeString:
        return format_html(
            '<a class="link" href="{}">查看</a>', reverse("empowerment:meeting", args=[record.pk])
        )

    class Meta(Table.Meta):
        model = Meeting
        fields = ()
