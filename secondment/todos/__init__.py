"""What of this app waits for a person, one module a noun."""

from . import exchange, staff, training  # noqa: F401
