"""This app's lines of the side menu, one module a noun."""

from . import appraisal, exchange, staff, training  # noqa: F401
