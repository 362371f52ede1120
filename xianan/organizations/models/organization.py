from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from xianan.core import clock
from xianan.organizations.choices import Duty, Kind, Standing

__all__ = ["District", "Kind", "Organization", "active", "ceased"]


def active(on: dt.date | None = None, at: str = "", *, until: dt.date | None = None) -> Q:
    """Return the condition that an organization exists on a day (today), or on any day from it ``until``.

    ``at`` is the way to it from other rows: "organization". The one place that says so in SQL, as
    ``Organization.is_active_on`` does in Python.
    """
    day, way = on or clock.today(), f"{at}__" if at else ""
    founded = Q(**{f"{way}active_from__isnull": True}) | Q(**{f"{way}active_from__lte": until or day})
    there = Q(**{f"{way}active_until__isnull": True}) | Q(**{f"{way}active_until__gte": day})
    return founded & there


def ceased(on: dt.date | None = None) -> Q:
    """Return the condition that an organization's last day lies before a day (today)."""
    return Q(active_until__lt=on or clock.today())


class District(models.Model):
    """A district that carries out the policy; every business row belongs to one."""

    code = models.CharField("行政区划代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=20, help_text="用于标题，如“咸安区”")
    portal_name = models.CharField("平台名称", max_length=60, default="街道赋权工作平台")

    class Meta:
        verbose_name = "行政区"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.short_name

    @property
    def district_id(self) -> int:
        """Itself, so that a right is asked about a district as about any row in it."""
        return self.pk


class Organization(models.Model):
    """A department, an office, a street or a street's 司法所, from its first day to its last, both inclusive.

    Without days it was there ever since and goes on. One that ceased acts no more and stays in what was.
    A street never gives powers away (P27): it can't be ``empowering``, in the database too.
    """

    district = models.ForeignKey(
        District, models.PROTECT, related_name="organizations", verbose_name="行政区"
    )
    name = models.CharField("名称", max_length=60)
    full_name = models.CharField("全称", max_length=120, blank=True, help_text="文书落款使用，留空同名称")
    short_name = models.CharField("简称", max_length=20, blank=True)
    aliases = models.JSONField("别名", default=list, blank=True, help_text="表格中可能出现的其他叫法")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    duty = models.CharField("全区职责", max_length=24, choices=Duty.choices, blank=True)
    empowering = models.BooleanField("赋权部门", default=False)
    code = models.CharField("代码", max_length=20, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级机构"
    )
    display_order = models.PositiveIntegerField("排序", default=1000)
    active_from = models.DateField("成立日期", null=True, blank=True)
    active_until = models.DateField("撤销日期", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="承接机构"
    )

    class Meta:
        verbose_name = "机构"
        ordering = ("display_order", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(active_from__isnull=True)
                | Q(active_until__isnull=True)
                | Q(active_until__gte=F("active_from")),
                name="organization_days",
                violation_error_message="撤销日期不能早于成立日期。",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(active_until__isnull=False),
                name="organization_successor_of_ceased",
                violation_error_message="没有撤销的机构没有承接机构。",
            ),
            models.CheckConstraint(
                condition=~Q(successor=F("id")),
                name="organization_not_own_successor",
                violation_error_message="承接机构不能是本机构。",
            ),
            models.UniqueConstraint(
                fields=("district", "name"),
                name="organization_name_once",
                violation_error_message="本区已有同名机构。",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("street", "station")) | Q(empowering=False),
                name="organization_street_never_gives",
                violation_error_message="街道不得再将承接的权限赋予其他组织或者个人，不能设为赋权部门。",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="organization_not_own_parent",
                violation_error_message="上级机构不能是本机构。",
            ),
            models.UniqueConstraint(
                fields=("district", "credit_code"),
                condition=~Q(credit_code=""),
                name="organization_credit_code_once",
                violation_error_message="该统一社会信用代码已被其他机构使用。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one: 温泉 for 温泉街道."""
        return self.short_name or self.name

    @property
    def choice_label(self) -> str:
        """The name where one is picked, with what keeps it from acting today: 区旧局（已撤销）."""
        return self.name if self.is_active else f"{self.name}（{self.standing.label}）"

    @property
    def formal_name(self) -> str:
        """The name that a document is signed with."""
        return self.full_name or self.name

    @property
    def is_street(self) -> bool:
        return self.kind == Kind.STREET

    def is_active_on(self, day: dt.date) -> bool:
        """Whether it exists on a day: whether anybody may act for it."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_until is None or day <= self.active_until
        )

    @property
    def is_active(self) -> bool:
        """Whether it exists today."""
        return self.is_active_on(clock.today())

    @property
    def standing(self) -> Standing:
        """What it is today: to come, there, or ceased."""
        if self.is_active:
            return Standing.ACTIVE
        today = clock.today()
        return (
            Standing.CEASED
            if self.active_until is not None and self.active_until < today
            else Standing.COMING
        )
