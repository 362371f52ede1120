"""This app's lines of the side menu."""

from . import cycle  # noqa: F401
