from __future__ import annotations

from django.db import models
from django.db.models import Q

from xianan.core import clock


class Certificate(models.Model):
    """A certificate with its key: of an organization, or of the district's authority (no organization).

    The key is encrypted with FIELD_KEY before it comes here. Rows are never deleted: letters signed by
    an old certificate are checked against it for ever.
    """

    district = models.ForeignKey(
        "organizations.District", models.PROTECT, related_name="+", verbose_name="行政区"
    )
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name="机构",
    )
    serial = models.CharField("序列号", max_length=40)
    subject = models.CharField("持有者", max_length=200)
    fingerprint = models.CharField("SHA-256 指纹", max_length=64, unique=True)
    certificate = models.TextField("证书")
    private_key = models.TextField("私钥（加密）")
    not_before = models.DateTimeField("生效时间")
    not_after = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)
    created_at = models.DateTimeField("建立时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = "证书"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("organization",),
                condition=Q(is_active=True, organization__isnull=False),
                name="documents_certificate_one_active",
                violation_error_message="该机构已有在用证书。",
            ),
            models.UniqueConstraint(
                fields=("district",),
                condition=Q(is_active=True, organization__isnull=True),
                name="documents_authority_one_active",
                violation_error_message="本区已有在用的签发证书。",
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(revoked_at__isnull=True),
                name="documents_certificate_revoked_rests",
                violation_error_message="已吊销的证书不能在用。",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_authority(self) -> bool:
        return self.organization_id is None
