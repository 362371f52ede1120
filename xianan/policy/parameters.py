"""What the apps know of single parameters: each registers the rule of the values that it reads.

The kind of a parameter says how any such value is typed; a rule says what this one must be besides, so
that a mistyped value is refused where it is typed and not found out where it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .rules import clean_parameter


@dataclass(frozen=True, slots=True)
class ParameterRule:
    """The rule of one parameter, or of all whose key begins so where ``key`` ends with ``*``.

    ``clean`` gets the value as its kind stores it and returns the one to be stored; it raises
    ValueError with a Chinese sentence that names the value and the rule. ``hint`` stands at the field.
    """

    key: str
    clean: Callable[[Any], Any]
    hint: str

    def covers(self, key: str) -> bool:
        """Whether a parameter of this key falls under the rule."""
        return key.startswith(self.key[:-1]) if self.key.endswith("*") else key == self.key


_rules: dict[str, ParameterRule] = {}


def register(rule: ParameterRule) -> ParameterRule:
    """Add a rule. Raises ValueError when the key has another one."""
    if _rules.get(rule.key, rule) != rule:
        raise ValueError(f"the parameter {rule.key} has a rule already")
    _rules[rule.key] = rule
    return rule


def rule_of(key: str) -> ParameterRule | None:
    """Return the rule of a parameter, its own before one of a group of keys; None if it has none."""
    covering = [rule for rule in _rules.values() if rule.covers(key)]
    return max(covering, key=lambda rule: len(rule.key), default=None)


def clean_value(
    key: str, kind: str, raw: Any, *, minimum: int | None = None, maximum: int | None = None
) -> Any:
    """Return the stored value of what was typed for a parameter, by its kind and its rule.

    Raises ValueError with a Chinese sentence.
    """
    value = clean_parameter(kind, raw, minimum=minimum, maximum=maximum)
    rule = rule_of(key)
    return rule.clean(value) if rule is not None else value
