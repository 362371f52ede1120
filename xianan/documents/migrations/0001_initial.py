import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                        verbose_name="对象类型",
                    ),
                ),
                ("object_id", models.BigIntegerField(verbose_name="对象编号")),
                ("slot", models.CharField(max_length=40, verbose_name="类别")),
                ("filename", models.CharField(max_length=120, verbose_name="文件名")),
                (
                    "path",
                    models.CharField(
                        help_text="相对于 VAR_DIR/documents", max_length=255, unique=True, verbose_name="路径"
                    ),
                ),
                ("media_type", models.CharField(max_length=100, verbose_name="格式")),
                ("size", models.PositiveIntegerField(verbose_name="字节")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("private", models.BooleanField(default=False, verbose_name="加密保存")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="代表单位",
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="上传时间")),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="移除人",
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="移除时间")),
            ],
            options={
                "verbose_name": "附件",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("content_type", "object_id", "slot", "sha256"),
                        name="attachment_once_in_slot",
                        violation_error_message="该处已有内容相同的文件。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at__isnull", True), ("removed_by__isnull", True)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="attachment_removed_by_somebody",
                        violation_error_message="移除附件须记明移除人和时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0), models.Q(("filename", ""), _negated=True)),
                        name="attachment_not_empty",
                        violation_error_message="附件不能为空，须有文件名。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="organizations.organization",
                        verbose_name="机构",
                    ),
                ),
                ("serial", models.CharField(max_length=40, verbose_name="序列号")),
                ("subject", models.CharField(max_length=200, verbose_name="持有者")),
                ("fingerprint", models.CharField(max_length=64, unique=True, verbose_name="SHA-256 指纹")),
                ("certificate", models.TextField(verbose_name="证书")),
                ("private_key", models.TextField(verbose_name="私钥（加密）")),
                ("not_before", models.DateTimeField(verbose_name="生效时间")),
                ("not_after", models.DateTimeField(verbose_name="到期时间")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="吊销时间")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=xianan.core.clock.now, editable=False, verbose_name="建立时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "证书",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("organization__isnull", False)),
                        fields=("organization",),
                        name="documents_certificate_one_active",
                        violation_error_message="该机构已有在用证书。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("organization__isnull", True)),
                        fields=("district",),
                        name="documents_authority_one_active",
                        violation_error_message="本区已有在用的签发证书。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_active", False), ("revoked_at__isnull", True), _connector="OR"
                        ),
                        name="documents_certificate_revoked_rests",
                        violation_error_message="已吊销的证书不能在用。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="出具机构",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="文种")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="文号")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="核验码")),
                ("template", models.CharField(max_length=120, verbose_name="模板")),
                ("data", models.JSONField(default=dict, verbose_name="内容")),
                ("parties", models.JSONField(default=list, verbose_name="签署方")),
                ("places", models.JSONField(default=dict, verbose_name="签署位置")),
                ("pages", models.PositiveIntegerField(default=0, verbose_name="页数")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="出具人",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=xianan.core.clock.now, editable=False, verbose_name="出具时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "文书",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("district", "number"),
                        name="documents_number_once",
                        violation_error_message="该文号已被使用。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSequence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.district",
                        verbose_name="行政区",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="文种")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="已取号")),
            ],
            options={
                "verbose_name": "文号",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "kind", "year"),
                        name="documents_sequence_once",
                        violation_error_message="该文种本年度的文号已建立。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="documents.document",
                        verbose_name="文书",
                    ),
                ),
                ("sequence", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("label", models.CharField(max_length=40, verbose_name="说明")),
                (
                    "path",
                    models.CharField(
                        help_text="相对于 VAR_DIR/documents", max_length=255, unique=True, verbose_name="路径"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="SHA-256")),
                ("sm3", models.CharField(max_length=64, verbose_name="SM3")),
                ("size", models.PositiveIntegerField(verbose_name="字节")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=xianan.core.clock.now, editable=False, verbose_name="形成时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "文书文件",
                "ordering": ("sequence",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "sequence"),
                        name="documents_file_version_once",
                        violation_error_message="该版本已经存在。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="documents.document",
                        verbose_name="文书",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signature",
                        to="documents.documentfile",
                        verbose_name="签署后的文件",
                    ),
                ),
                ("party", models.CharField(max_length=20, verbose_name="签署方")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="机构",
                    ),
                ),
                ("organization_name", models.CharField(max_length=120, verbose_name="机构名称")),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签署人",
                    ),
                ),
                ("signer_name", models.CharField(max_length=60, verbose_name="签署人姓名")),
                ("signed_at", models.DateTimeField(verbose_name="签署时间")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.certificate",
                        verbose_name="证书",
                    ),
                ),
                ("value_sha256", models.CharField(max_length=64, unique=True, verbose_name="签名值摘要")),
            ],
            options={
                "verbose_name": "签署",
                "ordering": ("signed_at", "id"),
                "constraints": [
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
                ],
            },
        ),
    ]
