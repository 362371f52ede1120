"""What this app does by the clock, one module a noun."""

from . import appraisal, staff, training  # noqa: F401
