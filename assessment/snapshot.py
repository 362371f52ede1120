"""The result of a cycle with all its workings, as it is computed, frozen, shown and printed (P40).

One shape for the page of today and for what was published years ago: dataclasses here, JSON in
``ResultVersion.data``. It needs nothing beside itself: names are those of the day, points are integer
hundredths, and ``recomputed`` gives every point again from the figures it holds.
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from itertools import groupby
from typing import Any, TypeVar, cast

from .choices import NoneDue
from .rules.scoring import none_due_words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """What the measure said on its day: 确认书已签署 15/17 份."""

    label: str
    unit: str
    numerator: int
    denominator: int
    read_on: dt.date
    points: int
    counts_as: str = ""
    """What it counts because nothing was due, a value of NoneDue; "" where something was, or before that was told."""

    @property
    def none_due_words(self) -> str:
        """How a street that owed nothing is told."""
        return none_due_words(self.counts_as)


@dataclass(frozen=True, slots=True)
class EventLine:
    """Events of one kind with what each takes off; ``pk`` is the deduction's id."""

    pk: int
    amount: int
    times: int
    cause: str
    proof: str

    @property
    def taken(self) -> int:
        return self.amount * self.times

    @property
    def alike(self) -> tuple[int, int, str, str]:
        """What two scorers who found the same thing have in common."""
        return self.amount, self.times, self.cause, self.proof


@dataclass(frozen=True, slots=True)
class GivenLine:
    """What one scorer gave: ``given`` by hand, ``points`` after events and forgery."""

    name: str
    organization: str
    is_lead: bool
    given: int | None
    points: int | None
    note: str
    forged_note: str
    is_forged: bool
    events: list[EventLine]


@dataclass(frozen=True, slots=True)
class CellLine:
    """One street and one indicator. ``computed`` is what scoring came to, ``points`` what counts.

    They differ where a correction stands. ``deductions`` are the events that stand, as a correction left
    them; what every scorer took off stays in ``scorers``. ``is_forged`` is False again where a correction
    took it back.
    """

    indicator_id: int
    points: int
    computed: int
    base: int | None
    is_forged: bool
    is_complete: bool
    reading: ReadingLine | None
    scorers: list[GivenLine]
    deductions: list[EventLine]
    self_points: int | None
    self_text: str
    put_right: str = ""
    """Why a correction by a figure gave these points; "" where they follow from scores and events."""

    @property
    def is_corrected(self) -> bool:
        return self.points != self.computed

    @property
    def is_borne(self) -> bool:
        """Whether nothing was due and the rest of the group bears the points."""
        return self.reading is not None and self.reading.counts_as == NoneDue.SPREAD

    @property
    def told(self) -> list[EventLine]:
        """The events that stand; one that several scorers took off alike is told once."""
        return [alike[0] for alike in self.together(self.deductions)]

    def together(self, events: Sequence[EventLine]) -> list[list[EventLine]]:
        """Return events of this cell with those that several scorers took off alike in one list."""
        scorer_of = {event.pk: row for row, line in enumerate(self.scorers) for event in line.events}
        found: list[list[EventLine]] = []
        for _, own in groupby(events, key=lambda event: scorer_of.get(event.pk)):
            by_others: dict[object, list[list[EventLine]]] = defaultdict(list)
            for alike in found:
                by_others[alike[0].alike].append(alike)
            for event in own:
                if by_others[event.alike]:
                    by_others[event.alike].pop(0).append(event)
                else:
                    found.append([event])
        return found


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator as the scheme had it."""

    id: int
    code: str
    name: str
    kind: str
    points: int
    rule: str
    mode: str
    per_count: int
    with_deductions: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group of the scheme; ``points`` are those of its normal indicators."""

    name: str
    points: int
    indicators: list[IndicatorLine]


@dataclass(frozen=True, slots=True)
class StreetLine:
    """What a street came to. ``groups`` are the normal points in the order of the scheme's groups.

    ``bonus`` and ``penalty`` are what counted, after their caps; ``cells`` follow the order of all
    indicators. ``place`` is shared where ``is_tied``; ``evaluation`` counts in the district's (P43).
    """

    id: int
    name: str
    groups: list[int]
    normal: int
    bonus: int
    penalty: int
    total: int
    place: int
    is_tied: bool
    evaluation: int
    cells: list[CellLine]

    def cell(self, indicator_id: int) -> CellLine:
        """Return the cell of an indicator. Raises KeyError for one that is not in the scheme."""
        for row in self.cells:
            if row.indicator_id == indicator_id:
                return row
        raise KeyError(indicator_id)


@dataclass(frozen=True, slots=True)
class TieLine:
    """Streets with one total and what the leading group decided; ``reason`` is empty as long as nothing."""

    points: int
    streets: list[int]
    is_decided: bool
    is_tied: bool
    reason: str
    decided_on: dt.date | None


@dataclass(frozen=True, slots=True)
class EventChange:
    """An event that a correction struck out, ``now`` None, or lowered."""

    was: EventLine
    now: EventLine | None


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction with its cause and, since these are asked, what it makes of events and who decided it.

    ``events`` are all that do not stand as they were scored; the last correction of a cell is what holds.
    ``is_computed``: ``after`` follows from them; else it is a figure that somebody typed.
    """

    street_id: int
    indicator_id: int
    before: int
    after: int
    reason: str
    by_objection: bool
    made_on: dt.date
    made_by: str
    events: list[EventChange] = field(default_factory=list)
    is_computed: bool = False
    checked_by: str = ""
    decided_on: dt.date | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection with its answer; ``state`` is open, upheld (维持) or corrected (更正)."""

    id: int
    street_id: int
    indicator_id: int
    text: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """A member of the leading group."""

    name: str
    title: str
    is_chair: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The result of a year. ``version`` is 0 as long as it is not published."""

    district: str
    year: int
    title: str
    version: int
    cause: str
    published_on: dt.date | None
    measured_on: dt.date | None
    policy_title: str
    policy_reference: str
    policy_ground: str
    scheme_title: str
    consolidation: str
    bonus_cap: int
    penalty_cap: int
    evaluation_points: int
    leaders: list[LeaderLine]
    team: list[str]
    groups: list[GroupLine]
    streets: list[StreetLine]
    ties: list[TieLine]
    corrections: list[CorrectionLine]
    objections: list[ObjectionLine]

    @property
    def indicators(self) -> list[IndicatorLine]:
        """All indicators in the order of the scheme."""
        return [row for group in self.groups for row in group.indicators]

    @property
    def ranked(self) -> list[StreetLine]:
        """The streets by place; those that share one in protocol order."""
        return sorted(self.streets, key=lambda row: row.place)

    @property
    def undecided(self) -> list[TieLine]:
        """The ties that the leading group has yet to decide."""
        return [row for row in self.ties if not row.is_decided]

    @property
    def is_complete(self) -> bool:
        """Whether every cell has a result."""
        return all(cell.is_complete for street in self.streets for cell in street.cells)

    def street(self, street_id: int) -> StreetLine:
        """Return the line of a street. Raises KeyError for one that was not assessed."""
        for row in self.streets:
            if row.id == street_id:
                return row
        raise KeyError(street_id)

    def indicator(self, indicator_id: int) -> IndicatorLine:
        """Return an indicator. Raises KeyError for one that is not in the scheme."""
        for row in self.indicators:
            if row.id == indicator_id:
                return row
        raise KeyError(indicator_id)

    def correction(self, street_id: int, indicator_id: int) -> CorrectionLine | None:
        """Return the correction of a cell that holds, the last one; None where it was never put right."""
        place = street_id, indicator_id
        rows = [row for row in self.corrections if (row.street_id, row.indicator_id) == place]
        return rows[-1] if rows else None


def to_data(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as JSON types: dates become ISO text."""
    return cast(dict[str, Any], _plain(asdict(snapshot)))


def from_data(data: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot that ``to_data`` wrote, also an earlier one. Raises KeyError for a field it must have."""
    return _read(Snapshot, data)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


_hints: dict[type, dict[str, Any]] = {}


def _read(shape: type[T], data: Mapping[str, Any]) -> T:
    hints = _hints.setdefault(shape, typing.get_type_hints(shape))
    found = {
        row.name: _value(hints[row.name], data[row.name])
        for row in fields(cast(Any, shape))
        if row.name in data or row.default is row.default_factory is MISSING
    }
    return shape(**found)


def _value(hint: Any, value: Any) -> Any:
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        hint = next(row for row in typing.get_args(hint) if row is not types.NoneType)
    if typing.get_origin(hint) is list:
        (of,) = typing.get_args(hint)
        return [_value(of, item) for item in value]
    if hint is dt.date:
        return dt.date.fromisoformat(value)
    return _read(cast(type[Any], hint), value) if is_dataclass(hint) else value
