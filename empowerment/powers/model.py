"""A power in force in a street, and what both sides state at the end of its transition."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from empowerment.agreements.model import Agreement, AgreementLine
from empowerment.choices import EndGround, Party, PowerState, Readiness
from empowerment.models.item import Item
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class Empowerment(models.Model):
    """A power in force in a street (P13).

    The department bears main responsibility until the day before ``operating_on``, the street from then
    on. That day comes with the confirmation of 区委编办: never before the term is over, and never by
    the mere passing of time. ``ended_from`` is the first day on which the street no longer has the power;
    state 已终止 says that this day is known, also while it is still to come. Who held a power on a day is
    asked of its periods (``PowerPeriod``).
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    item = models.ForeignKey(Item, models.PROTECT, related_name="empowerments", verbose_name="事项")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="赋权部门")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="empowerments", verbose_name="街道")
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="empowerments", verbose_name="承接确认书"
    )
    line = models.OneToOneField(
        AgreementLine, models.PROTECT, related_name="empowerment", verbose_name="确认书事项"
    )
    state = models.CharField("状态", max_length=12, choices=PowerState.choices, default=PowerState.TRANSITION)
    effective_on = models.DateField("生效日期")
    transition_until = models.DateField("过渡期至")
    operating_on = models.DateField("街道承担主体责任自", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    ended_from = models.DateField("终止自", null=True, blank=True)
    end_ground = models.CharField("终止原因", max_length=12, choices=EndGround.choices, blank=True)
    end_reference = models.CharField("终止依据", max_length=120, blank=True)
    end_reason = models.CharField("终止说明", max_length=500, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="终止登记人"
    )
    ended_at = models.DateTimeField("终止登记时间", null=True, blank=True)

    class Meta:
        verbose_name = "街道职权"
        ordering = ("item__number", "street__display_order")
        constraints = [
            models.UniqueConstraint(
                fields=("item", "street"), condition=~Q(state="ended"), name="empowerment_in_force_once"
            ),
            models.CheckConstraint(
                condition=Q(transition_until__gt=models.F("effective_on")),
                name="empowerment_transition_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state="operating")
                | Q(
                    operating_on__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                ),
                name="empowerment_operating_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state="transition") | Q(operating_on__isnull=True, confirmed_at__isnull=True),
                name="empowerment_transition_unconfirmed",
            ),
            models.CheckConstraint(
                condition=Q(operating_on__isnull=True) | Q(operating_on__gt=models.F("transition_until")),
                name="empowerment_operating_after_transition",
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(end_ground=""),
                    ~Q(end_reference=""),
                    state="ended",
                    ended_from__gt=models.F("effective_on"),
                    ended_by__isnull=False,
                    ended_at__isnull=False,
                )
                | Q(
                    ~Q(state="ended"),
                    ended_from__isnull=True,
                    ended_by__isnull=True,
                    ended_at__isnull=True,
                    end_ground="",
                    end_reference="",
                    end_reason="",
                ),
                name="empowerment_end_told_whole",
            ),
        ]
        indexes = [
            models.Index(fields=("street", "state"), name="empowerment_street"),
            models.Index(fields=("organization", "state"), name="empowerment_department"),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.item}"


class TransitionReview(models.Model):
    """What one side states about a power at the end of its transition, as it stands now (P13).

    It may be changed until 区委编办 confirms; the log keeps every statement.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    empowerment = models.ForeignKey(
        Empowerment, models.PROTECT, related_name="reviews", verbose_name="街道职权"
    )
    party = models.CharField("评估方", max_length=10, choices=Party.choices)
    verdict = models.CharField("评估意见", max_length=10, choices=Readiness.choices)
    remarks = models.CharField("说明", max_length=500, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    given_at = models.DateTimeField("填报时间", default=clock.now)

    class Meta:
        verbose_name = "过渡期满评估"
        ordering = ("empowerment_id", "party")
        constraints = [
            models.UniqueConstraint(fields=("empowerment", "party"), name="transition_review_once"),
            models.CheckConstraint(
                condition=~Q(verdict="not_ready") | ~Q(remarks=""),
                name="transition_review_not_ready_says_why",
                violation_error_message="未具备须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()}{self.get_verdict_display()}"
