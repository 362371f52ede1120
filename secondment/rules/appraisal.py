"""Two-way appraisal: weights, total, ladder of grades, cap, share of 优秀. Pure (P30, P32).

Scores are integer hundredths of a point: 9250 is 92.50. Shares are whole percents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

FULL = 100_00
"""What the items of one side total, in hundredths."""

EXCELLENT, COMPETENT, BASIC, FAILED = "excellent", "competent", "basic", "failed"
PENDING = "pending"
"""Instead of a grade, while a demand that may cap it is open; it stands on no rung."""
LADDER = (FAILED, BASIC, COMPETENT, EXCELLENT)
"""The grades from the lowest to the highest."""
CAP = BASIC
"""The highest grade of the year of replacement for 不服从街道管理: below 称职（合格） (P32)."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "civil": {EXCELLENT: "优秀", COMPETENT: "称职", BASIC: "基本称职", FAILED: "不称职", PENDING: "待定"},
    "institution": {
        EXCELLENT: "优秀",
        COMPETENT: "合格",
        BASIC: "基本合格",
        FAILED: "不合格",
        PENDING: "待定",
    },
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lowest total of each grade, in hundredths."""

    excellent: int
    competent: int
    basic: int

    def __post_init__(self) -> None:
        if not 0 < self.basic < self.competent < self.excellent <= FULL:
            raise ValueError("thresholds must rise from 基本称职 to 优秀 within 100 points")


def grade_word(grade: str, track: str) -> str:
    """Return what a grade is called under the ladder of a person's 编制; "" for none."""
    return WORDS[track][grade] if grade else ""


# ---- Items -------------------------------------------------------------------------------------------


def items_fault(points: Iterable[int], side: str) -> str:
    """Return why the items of a side can't be scored by, as a Chinese sentence, or ""."""
    found = list(points)
    total = sum(found)
    if not found:
        return f"{side}评分表没有评分项目"
    if total == FULL:
        return ""
    gap = show(abs(FULL - total))
    return f"{side}评分表合计 {show(total)} 分，须为 100 分，{'还差' if total < FULL else '多出'} {gap} 分"


def side_score(scores: Iterable[int | None]) -> int | None:
    """Return a side's score, None as long as an item has none: what is missing is never zero."""
    total = 0
    for score in scores:
        if score is None:
            return None
        total += score
    return total


# ---- Total and grade ---------------------------------------------------------------------------------


def total(street: int | None, department: int | None, shares: tuple[int, int]) -> int | None:
    """Return street × share + department × share, rounded half up to a hundredth; None while a side lacks.

    ``shares`` are whole percents (street, department) that total 100.
    """
    if sum(shares) != 100 or min(shares) < 0:
        raise ValueError("shares must total 100")
    if street is None or department is None:
        return None
    return (street * shares[0] + department * shares[1] + 50) // 100


def calculation(street: int | None, department: int | None, shares: tuple[int, int]) -> str:
    """Return the line of the calculation: 92.50×60% + 88.00×40% = 90.70; "" while a side lacks."""
    result = total(street, department, shares)
    if result is None or street is None or department is None:
        return ""
    return f"{show(street)}×{shares[0]}% + {show(department)}×{shares[1]}% = {show(result)}"


def computed_grade(score: int, thresholds: Thresholds) -> str:
    """Return the grade of a total by the thresholds."""
    if score >= thresholds.excellent:
        return EXCELLENT
    if score >= thresholds.competent:
        return COMPETENT
    return BASIC if score >= thresholds.basic else FAILED


def capped(grade: str, *, is_capped: bool) -> str:
    """Return the grade under the cap of P32; the cap never raises."""
    return lower_of(grade, CAP) if is_capped else grade


def lower_of(one: str, other: str) -> str:
    """Return the lower of two grades."""
    return min(one, other, key=LADDER.index)


def below(grade: str) -> list[str]:
    """Return the grades a grade may be lowered to, the nearest first."""
    return list(reversed(LADDER[: LADDER.index(grade)]))


def final_grade(
    score: int, thresholds: Thresholds, *, is_capped: bool, lowered_to: str = "", is_pending: bool = False
) -> str:
    """Return the grade that holds: computed, capped, and lowered by 组织部 where it was; never raised.

    While a demand that may cap it is open it is 待定, whatever the scores.
    """
    if is_pending and not is_capped:
        return PENDING
    grade = capped(computed_grade(score, thresholds), is_capped=is_capped)
    return lower_of(grade, lowered_to) if lowered_to else grade


def holds_place(computed: str, *, is_capped: bool, lowered_to: str) -> bool:
    """Whether a form takes one of the places of 优秀: it is 优秀, or 待定 and would be once its demand falls.

    So the share can't be exceeded however, and in whatever order, open demands are decided.
    """
    return computed == EXCELLENT and not is_capped and not lowered_to


def most_excellent(people: int, share: int) -> int:
    """Return how many of ``people`` may be graded 优秀: the share in percent, rounded down."""
    return people * share // 100


# ---- Which street scores -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Served:
    """Days of one secondment that fall into a year, both inclusive."""

    key: int
    street: int
    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def within(first: dt.date, last: dt.date, year: int) -> tuple[dt.date, dt.date] | None:
    """Return the part of a period that falls into a year, None for none."""
    start, end = max(first, dt.date(year, 1, 1)), min(last, dt.date(year, 12, 31))
    return (start, end) if start <= end else None


def scoring_service(services: Iterable[Served]) -> Served:
    """Return the secondment whose street scores: most days in the year by street, of equals the later one.

    Several services in one street add up; the last of them stands on the form.
    """
    rows = sorted(services, key=lambda row: (row.last, row.first))
    days: dict[int, int] = {}
    for row in rows:
        days[row.street] = days.get(row.street, 0) + row.days
    latest = {row.street: row for row in rows}
    street = max(days, key=lambda key: (days[key], latest[key].last, latest[key].first))
    return latest[street]


# ---- How scores are written --------------------------------------------------------------------------


def show(score: int | None) -> str:
    """Return hundredths with two decimals: 9250 → 92.50; "" for nothing."""
    if score is None:
        return ""
    return f"{score // 100}.{score % 100:02d}"


def read(text: str, *, most: int) -> int | None:
    """Return what was typed as hundredths, None for nothing. Raises ValueError with a Chinese sentence."""
    typed = text.strip().replace("．", ".")
    if not typed:
        return None
    try:
        hundredths = Decimal(typed) * 100
    except InvalidOperation:
        raise ValueError(f"“{typed[:20]}”不是分数，写作 18 或 18.50") from None
    if not hundredths.is_finite() or hundredths != int(hundredths):
        raise ValueError(f"“{typed[:20]}”最多两位小数")
    if not 0 <= hundredths <= most:
        raise ValueError(f"“{typed[:20]}”不在 0 至 {show(most)} 分之间")
    return int(hundredths)
