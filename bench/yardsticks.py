"""What the list is measured against: a plain page, and the admin's changelist of the same rows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine

from empowerment.models import Item, ItemType
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request

ROWS = 50

_page = Engine(builtins=["django.template.defaultfilters"]).from_string(
    "<!doctype html><title>P</title><table>{% for item in items %}<tr><td>{{ item.number }}</td>"
    '<td><a href="/items/{{ item.pk }}/">{{ item.name }}</a></td><td>{{ item.type.name }}</td>'
    "<td>{{ item.organization.name }}</td><td>{{ item.get_source_display }}</td>"
    "<td>{{ item.legality }}</td></tr>{% endfor %}</table>"
)


@login_required
def plain(request: Request) -> HttpResponse:
    """P: one joined query, fifty rows of six columns, a signed-in person, and nothing else."""
    items = Item.objects.filter(district_id=request.user.district_id, is_listed=True)
    rows = items.select_related("type", "organization").order_by("number")[:ROWS]
    return HttpResponse(_page.render(Context({"items": rows})))


class Site(admin.AdminSite):
    """An admin that lets the person in whom the portal has signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active)


class _Readable(admin.ModelAdmin):
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Items(_Readable):
    """The columns, filters and searched fields of the portal's list, but for the columns of the streets."""

    list_display = ("number", "name", "type", "organization", "source", "legality")
    list_select_related = ("type", "organization")
    list_filter = ("type", "organization")
    search_fields = ("name", "basis", "=number")
    list_per_page = ROWS
    ordering = ("number",)


site = Site("bench")
site.register(Item, Items)
site.register(ItemType, _Readable)
site.register(Organization, _Readable)
