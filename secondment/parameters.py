"""What the policy's figures that this app reads are called and must be."""

from __future__ import annotations

import datetime as dt
from typing import Any

from secondment.choices import CapYear
from secondment.rules.training import plan_due
from secondment.selectors.figures import CAP_YEAR
from xianan.organizations.choices import Duty
from xianan.policy.choices import DocumentKey as D
from xianan.policy.choices import ParameterKind as K
from xianan.policy.parameters import KnownFigure, ParameterRule, declare, register

CAP_YEAR_RULE = "只由区委组织部依据文件确定；此后提出的替换要求按新口径，已提出的不变"
DAY_RULE = "写作月-日，如 01-31"


def clean_day(value: Any) -> str:
    """Return month and day as they are stored. Raises ValueError with a Chinese sentence."""
    text = str(value).strip()
    try:
        day = plan_due(2001, text, dt.date.min)
    except ValueError:
        raise ValueError(f"“{text}”不是月和日，{DAY_RULE}。") from None
    return f"{day:%m-%d}"


def clean_cap_year(value: Any) -> str:
    """Return what 当年 of P32 means, of the two there are. Raises ValueError with a Chinese sentence."""
    if value not in CapYear.labels:
        raise ValueError(f"“{value}”不在可选之列，须为“{'”或“'.join(CapYear.labels)}”。")
    return str(value)


declare(
    KnownFigure(D.PLAN, "seconded_per_street", "每个街道下沉人员", K.INTEGER, "人", "P11", 0, 50),
    KnownFigure(D.PLAN, "seconded_age_limit", "下沉人员一般不超过", K.INTEGER, "周岁", "P12", 18, 70),
    KnownFigure(D.PLAN, "service_months", "下沉时间不少于", K.INTEGER, "月", "P12", 1, 120),
    KnownFigure(D.PLAN, "trainings_per_quarter", "每季度培训不少于", K.INTEGER, "次", "P14", 0, 20),
    KnownFigure(D.PLAN, "appraisal_shares", "年度考核占比（街道：派出部门）", K.SHARES, "%", "P30"),
    KnownFigure(D.PLAN, "leaving_days", "下沉期满提前提示", K.INTEGER, "日", "P11", 1, 365),
    KnownFigure(D.PLAN, "gap_days", "缺员补派期限", K.INTEGER, "日", "P11", 1, 365),
    KnownFigure(D.PLAN, "arrival_days", "街道确认到岗期限", K.INTEGER, "工作日", "P11", 1, 60),
    KnownFigure(D.PLAN, "replacement_days", "替换要求答复期限", K.INTEGER, "工作日", "P32", 1, 60),
    KnownFigure(D.PLAN, "replacement_leave_days", "被替换人员最后一日不晚于提出要求后", K.INTEGER, "日", "P32", 1, 180),
    KnownFigure(D.PLAN, "replacement_successor_days", "接任人员到岗不晚于提出要求后", K.INTEGER, "日", "P32", 1, 180),
    KnownFigure(D.PLAN, CAP_YEAR, "等次限制计入的年度（因不服从管理被替换）", K.TEXT, "", "P32"),
    KnownFigure(D.PLAN, "proposal_days", "人事建议答复期限", K.INTEGER, "工作日", "P48", 1, 60),
    KnownFigure(D.PLAN, "appraisal_days", "年度考核评分期限", K.INTEGER, "日", "P30", 1, 120),
    KnownFigure(D.PLAN, "grade_excellent", "评为优秀不低于", K.INTEGER, "分", "P30", 1, 100),
    KnownFigure(D.PLAN, "grade_competent", "评为称职（合格）不低于", K.INTEGER, "分", "P30", 1, 100),
    KnownFigure(D.PLAN, "grade_basic", "评为基本称职（基本合格）不低于", K.INTEGER, "分", "P30", 1, 100),
    KnownFigure(D.PLAN, "excellent_share", "优秀等次比例不超过", K.INTEGER, "%", "P30", 0, 100),
    KnownFigure(D.PLAN, "training_plan_until", "年度培训计划提交截止（月-日）", K.TEXT, "", "P14"),
    KnownFigure(D.PLAN, "ladder_secondment_end", "下沉期满提醒档次", K.TEXT, "天", "P12"),
    KnownFigure(D.PLAN, "ladder_certificate_end", "执法证到期提醒档次", K.TEXT, "天", "P12"),
    KnownFigure(D.PLAN, "ladder_training_quarter", "季度培训提醒档次", K.TEXT, "天", "P14"),
    KnownFigure(D.PLAN, "ladder_training_plan", "年度培训计划提醒档次", K.TEXT, "天", "P14"),
    KnownFigure(D.PLAN, "exchange_report_days", "上派下挂结束后报送总结期限", K.INTEGER, "日", "P10", 1, 90),
    KnownFigure(D.PLAN, "ladder_exchange_report", "上派下挂总结提醒档次", K.TEXT, "天", "P10"),
)  # fmt: skip
register(ParameterRule("training_plan_until", clean_day, DAY_RULE))
register(
    ParameterRule(
        CAP_YEAR,
        clean_cap_year,
        CAP_YEAR_RULE,
        options=tuple(map(str, CapYear.labels)),
        right="manage_appraisal",
        duty=Duty.PARTY_ORGANIZATION,
        documented=True,
    )
)
