"""The dates this app owes, one module a noun."""

from . import appraisal, staff  # noqa: F401
