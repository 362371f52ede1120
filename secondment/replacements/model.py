from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import Q

from secondment.choices import CapYear, ReplacementKind, ReplacementState
from secondment.models.people import Secondment
from xianan.core import clock
from xianan.history.models import Entry
from xianan.history.selectors import timeline
from xianan.organizations.models import District, Organization, User


class Replacement(models.Model):
    """A street's demand that a seconded person be replaced (P32).

    From ``requested_on`` on the person is not counted; a successor counts by arriving. A demand that was
    declined or withdrawn lets the person count again from ``released_on``; one that the street insists on
    holds from its first day, as if it had never been declined. Where the ground is 不服从街道管理, a grade is
    capped once the replacement is completed, and 待定 until then: ``rules.replacement`` says of which year.
    ``leave_by``, ``complete_by`` and ``cap_year`` are frozen with the demand.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    secondment = models.ForeignKey(
        Secondment, models.PROTECT, related_name="replacements", verbose_name="被要求替换的下沉"
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="派出部门")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    kind = models.CharField(
        "事由",
        max_length=16,
        choices=ReplacementKind.choices,
        help_text="因不服从街道管理被替换的，当年考核不得评为称职（合格）及以上；其他事由不影响等次",
    )
    facts = models.TextField("事实", max_length=2000, help_text="写明时间、事情和街道已做的工作")
    state = models.CharField(
        "状态", max_length=12, choices=ReplacementState.choices, default=ReplacementState.DRAFT
    )
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间", default=clock.now)
    requested_on = models.DateField("提出日期", null=True, blank=True)
    answer_by = models.DateField("答复截止", null=True, blank=True)
    leave_by = models.DateField("最后一日不晚于", null=True, blank=True)
    complete_by = models.DateField("替换完成不晚于", null=True, blank=True)
    cap_year = models.CharField(
        "等次限制计入", max_length=10, choices=CapYear.choices, default=CapYear.COMPLETION
    )
    released_on = models.DateField("重新计入之日", null=True, blank=True)
    insisted_on = models.DateField("坚持替换日期", null=True, blank=True)
    insist_reason = models.CharField("坚持替换的理由", max_length=500, blank=True)
    leaves_on = models.DateField("被替换人员最后一日", null=True, blank=True)
    successor_by = models.DateField("接任人员到岗期限", null=True, blank=True)
    answer = models.CharField("部门答复", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    successor = models.ForeignKey(
        Secondment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="succeeds",
        verbose_name="接任人员的下沉",
    )
    completed_on = models.DateField("接任到岗日期", null=True, blank=True)

    class Meta:
        verbose_name = "替换要求"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "withdrawn")) | Q(requested_on__isnull=False),
                name="replacement_requested_has_day",
            ),
            models.CheckConstraint(
                condition=Q(requested_on__isnull=True, leave_by__isnull=True, complete_by__isnull=True)
                | Q(
                    requested_on__isnull=False,
                    leave_by__isnull=False,
                    complete_by__isnull=False,
                    leave_by__gte=models.F("requested_on"),
                    complete_by__gte=models.F("requested_on"),
                ),
                name="replacement_requested_is_bounded",
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(successor__isnull=False, completed_on__isnull=False),
                name="replacement_completed_has_successor",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=models.F("secondment")),
                name="replacement_by_somebody_else",
                violation_error_message="接任人员不能是被替换的人。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "completed"))
                | Q(leaves_on__isnull=False, successor_by__isnull=False),
                name="replacement_accepted_says_when",
                violation_error_message="同意替换须写明最后一日和接任人员到岗期限。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("declined", "withdrawn"))
                | Q(released_on__isnull=False)
                | Q(requested_on__isnull=True),
                name="replacement_released_has_day",
            ),
            models.UniqueConstraint(
                fields=("successor",),
                condition=Q(state__in=("accepted", "completed")),
                name="replacement_successor_once",
                violation_error_message="该人员已接任另一项替换。",
            ),
            models.UniqueConstraint(
                fields=("secondment",),
                condition=Q(state__in=("draft", "requested", "accepted", "declined")),
                name="replacement_open_once",
                violation_error_message="对该人员已有一项替换要求在办理。",
            ),
        ]
        indexes = [
            models.Index(fields=("organization", "state"), name="replacement_department"),
            models.Index(fields=("street", "state"), name="replacement_street"),
        ]

    def __str__(self) -> str:
        return f"替换要求（{self.secondment}）"

    @cached_property
    def entries(self) -> list[Entry]:
        """Its log as it was when first asked for, newest first: its page needs it besides."""
        return list(timeline(self))

    @property
    def demanded_by(self) -> set[int | None]:
        """The accounts that have drafted it, made it or insisted on it."""
        asking = ("replacement.requested", "replacement.insisted")
        return {self.drafted_by_id, *(entry.actor_id for entry in self.entries if entry.action in asking)}
