"""Totals in order: places, ties, and what they are worth in the district's evaluation (P40, P43). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from .scoring import FULL, half_up

Decisions = Mapping[frozenset[int], Sequence[int] | None]
"""What the leading group made of a tie: the streets in order, or None where they stay on one place."""


def ties(totals: Mapping[int, int]) -> list[tuple[int, ...]]:
    """Return the groups of streets with one total, the highest first; streets keep their order."""
    by_total: dict[int, list[int]] = defaultdict(list)
    for street, total in totals.items():
        by_total[total].append(street)
    return [tuple(by_total[total]) for total in sorted(by_total, reverse=True) if len(by_total[total]) > 1]


def undecided(totals: Mapping[int, int], decisions: Decisions) -> list[tuple[int, ...]]:
    """Return the ties that nothing was decided about. A decision holds for exactly its streets."""
    return [group for group in ties(totals) if frozenset(group) not in decisions]


def places(totals: Mapping[int, int], decisions: Decisions | None = None) -> dict[int, int]:
    """Return the place of every street: 1 for the highest total, 1, 1, 3 where two share one.

    A tie that was put in order takes the places one after another; an undecided one is shared. Raises
    ValueError for an order that names other streets than the tie.
    """
    decided = decisions or {}
    found: dict[int, int] = {}
    next_place = 1
    for total in sorted(set(totals.values()), reverse=True):
        group = [street for street, points in totals.items() if points == total]
        order = decided.get(frozenset(group)) if len(group) > 1 else None
        if order is not None and sorted(order) != sorted(group):
            raise ValueError("the order must name each tied street once")
        for offset, street in enumerate(order if order is not None else group):
            found[street] = next_place + (offset if order is not None else 0)
        next_place += len(group)
    return found


def evaluation(total: int, points: int) -> int:
    """Return what ``total`` hundredths are worth of the ``points`` of the district's evaluation (P43).

    In hundredths, rounded half up: 92.50 of 5 points are 4.63. Bonuses never lift it above ``points``.
    """
    return min(half_up(total * points, FULL // 100), points * 100)
