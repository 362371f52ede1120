"""What the policy's figures that this app reads are called and must be."""

from __future__ import annotations

from xianan.documents.rules import PREFIX_RULE, clean_prefix
from xianan.policy.choices import DocumentKey as D
from xianan.policy.choices import ParameterKind as K
from xianan.policy.parameters import KnownFigure, ParameterRule, declare, register

declare(
    KnownFigure(D.PLAN, "transition_months", "赋权过渡期", K.INTEGER, "月", "P13", 1, 60),
    KnownFigure(D.PLAN, "transition_review_days", "过渡期满评估提前", K.INTEGER, "日", "P13", 1, 180),
    KnownFigure(D.PLAN, "letter_prefix", "承接确认书文号代字", K.TEXT, "", "P09"),
    KnownFigure(D.PLAN, "letter_copies", "承接确认书份数", K.INTEGER, "份", "P09", 1, 20),
    KnownFigure(D.PLAN, "signing_days", "承接确认书签署期限", K.INTEGER, "日", "P09", 1, 90),
    KnownFigure(D.PLAN, "ladder_agreement_sign", "签署承接确认书提醒档次", K.TEXT, "天", "P09"),
    KnownFigure(D.PLAN, "ladder_transition_end", "过渡期满提醒档次", K.TEXT, "天", "P13"),
    KnownFigure(D.PLAN, "ladder_claim_look_again", "暂缓事项再议提醒档次", K.TEXT, "天", "P05"),
)  # fmt: skip
register(ParameterRule("letter_prefix", clean_prefix, PREFIX_RULE.rstrip("。")))
