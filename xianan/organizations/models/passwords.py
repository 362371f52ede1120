from __future__ import annotations

from django.conf import settings
from django.db import models

from xianan.core import clock


class UsedPassword(models.Model):
    """A password that an account had, as its digest; the last five may not be chosen again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="used_passwords", verbose_name="人员"
    )
    password = models.CharField("密码摘要", max_length=128)
    set_at = models.DateTimeField("设定时间", default=clock.now)

    class Meta:
        verbose_name = "用过的密码"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"
