"""Attempts at what comes after a result: problems, practices, papers."""

from __future__ import annotations

from collections.abc import Callable

from assessment.practices.steps import texts_of
from assessment.services.common import seen_as
from tests.permissions import estate_assessment as estate
from tests.permissions.attempts import At, Values, later, link, page, post
from tests.permissions.requests_assessment import DUE, LOG, cycle
from tests.world import PASSWORD

NOTICE = "deadlines_notice"
PROBLEM = f"assessment_problem {LOG} {DUE} {NOTICE}"
PRACTICE = f"assessment_practice {LOG}"


def problem(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": estate.problem(at.unit, state).pk}]


def practice(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": estate.practice(at.unit, state).pk}]


def paper(kind: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.cycles["published"].pk, "paper": estate.paper(at.unit, kind).pk}]


def listing(at: At) -> Values:
    return {"demand": "限期整改", "due_on": later(30), "checker": at.unit.department.pk}


def lost(at: At) -> str:
    """What the unit's street lost by hand, as the form names it."""
    row = at.unit.schemes["published"].indicators.get(code="1.1")
    return f"{at.unit.street.pk}-{row.pk}"


# ---- Problems ----------------------------------------------------------------------------------------------

page(
    "assessment:problems",
    marks=lambda at: [link("assessment:problem", estate.problem(at.unit, "open").pk) + '"'],
    may_show=True,
)
page("assessment:problems-print", query=lambda at: f"?cycle={at.unit.cycles['published'].pk}")
page("assessment:problems-list-in", cycle("published"))
post(
    "assessment:problems-list-in",
    cycle("published"),
    data=lambda at: {**listing(at), "pick": [lost(at)]},
    changes=PROBLEM,
)
page("assessment:problem-add", cycle("published"))
post(
    "assessment:problem-add",
    cycle("published"),
    data=lambda at: {
        **listing(at),
        "street": at.unit.street.pk,
        "indicator": at.unit.schemes["published"].indicators.first().pk,
        "text": "窗口没有标识",
    },
    changes=PROBLEM,
)
page("assessment:problem", problem("open"))
page("assessment:problem-plan", problem("open"))
post(
    "assessment:problem-plan",
    problem("open"),
    data=lambda at: {"owner": "李×", "measure": "重办", "seen": seen_as("张×", "补办")},
    changes=f"assessment_problem {LOG}",
)
page("assessment:problem-hand-in", problem("open"))
post("assessment:problem-hand-in", problem("open"), data=lambda at: {"answer": "已办"}, changes=PROBLEM)
page("assessment:problem-pass", problem("handed"))
post("assessment:problem-pass", problem("handed"), data=lambda at: {"note": "属实"}, changes=PROBLEM)
page("assessment:problem-return", problem("handed"))
post(
    "assessment:problem-return",
    problem("handed"),
    data=lambda at: {"note": "缺照片", "due_on": later(5)},
    changes=PROBLEM,
)
page("assessment:problem-postpone", problem("open"))
post(
    "assessment:problem-postpone",
    problem("open"),
    data=lambda at: {"due_on": later(60), "reason": "工期长"},
    changes=PROBLEM,
)
page("assessment:problem-withdraw", problem("open"))
post("assessment:problem-withdraw", problem("open"), data=lambda at: {"reason": "重复"}, changes=PROBLEM)

# ---- Practices ---------------------------------------------------------------------------------------------

WORDS = {"title": "一窗受理", "background": "两头跑", "actions": "集中", "effects": "减半"}
page(
    "assessment:practices",
    marks=lambda at: [link("assessment:practice", estate.practice(at.unit, "published").pk) + '"'],
    may_show=True,
)
page("assessment:practice-create")
post(
    "assessment:practice-create",
    data=lambda at: {**WORDS, "street": at.unit.street.pk, "year": "2031"},
    changes=PRACTICE,
)
page("assessment:practices-print", lambda at: [{"year": at.unit.cycles["published"].year}])
page("assessment:practice", practice("published"))
page("assessment:practice-print", practice("published"))
page("assessment:practice-change", practice("draft"))
post(
    "assessment:practice-change",
    practice("draft"),
    data=lambda at: {**WORDS, "seen": seen_as(*texts_of(estate.practice(at.unit, "draft")))},
    changes=PRACTICE,
)
post("assessment:practice-delete", practice("draft"), changes=PRACTICE)
post("assessment:practice-submit", practice("draft"), changes=f"{PRACTICE} {NOTICE}")
post("assessment:practice-publish", practice("submitted"), changes=f"{PRACTICE} {NOTICE}")
page("assessment:practice-return", practice("submitted"))
post(
    "assessment:practice-return",
    practice("submitted"),
    data=lambda at: {"reason": "缺数据"},
    changes=f"{PRACTICE} {NOTICE}",
)
page("assessment:practice-withdraw", practice("published"))
post(
    "assessment:practice-withdraw",
    practice("published"),
    data=lambda at: {"reason": "有误"},
    changes=f"{PRACTICE} {NOTICE}",
)

# ---- Papers ------------------------------------------------------------------------------------------------

page("assessment:papers", cycle("published"))
post("assessment:papers-write", cycle("published"), changes="")
post("assessment:papers-set", cycle("published"), changes="jobs_job")
post(
    "assessment:papers-sign",
    cycle("published"),
    data=lambda at: {"pick": [estate.paper(at.unit, "notice").pk], "password": PASSWORD},
    changes="jobs_job",
)
page("assessment:paper", paper("problems"))
page("assessment:paper-change", paper("notice"))
post(
    "assessment:paper-change",
    paper("notice"),
    data=lambda at: {"demands": "按期整改"},
    changes=f"assessment_paper {LOG}",
)
page("assessment:book", lambda at: [{"pk": at.unit.cycles["published"].pk, "name": "totals"}])
