"""The log of everything that was done, read as the timeline of an object."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import models

from xianan.core import clock

from .canonical import canonical_bytes

LONGEST_DETAIL = 300
SHOWN = 3


_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def _words(value: object) -> str:
    day = _DAY.fullmatch(value) if isinstance(value, str) else None
    if day is not None:
        year, month, date = (int(part) for part in day.groups())
        return f"{year}年{month}月{date}日"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)
    return "" if value is None else str(value)


class SentForm(models.Model):
    """A form as a page was sent: the same one sent twice is done once.

    ``answer`` is where the first one led, empty as long as it is in work.
    """

    key = models.CharField("摘要", max_length=64, primary_key=True)
    at = models.DateTimeField("提交时间", default=clock.now)
    answer = models.CharField("去向", max_length=2048, blank=True)
    said = models.JSONField("提示", default=list)

    class Meta:
        verbose_name = "已提交的表单"
        indexes = [models.Index(fields=("at",), name="history_sentform_at")]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One thing that somebody did to one object. Appended, never changed.

    ``seal`` stays empty until the entry is chained into the sealed history.
    """

    district = models.ForeignKey(
        "organizations.District", models.PROTECT, related_name="+", verbose_name="行政区"
    )
    at = models.DateTimeField("时间", default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人"
    )
    actor_name = models.CharField("办理人姓名", max_length=60)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, related_name="+", verbose_name="代表单位"
    )
    action = models.CharField("动作", max_length=60)
    label = models.CharField("办理事项", max_length=200)
    object_type = models.CharField("对象类型", max_length=60)
    object_id = models.BigIntegerField("对象编号")
    object_text = models.CharField("对象", max_length=300)
    changes = models.JSONField("变更", default=dict)
    reason = models.TextField("理由", blank=True)
    request_id = models.CharField("请求编号", max_length=36, blank=True)
    seal = models.BigIntegerField("封存序号", null=True, editable=False)

    class Meta:
        verbose_name = "办理记录"
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("object_type", "object_id", "id"), name="history_entry_object"),
            models.Index(fields=("actor", "-id"), name="history_entry_actor"),
            models.Index(fields=("district", "-id"), name="history_entry_district"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.label}"

    @property
    def detail(self) -> str:
        """What changed, in words for the timeline: 名称：甲 → 乙."""
        return "；".join(self.details)[:LONGEST_DETAIL]

    @property
    def details(self) -> list[str]:
        """What changed, one line a field; what is empty on both sides is left out."""
        lines = []
        for name, pair in self.changes.items():
            if isinstance(pair, list | tuple) and len(pair) == 2:
                old, new = (_words(value) for value in pair)
                if old and new:
                    lines.append(f"{name}：{old} → {new}")
                elif old or new:
                    lines.append(f"{name}：{new}" if new else f"{name}：删去“{old}”")
        return lines

    @property
    def first_details(self) -> str:
        """The changes that a timeline shows at once."""
        return "；".join(self.details[:SHOWN])[:LONGEST_DETAIL]

    @property
    def other_details(self) -> list[str]:
        """The changes beyond these, folded away."""
        return self.details[SHOWN:]

    @property
    def said(self) -> str:
        """The label without the organization's name, which a timeline names before it."""
        place = str(self.organization or "")
        return self.label.removeprefix(place) or self.label if place else self.label

    def canonical(self) -> bytes:
        """Return the bytes that a digest of this entry is taken over."""
        return canonical_bytes(
            {
                "at": self.at,
                "actor": self.actor_id,
                "actor_name": self.actor_name,
                "organization": self.organization_id,
                "district": self.district_id,
                "action": self.action,
                "label": self.label,
                "object": [self.object_type, self.object_id, self.object_text],
                "changes": self.changes,
                "reason": self.reason,
                "request": self.request_id,
            }
        )
