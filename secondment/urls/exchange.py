from __future__ import annotations

from django.urls import URLPattern, path

from secondment.views import exchanges

urlpatterns: list[URLPattern] = [
    path("exchanges/", exchanges.ExchangeList.as_view(), name="exchanges"),
    path("exchanges/create/", exchanges.exchange_create, name="exchange-create"),
    path("exchanges/<int:pk>/", exchanges.exchange_page, name="exchange"),
    path("exchanges/<int:pk>/change/", exchanges.exchange_change, name="exchange-change"),
    path("exchanges/<int:pk>/cancel/", exchanges.exchange_cancel, name="exchange-cancel"),
    path("exchanges/<int:pk>/confirm/", exchanges.exchange_confirm, name="exchange-confirm"),
    path("exchanges/<int:pk>/report/", exchanges.exchange_report, name="exchange-report"),
    path("exchanges/<int:pk>/evaluate/", exchanges.exchange_evaluate, name="exchange-evaluate"),
]
