"""Attempts at work plans, supervision orders and circulars."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.permissions.attempts import At, Values, later, link, page, post
from tests.permissions.builder import PASSWORD
from xianan.deadlines.models import Delivery, PlanNode
from xianan.organizations.models import Organization

PLAN = "deadlines_workplan history_entry"
NODE = "deadlines_plannode history_entry"
DUE = "deadlines_deadline"


def side(at: At) -> Organization:
    """The organization of the unit that somebody of this kind would act for."""
    on_street = at.person.organization.kind in ("street", "station")
    return at.unit.street if on_street else at.unit.department


def plan(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.plans[state].pk}]


def plans(*states: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.plans[state].pk} for state in states]


def task(at: At) -> list[Values]:
    row = at.unit.plans["draft"]
    return [{"pk": row.pk, "task": row.tasks.get().pk}]


def draft_node(at: At) -> list[Values]:
    row = at.unit.plans["draft"]
    return [{"pk": row.pk, "node": PlanNode.objects.filter(task__plan=row).first().pk}]


def node(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [
        {"pk": PlanNode.objects.get(task__plan=at.unit.plans[state], organization=side(at)).pk}
    ]


def order(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.orders[state].pk}]


def copy(state: str) -> Callable[[At], list[Values]]:
    def target(at: At) -> list[Values]:
        row = at.unit.orders[state]
        return [{"above": row.pk, "pk": Delivery.objects.get(order=row, organization=side(at)).pk}]

    return target


def late(at: At) -> Values:
    return {"row": [row.pk for row in at.estate.late(at.unit)]}


# ---- Plans ---------------------------------------------------------------------------------------------

page(
    "deadlines:plans",
    marks=lambda at: [link("deadlines:plan", values["pk"]) + '"' for values in plans("issued", "open")(at)],
    may_show=True,
)
page(
    "deadlines:plan-nodes",
    marks=lambda at: [
        link("deadlines:plan-node", row.pk) + '"'
        for row in PlanNode.objects.filter(task__plan=at.unit.plans["open"])
    ],
    may_show=True,
)
page("deadlines:plan-create")
post(
    "deadlines:plan-create",
    data=lambda at: {"organization": at.person.organization_id, "title": "新计划"},
    changes=PLAN,
)
page("deadlines:plan", plans("issued", "reported", "done"))
page("deadlines:plan", plan("draft"), "起草中")
page("deadlines:plan-export", plan("issued"))
page("deadlines:plan-change", plan("draft"))
post("deadlines:plan-change", plan("draft"), data=lambda at: {"title": "改题", "note": ""}, changes=PLAN)
post("deadlines:plan-delete", plan("draft"), changes=PLAN)
page("deadlines:plan-import", plan("draft"))
post(
    "deadlines:plan-import",
    plan("draft"),
    data=lambda at: {
        "file": SimpleUploadedFile(
            "计划.csv",
            f"任务,节点,责任单位,完成时限\n新任务,新节点,{at.unit.department.name},{later(30)}\n".encode(),
        )
    },
    changes=f"deadlines_plantask {NODE}",
)
post("deadlines:plan-issue", plan("draft"), changes=f"{PLAN} {DUE} deadlines_notice")
post("deadlines:plan-close", plan("done"), changes=PLAN)
page("deadlines:plan-task-create", plan("draft"))
post(
    "deadlines:plan-task-create",
    plan("draft"),
    data=lambda at: {"title": "再加任务"},
    changes="deadlines_plantask history_entry",
)
page("deadlines:plan-task", task)
post("deadlines:plan-task", task, data=lambda at: {"title": "改任务"}, changes="deadlines_plantask")
post("deadlines:plan-task-delete", task, changes="deadlines_plantask deadlines_plannode")
page("deadlines:plan-nodes-add", task)
post(
    "deadlines:plan-nodes-add",
    task,
    data=lambda at: {"title": "加节点", "due_on": later(9), "organizations": [at.unit.street.pk]},
    changes=NODE,
)
page("deadlines:plan-node-change", draft_node)
post(
    "deadlines:plan-node-change",
    draft_node,
    data=lambda at: {"title": "改节点", "due_on": later(9), "organization": at.unit.street.pk},
    changes=NODE,
)
post("deadlines:plan-node-delete", draft_node, changes=NODE)
page("deadlines:plan-node", node("open"))
post(
    "deadlines:plan-node-report",
    node("open"),
    data=lambda at: {"text": "完成", "done": "1"},
    changes=f"{NODE} {DUE}",
)
post("deadlines:plan-node-confirm", node("reported"), changes=NODE)
page("deadlines:plan-node-return", node("reported"))
post(
    "deadlines:plan-node-return",
    node("reported"),
    data=lambda at: {"reason": "缺件"},
    changes=f"{NODE} {DUE}",
)
page("deadlines:plan-node-move", node("open"))
post(
    "deadlines:plan-node-move",
    node("open"),
    data=lambda at: {"reason": "汛期", "due_on": later(30)},
    changes=f"{NODE} {DUE}",
)
page("deadlines:plan-node-cancel", node("open"))
post("deadlines:plan-node-cancel", node("open"), data=lambda at: {"reason": "合并"}, changes=f"{NODE} {DUE}")


# ---- Orders --------------------------------------------------------------------------------------------

ORDER = "deadlines_order history_entry"
COPY = "deadlines_delivery history_entry"

page(
    "deadlines:orders",
    marks=lambda at: [link("deadlines:order", at.unit.orders["sent"].pk) + '"'],
    may_show=True,
)
page("deadlines:overdue")
post(
    "deadlines:order-create",
    query=lambda at: "?kind=order",
    data=late,
    changes=f"{ORDER} deadlines_orderline",
)
page("deadlines:accountabilities")
page("deadlines:order", order("sent"))
page("deadlines:order", order("draft"), "待签发")
page("deadlines:order-change", order("draft"))
post(
    "deadlines:order-change",
    order("draft"),
    data=lambda at: {"title": "改题", "text": "", "answer_by": later(5)},
    changes=ORDER,
)
post("deadlines:order-delete", order("draft"), changes=ORDER)
post("deadlines:order-add", order("draft"), data=late, changes="deadlines_orderline history_entry")
post(
    "deadlines:order-remove",
    order("draft"),
    data=lambda at: {"line": [at.unit.orders["draft"].lines.first().pk]},
    changes="deadlines_orderline history_entry",
)
post(
    "deadlines:order-issue",
    order("draft"),
    data=lambda at: {"password": PASSWORD},
    changes=f"{ORDER} {DUE} deadlines_delivery documents_document",
)
post("deadlines:delivery-receive", copy("sent"), changes=COPY)
post(
    "deadlines:delivery-answer", copy("received"), data=lambda at: {"answer": "已办"}, changes=f"{COPY} {DUE}"
)
page("deadlines:delivery-accept", copy("answered"))
post("deadlines:delivery-accept", copy("answered"), data=lambda at: {"remark": ""}, changes=COPY)
page("deadlines:delivery-return", copy("answered"))
post(
    "deadlines:delivery-return",
    copy("answered"),
    data=lambda at: {"reason": "缺件", "answer_by": later(5)},
    changes=f"{COPY} {DUE}",
)
page("deadlines:accountability-create", order("sent"))
post(
    "deadlines:accountability-create",
    order("sent"),
    data=lambda at: {
        "organization": at.unit.department.pk,
        "measure": "约谈",
        "reason": "逾期",
        "decided_by": "区委",
        "decided_on": later(0),
    },
    changes="deadlines_accountability history_entry",
)
