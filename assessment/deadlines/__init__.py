"""The dates of this app, registered on start."""

from . import cycle  # noqa: F401
