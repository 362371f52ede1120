from __future__ import annotations

from django.urls import URLPattern, path

from empowerment.views import item_types as types
from empowerment.views import items

urlpatterns: list[URLPattern] = [
    path("items/", items.Items.as_view(), name="items"),
    path("items/<number:pk>/", items.item, name="item"),
    path("items/<number:pk>/legality/", items.item_legality, name="item-legality"),
    path("item-lists/", items.Versions.as_view(), name="item-lists"),
    path("item-lists/<number:pk>/", items.Version.as_view(), name="item-list"),
    path("item-types/", types.ItemTypeList.as_view(), name="item-types"),
    path("item-types/create/", types.ItemTypeCreate.as_view(), name="item-type-create"),
    path("item-types/<number:pk>/", types.ItemTypeDetail.as_view(), name="item-type"),
    path("item-types/<number:pk>/switch/", types.ItemTypeSwitch.as_view(), name="item-type-switch"),
    path("item-types/<number:pk>/delete/", types.ItemTypeDelete.as_view(), name="item-type-delete"),
]
