"""The state machines of work plans (P47), supervision orders and circulars (P34)."""

from collections.abc import Callable, Iterable
from typing import Any

from xianan.core.flow import Flow, Other, Step, by

from .choices import DeliveryState as D
from .choices import NodeState as N
from .choices import OrderState as O
from .choices import PlanState as P


def _plan_is_issued(node: Any) -> str:
    state = node.task.plan.state
    if state == P.DRAFT:
        return "计划尚未下达，不能办理节点。"
    return "计划已经办结，不能再办理节点。" if state == P.CLOSED else ""


def _order_is_open(delivery: Any) -> str:
    return "" if delivery.order.state == O.ISSUED else "该件现在不能办理，请刷新页面查看最新情况。"


def _between(*fields: str) -> Callable[[Any], Iterable[int | None]]:
    """The accounts in these fields; none where an office is asked by itself and there is one party only."""
    found = by(*fields)
    return lambda row: () if row.organization_id == row.issuer_id else found(row)


_PLANNED = (Other("代表下达单位下达计划", _between("task.plan.issued_by")),)
_REPORTED = (Other("代表责任单位报告完成", _between("reported_by")),)
_ISSUED = (Other("代表制发单位签发该件", _between("order.issued_by")),)
_ANSWERED = (Other("代表收文单位签收或答复", _between("received_by", "answered_by")),)

_LIVE = (_plan_is_issued,)
_OPEN = (_order_is_open,)

PLAN = Flow(
    "工作计划",
    (
        Step("edit", "修改计划", (P.DRAFT,), P.DRAFT, "issue_plan"),
        Step("delete", "删除草稿", (P.DRAFT,), P.DRAFT, "issue_plan"),
        Step("issue", "下达计划", (P.DRAFT,), P.ISSUED, "issue_plan"),
        Step("close", "办结计划", (P.ISSUED,), P.CLOSED, "issue_plan"),
    ),
    P,
)

NODE = Flow(
    "节点",
    (
        Step("progress", "填报进展", (N.OPEN,), N.OPEN, "report_node", guards=_LIVE, others=_PLANNED),
        Step("report", "报告完成", (N.OPEN,), N.REPORTED, "report_node", guards=_LIVE, others=_PLANNED),
    ),
    N,
)
NODE_OFFICE = Flow(
    "节点",
    (
        Step("confirm", "确认完成", (N.REPORTED,), N.CONFIRMED, "issue_plan", guards=_LIVE, others=_REPORTED),
        Step(
            "return",
            "退回",
            (N.REPORTED,),
            N.OPEN,
            "issue_plan",
            reason=True,
            guards=_LIVE,
            done="退回重报",
            others=_REPORTED,
        ),
        Step("move", "调整完成时限", (N.OPEN,), N.OPEN, "issue_plan", reason=True, guards=_LIVE),
        Step(
            "cancel", "取消节点", (N.OPEN, N.REPORTED), N.CANCELLED, "issue_plan", reason=True, guards=_LIVE
        ),
    ),
    N,
    owner="issuer",
)

ORDER = Flow(
    "该件",
    (
        Step("edit", "修改草稿", (O.DRAFT,), O.DRAFT, "issue_order"),
        Step("delete", "删除草稿", (O.DRAFT,), O.DRAFT, "issue_order"),
        Step("issue", "签发并送达", (O.DRAFT,), O.ISSUED, "issue_order"),
        Step("close", "办结", (O.ISSUED,), O.CLOSED, "issue_order", done="全部答复审核通过，办结"),
        Step("account", "登记问责", (O.ISSUED, O.CLOSED), O.ISSUED, "issue_order"),
    ),
    O,
)
DELIVERY = Flow(
    "送达件",
    (
        Step("receive", "签收", (D.SENT,), D.RECEIVED, "receive_order", guards=_OPEN, others=_ISSUED),
        Step(
            "answer",
            "答复整改情况",
            (D.RECEIVED, D.RETURNED),
            D.ANSWERED,
            "answer_order",
            guards=_OPEN,
            others=_ISSUED,
        ),
    ),
    D,
)
DELIVERY_OFFICE = Flow(
    "送达件",
    (
        Step(
            "accept",
            "审核通过",
            (D.ANSWERED,),
            D.CLOSED,
            "issue_order",
            guards=_OPEN,
            done="答复审核通过",
            others=_ANSWERED,
        ),
        Step(
            "return",
            "退回重办",
            (D.ANSWERED,),
            D.RETURNED,
            "issue_order",
            reason=True,
            guards=_OPEN,
            others=_ANSWERED,
        ),
    ),
    D,
    owner="issuer",
)
