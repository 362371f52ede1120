"""What something costs, whatever else the machine does, and how much of it is asked for."""

import os

THOROUGH = os.environ.get("EVERY_ROLE") == "yes"
"""``bin/test --all``: everybody tries everything, though somebody alike has tried it."""


def spent() -> float:
    """Return the seconds of processor time of this process and of those it has waited for."""
    return sum(os.times()[:4])
