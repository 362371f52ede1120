"""What the policy's figures that this app reads are called and must be."""

from __future__ import annotations

from xianan.documents.rules import PREFIX_RULE, clean_prefix
from xianan.policy.choices import DocumentKey as D
from xianan.policy.choices import ParameterKind as K
from xianan.policy.parameters import KnownFigure, ParameterRule, declare, register

from .ladders import KEY
from .rules import LADDER_RULE, clean_ladder

declare(
    KnownFigure(D.PLAN, "late_entry_days", "办理多少日后登记标为补登", K.INTEGER, "日", "P34", 0, 90),
    KnownFigure(D.PLAN, "ladder", "到期提醒档次（到期前天数）", K.TEXT, "天", "P34"),
    KnownFigure(D.PLAN, "ladder_plan_node", "工作计划节点提醒档次", K.TEXT, "天", "P47"),
    KnownFigure(D.PLAN, "ladder_order_answer", "答复督办提醒档次", K.TEXT, "天", "P34"),
    KnownFigure(D.PLAN, "escalation_days", "逾期多少天报区政府办", K.INTEGER, "天", "P34", 1, 90),
    KnownFigure(D.PLAN, "order_prefix", "督办单文号代字", K.TEXT, "", "P34"),
    KnownFigure(D.PLAN, "circular_prefix", "通报文号代字", K.TEXT, "", "P34"),
    KnownFigure(D.PLAN, "answer_days", "督办单、通报答复期限", K.INTEGER, "日", "P34", 1, 90),
    KnownFigure(D.ASSESSMENT, "ladder_policy_validity", "文件有效期提醒档次", K.TEXT, "天", "P44"),
)  # fmt: skip
register(ParameterRule(KEY, clean_ladder, LADDER_RULE.rstrip("。")))
register(ParameterRule(f"{KEY}_*", clean_ladder, LADDER_RULE.rstrip("。")))
for _key in ("order_prefix", "circular_prefix"):
    register(ParameterRule(_key, clean_prefix, PREFIX_RULE.rstrip("。")))
