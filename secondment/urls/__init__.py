"""Addresses of the app, one file a noun; all under the namespace ``secondment``."""

from django.urls import URLPattern

from . import appraisal, exchange, staff, training

app_name = "secondment"
urlpatterns: list[URLPattern] = [
    *staff.urlpatterns,
    *appraisal.urlpatterns,
    *training.urlpatterns,
    *exchange.urlpatterns,
]
