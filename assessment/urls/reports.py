from django.urls import path

from ..reports.page import PAGES, entry_page

urlpatterns = [
    *PAGES.urls("assessment/<number:above>/reports"),
    path(
        "assessment/<number:above>/reports/<number:pk>/<number:indicator>/", entry_page, name="report-entry"
    ),
]
