"""The open deadlines of my organizations, as a list."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xianan.deadlines.models import Deadline
from xianan.deadlines.registry import kind, kinds
from xianan.deadlines.selectors import open_for
from xianan.portal import home
from xianan.ui.lists import ListPage
from xianan.ui.tables import Column, Day, Due, Name, Ops, Table, Tight


class DeadlineTable(Table):
    left = Due("期限", accessor="due_on", orderable=False)
    title = Name("要做什么", url=lambda row: row.link, second=lambda row: kind(row.kind).label)
    organization = Tight("责任单位", order_by=("organization__display_order",))
    due_on = Day("到期日", css="num")
    kind = Column("种类", hidden=True)
    ops = Ops()

    def render_kind(self, record: Deadline) -> str:
        return kind(record.kind).label

    def export_kind(self, record: Deadline) -> str:
        return kind(record.kind).label

    def export_organization(self, record: Deadline) -> str:
        return str(record.organization)

    def render_ops(self, record: Any) -> SafeString | str:
        if not record.link:
            return ""
        return format_html('<a class="link" href="{}">{}</a>', record.link, kind(record.kind).action)


class DeadlineFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label="种类", choices=lambda: [(row.key, row.label) for row in kinds()]
    )
    due = django_filters.DateFilter(field_name="due_on", label="到期日")

    class Meta:
        model = Deadline
        fields: tuple[str, ...] = ()


class DeadlineList(ListPage):
    title = "期限"
    table_class = DeadlineTable
    filterset_class = DeadlineFilter
    default_sort = "due_on"
    search_fields = ("title",)
    search_hint = "事由"
    empty_title = "没有未办结的期限"
    empty_text = "签署确认书、过渡期满、暂缓事项再议等日期到来之前列在这里。"

    request: HttpRequest

    def queryset(self, scope: Any) -> QuerySet[Deadline]:
        return open_for(home.own_organizations(scope))

    def rows_of(self, page: Page[Any]) -> list[Any]:
        rows = super().rows_of(page)
        links = home.deadline_links(rows)
        for row in rows:
            row.link = links.get(row.pk, "")
        return rows
