"""How an act is said: steps, what they ask, the noun they belong to, and its pages.

docs/mechanisms/acts.md has a whole noun to copy. What a module of steps needs stands here; pages are in ``pages``.
"""

from .asks import Ask, day, note, pick, prose, tick
from .fields import longest_of
from .nouns import Noun
from .steps import DISTRICT, Changes, Permit, Step, Wording

__all__ = [
    "DISTRICT",
    "Ask",
    "Changes",
    "Noun",
    "Permit",
    "Step",
    "Wording",
    "day",
    "longest_of",
    "note",
    "pick",
    "prose",
    "tick",
]
