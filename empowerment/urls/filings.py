from __future__ import annotations

from django.urls import URLPattern, path

from xianan.imports import views as imports

from ..filings import page as filings
from ..views import filing_items, review, uploads

_KIND = {"key": "filing"}

urlpatterns: list[URLPattern] = [
    path("filings/", filings.Filings.as_view(), name="filings"),
    path("reviews/", filings.Reviews.as_view(), name="filing-reviews"),
    path("filings/new/", filings.create, name="filing-create"),
    path("filings/template/", uploads.template, name="filing-template"),
    path("filings/<number:pk>/", filings.detail, name="filing"),
    *filings.PAGES.step_urls("filings", own={"submit": filings.submit}),
    path("filings/<number:pk>/export/", filings.export, name="filing-export"),
    path("filings/<number:owner>/upload/", imports.upload, _KIND, name="filing-upload"),
    path("filings/<number:owner>/uploads/<number:upload>/", imports.check, _KIND, name="filing-check"),
    path(
        "filings/<number:owner>/uploads/<number:upload>/import/", imports.confirm, _KIND, name="filing-import"
    ),
    path(
        "filings/<number:owner>/uploads/<number:upload>/check/",
        imports.again,
        _KIND,
        name="filing-check-again",
    ),
    path("filings/<number:pk>/items/new/", filing_items.line_create, name="filing-item-create"),
    path("filings/<number:pk>/items/<number:line>/", filing_items.line_change, name="filing-item"),
    path(
        "filings/<number:pk>/items/<number:line>/delete/", filing_items.line_delete, name="filing-item-delete"
    ),
    path("filings/<number:pk>/items/<number:line>/resubmit/", filing_items.resubmit, name="filing-resubmit"),
    path("filings/<number:pk>/delete/", filings.delete, name="filing-delete"),
    path("filings/<number:pk>/review/", review.review, name="filing-review"),
    path("meetings/", review.Meetings.as_view(), name="meetings"),
    path("meetings/new/", review.meeting_create, name="meeting-create"),
    path("meetings/<number:pk>/", review.meeting, name="meeting"),
]
