from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import F, Q

from secondment.choices import EndKind, Funding, Membership, SecondmentState, Track
from xianan.core import clock
from xianan.core.fields import EncryptedTextField
from xianan.core.identity import mask_id_number
from xianan.organizations.models import District, Organization, User
from xianan.ui.fields import HasField


class Person(models.Model):
    """Somebody a department seconds to streets: one row however often and wherever he or she serves.

    The identity number is encrypted; ``id_index`` finds the same person again.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="seconded_people", verbose_name="派出部门"
    )
    name = models.CharField("姓名", max_length=40)
    id_number = EncryptedTextField("身份证号码")
    id_index = models.CharField("身份证号码索引", max_length=64, editable=False)
    born_on = models.DateField("出生日期")
    track = models.CharField("编制", max_length=12, choices=Track.choices)
    post = models.CharField("职务", max_length=60, blank=True)
    specialty = models.CharField("专业领域", max_length=60, blank=True)
    certificate_number = models.CharField("执法证号", max_length=40, blank=True)
    certificate_until = models.DateField("执法证有效期至", null=True, blank=True)
    membership = models.CharField(
        "组织关系", max_length=8, choices=Membership.choices, default=Membership.NONE
    )

    class Meta:
        verbose_name = "下沉人员"
        ordering = ("organization__display_order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("district", "id_index"),
                name="person_once",
                violation_error_message="该身份证号码已登记过。",
            ),
            models.CheckConstraint(
                condition=Q(certificate_number="", certificate_until__isnull=True)
                | (~Q(certificate_number="") & Q(certificate_until__isnull=False)),
                name="person_certificate_has_end",
                violation_error_message="执法证号和有效期须一并填写。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_id_number(self) -> str:
        """The identity number as those may see it who have no right to the whole."""
        return mask_id_number(self.id_number)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Label and text of what TOLD names."""
        return [(str(each.field.verbose_name), getattr(self, each.field.name)) for each in TOLD.values()]


TOLD: Mapping[str, HasField] = {"person_post": Person.post, "specialty": Person.specialty}
"""What a department says of a person in a line of text, by its name in forms and workbooks: each stands in form, workbook,
page, file and paper."""


class Secondment(models.Model):
    """One secondment of a person in a street, from the first day to the last, both inclusive (P11, P12).

    It covers the street from ``arrived_on``, which the street confirms. ``planned_until`` is the last
    day of the term; after it nobody is counted, ended or not.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    person = models.ForeignKey(Person, models.PROTECT, related_name="secondments", verbose_name="下沉人员")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="secondments_given", verbose_name="派出部门"
    )
    street = models.ForeignKey(
        Organization, models.PROTECT, related_name="secondments_taken", verbose_name="下沉街道"
    )
    state = models.CharField("状态", max_length=12, choices=SecondmentState.choices)
    starts_on = models.DateField("下沉之日")
    planned_until = models.DateField("期满之日")
    funding = models.CharField("经费来源", max_length=12, choices=Funding.choices, default=Funding.DEPARTMENT)
    post = models.CharField("下沉岗位", max_length=60, blank=True)
    arrived_on = models.DateField("到岗日期", null=True, blank=True)
    arrival_confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="到岗确认人"
    )
    arrival_confirmed_at = models.DateTimeField("到岗确认时间", null=True, blank=True)
    membership_on = models.DateField("组织关系转入日期", null=True, blank=True)
    membership_at = models.DateTimeField("转入登记时间", null=True, blank=True)
    extended_from = models.DateField("延长自", null=True, blank=True, help_text="最近一次延长的第一日")
    extended_at = models.DateTimeField("延长登记时间", null=True, blank=True)
    over_age_reason = models.CharField("超过年龄仍下沉的理由", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="编办经办人"
    )
    decided_at = models.DateTimeField("编办决定时间", null=True, blank=True)
    decision_note = models.CharField("编办意见", max_length=300, blank=True)
    ended_on = models.DateField("最后一日", null=True, blank=True)
    ended_at = models.DateTimeField("结束登记时间", null=True, blank=True)
    end_kind = models.CharField("结束方式", max_length=12, choices=EndKind.choices, blank=True)
    end_reason = models.CharField("结束理由", max_length=300, blank=True)
    continues = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name="接续的下沉",
        help_text="从另一街道调整而来，任期连续计算",
    )
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "下沉"
        ordering = ("organization__display_order", "street__display_order", "-starts_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_until__gt=F("starts_on")),
                name="secondment_period",
                violation_error_message="期满之日须晚于下沉之日。",
            ),
            models.CheckConstraint(
                condition=Q(funding="department"),
                name="secondment_paid_by_department",
                violation_error_message="下沉人员经费由派出部门预算足额保障，不得增加街道负担。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("serving", "ended"))
                | Q(arrived_on__isnull=True, arrival_confirmed_at__isnull=True),
                name="secondment_arrival_makes_serving",
            ),
            models.CheckConstraint(
                condition=~Q(state="serving")
                | Q(arrived_on__isnull=False, arrival_confirmed_by__isnull=False),
                name="secondment_serving_has_arrived",
            ),
            models.CheckConstraint(
                condition=(Q(state="ended") & Q(ended_on__isnull=False) & ~Q(end_kind=""))
                | (~Q(state="ended") & Q(ended_on__isnull=True, end_kind="")),
                name="secondment_end_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(end_kind__in=("", "expired")) | ~Q(end_reason=""),
                name="secondment_early_end_says_why",
                violation_error_message="提前结束须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")),
                name="secondment_ends_after_start",
                violation_error_message="最后一日不能早于下沉之日。",
            ),
        ]
        indexes = [
            models.Index(fields=("organization", "state"), name="secondment_department"),
            models.Index(fields=("street", "state"), name="secondment_street"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.organization}→{self.street}）"
