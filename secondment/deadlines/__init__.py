"""The dates this app owes, one module a noun."""

from . import exchange, staff, training  # noqa: F401
