from __future__ import annotations

from django.urls import URLPattern, path

from empowerment.views import item_types as types

urlpatterns: list[URLPattern] = [
    path("item-types/", types.ItemTypeList.as_view(), name="item-types"),
    path("item-types/create/", types.ItemTypeCreate.as_view(), name="item-type-create"),
    path("item-types/<int:pk>/", types.ItemTypeDetail.as_view(), name="item-type"),
    path("item-types/<int:pk>/switch/", types.ItemTypeSwitch.as_view(), name="item-type-switch"),
    path("item-types/<int:pk>/delete/", types.ItemTypeDelete.as_view(), name="item-type-delete"),
]
