"""Claims as lists: all of them, and the desk of one street."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from empowerment.choices import ClaimState, Decision
from empowerment.claims.model import Claim
from empowerment.marks import legality_badge, legality_words
from xianan.ui import html, text
from xianan.ui.tables import Column, Day, Name, State, Table, Tight


def desk_url(claim: Claim) -> str:
    return reverse("empowerment:item", args=[claim.item_id])


class DecisionColumn(Tight):
    """认领意见: a word and a dot, a ring while the street has not submitted it."""

    def render(self, record: Claim, value: Any) -> SafeString:
        decision = Decision(record.decision)
        return html.state(decision, is_open=record.state == ClaimState.OPEN)

    def export(self, record: Claim, value: Any) -> str:
        return str(Decision(record.decision).label)


class ClaimTable(Table):
    number = Column("编号", accessor="item__number", css="tight muted", locked=True)
    name = Name(
        "事项名称",
        accessor="entry__name",
        order_by=("item__name",),
        url=desk_url,
        second=lambda claim: claim.reason,
    )
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    department = Tight(
        "赋权部门", accessor="item__organization__name", order_by=("item__organization__display_order",)
    )
    type = Tight("事项类型", accessor="entry__type_name", wide_only=True)
    decision = DecisionColumn("认领意见", accessor="decision")
    state = State("办理状态", accessor="state", waiting=("open",))
    look_again_on = Day("再议日期", wide_only=True)
    submitted_at = Day("提交日期")
    reason = Column("理由", hidden=True)
    basis = Column("设定依据", accessor="entry__basis", hidden=True, orderable=False)
    duties = Column("职责边界", accessor="entry__duties", hidden=True, orderable=False)

    class Meta(Table.Meta):
        model = None

    def render_number(self, record: Claim) -> str:
        return record.item.code

    def export_number(self, record: Claim) -> str:
        return record.item.code


class DeskTable(Table):
    """The desk: name with number and duties, what was said, and what can be done now."""

    number = Column("编号", accessor="item__number", css="tight muted", hidden=True)
    name = Name("事项与街道职责", accessor="entry__name", order_by=("item__name",), url=desk_url)
    department = Tight(
        "赋权部门",
        accessor="item__organization__name",
        order_by=("item__organization__display_order",),
        hidden=True,
    )
    type = Tight("类型", accessor="entry__type_name")
    decision = DecisionColumn("处理情况", accessor="decision")
    look_again_on = Day("再议日期", hidden=True)
    reason = Column("理由", hidden=True)
    basis = Column("设定依据", accessor="entry__basis", hidden=True, orderable=False)
    duties = Column("职责边界", accessor="entry__duties", hidden=True, orderable=False)

    # Columns that the export has beside the visible ones: a form to be passed around needs them whole.
    exported = (
        "number",
        "name",
        "department",
        "type",
        "basis",
        "duties",
        "decision",
        "reason",
        "look_again_on",
    )

    def row_label(self, record: Claim) -> str:
        return record.item.code

    def render_number(self, record: Claim) -> str:
        return record.item.code

    def export_number(self, record: Claim) -> str:
        return record.item.code

    def render_name(self, record: Claim) -> SafeString:
        name = record.entry.name
        parts = [
            record.item.code,
            f"理由：{record.reason}" if record.reason else "",
            record.entry.duties or "职责边界未载明",
            legality_words(record.item),
            getattr(record, "hint", ""),
        ]
        below = "　".join(part for part in parts if part)
        return html.two_lines(
            format_html(
                '<a href="{}" title="{}">{}</a> {}', desk_url(record), name, name, legality_badge(record.item)
            ),
            format_html('<span title="{}">{}</span>', below, below),
        )

    def render_decision(self, record: Claim) -> SafeString:
        decision = Decision(record.decision)
        shown = html.state(decision, is_open=decision in (Decision.PENDING, Decision.DEFERRED))
        below = ""
        if record.state == ClaimState.SUBMITTED:
            below = "已提交"
        if decision is Decision.DEFERRED:
            below = "　".join(
                part for part in (f"{text.short_date(record.look_again_on)}再议", below) if part
            )
        return html.two_lines(shown, below)
