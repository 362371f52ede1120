"""The figures of this app, one module a noun."""

from . import appraisal, staff  # noqa: F401
