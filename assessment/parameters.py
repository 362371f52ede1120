"""What the policy's figures that this app reads must be."""

from __future__ import annotations

from xianan.documents.rules import PREFIX_RULE, clean_prefix
from xianan.policy.parameters import ParameterRule, register

register(ParameterRule("assessment_prefix", clean_prefix, PREFIX_RULE.rstrip("。")))
