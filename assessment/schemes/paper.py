"""What a scoring scheme is printed from (P38)."""

from __future__ import annotations

from typing import Any

from assessment.choices import Method
from assessment.models import Scheme
from assessment.rules.points import sum_words
from assessment.rules.scoring import FULL
from assessment.selectors import schemes

METHODS = dict(Method.choices)
PAPER = "assessment/print/scheme.html"


def scheme_data(scheme: Scheme) -> dict[str, Any]:
    """Return what the scheme is rendered from, on paper and on its page."""
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
