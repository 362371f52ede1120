"""What of this app waits for a person."""

from . import cycle, problem, result  # noqa: F401
