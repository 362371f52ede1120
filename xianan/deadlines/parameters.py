"""What the policy's figures that this app reads must be."""

from __future__ import annotations

from xianan.documents.rules import PREFIX_RULE, clean_prefix
from xianan.policy.parameters import ParameterRule, register

from .ladders import KEY
from .rules import LADDER_RULE, clean_ladder

register(ParameterRule(KEY, clean_ladder, LADDER_RULE.rstrip("。")))
register(ParameterRule(f"{KEY}_*", clean_ladder, LADDER_RULE.rstrip("。")))
for _key in ("order_prefix", "circular_prefix"):
    register(ParameterRule(_key, clean_prefix, PREFIX_RULE.rstrip("。")))
