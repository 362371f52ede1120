"""The figures of this app, registered on start."""

from . import problem  # noqa: F401
