"""Why the request at hand was refused, for the one line that the log has of it."""

from __future__ import annotations

from contextvars import ContextVar

reason: ContextVar[str] = ContextVar("refusal", default="")
"""The code of the refusal; "" while there is none. Set anew for every request."""
