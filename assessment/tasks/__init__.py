"""Bodies of the jobs of this app."""

from . import papers  # noqa: F401
