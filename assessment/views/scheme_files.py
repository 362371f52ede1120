"""A scoring scheme on paper and as a workbook (P38)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from xianan.documents.pdf import render_pdf
from xianan.ui import workbook

from ..choices import Method
from ..models import Indicator, Scheme
from ..rules.points import sum_words
from ..rules.scoring import FULL
from ..selectors import schemes
from .schemes import get_scheme

METHODS = dict(Method.choices)


@login_required
@require_safe
def scheme_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the scheme as PDF: a landscape table with its signature row."""
    scheme = get_scheme(request, pk)
    lines = schemes.lines(scheme)
    total = sum(line.total for line in lines)
    pdf = render_pdf(
        "assessment/print/scheme.html",
        {
            "title": f"{scheme.title}{'（草案）' if scheme.is_draft_text else ''}",
            "scheme": scheme,
            "lines": lines,
            "total": total,
            "is_whole": total == FULL,
            "sum": sum_words(total, FULL),
            "measures": schemes.measure_labels(),
            "methods": METHODS,
        },
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    name = content_disposition_header(False, f"{scheme}.pdf")
    if name:
        response["Content-Disposition"] = name
    return response


def columns(scheme: Scheme) -> list[tuple[str, Callable[[Any], Any]]]:
    """Return the columns of the workbook, in words and numbers that the import reads back."""
    labels = schemes.measure_labels()

    def points(value: int) -> float | int:
        return value // 100 if value % 100 == 0 else value / 100

    return [
        ("考评项目", lambda row: row.group.name),
        ("编号", lambda row: row.code),
        ("考评指标", lambda row: row.name),
        ("种类", lambda row: row.get_kind_display()),
        ("分值", lambda row: points(row.points)),
        ("评分标准", lambda row: row.rule),
        ("所需材料", lambda row: row.evidence),
        ("考评方式", lambda row: "、".join(METHODS[key] for key in row.methods)),
        ("计分方式", lambda row: row.get_mode_display()),
        ("取数指标", lambda row: labels.get(row.measure_key, row.measure_key)),
        ("每件扣分", lambda row: points(row.per_count) if row.per_count else None),
        ("另可逐项扣分", lambda row: "是" if row.with_deductions else "否"),
    ]


@login_required
@require_safe
def scheme_export(request: HttpRequest, pk: int) -> FileResponse:
    """Give the scheme as a workbook, a row an indicator."""
    scheme = get_scheme(request, pk)
    rows = Indicator.objects.filter(scheme=scheme).select_related("group")
    content = workbook.write(scheme.title, columns(scheme), rows.iterator(chunk_size=500))
    return FileResponse(content, as_attachment=True, filename=f"{scheme}.xlsx", content_type=workbook.XLSX)
