"""A practice: drafted and sent in by a street, published or returned by 区委编办 (P40)."""

from __future__ import annotations

from xianan.core.flow import Flow, Other, Step, by

from ..choices import PracticeState as S

_STREET = (Other("代表街道起草或报送", by("drafted_by", "submitted_by")),)

STREET = Flow(
    "经验做法",
    (
        # One that was taken back is a draft again with the first change.
        Step("edit", "修改经验做法", (S.DRAFT, S.WITHDRAWN), S.DRAFT, "submit_practice"),
        Step("delete", "删除草稿", (S.DRAFT,), S.DRAFT, "submit_practice"),
        Step("submit", "报送", (S.DRAFT,), S.SUBMITTED, "send_practice", done="报送区委编办"),
    ),
    S,
    owner="street",
)
OFFICE = Flow(
    "经验做法",
    (
        Step(
            "publish",
            "发布",
            (S.SUBMITTED,),
            S.PUBLISHED,
            "publish_practice",
            done="发布，供各街道学习借鉴",
            others=_STREET,
        ),
        Step("return", "退回", (S.SUBMITTED,), S.DRAFT, "publish_practice", reason=True, others=_STREET),
        Step(
            "withdraw", "撤下", (S.PUBLISHED,), S.WITHDRAWN, "publish_practice", reason=True, others=_STREET
        ),
    ),
    S,
    owner="",
)
