"""A problem on its way from 待整改 to 已销号: the street puts right, the checker passes, 区委编办 keeps the list (P40)."""

from __future__ import annotations

from xianan.core.flow import Flow, Other, Step
from xianan.documents.attachments.selectors import missing_slots
from xianan.history.selectors import actors

from ..choices import ProblemState as S
from ..models import Problem


def _is_planned(problem: Problem) -> str:
    if problem.owner and problem.measure:
        return ""
    return "先填写责任人和整改措施，再提交整改情况。"


def _has_material(problem: Problem) -> str:
    missing = missing_slots(problem)
    return f"先附上“{missing[0].label}”（{missing[0].hint}），再提交整改情况。" if missing else ""


def _corrected(problem: Problem) -> set[int]:
    return actors(problem, "problem.planned", "problem.handed_in")


def _checked(problem: Problem) -> set[int]:
    return actors(problem, "problem.passed", "problem.returned")


_BY_STREET = (Other("代表街道整改", _corrected),)
_BY_CHECKER = (Other("代表验收单位验收", _checked),)

STREET = Flow(
    "问题",
    (
        Step("plan", "填写责任人和措施", (S.OPEN,), S.OPEN, "correct_problem", others=_BY_CHECKER),
        Step(
            "hand_in",
            "提交整改情况",
            (S.OPEN,),
            S.HANDED,
            "correct_problem",
            guards=(_is_planned, _has_material),
            others=_BY_CHECKER,
        ),
    ),
    S,
    owner="street",
)
CHECK = Flow(
    "问题",
    (
        Step(
            "pass",
            "验收通过",
            (S.HANDED,),
            S.CLOSED,
            "check_problem",
            done="验收通过，予以销号",
            others=_BY_STREET,
        ),
        Step("return", "退回重新整改", (S.HANDED,), S.OPEN, "check_problem", reason=True, others=_BY_STREET),
    ),
    S,
    owner="checker",
)
OFFICE = Flow(
    "问题",
    (
        Step("postpone", "调整整改时限", (S.OPEN,), S.OPEN, "manage_cycle", reason=True, others=_BY_STREET),
        Step("withdraw", "撤销问题", (S.OPEN,), S.WITHDRAWN, "manage_cycle", reason=True, others=_BY_STREET),
    ),
    S,
    owner="",
)
