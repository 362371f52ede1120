"""The state machines of the rules and the year (P30, P32)."""

from __future__ import annotations

from typing import Any

from secondment.choices import RoundState as R
from secondment.choices import SchemeState as S
from secondment.choices import Side
from secondment.rules.appraisal import items_fault
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.flow import Flow, Step

_MANAGE = "manage_appraisal"


def _totals_hundred(scheme: Any) -> str:
    items = list(scheme.items.values_list("side", "points"))
    for side in Side:
        fault = items_fault((points for owner, points in items if owner == side), str(side.label))
        if fault:
            return f"{fault}。"
    return ""


def _all_answered(scheme: Any) -> str:
    left = scheme.comments.filter(state="open").count()
    return f"还有 {left} 条意见没有答复，逐条答复后才能施行。" if left else ""


def _comments_are_over(scheme: Any) -> str:
    if scheme.comments_by is None or scheme.comments_by < clock.today():
        return ""
    return (
        f"意见反馈截止 {chinese_date(scheme.comments_by)}，期满后才能施行；"
        "各单位都已反馈的，可先在“修改标题和时限”中提前截止日期。"
    )


SCHEME = Flow(
    "考核细则",
    (
        Step("edit", "修改考核细则", (S.DRAFT, S.CONSULTING), "", _MANAGE),
        Step("delete", "删除草稿", (S.DRAFT,), S.DRAFT, _MANAGE),
        Step("consult", "送各街道和派出部门征求意见", (S.DRAFT,), S.CONSULTING, _MANAGE, guards=(_totals_hundred,), done="送街道和派出部门征求意见"),
        Step("recall", "收回修改", (S.CONSULTING,), S.DRAFT, _MANAGE, done="收回修改"),
        Step("enforce", "定稿施行", (S.CONSULTING,), S.IN_FORCE, _MANAGE, guards=(_totals_hundred, _all_answered, _comments_are_over), done="定稿施行"),
        Step("answer", "答复意见", (S.CONSULTING,), S.CONSULTING, _MANAGE),
        Step("copy", "以此版为基础制定下一版", (S.IN_FORCE, S.SUPERSEDED), "", _MANAGE),
    ),
    S,
    owner="",
)  # fmt: skip

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
