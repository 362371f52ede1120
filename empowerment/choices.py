"""Enumerations: value, Chinese label, tone of the badge."""

from xianan.core.choices import ToneChoices


class Source(ToneChoices):
    """Where a power comes from (P06, P07)."""

    GUIDE = "guide", "省指导清单", "blue"
    CITY = "city", "市直下放", "amber"
    DISTRICT = "district", "区直", "grey"


class FilingState(ToneChoices):
    """At which desk a filing lies (P01, P02)."""

    DRAFT = "draft", "起草中", "grey"
    ESTABLISHMENT = "establishment", "区委编办审核", "blue"
    JUSTICE = "justice", "区司法局审核", "blue"
    DELIBERATION = "deliberation", "待区政府审议", "amber"
    DECIDED = "decided", "已办结", "green"


class LineState(ToneChoices):
    """What became of one item of a filing."""

    DRAFT = "draft", "起草中", "grey"
    REVIEW = "review", "审核中", "blue"
    RETURNED = "returned", "已退回", "red"
    DEFERRED = "deferred", "暂缓", "grey"
    PASSED = "passed", "已列入清单", "green"


class Desk(ToneChoices):
    """Who gives an opinion on an item (P02)."""

    ESTABLISHMENT = "establishment", "区委编办"
    JUSTICE = "justice", "区司法局"
    GOVERNMENT = "government", "区人民政府"


class Verdict(ToneChoices):
    """An opinion on an item."""

    PASS = "pass", "通过", "green"
    RETURN = "return", "退回", "red"
    DEFER = "defer", "暂缓", "grey"


class Change(ToneChoices):
    """How an entry of a list version differs from the version before."""

    ADDED = "added", "新增", "green"
    CHANGED = "changed", "变更", "amber"
    KEPT = "kept", "保留", "grey"


class ClaimState(ToneChoices):
    """With whom a claim lies: with the clerk, or submitted by the head of the street."""

    OPEN = "open", "待提交", "amber"
    SUBMITTED = "submitted", "已提交", "green"


class Decision(ToneChoices):
    """What a street says to an item (P07)."""

    PENDING = "pending", "未处理", "amber"
    CLAIMED = "claimed", "认领", "green"
    DECLINED = "declined", "不认领", "red"
    DEFERRED = "deferred", "暂缓", "grey"


class AgreementState(ToneChoices):
    """How far a confirmation agreement has come (P09)."""

    SENT = "sent", "待甲方签署", "amber"
    SIGNED = "signed", "待乙方签署", "amber"
    EFFECTIVE = "effective", "已生效", "green"
    REFUSED = "refused", "已拒签", "red"
    WITHDRAWN = "withdrawn", "已撤回", "grey"


class PowerState(ToneChoices):
    """Who bears a power in a street (P13)."""

    TRANSITION = "transition", "过渡期", "blue"
    OPERATING = "operating", "运行", "green"
    ENDED = "ended", "已终止", "grey"


class EndGround(ToneChoices):
    """What a power ends by: its date is that of the decision, the law or the letter."""

    DECISION = "decision", "区政府决定"
    LAW = "law", "法律法规修改或废止"
    LETTER = "letter", "双方书面确认"


class PeriodSource(ToneChoices):
    """By what a period of a power came to be as it is."""

    LETTER = "letter", "承接确认书"
    EXTENSION = "extension", "延长过渡期"
    CONFIRMATION = "confirmation", "确认衔接完成"
    END = "end", "终止"
    CORRECTION = "correction", "更正"


class Party(ToneChoices):
    """The two sides of a power: who gave it and who takes it over (P09, P13)."""

    DEPARTMENT = "department", "赋权部门"
    STREET = "street", "承接街道"


class Readiness(ToneChoices):
    """What a side states at the end of a transition (P13)."""

    READY = "ready", "已具备", "green"
    NOT_READY = "not_ready", "未具备", "red"


class Legality(ToneChoices):
    """The standing mark of an item that 区司法局 looks at again, and what it found."""

    NONE = "none", "不须复核"
    PENDING = "pending", "待合法性复核", "amber"
    REVISE = "revise", "合法性复核须修改", "red"
    PASSED = "passed", "合法性复核通过", "green"
