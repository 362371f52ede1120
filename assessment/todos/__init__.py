"""What of this app waits for a person."""

from . import cycle  # noqa: F401
