"""The only place that writes deadlines, notices, plans and orders."""

from .opening import Due, close, open_deadline, open_many

__all__ = ["Due", "close", "open_deadline", "open_many"]
