"""What of this app waits for a person."""

from . import cycle, result  # noqa: F401
