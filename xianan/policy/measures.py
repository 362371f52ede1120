"""The registry of measures: a figure about organizations in a period, with the rows behind it.

Dashboards, the clause ledger and automatic indicators read figures here and nowhere else, so that
nothing is counted twice in two ways.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from django.db.models import Count, Q, QuerySet

from xianan.core.periods import Period
from xianan.organizations.models import District

from .choices import DocumentKey
from .in_time import Document
from .selectors import documents_in_time


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted for one organization: ``numerator`` of ``denominator``, and the list behind it."""

    numerator: int
    denominator: int
    link: str = ""
    applies: bool = True
    """Whether any version of the document was in force on the last day; else the figure is 不适用."""

    @property
    def percent(self) -> float | None:
        """The share in percent, or None where there is nothing to count against."""
        return 100 * self.numerator / self.denominator if self.denominator else None


NOTHING = Figure(0, 0)
NOT_APPLICABLE = Figure(0, 0, applies=False)


class Readings(dict[int, Figure]):
    """{organization: its figure} of one measure in one period."""

    def __init__(self, figures: Mapping[int, Figure] | None = None, *, applies: bool = True) -> None:
        super().__init__(figures or {})
        self.applies = applies

    def of(self, organization: int) -> Figure:
        """Return the figure of an organization: of one that owes nothing 0 of 0, or 不适用."""
        return self.get(organization, NOTHING if self.applies else NOT_APPLICABLE)

    def total(self) -> Figure:
        """Return the sum over all organizations, with the list behind one of them without its conditions."""
        if not self.applies:
            return NOT_APPLICABLE
        return Figure(
            sum(figure.numerator for figure in self.values()),
            sum(figure.denominator for figure in self.values()),
            next((figure.link.partition("?")[0] for figure in self.values()), ""),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of measures: a district, a period, the documents, and as of which knowledge."""

    district: District
    period: Period
    documents: Mapping[str, Document]
    known: dt.datetime | None = None

    @property
    def on(self) -> dt.date:
        """The last day of the period: what a stock is taken on, and what judges both kinds."""
        return self.period.last

    @property
    def plan(self) -> Document:
        """The implementation plan through time (实施方案)."""
        return self.documents.get(DocumentKey.PLAN, Document())


Found = Mapping[str, Mapping[int, Figure]]
"""Measure key → organization → figure."""


class Group(Protocol):
    """Measures that are computed together: their queries do not grow with their number."""

    def figures(self, asked: Asked, keys: Collection[str]) -> Found:
        """Return what the measures of these keys say; what is left out of an organization is 0 of 0."""


@dataclass(frozen=True, slots=True)
class MeasureGroup:
    """Measures that one function computes together, whatever tables it reads."""

    compute: Callable[[Asked], Found]

    def figures(self, asked: Asked, keys: Collection[str]) -> Found:
        """Return what the function says of these measures."""
        found = self.compute(asked)
        return {key: found.get(key, {}) for key in keys}


class Kind(Enum):
    """Whether a measure is a stock (how it stands on the last day) or a flow (what falls within the period)."""

    STOCK = "stock"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Measure:
    """A registered measure. Periods without a version of its document in force on their last day are 不适用."""

    key: str
    label: str
    clause: str
    unit: str
    target: int | None
    """Percent to be reached, None where no clause sets one."""
    about: str
    """Kind of organization it speaks of: street or department."""
    group: Group
    kind: Kind = Kind.STOCK
    document: str = DocumentKey.PLAN

    def compute(self, district: District, period: Period, known: dt.datetime | None = None) -> Readings:
        """Return {organization id: Figure} in a constant number of queries."""
        return compute([self], district, period, known)[self.key]


Condition = Callable[[Asked], Q]


@dataclass(frozen=True, slots=True)
class Counted:
    """How one measure counts the rows of its table: those ``due``, those of them ``met``, whose, and their list."""

    owner: str
    met: Condition
    link: Callable[[Asked, int], str]
    due: Condition | None = None


class TableGroup:
    """Measures that count rows of one table: one statement for all of them, however many they are."""

    def __init__(self, rows: Callable[[Asked], QuerySet[Any]]) -> None:
        self.rows = rows
        self.parts: dict[str, Counted] = {}

    def count(self, key: str, part: Counted) -> TableGroup:
        """Add how a measure counts, and return the group: what a ``Measure`` takes as its own."""
        self.parts[key] = part
        return self

    def figures(self, asked: Asked, keys: Collection[str]) -> Found:
        """Return what these measures say, in one statement."""
        parts = {key: self.parts[key] for key in keys}
        counts: dict[Q, str] = {}

        def name_of(condition: Q) -> str:
            return counts.setdefault(condition, f"counted_{len(counts)}")

        names = {}
        for key, part in parts.items():
            due = part.due(asked) if part.due else Q()
            names[key] = name_of(due & part.met(asked)), name_of(due)
        owners = sorted({f"{part.owner}_id" for part in parts.values()})
        told = (
            self.rows(asked)
            .order_by()
            .values(*owners)
            .annotate(**{name: Count("pk", filter=condition) for condition, name in counts.items()})
        )
        sums: dict[str, dict[int, list[int]]] = {key: defaultdict(lambda: [0, 0]) for key in parts}
        for row in told:
            for key, part in parts.items():
                met_name, due_name = names[key]
                if row[due_name]:
                    tally = sums[key][row[f"{part.owner}_id"]]
                    tally[0] += row[met_name]
                    tally[1] += row[due_name]
        return {
            key: {whose: Figure(met, due, part.link(asked, whose)) for whose, (met, due) in sums[key].items()}
            for key, part in parts.items()
        }


class Registry:
    """Measures by key."""

    def __init__(self) -> None:
        self._measures: dict[str, Measure] = {}

    def register(self, measure: Measure) -> Measure:
        """Add a measure. Raises ValueError when the key is taken by another."""
        if self._measures.get(measure.key, measure) != measure:
            raise ValueError(f"measure {measure.key} is registered twice")
        self._measures[measure.key] = measure
        return measure

    def measure(self, key: str) -> Measure:
        """Return a registered measure. Raises KeyError."""
        return self._measures[key]

    def measures(self, *, clause: str = "", about: str = "") -> list[Measure]:
        """Return the registered measures, by clause and key."""
        return sorted(
            (
                row
                for row in self._measures.values()
                if (not clause or row.clause == clause) and (not about or row.about == about)
            ),
            key=lambda row: (row.clause, row.key),
        )


registry = Registry()
register, measure, measures = registry.register, registry.measure, registry.measures


def compute(
    rows: Iterable[Measure],
    district: District,
    period: Period,
    known: dt.datetime | None = None,
    *,
    documents: Mapping[str, Document] | None = None,
) -> dict[str, Readings]:
    """Return {measure key: what it says of every organization} in a period.

    Those of one group are computed together, so the queries grow with the groups alone; one more reads the
    documents, unless others are given to judge by. ``known`` asks as of a moment: the documents and the
    periods of powers are told as they were known then.
    """
    if documents is None:
        documents = documents_in_time(district, known=known)
    asked = Asked(district, period, documents, known)
    found: dict[str, Readings] = {}
    groups: dict[int, tuple[Group, list[str]]] = {}
    for row in rows:
        if documents.get(row.document, Document()).in_force(period.last) is None:
            found[row.key] = Readings(applies=False)
        else:
            groups.setdefault(id(row.group), (row.group, []))[1].append(row.key)
    for group, keys in groups.values():
        found |= {key: Readings(figures) for key, figures in group.figures(asked, keys).items()}
    return found
