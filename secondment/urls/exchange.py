from __future__ import annotations

from django.urls import URLPattern, path

from secondment.views import exchanges

urlpatterns: list[URLPattern] = [
    path("exchanges/", exchanges.ExchangeList.as_view(), name="exchanges"),
    path("exchanges/create/", exchanges.exchange_create, name="exchange-create"),
    path("exchanges/<number:pk>/", exchanges.exchange_page, name="exchange"),
    path("exchanges/<number:pk>/change/", exchanges.exchange_change, name="exchange-change"),
    path("exchanges/<number:pk>/cancel/", exchanges.exchange_cancel, name="exchange-cancel"),
    path("exchanges/<number:pk>/confirm/", exchanges.exchange_confirm, name="exchange-confirm"),
    path("exchanges/<number:pk>/report/", exchanges.exchange_report, name="exchange-report"),
    path("exchanges/<number:pk>/evaluate/", exchanges.exchange_evaluate, name="exchange-evaluate"),
]
