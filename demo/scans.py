"""Files of the demonstration."""

from __future__ import annotations

from xianan.documents.pdf import render_html


def scan(title: str) -> bytes:
    """A scan as an office would have it: one page that says what it is."""
    return render_html(f"<p>{title}</p><p>示例数据，不是真实证件或文件。</p>").pdf
