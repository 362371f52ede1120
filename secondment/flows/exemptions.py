"""An exemption from seconding anybody to a street (P11)."""

from __future__ import annotations

from secondment.choices import ExemptionState as E
from xianan.core.flow import Flow, Other, Step, by

_REGISTERED = (Other("代表部门登记这项豁免", by("submitted_by")),)

EXEMPTION = Flow(
    "豁免",
    (Step("withdraw", "撤回豁免登记", (E.SUBMITTED,), E.WITHDRAWN, "register_secondment"),),
    E,
)
EXEMPTION_OFFICE = Flow(
    "豁免",
    (
        Step("confirm", "确认豁免", (E.SUBMITTED,), E.CONFIRMED, "agree_exception", others=_REGISTERED),
        Step(
            "refuse",
            "不予确认",
            (E.SUBMITTED,),
            E.REFUSED,
            "agree_exception",
            reason=True,
            others=_REGISTERED,
        ),
        Step("end", "终止豁免", (E.CONFIRMED,), E.ENDED, "agree_exception", reason=True),
    ),
    E,
    owner="",
)
