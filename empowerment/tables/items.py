"""Columns of the list of items and of its versions; a column for each street of the district."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from xianan.organizations.models import Organization
from xianan.ui import html
from xianan.ui.tables import Badge, Column, EventDay, Name, Number, Ops, State, Table, Tight

from ..choices import Legality
from ..models import Item, ItemList, ListEntry
from ..selectors.items import PUBLISHED

# More streets than this leave no room for the name: the others are chosen under 列设置.
MOST_STREETS = 4


_PUBLISHED = html.badge("已公布", "green")
_MARKS = {mark.value: html.badge(mark) for mark in Legality if mark is not Legality.NONE}


class StreetColumn(Tight):
    """Where the row's item stands in one street; rows carry ``standing`` by street."""

    def __init__(self, street: Organization, **kwargs: Any) -> None:
        super().__init__(street.label, orderable=False, empty_values=(), accessor="pk", **kwargs)
        self.street_id = street.pk

    def render(self, record: Any) -> SafeString | str:
        found = record.standing.get(self.street_id)
        return html.state(found.state, is_open=found.waits) if found else "—"

    def export(self, record: Any, value: Any) -> str:
        found = record.standing.get(self.street_id)
        return str(found.state.label) if found else ""


class Streets(Tight):
    """All streets of a row in one cell, for districts of many: how many stand how."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("街道承接", orderable=False, empty_values=(), accessor="pk", **kwargs)

    def render(self, record: Any) -> SafeString | str:
        counts: dict[Any, int] = {}
        for found in record.standing.values():
            counts[found.state] = counts.get(found.state, 0) + 1
        return format_html_join(
            " ", "{} {}", ((html.state(state), count) for state, count in counts.items())
        ) or "—"  # fmt: skip

    def export(self, record: Any, value: Any) -> str:
        counts: dict[str, int] = {}
        for found in record.standing.values():
            counts[str(found.state.label)] = counts.get(str(found.state.label), 0) + 1
        return "、".join(f"{label} {count}" for label, count in counts.items())


class ItemTable(Table):
    """Rows carry ``standing``. Use ``item_table`` for the table of a district."""

    def render_number(self, record: Any) -> str:
        return record.code

    def export_number(self, record: Any) -> str:
        return record.code

    def row_label(self, record: Any) -> str:
        return record.code

    def render_legality(self, record: Any) -> SafeString:
        return _MARKS.get(record.legality, _PUBLISHED)

    def export_legality(self, record: Any) -> str:
        return "已公布" if record.legality == Legality.NONE else str(record.get_legality_display())

    def render_ops(self, record: Any) -> SafeString:
        return mark_safe(f'<a class="link" href="{html.address("empowerment:item", record.pk)}">详情</a>')

    class Meta(Table.Meta):
        model = Item
        fields = ()


def item_table(streets: Sequence[Organization]) -> type[ItemTable]:
    """Return the table of a district with these streets."""
    crowded = len(streets) > MOST_STREETS
    columns: dict[str, Any] = {
        "number": Column("编号", css="tight muted", locked=True),
        "name": Name("事项名称", url="empowerment:item"),
        "type": Tight("类型", accessor="type__name", order_by=("type__display_order",)),
        "organization": Tight(
            "赋权部门", accessor="organization__name", order_by=("organization__display_order",)
        ),
        "source": State("来源", hidden=True),
    }
    if crowded:
        columns["streets"] = Streets()
    for street in streets:
        columns[f"street_{street.pk}"] = StreetColumn(street, hidden=crowded)
    columns |= {
        "municipal_department": Tight("市直部门", hidden=True),
        "basis": Column("设定依据", hidden=True, orderable=False),
        "duties": Column("职责边界", hidden=True, orderable=False),
        "legality": Tight("清单状态", accessor="legality", empty_values=(), order_by=("legality",)),
        "ops": Ops(),
    }
    meta = type("Meta", (ItemTable.Meta,), {"sequence": list(columns)})
    return type("DistrictItemTable", (ItemTable,), {**columns, "Meta": meta})


class VersionTable(Table):
    """The versions of the list."""

    title = Name("清单", url="empowerment:item-list")
    published_on = EventDay("公布日期", late=PUBLISHED.late)
    meeting = Tight("审议会议", accessor="meeting__name")
    total = Number("事项")
    added = Number("新增")
    changed = Number("变更")
    file = Tight("文件", orderable=False, empty_values=(), accessor="document", exclude_from_export=True)
    ops = Ops()

    def render_file(self, record: Any) -> SafeString | str:
        if record.document_id is None:
            return html.state("生成中", "amber", is_open=True)
        url = reverse("documents:file", args=[record.document_id, 1])
        return format_html('<a href="{}">PDF</a>', url)

    def render_ops(self, record: Any) -> SafeString:
        return format_html(
            '<a class="link" href="{}">查看</a>', reverse("empowerment:item-list", args=[record.pk])
        )

    class Meta(Table.Meta):
        model = ItemList
        fields = ()


class EntryTable(Table):
    """What one version says."""

    number = Column("编号", css="tight muted", locked=True)
    name = Name("事项名称", url=lambda entry: reverse("empowerment:item", args=[entry.item_id]))
    type_name = Tight("类型")
    department_name = Tight("赋权部门", order_by=("organization__display_order",))
    source = State("来源")
    change = Badge("变动")
    basis = Column("设定依据", hidden=True, orderable=False)
    duties = Column("职责边界", hidden=True, orderable=False)
    municipal_department = Tight("市直部门", hidden=True)

    def render_number(self, record: Any) -> str:
        return f"{record.number:04d}"

    def export_number(self, record: Any) -> str:
        return f"{record.number:04d}"

    class Meta(Table.Meta):
        model = ListEntry
        fields = ()
