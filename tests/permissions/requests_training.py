"""Attempts at training, plans, check-in, upward study and guidance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.permissions.attempts import At, Values, later, link, page, post
from xianan.core import clock

SESSION = "secondment_session history_entry"
LIST = "secondment_attendance history_entry"
WORD = "secondment_streetconfirmation history_entry deadlines_notice"
PLAN = "secondment_trainingplan history_entry"
EXCHANGE = "secondment_exchange history_entry"
DUE = "deadlines_deadline"


def session(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.sessions[state].pk}]


def code(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"code": at.unit.sessions[state].code}]


def plan(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.training_plans[state].pk}]


def exchange(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.exchanges[state].pk}]


def confirmation() -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.sessions["late"].confirmations.get().pk}]


def form(kind: str = "department", **more: Any) -> Callable[[At], Values]:
    return lambda at: {
        "organization": at.person.organization_id,
        "kind": kind,
        "title": "新培训",
        "planned_on": later(0),
        "starts_at": "09:00",
        "ends_at": "11:30",
        "minutes": "150",
        "trainer": "谭××",
        "place": "会议室",
        "streets": [at.unit.street.pk],
        **more,
    }


def sent(kind: str) -> Callable[[At], Values]:
    return lambda at: {
        "kind": kind,
        "street": at.unit.street.pk,
        "department": at.unit.department.pk,
        "name": "新人",
        "mentor": "带教人",
        "starts_on": later(0),
        "ends_on": later(30),
        "plan": "计划",
    }


page("secondment:trainings")
page(
    "secondment:sessions",
    marks=lambda at: [link("secondment:session", at.unit.sessions["planned"].pk) + '"'],
)
page("secondment:session-create")
post(
    "secondment:session-create",
    data=lambda at: form("joint" if at.person == at.estate.people["justice"] else "department")(at),
    changes=SESSION,
)
page("secondment:session", session("planned"))
page("secondment:session", session("draft"), "制定中")
page("secondment:session-change", session("planned"))
post("secondment:session-change", session("planned"), data=form(reason="调整内容"), changes=SESSION)
page("secondment:session-move", session("planned"))
post(
    "secondment:session-move",
    session("planned"),
    data=lambda at: {"planned_on": later(3), "starts_at": "09:00", "ends_at": "11:00", "reason": "防汛"},
    changes=SESSION,
)
page("secondment:session-cancel", session("planned"))
post("secondment:session-cancel", session("planned"), data=lambda at: {"reason": "防汛"}, changes=SESSION)
page("secondment:session-hold", session("planned"))
post("secondment:session-hold", session("planned"), data=lambda at: {"held_on": later(0)}, changes=SESSION)
post(
    "secondment:session-hold",
    session("joint"),
    "全区执法培训",
    data=lambda at: {"held_on": later(0), "nobody_reason": "名单另附"},
    changes=SESSION,
)
post("secondment:session-remove", session("draft"), changes=SESSION)
post(
    "secondment:session-names",
    session("planned"),
    data=lambda at: {"street": at.unit.street.pk, "present": "yes", "names": "新名字"},
    changes=LIST,
)
post(
    "secondment:session-marks",
    session("planned"),
    data=lambda at: (
        {f"score-{row.pk}": "91.5" for row in at.unit.sessions["planned"].attendances.all()}
        | {f"present-{row.pk}": "on" for row in at.unit.sessions["planned"].attendances.all()}
    ),
    changes=LIST,
)
post(
    "secondment:session-strike",
    lambda at: [
        {
            "pk": at.unit.sessions["planned"].pk,
            "attendance": at.unit.sessions["planned"].attendances.first().pk,
        }
    ],
    changes=LIST,
)
page("secondment:session-code", session("planned"))
page("secondment:session-sheet", session("planned"))
page("secondment:session-confirm", confirmation())
post("secondment:session-confirm", confirmation(), changes=WORD)
page("secondment:session-deny", confirmation())
post("secondment:session-deny", confirmation(), data=lambda at: {"reason": "名单有误"}, changes=WORD)
page(
    "secondment:training-plans",
    marks=lambda at: [link("secondment:training-plan", at.unit.training_plans["submitted"].pk) + '"'],
)
page("secondment:training-plan-create")
post(
    "secondment:training-plan-create",
    data=lambda at: {"organization": at.person.organization_id, "year": clock.today().year + 1},
    changes=PLAN,
)
page("secondment:training-plan", plan("submitted"))
page("secondment:training-plan", plan("draft"), "制定中")
page("secondment:training-plan-change", plan("draft"))
post("secondment:training-plan-change", plan("draft"), data=lambda at: {"note": "新说明"}, changes=PLAN)
page("secondment:plan-session-create", plan("draft"))
post(
    "secondment:plan-session-create",
    plan("draft"),
    data=lambda at: {**form()(at), "organization": at.unit.department.pk},
    changes=SESSION,
)
post("secondment:training-plan-copy", plan("draft"), changes=SESSION)
post("secondment:training-plan-submit", plan("draft"), changes=PLAN)
page("secondment:training-plan-paper", plan("submitted"))
page("secondment:check-in-door")
page("secondment:check-in", code("planned"))
post("secondment:check-in", code("planned"), changes=LIST)
post("secondment:check-in-rate", code("signed"), data=lambda at: {"satisfaction": "5"}, changes=LIST)
page(
    "secondment:exchanges",
    marks=lambda at: [link("secondment:exchange", at.unit.exchanges["coming"].pk) + '"'],
)
page("secondment:exchange-create")
post(
    "secondment:exchange-create",
    data=lambda at: sent("upward" if at.person.organization.kind == "street" else "guidance")(at),
    changes=f"{EXCHANGE} {DUE}",
)
page("secondment:exchange", exchange("coming"))
page("secondment:exchange-change", exchange("coming"))
post(
    "secondment:exchange-change",
    exchange("coming"),
    data=lambda at: {**sent("upward")(at), "name": "改名"},
    changes=f"{EXCHANGE} {DUE}",
)
page("secondment:exchange-cancel", exchange("coming"))
post(
    "secondment:exchange-cancel",
    exchange("coming"),
    data=lambda at: {"reason": "另行安排"},
    changes=f"{EXCHANGE} {DUE}",
)
page("secondment:exchange-confirm", exchange("begun"))
post(
    "secondment:exchange-confirm",
    exchange("begun"),
    data=lambda at: {"arrived_on": later(0)},
    changes=EXCHANGE,
)
page("secondment:exchange-report", exchange("over"))
post(
    "secondment:exchange-report",
    exchange("over"),
    data=lambda at: {"report": "总结"},
    changes=f"{EXCHANGE} {DUE}",
)
page("secondment:exchange-evaluate", exchange("over"))
post(
    "secondment:exchange-evaluate",
    exchange("over"),
    data=lambda at: {"evaluation": "评价"},
    changes=EXCHANGE,
)
