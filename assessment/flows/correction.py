"""A correction of points: entered by one person of 区委编办, confirmed by another (P40)."""

from __future__ import annotations

from xianan.core.flow import Flow, Other, Step, by

from ..choices import CorrectionState as S

_ENTERED = (Other("登记这项更正", by("made_by")),)

CORRECTION = Flow(
    "更正",
    (
        Step("confirm", "复核同意", (S.PENDING,), S.STANDING, "manage_cycle", others=_ENTERED),
        Step("refuse", "退回更正", (S.PENDING,), S.REFUSED, "manage_cycle", reason=True, others=_ENTERED),
        # Only by who entered it: the service asks.
        Step("take_back", "撤回更正", (S.PENDING,), S.TAKEN_BACK, "manage_cycle", reason=True),
    ),
    S,
    owner="",
)
