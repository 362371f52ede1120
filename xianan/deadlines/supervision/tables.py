"""Plans, nodes, orders, overdue rows and accountability records as lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xianan.ui import html, text
from xianan.ui.tables import Badge, Column, Day, Due, EventDay, Name, Number, Ops, State, Table, Tight

from ..choices import DeliveryState, NodeState, OrderKind, PlanState
from ..registry import kind
from .selectors import DECIDED


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


class OrderTable(Table):
    title = Name("标题", url="deadlines:order", second=lambda row: row.number)
    kind = Badge("种类")
    organization = Tight("制发单位", order_by=("organization__display_order",))
    line_count = Number("事项")
    state = State("状态", waiting=("draft",))
    answered = Tight("答复办结", accessor="closed_count", orderable=False)
    answer_by = Tight("答复时限")
    issued_at = Day("签发日期", wide_only=True)
    ops = Ops()

    def render_answered(self, record: Any) -> str:
        return f"{record.closed_count}/{record.delivery_count}" if record.delivery_count else "—"

    export_answered = render_answered

    def export_organization(self, record: Any) -> str:
        return str(record.organization)

    def render_answer_by(self, record: Any) -> SafeString | str:
        if record.state != "issued":
            return text.short_date(record.answer_by)
        words, tone = text.days_left(record.answer_by)
        return html.state(f"{text.short_date(record.answer_by)}，{words}", tone)

    def render_ops(self, record: Any) -> SafeString:
        label = "审阅并签发" if record.state == "draft" else "查看"
        return format_html(
            '<a class="link" href="{}">{}</a>', reverse("deadlines:order", args=[record.pk]), label
        )


class OverdueTable(Table):
    left = Due("期限", accessor="due_on", orderable=False)
    title = Name("事由", url=lambda row: row.link, second=lambda row: kind(row.kind).label)
    organization = Tight("责任单位", order_by=("organization__display_order",))
    due_on = Day("到期日", css="tight num")
    clause = Tight("条款", accessor="kind", orderable=False)
    taken = Tight("督办情况", orderable=False)

    def render_clause(self, record: Any) -> str:
        return kind(record.kind).clause

    export_clause = render_clause

    def export_organization(self, record: Any) -> str:
        return str(record.organization)

    def render_taken(self, record: Any) -> SafeString:
        return html.state("已列入", "blue") if record.taken else html.state("未列入", "grey", is_open=True)

    def export_taken(self, record: Any) -> str:
        return "已列入" if record.taken else "未列入"


class AccountabilityTable(Table):
    organization = Name(
        "被问责单位", url=lambda row: f"{reverse('deadlines:order', args=[row.order_id])}#accountability",
        second=lambda row: row.reason, order_by=("organization__display_order",),
    )  # fmt: skip
    measure = Tight("问责方式")
    person = Tight("被问责人")
    reason = Column("事由", hidden=True)
    decided_by = Tight("决定机关")
    decided_on = EventDay("决定日期", late=DECIDED.late)
    order = Tight("依据文件", accessor="order__number")
    recorded_by = Tight("登记人", hidden=True)

    def export_organization(self, record: Any) -> str:
        return str(record.organization)

    def export_recorded_by(self, record: Any) -> str:
        return str(record.recorded_by)


__all__ = [
    "AccountabilityTable", "DeliveryState", "NodeTable", "OrderKind", "OrderTable", "OverdueTable", "PlanTable",
]  # fmt: skip
