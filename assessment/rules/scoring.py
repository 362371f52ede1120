"""How the points of an indicator come about (P37, P38). All points are integer hundredths. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..choices import IndicatorKind, Mode, NoneDue

FULL = 100_00
"""The hundred points of a scheme."""
MEASURED = (Mode.RATIO, Mode.COUNT)


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


def none_due_words(counts_as: str) -> str:
    """Return how a street without anything due is told, with what that counts."""
    how = {
        NoneDue.FULL: "计满分",
        NoneDue.SPREAD: "不计，按本组其他指标得分率折算",
        NoneDue.PENDING: "待领导小组确定",
    }
    return f"本年度无应办，{how[NoneDue(counts_as)]}" if counts_as else "本年度无应办"


def spread(full: int, others: Iterable[tuple[int, int]]) -> int:
    """Return what an indicator comes to whose points the rest of its group bears, in hundredths.

    ``others`` are (points, full) of the rest. Their share of ``full`` is what it would have added had it been
    spread over them in proportion; where there is no rest, nothing of the group was due: all points.
    """
    rest = list(others)
    base = sum(most for _, most in rest)
    return half_up(full * sum(points for points, _ in rest), base) if base else full


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


def is_measured(mode: str) -> bool:
    """Whether the portal computes the points from a measure."""
    return mode in MEASURED


def needs_scorer(mode: str, *, with_deductions: bool) -> bool:
    """Whether somebody of the team has to look at an indicator; a measure alone needs nobody."""
    return not is_measured(mode) or with_deductions


def measured(mode: str, *, points: int, per_count: int, numerator: int, denominator: int) -> int:
    """Return the points of a measured indicator. Raises ValueError for one that is not measured."""
    if mode == Mode.RATIO:
        return by_ratio(points, numerator, denominator)
    if mode == Mode.COUNT:
        return by_count(points, per_count, numerator, denominator)
    raise ValueError(f"{mode} is not measured")


def base_of(mode: str, kind: str, *, points: int, reading: int | None, given: int | None) -> int | None:
    """Return the points before deductions: the measure's, those given by hand, or all of them.

    None where the measure has not been read or nothing was given. A penalty item starts at nothing taken.
    """
    if is_measured(mode):
        return reading
    if mode == Mode.HAND:
        return None if given is None else min(given, points)
    return 0 if kind == IndicatorKind.PENALTY else points


def scored(
    kind: str, *, points: int, base: int, deductions: Iterable[tuple[int, int]], forged: bool = False
) -> int:
    """Return what one scorer comes to: never above ``points``, never below zero.

    Forgery costs the whole indicator. Of a penalty item the events add up to what is taken off, and
    forgery takes all of it.
    """
    if kind == IndicatorKind.PENALTY:
        taken = base + sum(amount * times for amount, times in deductions)
        return points if forged else min(taken, points)
    return 0 if forged else min(after_deductions(base, deductions), points)


def total(
    normal: Iterable[int],
    *,
    bonuses: Iterable[int] = (),
    penalties: Iterable[int] = (),
    bonus_cap: int = 0,
    penalty_cap: int = 0,
) -> int:
    """Return the points of a street: the hundred, plus bonuses and less penalties up to their caps.

    Never below zero.
    """
    beside = min(sum(bonuses), bonus_cap) - min(sum(penalties), penalty_cap)
    return max(sum(normal) + beside, 0)
