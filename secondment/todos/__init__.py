"""What of this app waits for a person, one module a noun."""

from . import appraisal, exchange, staff, training  # noqa: F401
