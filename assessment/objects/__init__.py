"""How this app's rows are shown where the log speaks of them."""

from . import cycle, paper  # noqa: F401
