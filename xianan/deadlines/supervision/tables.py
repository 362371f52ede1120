"""Plans and nodes as lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xianan.ui import html, text
from xianan.ui.tables import Badge, Column, Day, Due, Name, Number, Ops, State, Table, Tight

from ..choices import NodeState, PlanState


class PlanTable(Table):
    title = Name("标题", url="deadlines:plan", second=lambda row: row.organization)
    state = Badge("状态")
    done = Tight("完成进度", accessor="done_count", orderable=False)
    reported_count = Number("待确认")
    overdue_count = Number("逾期")
    issued_at = Day("下达日期")
    ops = Ops()

    def render_done(self, record: Any) -> str:
        return f"{text.share(record.done_count, record.node_count)}" if record.node_count else "尚无节点"

    export_done = render_done

    def render_overdue_count(self, record: Any) -> SafeString | str:
        return html.badge(f"{record.overdue_count} 个", "red", "auto") if record.overdue_count else "0"

    def render_ops(self, record: Any) -> SafeString:
        label = "继续起草" if record.state == PlanState.DRAFT else "查看"
        return format_html(
            '<a class="link" href="{}">{}</a>', reverse("deadlines:plan", args=[record.pk]), label
        )


class NodeTable(Table):
    left = Due("期限", accessor="due_on", orderable=False)
    title = Name("节点", url="deadlines:plan-node", second=lambda row: row.task.title)
    organization = Tight("责任单位", order_by=("organization__display_order",))
    plan = Column("工作计划", accessor="task__plan", css="clip", hidden=True)
    due_on = Day("完成时限", css="tight num")
    state = State("状态", waiting=(NodeState.OPEN, NodeState.REPORTED))
    report = Column("进展", hidden=True)
    ops = Ops()

    def render_left(self, record: Any) -> SafeString | str:
        if record.state != NodeState.OPEN:
            return "—"
        words, tone = text.days_left(record.due_on)
        return html.badge(words, tone, "auto")

    def export_organization(self, record: Any) -> str:
        return str(record.organization)

    def export_plan(self, record: Any) -> str:
        return str(record.task.plan)

    def render_ops(self, record: Any) -> SafeString:
        return format_html(
            '<a class="link" href="{}">查看</a>', reverse("deadlines:plan-node", args=[record.pk])
        )
