"""The state machines of work plans (P47)."""

from typing import Any

from xianan.core.flow import Flow, Other, Step

from .choices import NodeState as N
from .choices import PlanState as P
from .services.checks import between


def _plan_is_issued(node: Any) -> str:
    state = node.task.plan.state
    if state == P.DRAFT:
        return "计划尚未下达，不能办理节点。"
    return "计划已经办结，不能再办理节点。" if state == P.CLOSED else ""


_PLANNED = (Other("代表下达单位下达计划", between("task.plan.issued_by")),)
_REPORTED = (Other("代表责任单位报告完成", between("reported_by")),)

_LIVE = (_plan_is_issued,)

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
