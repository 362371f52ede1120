"""Addresses of the app, one file a noun; all under the namespace ``secondment``."""

from django.urls import URLPattern

from secondment.exchanges import page as exchanges
from secondment.proposals import page as proposals

from . import appraisal, staff, training

app_name = "secondment"
urlpatterns: list[URLPattern] = [
    *staff.urlpatterns,
    *appraisal.urlpatterns,
    *training.urlpatterns,
    *proposals.urls,
    *exchanges.PAGES.urls(
        "exchanges",
        exchanges.ExchangeList,
        own={"change": exchanges.change},
        create=("create", exchanges.create),
    ),
]
