from django.urls import path

from ..views import reports as views

urlpatterns = [
    path("assessment/<int:pk>/reports/<int:report>/", views.report_page, name="report"),
    path("assessment/<int:pk>/reports/<int:report>/submit/", views.report_submit, name="report-submit"),
    path("assessment/<int:pk>/reports/<int:report>/return/", views.report_return, name="report-return"),
    path("assessment/<int:pk>/reports/<int:report>/<int:indicator>/", views.entry_page, name="report-entry"),
]
