from __future__ import annotations

from django.db import models
from django.db.models import Q

from xianan.core import clock
from xianan.deadlines.models.deadline import Deadline
from xianan.documents.models import Document
from xianan.organizations.models import District, Organization, User

from ..choices import DeliveryState, OrderKind, OrderState


class Order(models.Model):
    """A supervision order (督办单) to organizations, or a circular (通报) about them, out of overdue rows (P34)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    kind = models.CharField("种类", max_length=8, choices=OrderKind.choices)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="制发单位")
    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文", max_length=3000, blank=True)
    number = models.CharField("文号", max_length=60, blank=True)
    month = models.DateField("月份", null=True, blank=True, help_text="按月自动起草的，为该月第一天")
    answer_by = models.DateField("答复时限")
    state = models.CharField("状态", max_length=8, choices=OrderState.choices, default=OrderState.DRAFT)
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="起草人")
    created_at = models.DateTimeField("起草时间", default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="签发人")
    issued_at = models.DateTimeField("签发时间", null=True)

    class Meta:
        verbose_name = "督办与通报"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("district", "number"), condition=~Q(number=""), name="order_number_once"
            ),
            models.UniqueConstraint(
                fields=("district", "kind", "month"),
                condition=Q(month__isnull=False),
                name="order_month_once",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(document__isnull=False, issued_at__isnull=False),
                name="order_issued_has_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class OrderLine(models.Model):
    """One overdue matter named in an order, as it stood when the order was issued."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name="督办与通报")
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="order_lines", verbose_name="期限")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="责任单位")
    matter = models.CharField("事由", max_length=300)
    clause = models.CharField("条款", max_length=12, blank=True)
    due_on = models.DateField("到期日")
    days_overdue = models.PositiveIntegerField("逾期天数")

    class Meta:
        verbose_name = "督办事项"
        ordering = ("organization__display_order", "due_on", "id")
        constraints = [models.UniqueConstraint(fields=("order", "deadline"), name="order_line_once")]

    def __str__(self) -> str:
        return self.matter


class Delivery(models.Model):
    """One organization's copy: received, answered by a date, the answer accepted or sent back."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    order = models.ForeignKey(Order, models.CASCADE, related_name="deliveries", verbose_name="督办与通报")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="deliveries", verbose_name="收文单位"
    )
    state = models.CharField("状态", max_length=10, choices=DeliveryState.choices, default=DeliveryState.SENT)
    answer_by = models.DateField("答复时限")
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="签收人")
    received_at = models.DateTimeField("签收时间", null=True)
    answer = models.TextField("整改情况", max_length=2000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True)
    remark = models.CharField("审核意见", max_length=300, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审核人")
    closed_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = "送达"
        ordering = ("organization__display_order", "id")
        constraints = [
            models.UniqueConstraint(fields=("order", "organization"), name="delivery_once"),
            models.CheckConstraint(
                condition=~Q(state__in=("answered", "closed")) | ~Q(answer=""),
                name="delivery_answered_has_answer",
                violation_error_message="答复须写明整改情况。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.order}"

    @property
    def issuer_id(self) -> int:
        """The organization that issued the order and judges the answer."""
        return self.order.organization_id


class Accountability(models.Model):
    """A measure of accountability (问责) taken after an order, on record (P34)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="accountabilities", verbose_name="督办与通报"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name="被问责单位"
    )
    person = models.CharField("被问责人", max_length=60, blank=True)
    measure = models.CharField("问责方式", max_length=60, help_text="如通报批评、约谈、责令检查")
    reason = models.CharField("事由", max_length=500)
    decided_by = models.CharField("决定机关", max_length=60)
    decided_on = models.DateField("决定日期")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "问责登记"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.organization} {self.measure}"
