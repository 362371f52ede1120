"""What a document says on any day, and what was known of it at a moment (P44). Pure.

A period is judged by the version in force on its last day; without one it is 不适用. What runs on after the
last version has ended (terms, letters, rounds that have begun) goes by ``holding`` instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure was ``old`` until a change made at a moment; ``new`` judges from a day on, None from the first.

    ``old`` is None where the version did not say it before.
    """

    at: dt.datetime
    old: Any
    new: Any
    holds_from: dt.date | None = None

    def judges(self, day: dt.date) -> bool:
        """Whether the new value holds on a day."""
        return self.holds_from is None or self.holds_from <= day


@dataclass(frozen=True, slots=True)
class Said:
    """One figure of a version: its value now, and how it came to it, the oldest change first."""

    value: Any
    changes: tuple[Change, ...] = ()

    def on(self, day: dt.date, known: dt.datetime | None = None) -> Any:
        """Return the value that judges a day, as it is known now or was at a moment; None for none."""
        if not self.changes:
            return self.value
        made = [change for change in self.changes if known is None or change.at <= known]
        return next((change.new for change in reversed(made) if change.judges(day)), self.changes[0].old)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a document: the days on which it is in force, and its figures."""

    key: int
    first: dt.date
    last: dt.date | None = None
    said: Mapping[str, Said] = field(default_factory=dict)

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that judge a day, by key."""

    version: int
    values: Mapping[str, Any]

    def get(self, key: str, default: T) -> T:
        """Return a figure, or what the document itself says where a version leaves it out."""
        found: T = self.values.get(key, default)
        return found


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a district with all its versions, as they are known now or were at a moment."""

    versions: tuple[Version, ...] = ()
    known: dt.datetime | None = None

    def in_force(self, day: dt.date) -> Figures | None:
        """Return what judges a day: the youngest version in force on it; None without one (不适用)."""
        found = [version for version in self.versions if version.holds(day)]
        return self._figures(max(found, key=lambda row: row.first), day) if found else None

    def holding(self, day: dt.date) -> Figures:
        """Return what goes on to hold on a day: what is in force, else the last that was; empty before the first."""
        begun = [version for version in self.versions if version.first <= day]
        last = max(begun, key=lambda row: (row.holds(day), row.first), default=None)
        return self._figures(last, day) if last else Figures(0, {})

    def of(self, version: int, day: dt.date) -> Figures:
        """Return what one version says on a day, in force or not. Raises KeyError."""
        for row in self.versions:
            if row.key == version:
                return self._figures(row, day)
        raise KeyError(version)

    def steps(self, key: str, default: int) -> Steps:
        """Return a figure through all days: what it is from each day on which that may change."""
        turns = {version.first for version in self.versions}
        turns |= {version.last + dt.timedelta(days=1) for version in self.versions if version.last}
        turns |= {
            change.holds_from
            for version in self.versions
            if key in version.said
            for change in version.said[key].changes
            if change.holds_from is not None
        }
        found: list[tuple[dt.date, int | None]] = []
        for day in sorted(turns):
            figures = self.in_force(day)
            value = int(figures.get(key, default)) if figures is not None else None
            if not found or found[-1][1] != value:
                found.append((day, value))
        return Steps(tuple(found))

    def without(self, version: int) -> Document:
        """Return the document as if a version had never come."""
        return Document(tuple(row for row in self.versions if row.key != version), self.known)

    def _figures(self, version: Version, day: dt.date) -> Figures:
        said = {key: figure.on(day, self.known) for key, figure in version.said.items()}
        return Figures(version.key, {key: value for key, value in said.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Steps:
    """A figure through all days, as (first day, value until the next); None while no version is in force."""

    parts: tuple[tuple[dt.date, int | None], ...]

    @classmethod
    def always(cls, value: int) -> Steps:
        """Return a figure that never changes."""
        return cls(((dt.date.min, value),))

    def at(self, day: dt.date) -> int | None:
        """Return the figure on a day."""
        return next((value for first, value in reversed(self.parts) if first <= day), None)

    @property
    def turns(self) -> list[dt.date]:
        """The days on which it changes."""
        return [first for first, _ in self.parts]
