"""Handing out what was made for a person: PDF and workbook."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from xianan.ui.workbook import XLSX


def as_pdf(pdf: bytes, name: str) -> HttpResponse:
    """Return a PDF that the browser shows under a name."""
    return _named(HttpResponse(pdf, content_type="application/pdf"), name)


def _named(response: HttpResponse, name: str) -> HttpResponse:
    header = content_disposition_header(False, name)
    if header:
        response["Content-Disposition"] = header
    return response


def as_xlsx(content: bytes, name: str) -> HttpResponse:
    """Return a workbook to be saved under a name."""
    response = HttpResponse(content, content_type=XLSX)
    header = content_disposition_header(True, name)
    if header:
        response["Content-Disposition"] = header
    return response
