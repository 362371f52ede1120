"""The figures of this app, one module a noun."""

from . import appraisal, exchange, staff, training  # noqa: F401
