"""How this app's rows are shown where the log speaks of them, one module a noun."""

from . import appraisal, staff, training  # noqa: F401
