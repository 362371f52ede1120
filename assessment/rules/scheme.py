"""What a scoring scheme may hold, and how its indicators are ordered (P37, P38). Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..choices import IndicatorKind, Method, Mode, NoneDue
from .points import short_points
from .scoring import is_measured

EARLIEST, LATEST = 2021, 2099
"""The years that can be assessed."""
LONGEST = {"code": 10, "name": 120, "rule": 1000, "evidence": 500}
LABELS = {
    "code": "编号",
    "name": "考评指标",
    "kind": "种类",
    "points": "分值",
    "rule": "评分标准",
    "evidence": "所需材料",
    "methods": "考评方式",
    "mode": "计分方式",
    "measure_key": "取数指标",
    "per_count": "每件扣分",
    "with_deductions": "另可逐项扣分",
    "none_due": "本年度无应办的",
}
_BY_HAND = {
    IndicatorKind.BONUS: (Mode.HAND,),
    IndicatorKind.PENALTY: (Mode.HAND, Mode.DEDUCTIONS),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that breaks a rule: its field, and a sentence that names the remedy."""

    field: str
    message: str


def code_order(code: str) -> tuple[tuple[int, str], ...]:
    """Return what codes are sorted by: 3.2 before 3.10, whatever stands between the numbers."""
    parts = re.findall(r"\d+|[^\d.．、\s]+", code)
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in parts)


def indicator_faults(values: Mapping[str, Any], *, measures: Collection[str]) -> list[Fault]:
    """Return what is wrong with an indicator. ``measures`` are the keys that can be read of streets.

    ``values`` are those of the model: points and per_count in hundredths.
    """
    found = []
    for name in ("code", "name", "rule"):
        if not str(values.get(name) or "").strip():
            found.append(Fault(name, f"未填写{LABELS[name]}。"))
    for name, longest in LONGEST.items():
        length = len(str(values.get(name) or "").strip())
        if length > longest:
            found.append(Fault(name, f"{LABELS[name]}不超过 {longest} 字，现为 {length} 字。"))
    points = int(values.get("points") or 0)
    if points <= 0:
        found.append(Fault("points", "分值须大于 0。"))
    if not values.get("methods"):
        found.append(Fault("methods", f"考评方式至少选一种：{'、'.join(map(str, Method.labels))}。"))
    return found + _mode_faults(values, points, measures)


def _mode_faults(values: Mapping[str, Any], points: int, measures: Collection[str]) -> list[Fault]:
    mode, kind, key = str(values.get("mode")), values.get("kind"), values.get("measure_key") or ""
    per_count = int(values.get("per_count") or 0)
    allowed = _BY_HAND.get(IndicatorKind(str(kind)))
    if allowed and mode not in allowed:
        words = "、".join(str(row.label) for row in allowed)
        return [Fault("mode", f"{IndicatorKind(str(kind)).label}的计分方式为：{words}。")]
    if is_measured(mode):
        if not key:
            return [Fault("measure_key", "自动计分的指标须选定取数指标；暂无取数指标的，改为由评分人评定。")]
        if key not in measures:
            return [Fault("measure_key", f"没有取数指标“{key}”，从列出的各项中选择。")]
    elif values.get("none_due", NoneDue.FULL) != NoneDue.FULL:
        return [Fault("none_due", "只有自动计分的指标约定本年度无应办的怎样计分。")]
    elif key:
        return [Fault("measure_key", "由评分人评定和逐项扣分的指标不选取数指标。")]
    if mode == Mode.COUNT and not 0 < per_count <= points:
        return [
            Fault(
                "per_count", f"按件数扣分须写明每件扣多少分，大于 0、不超过分值 {short_points(points)} 分。"
            )
        ]
    if mode != Mode.COUNT and per_count:
        return [Fault("per_count", "只有按件数自动扣分的指标填写每件扣分。")]
    if values.get("with_deductions") and mode == Mode.DEDUCTIONS:
        return [Fault("with_deductions", "逐项扣分的指标本来就按次扣分，不再勾选此项。")]
    return []
