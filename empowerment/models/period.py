"""Powers through time: who held one from which day to which, as it was known when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from empowerment.powers.model import Empowerment
from xianan.core import clock
from xianan.organizations.models import District, Organization

from ..choices import Party, PeriodSource, PowerState
from .item import Item


class PowerPeriod(models.Model):
    """Days on which a street had a power, in one state and borne by one side (P13).

    ``valid_from`` and ``valid_until`` are the first and the last day, the last one None while it goes on.
    ``known_from`` and ``known_until`` say from which moment on the portal knew it so: a change of what is
    known closes the row and adds others, nothing else of a row is ever written. So what was known at a
    moment is told for ever as it was.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    empowerment = models.ForeignKey(
        Empowerment, models.PROTECT, related_name="periods", verbose_name="街道职权"
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name="事项")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="赋权部门")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    bearer = models.CharField("主体责任", max_length=10, choices=Party.choices)
    state = models.CharField("状态", max_length=12, choices=PowerState.choices)
    valid_from = models.DateField("自")
    valid_until = models.DateField("至", null=True, blank=True)
    known_from = models.DateTimeField("登记时间", default=clock.now)
    known_until = models.DateTimeField("更改时间", null=True, blank=True)
    source = models.CharField("来源", max_length=12, choices=PeriodSource.choices)

    class Meta:
        verbose_name = "职权期间"
        ordering = ("empowerment", "valid_from", "known_from")
        constraints = [
            models.UniqueConstraint(
                fields=("item", "street", "valid_from"),
                condition=Q(known_until__isnull=True),
                name="power_period_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="power_period_forward",
            ),
            models.CheckConstraint(
                condition=Q(known_until__isnull=True) | Q(known_until__gte=F("known_from")),
                name="power_period_known_forward",
            ),
            models.CheckConstraint(
                condition=Q(state="transition", bearer="department") | Q(state="operating", bearer="street"),
                name="power_period_bearer",
            ),
        ]
        indexes = [
            models.Index(fields=("district", "organization", "street"), name="power_period_pair"),
            models.Index(
                fields=("street", "valid_from"),
                condition=Q(known_until__isnull=True),
                name="power_period_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.item} {self.valid_from}至{self.valid_until or ''}"
