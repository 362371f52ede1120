"""The dates this app owes, one module a noun."""

from . import staff  # noqa: F401
