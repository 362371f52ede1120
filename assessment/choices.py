"""Enumerations: value, Chinese label, tone of the badge."""

from xianan.core.choices import ToneChoices


class Method(ToneChoices):
    """How an indicator is looked at (P37)."""

    REPORT = "report", "听汇报"
    PAPERS = "papers", "查阅资料"
    VISIT = "visit", "实地查看"


class Mode(ToneChoices):
    """How the points of an indicator come about (P37, P38)."""

    HAND = "hand", "评分人评定", "grey"
    DEDUCTIONS = "deductions", "逐项扣分", "grey"
    RATIO = "ratio", "按比例自动计分", "blue"
    COUNT = "count", "按件数自动扣分", "blue"


class NoneDue(ToneChoices):
    """What a measured indicator counts for a street that owed nothing of it in the year (P38)."""

    FULL = "full", "计满分", "green"
    SPREAD = "spread", "不计，分值由本组其他指标分担", "grey"
    PENDING = "pending", "待定，由领导小组确定", "amber"


class IndicatorKind(ToneChoices):
    """What an indicator counts for: the hundred points, or beside them."""

    NORMAL = "normal", "考评指标", "grey"
    BONUS = "bonus", "加分项", "green"
    PENALTY = "penalty", "扣分项", "red"


class SchemeState(ToneChoices):
    """How far a scoring scheme has come."""

    DRAFT = "draft", "编制中", "amber"
    FROZEN = "frozen", "已启用", "green"


class Phase(ToneChoices):
    """Where the assessment of a year stands (P39, P40)."""

    PREPARING = "preparing", "筹备", "grey"
    SELF_REPORT = "self_report", "街道自评", "blue"
    PAPERS = "papers", "查阅资料", "blue"
    VISITS = "visits", "实地查看", "blue"
    SCORING = "scoring", "评分", "blue"
    LEADING = "leading", "领导小组审定", "amber"
    PUBLICITY = "publicity", "公示与申诉", "amber"
    PUBLISHED = "published", "已公布", "green"
    ARCHIVED = "archived", "已归档", "grey"


class Consolidation(ToneChoices):
    """What two scorers of one indicator come to."""

    MEAN = "mean", "取平均分"
    LEAD = "lead", "以主评人为准"


class ReportState(ToneChoices):
    """How far a street's self-report has come."""

    DRAFT = "draft", "填报中", "amber"
    SUBMITTED = "submitted", "已提交", "green"


class ScoreState(ToneChoices):
    """Whether a scorer has finished an indicator of a street."""

    DRAFT = "draft", "评分中", "amber"
    DONE = "done", "已评定", "green"


class ObjectionState(ToneChoices):
    """What came of an objection (P40)."""

    OPEN = "open", "待答复", "amber"
    UPHELD = "upheld", "维持原分", "grey"
    CORRECTED = "corrected", "已更正", "green"


class CorrectionState(ToneChoices):
    """How far a correction of points has come: one person enters it, a second confirms it (P40)."""

    PENDING = "pending", "待复核", "amber"
    STANDING = "standing", "已生效", "green"
    REFUSED = "refused", "复核退回", "red"
    TAKEN_BACK = "taken_back", "已撤回", "grey"


class ProblemState(ToneChoices):
    """How far the correction of a problem has come (P40)."""

    OPEN = "open", "待整改", "amber"
    HANDED = "handed", "待验收", "blue"
    CLOSED = "closed", "已销号", "green"
    WITHDRAWN = "withdrawn", "已撤销", "grey"


class PracticeState(ToneChoices):
    """How far a street's practice has come on its way to the others (P40)."""

    DRAFT = "draft", "起草中", "amber"
    SUBMITTED = "submitted", "待审核", "blue"
    PUBLISHED = "published", "已发布", "green"
    WITHDRAWN = "withdrawn", "已撤下", "grey"


class PaperKind(ToneChoices):
    """The papers of a published result, in the order in which they are issued (P40)."""

    NOTICE = "notice", "考核结果通报"
    ANNUAL = "annual", "年度考核报告"
    STREET = "street", "考核情况反馈"
    TABLE = "table", "考核得分表"
    FILING = "filing", "备案报告"
    PROBLEMS = "problems", "问题整改清单"


class PaperState(ToneChoices):
    """Whether a paper has been signed off."""

    DRAFT = "draft", "待签发", "amber"
    SIGNED = "signed", "已签发", "green"
