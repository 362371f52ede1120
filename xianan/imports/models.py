"""Workbooks that people sent in."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from xianan.core import clock
from xianan.organizations.models import District, User

from .choices import UploadState


class Upload(models.Model):
    """A workbook sent in for one owner: checked at once, imported when confirmed.

    The file stays under VAR_DIR/uploads, sealed; of a ``private`` kind, which holds people, only as long
    as it is needed (``path`` is empty then). ``report`` is what the check found, ``base`` a digest of
    the rows it was compared with: a confirm against other rows is refused as stale.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    kind = models.CharField("种类", max_length=40)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    owner = GenericForeignKey("content_type", "object_id")
    filename = models.CharField("文件名", max_length=200)
    path = models.CharField(max_length=300, blank=True, editable=False)
    private = models.BooleanField("含个人信息", default=False, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField("大小")
    state = models.CharField("状态", max_length=10, choices=UploadState.choices, default=UploadState.CHECKED)
    report = models.JSONField("核对结果", default=dict)
    base = models.CharField(max_length=64, blank=True, editable=False)
    job = models.ForeignKey(
        "jobs.Job", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="导入任务"
    )
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", default=clock.now)
    imported_at = models.DateTimeField("导入时间", null=True)

    class Meta:
        verbose_name = "上传的工作簿"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state="imported", imported_at__isnull=False)
                | (~Q(state="imported") & Q(imported_at__isnull=True)),
                name="upload_imported_at_when_imported",
                violation_error_message="已导入的工作簿须有导入时间，未导入的没有。",
            ),
            models.CheckConstraint(
                condition=~Q(state="importing") | Q(job__isnull=False),
                name="upload_importing_by_a_job",
                violation_error_message="导入中的工作簿须有导入任务。",
            ),
            models.UniqueConstraint(
                fields=("content_type", "object_id", "kind"),
                condition=Q(state="importing"),
                name="upload_importing_once",
                violation_error_message="已有一个工作簿正在导入。",
            ),
        ]
        indexes = [
            models.Index(fields=("content_type", "object_id", "-id"), name="upload_of_owner"),
            models.Index(fields=("uploaded_at",), condition=~Q(path=""), name="upload_with_file"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_running(self) -> bool:
        """Whether a job is still to import it; one that was stopped or failed lets it be confirmed again."""
        return self.state == UploadState.IMPORTING and self.job is not None and self.job.is_open

    @property
    def shown_state(self) -> UploadState:
        """The state for a person: one whose job was stopped or failed is only checked."""
        state = UploadState(self.state)
        return UploadState.CHECKED if state == UploadState.IMPORTING and not self.is_running else state
