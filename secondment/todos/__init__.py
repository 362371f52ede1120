"""What of this app waits for a person, one module a noun."""

from . import staff  # noqa: F401
