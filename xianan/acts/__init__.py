"""How an act is said: steps, what they ask, the noun they belong to, and its pages.

docs/mechanisms/acts.md has a whole noun to copy. What a module of steps needs stands here; pages are in ``pages``.
"""

from xianan.ui.fields import Correctable, longest_of

from .asks import Ask, day, kept, note, pick, prose, tick
from .nouns import Noun
from .steps import CLICK, DISTRICT, FOLLOWS, Changes, Outcome, Permit, Step, Wording

__all__ = [
    "CLICK",
    "DISTRICT",
    "FOLLOWS",
    "Ask",
    "Changes",
    "Correctable",
    "Noun",
    "Outcome",
    "Permit",
    "Step",
    "Wording",
    "day",
    "kept",
    "longest_of",
    "note",
    "pick",
    "prose",
    "tick",
]
