"""How this app's rows are shown where the log speaks of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import models
from django.urls import reverse

from xianan.documents.registry import register_kind
from xianan.history.registry import ObjectKind, Shown, register_object

from .models import ItemList, ItemType, Meeting
from .selectors import agreements
from .services.lists import DOCUMENT_KIND


def shower(model: type[models.Model], url: str) -> Callable[[Sequence[int]], dict[int, Shown]]:
    """Return what shows rows of ``model`` by id with the page ``url``, in one query."""

    def show(keys: Sequence[int]) -> dict[int, Shown]:
        rows = model._default_manager.in_bulk(keys)
        return {key: Shown(str(row), reverse(url, args=[key])) for key, row in rows.items()}

    return show


register_object(
    ObjectKind(
        "empowerment.meeting",
        "审议会议",
        shower(Meeting, "empowerment:meeting"),
        start_action="meeting.recorded",
    )
)
register_object(ObjectKind("empowerment.itemlist", "事项清单", shower(ItemList, "empowerment:item-list")))


# ---- Letters and lists ----------------------------------------------------------------------------

register_kind(
    agreements.KIND,
    label="承接确认书",
    may_read=agreements.may_read_document,
    state=agreements.document_state,
)


register_kind(
    DOCUMENT_KIND,
    label="街道赋权事项清单",
    may_read=lambda scope, document: scope.holds("view_items"),
    state=lambda document: ("现行有效", "green"),
)


def _types(keys: Sequence[int]) -> dict[int, Shown]:
    return {
        key: Shown(
            name,
            reverse("empowerment:item-type", args=[key]),
            "在用" if active else "已停用",
            "green" if active else "grey",
        )
        for key, name, active in ItemType.objects.filter(pk__in=keys).values_list("pk", "name", "is_active")
    }


register_object(ObjectKind("empowerment.itemtype", "事项类型", _types, "item_type.create"))
