from __future__ import annotations

from django.urls import URLPattern, path

from xianan.imports import views as imports

from ..views import filing_items, filings, review, uploads

_KIND = {"kind": "filing"}

urlpatterns: list[URLPattern] = [
    path("filings/", filings.Filings.as_view(), name="filings"),
    path("reviews/", filings.Reviews.as_view(), name="filing-reviews"),
    path("filings/new/", filings.create, name="filing-create"),
    path("filings/template/", uploads.template, name="filing-template"),
    path("filings/<int:pk>/", filings.detail, name="filing"),
    path("filings/<int:pk>/heading/", filings.change, name="filing-change"),
    path("filings/<int:pk>/export/", filings.export, name="filing-export"),
    path("filings/<int:owner>/upload/", imports.upload, _KIND, name="filing-upload"),
    path("filings/<int:owner>/uploads/<int:upload>/", imports.check, _KIND, name="filing-check"),
    path("filings/<int:owner>/uploads/<int:upload>/import/", imports.confirm, _KIND, name="filing-import"),
    path("filings/<int:owner>/uploads/<int:upload>/check/", imports.again, _KIND, name="filing-check-again"),
    path("filings/<int:pk>/items/new/", filing_items.line_create, name="filing-item-create"),
    path("filings/<int:pk>/items/<int:line>/", filing_items.line_change, name="filing-item"),
    path("filings/<int:pk>/items/<int:line>/delete/", filing_items.line_delete, name="filing-item-delete"),
    path("filings/<int:pk>/items/<int:line>/resubmit/", filing_items.resubmit, name="filing-resubmit"),
    path("filings/<int:pk>/submit/", filings.submit, name="filing-submit"),
    path("filings/<int:pk>/delete/", filings.delete, name="filing-delete"),
    path("filings/<int:pk>/review/", review.review, name="filing-review"),
    path("filings/<int:pk>/review/finish/", review.finish, name="filing-finish"),
    path("meetings/", review.Meetings.as_view(), name="meetings"),
    path("meetings/new/", review.meeting_create, name="meeting-create"),
    path("meetings/<int:pk>/", review.meeting, name="meeting"),
]
