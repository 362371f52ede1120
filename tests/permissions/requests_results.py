"""Attempts at results: reading them, ties, corrections, objections and their answers."""

from __future__ import annotations

from collections.abc import Callable

from assessment.models import Indicator
from tests.permissions import estate_assessment as estate
from tests.permissions.attempts import At, Values, later, link, page, post
from tests.permissions.requests_assessment import DUE, LOG, cycle

NOTICE = "deadlines_notice"


def street(at: At) -> list[Values]:
    return [{"pk": at.unit.cycles["public"].pk, "street": at.unit.street.pk}]


def tie(at: At) -> list[Values]:
    return [{"pk": at.unit.cycles["public"].pk, "points": 10000}]


def cell(code: str = "1.1") -> object:
    def values(at: At) -> list[Values]:
        row = Indicator.objects.get(scheme=at.unit.schemes["public"], code=code)
        return [{**street(at)[0], "indicator": row.pk}]

    return values


def objection(at: At) -> list[Values]:
    return [{"above": at.unit.cycles["public"].pk, "pk": estate.objection(at.unit).pk}]


def correction(*, own: bool = False) -> Callable[[At], list[Values]]:
    def values(at: At) -> list[Values]:
        row = estate.correction(at.unit, own=own)
        return [{"above": row.cycle_id, "pk": row.pk}]

    return values


page(
    "assessment:results",
    marks=lambda at: [link("assessment:result", at.unit.cycles["public"].pk) + '"'],
    may_show=True,
)
page("assessment:result", cycle("published"))
page("assessment:result-street", street)
page("assessment:tie-settle", tie)
post(
    "assessment:tie-settle",
    tie,
    data=lambda at: {"outcome": "tied", "reason": "同等", "decided_on": later(0)},
    changes=f"assessment_tiedecision {LOG}",
)
page("assessment:points-correct", cell())
post(
    "assessment:points-correct",
    cell(),
    data=lambda at: {
        "after": "50",
        "reason": "核对有误",
        "decision": "会议纪要〔2027〕1号",
        "decided_on": later(0),
    },
    changes=f"assessment_correction {LOG} {NOTICE}",
)
page("assessment:correction", correction())
post("assessment:correction-confirm", correction(), changes=f"assessment_correction {LOG} {NOTICE}")
page("assessment:correction-refuse", correction())
post(
    "assessment:correction-refuse",
    correction(),
    data=lambda at: {"reason": "依据不足"},
    changes=f"assessment_correction {LOG} {NOTICE}",
)
page("assessment:correction-take-back", correction(own=True))
post(
    "assessment:correction-take-back",
    correction(own=True),
    data=lambda at: {"reason": "登记有误"},
    changes=f"assessment_correction {LOG}",
)
page("assessment:objection-raise", cell())
post(
    "assessment:objection-raise",
    cell(),
    data=lambda at: {"text": "材料已报"},
    changes=f"assessment_objection {LOG} {NOTICE} {DUE}",
)
page("assessment:objection", objection)
page("assessment:objection-answer", objection)
post(
    "assessment:objection-answer",
    objection,
    data=lambda at: {"outcome": "upheld", "after": "", "answer": "核对无误"},
    changes=f"assessment_objection {LOG} {NOTICE} {DUE}",
)
