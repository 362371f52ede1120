"""Telling a database that is away for a moment from a fault of the portal."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# SQLSTATE classes: connection exceptions, too many connections, shut down or starting up.
_CLASSES = ("08", "53", "57P")
_SQLITE = ("unable to open database file", "database is locked", "disk I/O error")


def is_outage(fault: BaseException | None) -> bool:
    """Whether the database could not be reached or went away, so that trying again later helps."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        if isinstance(fault, InterfaceError):
            return True
        if isinstance(fault, OperationalError):
            return _says_outage(fault)
        fault = fault.__cause__ or fault.__context__
    return False


def _says_outage(fault: OperationalError) -> bool:
    if hasattr(fault.__cause__, "pgcode"):
        code = getattr(fault.__cause__, "pgcode", None)
        # A connection that could not be made, or broke, has none.
        return code is None or str(code).startswith(_CLASSES)
    return any(words in str(fault) for words in _SQLITE)
