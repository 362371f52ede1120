from django.urls import path

from ..views import reports as views

urlpatterns = [
    path("assessment/<number:pk>/reports/<number:report>/", views.report_page, name="report"),
    path("assessment/<number:pk>/reports/<number:report>/submit/", views.report_submit, name="report-submit"),
    path("assessment/<number:pk>/reports/<number:report>/return/", views.report_return, name="report-return"),
    path(
        "assessment/<number:pk>/reports/<number:report>/<number:indicator>/",
        views.entry_page,
        name="report-entry",
    ),
]
