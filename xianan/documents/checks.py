"""Start-up checks: what would spoil a PDF without any error is said as a warning."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from .fonts import Finding, look


@register("documents")
def check_printing(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn of missing fonts and of a missing font subsetter."""
    return [
        Warning(finding.message, hint="运行 bin/setup 安装字体和系统库。", id=f"documents.W{number:03d}")
        for number, finding in enumerate(look(), start=1)
        if not finding.ok
    ]


def health() -> list[Finding]:
    """Return what the health page shows about printing, well or not."""
    return look()
