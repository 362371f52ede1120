"""What the pages of plans and orders share."""

from __future__ import annotations

from django.http import HttpRequest

from xianan.organizations.scope import Scope

CRUMB = (("督导与监督", ""),)


def scope_of(request: HttpRequest) -> Scope:
    """Return what the person of a request may see and do."""
    return request.scope  # type: ignore[attr-defined]
