from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from xianan.core import clock
from xianan.documents.rules import SEALED, show_code


class Document(models.Model):
    """A paper that the portal issued: what it was rendered from, and the code by which anyone checks it.

    ``parties`` is who is to sign, in order: [{"key": "a", "label": "甲方", "organization": 3,
    "name": "…"}]; ``places`` is where on the page, by key.
    """

    district = models.ForeignKey(
        "organizations.District", models.PROTECT, related_name="+", verbose_name="行政区"
    )
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="出具机构",
    )
    kind = models.CharField("文种", max_length=40)
    number = models.CharField("文号", max_length=80, blank=True)
    title = models.CharField("标题", max_length=200)
    code = models.CharField("核验码", max_length=12, unique=True)
    template = models.CharField("模板", max_length=120)
    data = models.JSONField("内容", default=dict)
    parties: Any = models.JSONField("签署方", default=list)
    places: Any = models.JSONField("签署位置", default=dict)
    pages = models.PositiveIntegerField("页数", default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="出具人"
    )
    created_at = models.DateTimeField("出具时间", default=clock.now, editable=False)
    superseded_at = models.DateTimeField("被替代时间", null=True, editable=False)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="replaced", verbose_name="替代文书"
    )
    superseded_reason = models.CharField("被替代原因", max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = "文书"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True, superseded_by__isnull=True, superseded_reason="")
                | (Q(superseded_at__isnull=False) & ~Q(superseded_reason="")),
                name="documents_superseded_says_why",
                violation_error_message="被替代的文书须写明原因。",
            ),
            models.CheckConstraint(
                condition=~Q(superseded_by=models.F("id")), name="documents_not_superseded_by_itself"
            ),
            models.UniqueConstraint(
                fields=("district", "number"),
                condition=~Q(number=""),
                name="documents_number_once",
                violation_error_message="该文号已被使用。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    @property
    def code_shown(self) -> str:
        """The code as it is printed: XA7K-42QD-9F3M."""
        return show_code(self.code)


class DocumentSource(models.Model):
    """A row that a document was told from, and the digest of what it told of it.

    The row is known by model label in lower case and number, as the log knows it.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="sources", verbose_name="文书")
    object_type = models.CharField("来源类型", max_length=60)
    object_id = models.BigIntegerField("来源编号")
    digest = models.CharField("摘要", max_length=64, blank=True, help_text="早于登记来源的文书为空")

    class Meta:
        verbose_name = "文书来源"
        constraints = [
            models.UniqueConstraint(
                fields=("document", "object_type", "object_id"), name="documents_source_once"
            ),
        ]
        indexes = [models.Index(fields=("object_type", "object_id"), name="documents_source_object")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"


class DocumentFile(models.Model):
    """One version of a document's file: the original, then one for each signature. Never overwritten."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="files", verbose_name="文书")
    sequence = models.PositiveSmallIntegerField("版本")
    label = models.CharField("说明", max_length=40)
    path = models.CharField("路径", max_length=255, unique=True, help_text="相对于 VAR_DIR/documents")
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    sm3 = models.CharField("SM3", max_length=64)
    size = models.PositiveIntegerField("字节")
    created_at = models.DateTimeField("形成时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = "文书文件"
        ordering = ("sequence",)
        constraints = [
            models.UniqueConstraint(
                fields=("document", "sequence"),
                name="documents_file_version_once",
                violation_error_message="该版本已经存在。",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def sealed(self) -> bool:
        """Whether it lies encrypted."""
        return self.path.endswith(SEALED)

    @property
    def download_name(self) -> str:
        """The name a browser saves the file under."""
        number = self.document.number or self.document.title
        return f"{number}（{self.label}）.pdf"


class DocumentSignature(models.Model):
    """One party's signature: who, for which organization, when, with which certificate, in which file."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="signatures", verbose_name="文书")
    file = models.OneToOneField(
        DocumentFile, models.PROTECT, related_name="signature", verbose_name="签署后的文件"
    )
    party = models.CharField("签署方", max_length=20)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="机构"
    )
    organization_name = models.CharField("机构名称", max_length=120)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签署人"
    )
    signer_name = models.CharField("签署人姓名", max_length=60)
    signed_at = models.DateTimeField("签署时间")
    certificate = models.ForeignKey(
        "documents.Certificate", models.PROTECT, related_name="+", verbose_name="证书"
    )
    value_sha256 = models.CharField("签名值摘要", max_length=64, unique=True)

    class Meta:
        verbose_name = "签署"
        ordering = ("signed_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("document", "organization"),
                name="documents_signature_once",
                violation_error_message="该机构已经签署。",
            ),
            models.UniqueConstraint(
                fields=("document", "party"),
                name="documents_party_once",
                violation_error_message="该方已经签署。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_name} {self.signer_name}"
