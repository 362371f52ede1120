"""The state machines of personnel proposals and their answers (P48)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from secondment.choices import AnswerState as A
from secondment.choices import ProposalState as P
from xianan.core.flow import Flow, Other, Step, by


def _answered(proposal: Any) -> Iterable[int | None]:
    return proposal.answers.values_list("answered_by_id", flat=True)


_STREET = (Other("代表街道提出这项建议", by("proposal.drafted_by", "proposal.sent_by")),)
_ADDRESSEE = (Other("代表收文单位答复", _answered),)

PROPOSAL = Flow(
    "人事建议",
    (
        Step("edit", "修改人事建议", (P.DRAFT,), P.DRAFT, "draft_proposal"),
        Step("delete", "删除草稿", (P.DRAFT,), P.DRAFT, "draft_proposal"),
        Step("send", "提出人事建议", (P.DRAFT,), P.SENT, "send_proposal", done="提出人事建议，送派出部门和区委组织部"),
        Step("withdraw", "撤回人事建议", (P.SENT,), P.WITHDRAWN, "send_proposal", reason=True, done="撤回人事建议", others=_ADDRESSEE),
    ),
    P,
    owner="street",
)  # fmt: skip
ANSWER = Flow(
    "答复",
    (
        Step(
            "answer",
            "答复人事建议",
            (A.OPEN,),
            A.ANSWERED,
            "answer_proposal",
            done="派出部门答复",
            others=_STREET,
        ),
    ),
    A,
)
ANSWER_OFFICE = Flow(
    "答复",
    (
        Step(
            "answer",
            "答复人事建议",
            (A.OPEN,),
            A.ANSWERED,
            "advise_proposal",
            done="区委组织部答复",
            others=_STREET,
        ),
    ),
    A,
    owner="",
)
