from __future__ import annotations

from django.db import models


class Tries(models.Model):
    """How often something was tried of late. Written by services.tries alone, in one statement a try.

    Subject and owner are digests: neither an address nor what was typed as an account is kept.
    """

    limit = models.CharField("限制", max_length=20)
    subject = models.CharField("对象", max_length=64)
    owner = models.CharField("账号", max_length=64, blank=True)
    number = models.PositiveIntegerField("次数")
    until = models.DateTimeField("计至")

    class Meta:
        verbose_name = "尝试次数"
        constraints = [
            models.UniqueConstraint(fields=("limit", "subject"), name="tries_one_row_a_subject"),
        ]
        indexes = [
            models.Index(fields=("owner",), condition=~models.Q(owner=""), name="tries_owner"),
            models.Index(fields=("until",), name="tries_until"),
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.number}"
