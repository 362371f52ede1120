"""What of this app waits for a person, one module a noun."""

from . import appraisal, staff  # noqa: F401
