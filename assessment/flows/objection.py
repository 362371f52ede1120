"""A street's objection to its points of one indicator, answered by 区委编办 (P40)."""

from __future__ import annotations

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.flow import Flow, Other, Step, by

from ..choices import ObjectionState as S
from ..choices import Phase
from ..models import Cycle
from ..selectors import cycles


def objecting_closed(cycle: Cycle) -> str:
    """Return why no street can object now, "" when one can."""
    phase = Phase(cycle.phase)
    if phase != Phase.PUBLICITY:
        return f"年度考核现在是“{phase.label}”，公示期间方可申诉。"
    due = cycles.due_of(cycle, Phase.PUBLICITY)
    if due is not None and due < clock.today():
        return f"公示至{chinese_date(due)}，已经期满，不再受理申诉。"
    return ""


_STREET = (Other("代表街道提出申诉", by("raised_by")),)

OBJECTION = Flow(
    "申诉",
    (
        Step("uphold", "维持原分", (S.OPEN,), S.UPHELD, "manage_cycle", others=_STREET),
        Step("correct", "更正得分", (S.OPEN,), S.CORRECTED, "manage_cycle", others=_STREET),
    ),
    S,
    owner="",
)
