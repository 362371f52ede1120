from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from secondment.choices import ExchangeKind, ExchangeState
from secondment.rules.exchange import Phase, phase_of
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class Exchange(models.Model):
    """Somebody of a street sent up to learn, or of a department sent down to guide (P10).

    How far it has come between registration and report follows from its dates.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    kind = models.CharField("类别", max_length=10, choices=ExchangeKind.choices)
    state = models.CharField(
        "状态", max_length=10, choices=ExchangeState.choices, default=ExchangeState.PLANNED
    )
    department = models.ForeignKey(
        Organization, models.PROTECT, related_name="exchanges_of_department", verbose_name="部门"
    )
    street = models.ForeignKey(
        Organization, models.PROTECT, related_name="exchanges_of_street", verbose_name="街道"
    )
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=60, blank=True)
    mentor = models.CharField(
        "带教人或对接人", max_length=60, help_text="上派学习填部门带教人，下挂指导填街道对接人"
    )
    plan = models.TextField("学习或指导计划", max_length=2000)
    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("结束日期")
    by_liaison = models.BooleanField("通过街道大工委联系制度安排", default=False)
    liaison_contact = models.CharField(
        "大工委联系人", max_length=60, blank=True, help_text="通过街道大工委联系制度安排的填写"
    )
    report_by = models.DateField("总结截止")
    confirmed_on = models.DateField("到岗日期", null=True, blank=True)
    confirmed_at = models.DateTimeField("到岗确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="到岗确认人"
    )
    report = models.TextField("总结", max_length=4000, blank=True)
    reported_on = models.DateField("总结日期", null=True, blank=True)
    reported_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="总结填报人"
    )
    evaluation = models.CharField("接收单位评价", max_length=500, blank=True)
    evaluated_on = models.DateField("评价日期", null=True, blank=True)
    evaluated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="评价人"
    )
    cancelled_reason = models.CharField("取消原因", max_length=300, blank=True)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "上派下挂"
        ordering = ("-starts_on", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="exchange_period",
                violation_error_message="结束日期不能早于起始日期。",
            ),
            models.CheckConstraint(
                condition=Q(state="reported", reported_on__isnull=False) & ~Q(report="")
                | ~Q(state="reported") & Q(reported_on__isnull=True, report=""),
                name="exchange_reported_has_report",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""),
                name="exchange_cancelled_says_why",
                violation_error_message="取消须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(by_liaison=True) & ~Q(liaison_contact="")
                | Q(by_liaison=False, liaison_contact=""),
                name="exchange_liaison_has_contact",
                violation_error_message="通过大工委联系制度安排的须写明联系人。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_on__isnull=False, confirmed_by__isnull=False),
                name="exchange_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(evaluated_on__isnull=True, evaluation="")
                | Q(evaluated_on__isnull=False) & ~Q(evaluation=""),
                name="exchange_evaluation_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=("department", "state"), name="exchange_department"),
            models.Index(fields=("street", "state"), name="exchange_street"),
        ]

    def __str__(self) -> str:
        return f"{self.name}{self.get_kind_display()}"

    @property
    def is_upward(self) -> bool:
        return self.kind == ExchangeKind.UPWARD

    @property
    def sender(self) -> Organization:
        """The organization the person belongs to: it registers and reports."""
        return self.street if self.is_upward else self.department

    @property
    def receiver(self) -> Organization:
        """The organization the person goes to: it confirms arrival and evaluates."""
        return self.department if self.is_upward else self.street

    @property
    def sender_id(self) -> int:
        return self.street_id if self.is_upward else self.department_id

    @property
    def receiver_id(self) -> int:
        return self.department_id if self.is_upward else self.street_id

    def phase(self, today: dt.date | None = None) -> Phase:
        """Return how far it has come on a day (today)."""
        day = today or clock.today()
        return phase_of(self.state, self.starts_on, self.ends_on, self.report_by, day)
