"""What the events of a cell really cost: never more than there was to lose (P38). Pure; hundredths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..choices import IndicatorKind
from ..snapshot import CellLine, EventLine, IndicatorLine
from .points import short_points


@dataclass(frozen=True, slots=True)
class Told:
    """An event that stands with what it really cost; ``alike`` are the ids of the same with other scorers."""

    event: EventLine
    cost: int
    alike: tuple[int, ...]

    @property
    def words(self) -> str:
        """扣1分×2; where less was left to lose 应扣12分，实扣7分; where nothing was, 不再扣分."""
        each = f"扣{amount_words(self.event)}"
        if self.cost == self.event.taken:
            return each
        return f"应{each}，实扣{short_points(self.cost)}分" if self.cost else f"应{each}，不再扣分"


def amount_words(event: EventLine) -> str:
    """Return what an event takes off: 1分, 0.5分×2."""
    return f"{short_points(event.amount)}分{f'×{event.times}' if event.times > 1 else ''}"


def shared(lost: int, taken: Sequence[int]) -> list[int]:
    """Return what each of several events cost that together cost ``lost``: in order, the rest nothing."""
    found = []
    for each in taken:
        found.append(min(each, max(lost, 0)))
        lost -= found[-1]
    return found


def told(indicator: IndicatorLine, cell: CellLine) -> list[Told]:
    """Return the events of a cell that stand, each with its share of what they took off together.

    What the measure or a scorer did not give is no event's. Where forgery costs all of it, events cost nothing.
    """
    rows = cell.together(cell.deductions)
    costs = shared(_by_events(indicator, cell), [alike[0].taken for alike in rows])
    return [
        Told(alike[0], cost, tuple(event.pk for event in alike))
        for alike, cost in zip(rows, costs, strict=True)
    ]


def _by_events(indicator: IndicatorLine, cell: CellLine) -> int:
    if cell.is_forged:
        return 0
    if indicator.kind == IndicatorKind.PENALTY:
        return cell.points - (0 if cell.put_right else cell.base or 0)
    base = indicator.points if cell.put_right or cell.base is None else min(cell.base, indicator.points)
    # A figure of before events were named may stand above what the scorers gave.
    return max(base, cell.points) - cell.points


def lost(indicator: IndicatorLine, cell: CellLine) -> int:
    """Return the hundredths a cell cost its street."""
    if indicator.kind == IndicatorKind.PENALTY:
        return cell.points
    full = indicator.points
    if cell.is_borne and cell.base is not None:
        # What the rest of the group did not get was lost there.
        full = cell.base
    return max(full - cell.points, 0) if indicator.kind == IndicatorKind.NORMAL else 0
