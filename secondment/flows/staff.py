"""A secondment from its registration to its end (P11, P12): what the department, the street and 区委编办 do."""

from __future__ import annotations

from secondment.choices import SecondmentState as S
from xianan.core.flow import Flow, Other, Step, by

_REGISTERED = (Other("代表派出部门登记下沉", by("registered_by")),)

SERVICE = Flow(
    "下沉",
    (
        Step("cancel", "撤销登记", (S.APPROVAL, S.REFUSED, S.REGISTERED), S.CANCELLED, "register_secondment"),
        Step("extend", "延长期限", (S.SERVING,), S.SERVING, "register_secondment"),
        Step("finish", "办理返回", (S.SERVING,), S.ENDED, "register_secondment"),
        Step("transfer", "调整到其他街道", (S.SERVING,), S.ENDED, "register_secondment", reason=True),
    ),
    S,
)
SERVICE_STREET = Flow(
    "下沉",
    (Step("arrive", "确认到岗", (S.REGISTERED,), S.SERVING, "confirm_arrival", others=_REGISTERED),),
    S,
    owner="street",
)
SERVICE_OFFICE = Flow(
    "下沉",
    (
        Step(
            "agree", "同意超过年龄仍下沉", (S.APPROVAL,), S.REGISTERED, "agree_exception", others=_REGISTERED
        ),
        Step(
            "refuse",
            "不同意下沉",
            (S.APPROVAL,),
            S.REFUSED,
            "agree_exception",
            reason=True,
            others=_REGISTERED,
        ),
    ),
    S,
    owner="",
)
