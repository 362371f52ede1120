"""The files that rows of this app carry, one module a noun."""

from . import staff  # noqa: F401
