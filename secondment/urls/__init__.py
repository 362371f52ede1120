"""Addresses of the app, one file a noun; all under the namespace ``secondment``."""

from django.urls import URLPattern

app_name = "secondment"
urlpatterns: list[URLPattern] = []
