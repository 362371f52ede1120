"""Addresses of the app, one file a noun; all under the namespace ``assessment``."""

from django.urls import URLPattern

app_name = "assessment"
urlpatterns: list[URLPattern] = []
