"""The types of powers: the seven of the document, 其他行政权力, and what 区委编办 adds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from empowerment.forms.types import ItemTypeForm
from empowerment.models import Item, ItemType
from empowerment.services.types import change_type, create_type, delete_type, switch_type
from xianan.core.errors import DomainError
from xianan.history.selectors import timeline
from xianan.organizations.pages import GuardedPage, ListPage
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.lists import Tab
from xianan.ui.tables import Column, Name, Number, Table, Tight

TITLE = "事项类型"


class ItemTypeTable(Table):
    name = Name("名称", url="empowerment:item-type", css="tight")
    synonyms = Column("同义词", orderable=False, css="clip", empty_values=(None, "", []))
    named_by_policy = Tight("来源")
    items = Number("清单事项")
    display_order = Number("排序")
    is_active = Tight("状态")

    def render_synonyms(self, value: list[str]) -> str:
        return "、".join(value)

    def export_synonyms(self, record: ItemType) -> str:
        return "、".join(record.synonyms)

    def render_named_by_policy(self, value: bool) -> str:
        return "文件列明" if value else "本区增设"

    def export_named_by_policy(self, record: ItemType) -> str:
        return "文件列明" if record.named_by_policy else "本区增设"

    def render_is_active(self, value: bool) -> SafeString:
        return html.state("在用", "green") if value else html.state("已停用", "grey")

    def export_is_active(self, record: ItemType) -> str:
        return "在用" if record.is_active else "已停用"


class ItemTypeList(ListPage):
    title = TITLE
    unit = "个类型"
    right = "edit_item_types"
    table_class = ItemTypeTable
    default_sort = "display_order"
    tabs = (
        Tab("active", "在用", Q(is_active=True)),
        Tab("closed", "已停用", Q(is_active=False)),
    )
    template_name = "empowerment/item_types/list.html"

    def queryset(self, scope: Any) -> QuerySet[ItemType]:
        listed = Item.objects.filter(district_id=scope.district_id, is_listed=True).order_by()
        counts = listed.values("type_id").annotate(number=Count("pk"))
        number = Subquery(counts.filter(type_id=OuterRef("pk")).values("number"), output_field=IntegerField())
        return ItemType.objects.filter(district_id=scope.district_id).annotate(items=Coalesce(number, 0))

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        return ("增设类型", reverse("empowerment:item-type-create"))


class ItemTypePage(GuardedPage):
    """What every page about a type needs: the right, and types of the own district alone."""

    right, label = "edit_item_types", "维护事项类型"

    def fetch(self, pk: int) -> ItemType:
        return get_object_or_404(ItemType, pk=pk, district_id=self.scope.district_id)

    def page(self, form: ItemTypeForm, row: ItemType | None = None) -> HttpResponse:
        context = {
            "title": row.name if row else "增设事项类型",
            "crumbs": [(TITLE, reverse("empowerment:item-types"))],
            "form": form,
            "row": row,
            "used": bool(row) and Item.objects.filter(type=row).count(),
            "entries": timeline(row)[:50] if row else [],
        }
        return render(self.request, "empowerment/item_types/form.html", context)


class ItemTypeCreate(ItemTypePage):
    def get(self, request: Request) -> HttpResponse:
        return self.page(ItemTypeForm())

    def post(self, request: Request) -> HttpResponse:
        form = ItemTypeForm(request.POST)
        if form.is_valid():
            try:
                row = create_type(actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已增设“{row}”，部门申报时即可选用。")
                return redirect("empowerment:item-types")
        return self.page(form)


class ItemTypeDetail(ItemTypePage):
    def get(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        return self.page(ItemTypeForm(row=row), row)

    def post(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        form = ItemTypeForm(request.POST, row=row)
        if form.is_valid():
            try:
                change_type(row, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已保存“{form.cleaned_data['name']}”。")
                return redirect("empowerment:item-type", pk=pk)
        return self.page(form, row)


class ItemTypeSwitch(ItemTypePage):
    """Take a type out of use, or into use again."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        row = switch_type(self.fetch(pk), is_active=request.POST.get("active") == "1", actor=request.user)
        done = "已恢复使用" if row.is_active else "已停用，新的申报不能再选"
        messages.success(request, f"“{row}”{done}。")
        return redirect("empowerment:item-type", pk=pk)


class ItemTypeDelete(ItemTypePage):
    def post(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        delete_type(row, actor=request.user)
        messages.success(request, f"已删除“{row.name}”。")
        return redirect("empowerment:item-types")
