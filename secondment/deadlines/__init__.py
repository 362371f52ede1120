"""The dates this app owes, one module a noun."""

from . import appraisal, exchange, staff, training  # noqa: F401
