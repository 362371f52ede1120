from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse

from xianan.core import clock
from xianan.documents.attachments.kinds import by_media_type


class Attachment(models.Model):
    """A file in a slot of some row. Nothing is deleted: a removed one stays on the disk and in the log.

    ``sha256`` and ``size`` are those of the bytes a reader gets; a private one lies encrypted.
    """

    district = models.ForeignKey(
        "organizations.District", models.PROTECT, related_name="+", verbose_name="行政区"
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="对象类型")
    object_id = models.BigIntegerField("对象编号")
    slot = models.CharField("类别", max_length=40)
    filename = models.CharField("文件名", max_length=120)
    path = models.CharField("路径", max_length=255, unique=True, help_text="相对于 VAR_DIR/documents")
    media_type = models.CharField("格式", max_length=100)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    private = models.BooleanField("加密保存", default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="代表单位"
    )
    uploaded_at = models.DateTimeField("上传时间", default=clock.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="移除人",
    )
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        verbose_name = "附件"
        ordering = ("id",)
        constraints = [
            # Its index is the one by which the files of many rows are found.
            models.UniqueConstraint(
                fields=("content_type", "object_id", "slot", "sha256"),
                condition=Q(removed_at__isnull=True),
                name="attachment_once_in_slot",
                violation_error_message="该处已有内容相同的文件。",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_by_somebody",
                violation_error_message="移除附件须记明移除人和时间。",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0) & ~Q(filename=""),
                name="attachment_not_empty",
                violation_error_message="附件不能为空，须有文件名。",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("documents:attachment", args=[self.pk])

    @property
    def inline(self) -> bool:
        """Whether a browser shows it by itself."""
        kind = by_media_type(self.media_type)
        return kind is not None and kind.inline
