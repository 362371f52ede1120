"""The files that rows of this app carry, one module a noun."""

from . import training  # noqa: F401
