from xianan.core.choices import ToneChoices


class DocumentKey(ToneChoices):
    """The two documents the portal carries out."""

    PLAN = "plan", "推进街道赋权工作实施方案"
    ASSESSMENT = "assessment", "深化街道管理体制改革工作考核办法"


class ParameterKind(ToneChoices):
    """How a parameter is typed in and checked."""

    INTEGER = "integer", "整数"
    TEXT = "text", "文字"
    SHARES = "shares", "比例"
    MONEY = "money", "金额（元）"
    BOOLEAN = "boolean", "是否"
