"""The workbooks of this app, one module a noun."""

from . import attendance, staff  # noqa: F401
