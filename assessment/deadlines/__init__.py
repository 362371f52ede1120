"""The dates of this app, registered on start."""

from . import cycle, problem, result  # noqa: F401
