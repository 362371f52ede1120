"""A scoring scheme on paper and as a workbook (P38)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from xianan.documents.pdf import render_pdf
from xianan.imports.registry import kind_of
from xianan.imports.sheet import SheetKind
from xianan.organizations.requests import Request
from xianan.ui import workbook

from ..choices import Method
from ..models import Scheme
from ..rules.points import sum_words
from ..rules.scoring import FULL
from ..selectors import schemes
from .schemes import get_scheme

METHODS = dict(Method.choices)
PAPER = "assessment/print/scheme.html"


@login_required
@require_safe
def scheme_print(request: Request, pk: int) -> HttpResponse:
    """Give the scheme as PDF: a landscape table with its signature row."""
    scheme = get_scheme(request, pk)
    pdf = render_pdf(PAPER, scheme_data(scheme))
    response = HttpResponse(pdf, content_type="application/pdf")
    name = content_disposition_header(False, f"{scheme}.pdf")
    if name:
        response["Content-Disposition"] = name
    return response


def scheme_data(scheme: Scheme) -> dict[str, Any]:
    """Return what the scheme is rendered from."""
    lines = schemes.lines(scheme)
    total = sum(line.total for line in lines)
    return {
        "title": f"{scheme.title}{'（草案）' if scheme.is_draft_text else ''}",
        "scheme": scheme,
        "lines": lines,
        "total": total,
        "is_whole": total == FULL,
        "sum": sum_words(total, FULL),
        "measures": schemes.measure_labels(),
        "methods": METHODS,
    }


@login_required
@require_safe
def scheme_export(request: Request, pk: int) -> HttpResponse:
    """Give the scheme as a workbook in the shape of the import's template: it reads back unchanged."""
    scheme = get_scheme(request, pk)
    kind = kind_of("scheme")
    assert isinstance(kind, SheetKind)
    return workbook.as_file(kind.export(scheme), f"{scheme}.xlsx")
