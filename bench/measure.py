"""Taking and showing figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value: the median of its runs, and the fastest of them."""

    group: str
    label: str
    value: float
    unit: str
    fastest: float | None = None
    note: str = ""

    def line(self) -> str:
        digits = 2 if self.unit == "s" else 1
        fastest = "" if self.fastest is None else f"   fastest {self.fastest:.{digits}f}"
        note = f"   {self.note}" if self.note else ""
        return f"  {self.label:<52}{self.value:>10.{digits}f} {self.unit:<4}{fastest}{note}"


def in_turn(acts: Mapping[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    """Run each act once warm, then all of them ``runs`` times by turns; return the milliseconds of each.

    By turns, so that what else the machine does falls on all of them alike.
    """
    for act in acts.values():
        act()
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(runs):
        for name, act in acts.items():
            begin = time.perf_counter()
            act()
            times[name].append((time.perf_counter() - begin) * 1000)
    return times


def timed(group: str, label: str, runs: int, act: Callable[[], object]) -> Figure:
    """Return the median of one act in milliseconds."""
    times = in_turn({label: act}, runs)[label]
    return Figure(group, label, statistics.median(times), "ms", min(times))
