"""Enumerations: value, Chinese label, tone of the badge."""

from xianan.core.choices import ToneChoices


class Track(ToneChoices):
    """Under which ladder of grades a person is appraised (P30, P32)."""

    CIVIL = "civil", "公务员", "blue"
    INSTITUTION = "institution", "事业人员", "grey"


class Membership(ToneChoices):
    """Which organizational membership moves into the street (P31)."""

    PARTY = "party", "党组织关系", "red"
    LEAGUE = "league", "团组织关系", "amber"
    NONE = "none", "无党（团）组织关系", "grey"


class Funding(ToneChoices):
    """Who pays a seconded person: only the sending department may (P28)."""

    DEPARTMENT = "department", "派出部门预算", "green"
    STREET = "street", "街道承担", "red"
    OTHER = "other", "其他来源", "red"


class SecondmentState(ToneChoices):
    """How far a person's secondment in a street has come (P11, P12)."""

    APPROVAL = "approval", "待编办同意", "amber"
    REFUSED = "refused", "编办未同意", "red"
    REGISTERED = "registered", "待确认到岗", "amber"
    SERVING = "serving", "在岗", "green"
    ENDED = "ended", "已结束", "grey"
    CANCELLED = "cancelled", "已撤销", "grey"


class EndKind(ToneChoices):
    """Why a secondment ended."""

    EXPIRED = "expired", "期满返回"
    EARLY = "early", "提前结束"
    TRANSFER = "transfer", "调整到其他街道"
    REPLACED = "replaced", "应街道要求替换"


class ExemptionKind(ToneChoices):
    """Why a department need not second anybody to a street (P11)."""

    STATIONED = "stationed", "派驻机构豁免", "grey"
    PRINCIPLE = "principle", "“原则上”之外的例外", "blue"


class ExemptionState(ToneChoices):
    """How far an exemption has come."""

    SUBMITTED = "submitted", "待编办确认", "amber"
    CONFIRMED = "confirmed", "已确认", "green"
    REFUSED = "refused", "未予确认", "red"
    WITHDRAWN = "withdrawn", "已撤回", "grey"
    ENDED = "ended", "已终止", "grey"


class CoverState(ToneChoices):
    """How a department covers a street on a day (P11)."""

    ENOUGH = "enough", "达标", "green"
    MISSING = "missing", "缺员", "red"
    LEAVING = "leaving", "即将期满", "amber"
    STATIONED = "stationed", "派驻豁免", "grey"
    PRINCIPLE = "principle", "例外", "blue"
    NOT_APPLICABLE = "not_applicable", "不适用", "grey"
    NONE = "none", "无职权", "grey"


class ReplacementKind(ToneChoices):
    """Why a street asks for a replacement (P32); only the first caps the year's grade."""

    DISOBEDIENCE = "disobedience", "不服从街道管理", "red"
    OTHER = "other", "其他事由", "grey"


class ReplacementState(ToneChoices):
    """How far a replacement has come (P32)."""

    DRAFT = "draft", "起草中", "grey"
    REQUESTED = "requested", "待部门答复", "amber"
    ACCEPTED = "accepted", "待接任人员到岗", "amber"
    COMPLETED = "completed", "已替换", "green"
    DECLINED = "declined", "部门说明不予替换", "red"
    WITHDRAWN = "withdrawn", "街道已撤回", "grey"


# ---- Two-way appraisal (P30, P32) --------------------------------------------------------------------


class Side(ToneChoices):
    """Who scores: the street where somebody serves, and the department that sent them (P30)."""

    STREET = "street", "街道", "green"
    DEPARTMENT = "department", "派出部门", "blue"


class SchemeState(ToneChoices):
    """How far the rules of an appraisal have come."""

    DRAFT = "draft", "起草中", "grey"
    CONSULTING = "consulting", "征求意见", "amber"
    IN_FORCE = "in_force", "现行", "green"
    SUPERSEDED = "superseded", "已被替代", "grey"


class CommentAnswer(ToneChoices):
    """What became of a comment on the rules."""

    OPEN = "open", "未答复", "amber"
    ADOPTED = "adopted", "采纳", "green"
    DECLINED = "declined", "未采纳", "grey"


class RoundState(ToneChoices):
    """Whether a year's appraisal is still going on."""

    OPEN = "open", "进行中", "amber"
    CLOSED = "closed", "已办结", "green"


class SideState(ToneChoices):
    """How far one side of a form has come. A side that lacks is 未完成, never zero."""

    DRAFT = "draft", "未完成", "amber"
    SUBMITTED = "submitted", "待审定", "blue"
    SIGNED = "signed", "已审定", "green"


class CapYear(ToneChoices):
    """In which year the cap of P32 falls (当年)."""

    COMPLETION = "completion", "替换完成的年度"
    DEMAND = "demand", "提出要求的年度"


class Grade(ToneChoices):
    """The grade by the ladder of 公务员; ``rules.appraisal.grade_word`` has both ladders."""

    EXCELLENT = "excellent", "优秀", "green"
    COMPETENT = "competent", "称职（合格）", "blue"
    BASIC = "basic", "基本称职（基本合格）", "amber"
    FAILED = "failed", "不称职（不合格）", "red"
    PENDING = "pending", "待定", "amber"


# ---- Personnel proposals and personal file (P33, P48) ------------------------------------------------


class ProposalKind(ToneChoices):
    """What a street proposes about a person (P48)."""

    PROMOTE = "promote", "提拔使用", "green"
    COMMEND = "commend", "表彰奖励", "green"
    MOVE = "move", "调整岗位", "amber"
    ADMONISH = "admonish", "诫勉谈话", "red"
    OTHER = "other", "其他", "grey"


class ProposalState(ToneChoices):
    """How far a proposal has come."""

    DRAFT = "draft", "起草中", "grey"
    SENT = "sent", "待答复", "amber"
    ANSWERED = "answered", "已答复", "green"
    WITHDRAWN = "withdrawn", "街道已撤回", "grey"


class AnswerState(ToneChoices):
    """Whether one addressee has answered."""

    OPEN = "open", "待答复", "amber"
    ANSWERED = "answered", "已答复", "green"
    VOID = "void", "已撤回", "grey"


class Verdict(ToneChoices):
    """What an addressee says to a proposal."""

    ADOPTED = "adopted", "采纳", "green"
    PARTLY = "partly", "部分采纳", "blue"
    DECLINED = "declined", "未采纳", "grey"


class OpinionState(ToneChoices):
    """Whether a street has given the opinion it was asked for (P33)."""

    ASKED = "asked", "待街道出具", "amber"
    GIVEN = "given", "已出具", "green"


# ---- Training (P14, P17) -----------------------------------------------------------------------------


class TrainingPlanState(ToneChoices):
    """Where the yearly plan of a department stands."""

    DRAFT = "draft", "制定中", "amber"
    SUBMITTED = "submitted", "已提交", "green"


class SessionKind(ToneChoices):
    """What sort of session it is; the second is 区司法局's."""

    DEPARTMENT = "department", "部门业务培训", "grey"
    JOINT = "joint", "全区执法培训", "blue"
    OTHER = "other", "其他培训", "grey"


class SessionState(ToneChoices):
    """How far a session has come."""

    PLANNED = "planned", "已排期", "blue"
    HELD = "held", "已举办", "green"
    CANCELLED = "cancelled", "已取消", "grey"


class ConfirmationState(ToneChoices):
    """What a street says to a session that was entered after its quarter."""

    ASKED = "asked", "待街道确认", "amber"
    CONFIRMED = "confirmed", "街道已确认", "green"
    DENIED = "denied", "街道不予确认", "red"


class AttendanceSource(ToneChoices):
    """How somebody came on the list of a session."""

    LIST = "list", "名单登记", "grey"
    WORKBOOK = "workbook", "表格导入", "grey"
    CODE = "code", "扫码签到", "blue"


# ---- Upward study and guidance (P10) -----------------------------------------------------------------


class ExchangeKind(ToneChoices):
    """Which way somebody goes: from a street to learn, or from a department to guide."""

    UPWARD = "upward", "上派学习", "blue"
    GUIDANCE = "guidance", "下挂指导", "green"


class ExchangeState(ToneChoices):
    """What is stored of an exchange; how far it has come between follows from its dates."""

    PLANNED = "planned", "已登记", "blue"
    REPORTED = "reported", "已报总结", "green"
    CANCELLED = "cancelled", "已取消", "grey"
