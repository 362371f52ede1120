"""What the policy's figures that this app reads are called and must be; those of the money wait for their app."""

from __future__ import annotations

from xianan.documents.rules import PREFIX_RULE, clean_prefix
from xianan.policy.choices import DocumentKey as D
from xianan.policy.choices import ParameterKind as K
from xianan.policy.parameters import KnownFigure, ParameterRule, declare, register

declare(
    KnownFigure(D.ASSESSMENT, "trial_years", "试行年限", K.INTEGER, "年", "P44", 1, 10),
    KnownFigure(D.ASSESSMENT, "total_points", "考核总分", K.INTEGER, "分", "P37", 1, 1000),
    KnownFigure(D.ASSESSMENT, "evaluation_points", "计入全区综合考评", K.INTEGER, "分", "P43", 0, 100),
    KnownFigure(D.ASSESSMENT, "work_pool", "改革专项工作经费", K.MONEY, "元", "P41"),
    KnownFigure(D.ASSESSMENT, "reward_pool", "改革专项奖励经费", K.MONEY, "元", "P42"),
    KnownFigure(D.ASSESSMENT, "pool_years", "专项经费暂定年限", K.INTEGER, "年", "P41", 1, 10),
    KnownFigure(D.ASSESSMENT, "pool_scope", "专项经费口径（每年或两年合计，由区财政局确认）", K.TEXT, "", "P41"),
    KnownFigure(D.ASSESSMENT, "base_shares", "工作经费基础保障比例（按街道顺序）", K.SHARES, "%", "P41"),
    KnownFigure(D.ASSESSMENT, "reward_shares", "奖励经费按名次比例", K.SHARES, "%", "P42"),
    KnownFigure(D.ASSESSMENT, "objection_days", "考核申诉答复期限", K.INTEGER, "工作日", "P40", 1, 60),
    KnownFigure(D.ASSESSMENT, "assessment_prefix", "考核文书文号代字", K.TEXT, "", "P40"),
    KnownFigure(D.ASSESSMENT, "ladder_rectification", "问题整改提醒档次", K.TEXT, "天", "P40"),
    KnownFigure(D.ASSESSMENT, "ladder_rectification_check", "整改验收提醒档次", K.TEXT, "天", "P40"),
)  # fmt: skip
register(ParameterRule("assessment_prefix", clean_prefix, PREFIX_RULE.rstrip("。")))
