"""The figures of this app, one module a noun."""

from . import staff  # noqa: F401
