"""A street's demand for a replacement (P32). That it is completed follows from the successor's arrival."""

from __future__ import annotations

from typing import Any

from secondment.choices import ReplacementState as R
from xianan.core.flow import Flow, Other, Step, by
from xianan.history.selectors import actors


def _demanded(row: Any) -> set[int | None]:
    return {row.drafted_by_id, *actors(row, "replacement.requested", "replacement.insisted")}


_STREET = (Other("代表街道提出替换要求", _demanded),)
_DEPARTMENT = (Other("代表派出部门答复", by("answered_by")),)

DEMAND = Flow(
    "替换要求",
    (
        Step("edit", "修改替换要求", (R.DRAFT,), R.DRAFT, "draft_replacement"),
        Step("discard", "删去替换要求草稿", (R.DRAFT,), R.WITHDRAWN, "draft_replacement"),
        Step("request", "提出替换要求", (R.DRAFT,), R.REQUESTED, "request_replacement"),
        Step("insist", "坚持替换", (R.DECLINED,), R.REQUESTED, "request_replacement", reason=True, others=_DEPARTMENT),
        Step("withdraw", "撤回替换要求", (R.REQUESTED, R.DECLINED), R.WITHDRAWN, "request_replacement", reason=True, others=_DEPARTMENT),
    ),
    R,
    owner="street",
)  # fmt: skip
ANSWER = Flow(
    "替换要求",
    (
        Step("accept", "同意替换", (R.REQUESTED,), R.ACCEPTED, "answer_replacement", others=_STREET),
        Step(
            "decline",
            "说明不予替换",
            (R.REQUESTED,),
            R.DECLINED,
            "answer_replacement",
            reason=True,
            others=_STREET,
        ),
        Step("name", "确定接任人员", (R.ACCEPTED,), R.ACCEPTED, "register_secondment", others=_STREET),
    ),
    R,
)
