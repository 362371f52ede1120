"""The state machine of the year (P30)."""

from __future__ import annotations

from secondment.choices import RoundState as R
from xianan.core.flow import Flow, Step

_MANAGE = "manage_appraisal"

ROUND = Flow(
    "年度考核",
    (
        Step("add", "补录新登记的人员", (R.OPEN,), R.OPEN, _MANAGE),
        Step("chase", "催办", (R.OPEN,), R.OPEN, _MANAGE),
        Step("close", "办结年度考核", (R.OPEN,), R.CLOSED, _MANAGE),
        Step("correct", "更正考核登记表", (R.CLOSED,), R.CLOSED, _MANAGE, reason=True),
    ),
    R,
    owner="",
)
