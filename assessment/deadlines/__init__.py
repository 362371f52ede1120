"""The dates of this app, registered on start."""

from . import cycle, result  # noqa: F401
