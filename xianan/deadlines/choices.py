"""Enumerations: value, Chinese label, tone of the badge."""

from xianan.core.choices import ToneChoices


class NoticeKind(ToneChoices):
    """Why a person is told something."""

    REMINDER = "reminder", "到期提醒", "amber"
    ESCALATION = "escalation", "逾期报告", "red"
    CHASE = "chase", "催办", "red"
    ORDER = "order", "督办与通报", "red"
    PLAN = "plan", "工作计划", "blue"
    WORK = "work", "工作通知", "blue"
    JOB = "job", "任务结果", "blue"


class MailState(ToneChoices):
    """What became of a message."""

    QUEUED = "queued", "待发", "amber"
    SENT = "sent", "已发", "green"
    FAILED = "failed", "未发出", "red"


class PlanState(ToneChoices):
    """Where a work plan stands."""

    DRAFT = "draft", "起草中", "grey"
    ISSUED = "issued", "已下达", "blue"
    CLOSED = "closed", "已办结", "green"


class NodeState(ToneChoices):
    """How far one node of a plan has come."""

    OPEN = "open", "进行中", "blue"
    REPORTED = "reported", "待确认", "amber"
    CONFIRMED = "confirmed", "已完成", "green"
    CANCELLED = "cancelled", "已取消", "grey"


class OrderKind(ToneChoices):
    """The two papers made of overdue rows."""

    ORDER = "order", "督办单", "amber"
    CIRCULAR = "circular", "通报", "red"


class OrderState(ToneChoices):
    """Where an order stands."""

    DRAFT = "draft", "待签发", "grey"
    ISSUED = "issued", "已送达", "amber"
    CLOSED = "closed", "已办结", "green"


class DeliveryState(ToneChoices):
    """How far one organization has come with an order."""

    SENT = "sent", "待签收", "amber"
    RECEIVED = "received", "待答复", "amber"
    ANSWERED = "answered", "待审核", "blue"
    RETURNED = "returned", "退回重办", "red"
    CLOSED = "closed", "已办结", "green"
