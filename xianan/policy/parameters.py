"""What the apps know of single parameters: each declares those it reads, and the rule of their values.

A version that lacks one of them can be given it; until then the app goes by what the document has.
The kind of a parameter says how any such value is typed; a rule says what this one must be besides, so
that a mistyped value is refused where it is typed and not found out where it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .choices import DocumentKey, ParameterKind
from .rules import clean_parameter

if TYPE_CHECKING:
    from xianan.organizations.scope import Scope

    from .models import Parameter


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """A parameter that an app reads: of which document, what it is called, how it is typed and bounded."""

    document: DocumentKey
    key: str
    label: str
    kind: ParameterKind
    unit: str = ""
    clause: str = ""
    minimum: int | None = None
    maximum: int | None = None


_known: dict[str, KnownFigure] = {}


def declare(*figures: KnownFigure) -> None:
    """Add parameters that an app reads. Raises ValueError when a key is declared otherwise already."""
    for figure in figures:
        if _known.setdefault(figure.key, figure) != figure:
            raise ValueError(f"the parameter {figure.key} is declared twice")


def known_figure(key: str) -> KnownFigure | None:
    """Return what is declared of a parameter, None for one that no app reads."""
    return _known.get(key)


def described(figure: KnownFigure) -> dict[str, Any]:
    """Return what a row of it says besides its value."""
    return {name: value for name, value in asdict(figure).items() if name != "document"}


def known_figures(document: str) -> list[KnownFigure]:
    """Return the parameters of a document that apps read, by clause."""
    return sorted((row for row in _known.values() if row.document == document), key=lambda row: row.clause)


@dataclass(frozen=True, slots=True)
class ParameterRule:
    """The rule of one parameter, or of all whose key begins so where ``key`` ends with ``*``.

    ``clean`` gets the value as its kind stores it and returns the one to be stored; it raises
    ValueError with a Chinese sentence that names the value and the rule. ``hint`` stands at the field.
    Where ``options`` are the values there are, the form offers them. A parameter that another office than
    区委编办 decides names its ``right`` and ``duty``; one that rests on a document of its own is ``documented``.
    """

    key: str
    clean: Callable[[Any], Any]
    hint: str
    options: tuple[str, ...] = ()
    right: str = "edit_parameters"
    duty: str = ""
    documented: bool = False

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


def may_set(scope: Scope, parameter: Parameter) -> bool:
    """Whether a person may change a parameter: 区委编办, or the office alone that its rule names."""
    rule = rule_of(parameter.key)
    if rule is None:
        return scope.can("edit_parameters", parameter)
    return scope.can(rule.right, parameter) and (not rule.duty or scope.organization.duty == rule.duty)


def clean_value(
    key: str, kind: str, raw: Any, *, minimum: int | None = None, maximum: int | None = None
) -> Any:
    """Return the stored value of what was typed for a parameter, by its kind and its rule.

    Raises ValueError with a Chinese sentence.
    """
    value = clean_parameter(kind, raw, minimum=minimum, maximum=maximum)
    rule = rule_of(key)
    return rule.clean(value) if rule is not None else value
