"""This app's lines of the side menu, one module a noun."""

from . import appraisal, staff  # noqa: F401
