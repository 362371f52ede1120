"""What the pages of plans and orders share."""

from __future__ import annotations

CRUMB = (("督导与监督", ""),)
