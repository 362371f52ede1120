"""The dates of this app, registered on start."""

from . import cycle, problem  # noqa: F401
