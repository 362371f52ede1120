"""The state machines of a power's way onto the list, to a street and into force."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.flow import Flow, Step

from .choices import AgreementState as A
from .choices import ClaimState as C
from .choices import FilingState as F
from .choices import PowerState as P

FILING = Flow(
    "申报",
    (
        Step("edit", "修改申报", (F.DRAFT,), F.DRAFT, "draft_filing"),
        Step("delete", "删除草稿", (F.DRAFT,), F.DRAFT, "draft_filing"),
        Step("submit", "提交申报并报送区委编办", (F.DRAFT,), F.ESTABLISHMENT, "submit_filing", done="提交申报"),
        Step("review", "审核事项", (F.ESTABLISHMENT,), F.ESTABLISHMENT, "review_filing"),
        Step("to_justice", "审核完毕并报送区司法局", (F.ESTABLISHMENT,), F.JUSTICE, "review_filing", done="编办审核完毕"),
        Step("close_at_establishment", "审核完毕并办结", (F.ESTABLISHMENT,), F.DECIDED, "review_filing", done="编办审核完毕，无事项通过"),
        Step("check", "合法性审核", (F.JUSTICE,), F.JUSTICE, "check_legality"),
        Step("to_deliberation", "审核完毕并报区政府审议", (F.JUSTICE,), F.DELIBERATION, "check_legality", done="司法局审核完毕"),
        Step("close_at_justice", "审核完毕并办结", (F.JUSTICE,), F.DECIDED, "check_legality", done="司法局审核完毕，无事项通过"),
        Step("decide", "登记审议决定", (F.DELIBERATION,), F.DECIDED, "record_decision", done="区政府审议决定"),
    ),
    F,
)  # fmt: skip

CLAIM = Flow(
    "认领",
    (
        Step("claim", "认领", (C.OPEN,), C.OPEN, "decide_claim"),
        Step("decline", "不认领", (C.OPEN,), C.OPEN, "decide_claim", reason=True),
        Step("defer", "暂缓", (C.OPEN,), C.OPEN, "decide_claim"),
        Step("clear", "撤回意见", (C.OPEN,), C.OPEN, "decide_claim"),
        Step("submit", "提交认领结果", (C.OPEN,), C.SUBMITTED, "submit_claim", done="提交认领"),
        Step("reopen", "重新处理", (C.SUBMITTED,), C.OPEN, "decide_claim"),
    ),
    C,
    owner="street",
)

AGREEMENT = Flow(
    "承接确认书",
    (
        Step("sign_department", "以甲方名义签署", (A.SENT,), A.SIGNED, "sign_agreement", done="甲方签署"),
        Step(
            "refuse_department",
            "拒绝签署",
            (A.SENT,),
            A.REFUSED,
            "sign_agreement",
            reason=True,
            done="甲方拒签",
        ),
    ),
    A,
)
AGREEMENT_STREET = Flow(
    "承接确认书",
    (
        Step(
            "sign_street",
            "以乙方名义签署",
            (A.SIGNED,),
            A.EFFECTIVE,
            "sign_agreement",
            done="乙方签署，确认书生效",
        ),
        Step(
            "refuse_street",
            "拒绝签署",
            (A.SIGNED,),
            A.REFUSED,
            "sign_agreement",
            reason=True,
            done="乙方拒签",
        ),
    ),
    A,
    owner="street",
)
AGREEMENT_OFFICE = Flow(
    "承接确认书",
    (
        Step(
            "withdraw",
            "撤回确认书",
            (A.SENT, A.SIGNED),
            A.WITHDRAWN,
            "send_agreement",
            reason=True,
            done="撤回",
        ),
    ),
    A,
    owner="",
)


# ---- The end of a transition (P13) -----------------------------------------------------------------


class UnderReview(Protocol):
    """A locked power with what services/transition.py has hung on it for the guards."""

    transition_until: dt.date
    review_opens: dt.date
    why_not: str


def _window_is_open(power: UnderReview) -> str:
    if clock.today() >= power.review_opens:
        return ""
    return f"过渡期至{chinese_date(power.transition_until)}，{chinese_date(power.review_opens)}起方可评估。"


def _both_are_ready(power: UnderReview) -> str:
    return f"{power.why_not}，不能确认衔接完成。" if power.why_not else ""


_REVIEW = Step(
    "review",
    "评估衔接情况",
    (P.TRANSITION,),
    P.TRANSITION,
    "review_transition",
    guards=(_window_is_open,),
)
TRANSITION_DEPARTMENT = Flow("职权", (_REVIEW,), P)
TRANSITION_STREET = Flow("职权", (_REVIEW,), P, owner="street")
TRANSITION_OFFICE = Flow(
    "职权",
    (
        Step(
            "confirm",
            "确认衔接完成",
            (P.TRANSITION,),
            P.OPERATING,
            "confirm_transition",
            guards=(_both_are_ready,),
        ),
    ),
    P,
    owner="",
)
