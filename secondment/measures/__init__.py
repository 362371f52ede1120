"""The figures of this app, one module a noun."""

from . import exchange, staff, training  # noqa: F401
