"""This app's lines of the side menu, one module a noun."""

from . import exchange, staff, training  # noqa: F401
