from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from xianan.core import clock
from xianan.ui import html, text
from xianan.ui.tables import Column, Day, Moment, Name, Ops, State, Table, Tight

from .models import Deadline, Notice
from .registry import kind
from .rules import standing

ESTIMATE = "暂按周末推算"


class DeadlineTable(Table):
    standing = Tight("状态", accessor="due_on", order_by=("due_on",))
    title = Name("事由", url=lambda row: row.link, second=lambda row: kind(row.kind).label)
    organization = Tight("责任单位", order_by=("organization__display_order",))
    due_on = Day("到期日")
    left = Tight("剩余", accessor="due_on", orderable=False)
    clause = Tight("条款", accessor="kind", orderable=False, wide_only=True)
    kind = Column("种类", hidden=True)
    note = Column("推算说明", accessor="pk", orderable=False, hidden=True)
    ops = Ops()

    def render_standing(self, value: Any) -> SafeString:
        words, tone = standing(value, clock.today())
        return html.badge(words, tone, "auto")

    def export_standing(self, record: Deadline) -> str:
        return standing(record.due_on, clock.today())[0]

    def render_due_on(self, record: Any) -> SafeString:
        return html.two_lines(text.full_date(record.due_on), moved_words(record))

    def render_left(self, value: Any) -> str:
        return text.days_left(value)[0]

    def export_left(self, record: Deadline) -> int:
        return (record.due_on - clock.today()).days

    def render_clause(self, record: Deadline) -> str:
        return kind(record.kind).clause

    def export_clause(self, record: Deadline) -> str:
        return kind(record.kind).clause

    def render_kind(self, record: Deadline) -> str:
        return kind(record.kind).label

    def export_kind(self, record: Deadline) -> str:
        return kind(record.kind).label

    def export_organization(self, record: Deadline) -> str:
        return str(record.organization)

    def render_note(self, record: Any) -> str:
        return moved_words(record) or "—"

    def export_note(self, record: Any) -> str:
        return moved_words(record)

    def render_ops(self, record: Any) -> SafeString | str:
        if not record.link:
            return ""
        return format_html('<a class="link" href="{}">{}</a>', record.link, kind(record.kind).action)


def moved_words(record: Any) -> str:
    """Return what is to be known of how a date was reckoned: moved from a holiday, year not announced."""
    parts = []
    if record.nominal_on != record.due_on:
        parts.append(f"由{text.short_date(record.nominal_on)}顺延")
    if getattr(record, "estimate", False):
        parts.append(ESTIMATE)
    return "，".join(parts)


class NoticeTable(Table):
    kind = State("种类")
    title = Name("通知", url="deadlines:notice", second="text")
    sender = Tight("发出人", accessor="sender__name", orderable=False, wide_only=True)
    created_at = Moment("时间")
    read_at = Tight("状态")

    def render_read_at(self, record: Notice) -> SafeString:
        return html.state("已读", "grey") if record.read_at else html.state("未读", "blue", is_open=True)

    def export_read_at(self, record: Notice) -> str:
        return "已读" if record.read_at else "未读"

    def _cell(self, bound: Any) -> Any:
        # An unread notice has no moment of reading, which is a state and not a gap.
        if bound.name == "read_at":
            bound.column.empty_values = ()
        return super()._cell(bound)
