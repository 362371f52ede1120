"""How the points of an indicator come about (P37, P38). All points are integer hundredths. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

FULL = 100_00
"""The hundred points of a scheme."""


def half_up(numerator: int, denominator: int) -> int:
    """Return numerator ÷ denominator rounded half up, for numbers that are not negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def by_ratio(points: int, numerator: int, denominator: int) -> int:
    """Return points × numerator ÷ denominator; where nothing was owed, all points."""
    if denominator == 0:
        return points
    return half_up(points * min(numerator, denominator), denominator)


def by_count(points: int, per_count: int, numerator: int, denominator: int) -> int:
    """Return the points left after ``per_count`` for each that is missing, to zero and no lower."""
    return max(points - per_count * max(denominator - numerator, 0), 0)


def after_deductions(base: int, deductions: Iterable[tuple[int, int]]) -> int:
    """Return ``base`` less each (amount, times), to zero and no lower; the order does not matter."""
    return max(base - sum(amount * times for amount, times in deductions), 0)


def consolidated(given: Sequence[int], *, lead: int | None, by_lead: bool) -> int:
    """Return what several scorers come to: the lead's points where the cycle says so, else the mean.

    Raises ValueError without any points.
    """
    if not given:
        raise ValueError("nobody has scored")
    if by_lead and lead is not None:
        return lead
    return half_up(sum(given), len(given))


def shortfall(points: Iterable[int]) -> int:
    """Return how far the normal indicators are from a hundred points; negative when above."""
    return FULL - sum(points)
