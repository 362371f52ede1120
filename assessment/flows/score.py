"""A member's score of one cell: worked on, finished, opened again by a change (P37, P39)."""

from __future__ import annotations

from ..choices import Phase
from ..models import Cycle
from ..selectors import cycles


def scoring_closed(cycle: Cycle) -> str:
    """Return why nothing can be scored or visited now, "" when it can.

    A score has no flow of its own: the assignment is the right, not a role, so ``Flow`` could not ask it.
    """
    phase = Phase(cycle.phase)
    if phase in cycles.SCORING:
        return ""
    words = "、".join(str(row.label) for row in cycles.SCORING)
    return f"年度考核现在是“{phase.label}”，{words}阶段方可评分和登记查看。"
