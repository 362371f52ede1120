"""The ladders of a district, as its policy parameters say."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from xianan.policy.selectors import parameters

from .rules import DEFAULT_LADDER, ESCALATION_DAYS, Ladder, parse_ladder

logger = logging.getLogger(__name__)

DOCUMENT = "plan"
KEY = "ladder"
ESCALATION_KEY = "escalation_days"


@dataclass(frozen=True)
class Ladders:
    """The ladder of every kind: ``ladder_<kind>`` if the district has it, else ``ladder``."""

    own: dict[str, Ladder]
    default: Ladder

    def of(self, kind: str) -> Ladder:
        return self.own.get(kind, self.default)

    @property
    def first(self) -> int:
        """The most days ahead at which any kind is reminded of."""
        return max(ladder.first for ladder in (self.default, *self.own.values()))


def ladders_of(district_id: int, on: dt.date) -> Ladders:
    """Return the ladders in force on a day, in a constant number of queries.

    A value that is no ladder is reported to the log and the default taken: nobody goes unreminded
    because of a typing error.
    """
    values = parameters(district_id, DOCUMENT, on)
    days = int(values.get(ESCALATION_KEY, ESCALATION_DAYS))
    default = _ladder(values.get(KEY), days, Ladder(DEFAULT_LADDER, days))
    prefix = f"{KEY}_"
    own = {
        key.removeprefix(prefix): _ladder(value, days, default)
        for key, value in values.items()
        if key.startswith(prefix)
    }
    return Ladders(own, default)


def _ladder(value: Any, days: int, default: Ladder) -> Ladder:
    if value is None:
        return default
    try:
        return Ladder(parse_ladder(str(value)), days)
    except ValueError:
        logger.warning("The ladder %r is not one; the default is used instead", value)
        return default
