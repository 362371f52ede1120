import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("jobs", "0001_initial"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
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
                ("kind", models.CharField(max_length=40, verbose_name="种类")),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("object_id", models.BigIntegerField()),
                ("filename", models.CharField(max_length=200, verbose_name="文件名")),
                ("path", models.CharField(blank=True, editable=False, max_length=300)),
                ("private", models.BooleanField(default=False, editable=False, verbose_name="含个人信息")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("size", models.PositiveIntegerField(verbose_name="大小")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checked", "已核对"),
                            ("importing", "导入中"),
                            ("imported", "已导入"),
                            ("replaced", "已被新文件替换"),
                        ],
                        default="checked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("report", models.JSONField(default=dict, verbose_name="核对结果")),
                ("base", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.job",
                        verbose_name="导入任务",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="上传时间")),
                ("imported_at", models.DateTimeField(null=True, verbose_name="导入时间")),
            ],
            options={
                "verbose_name": "上传的工作簿",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["content_type", "object_id", "-id"], name="upload_of_owner"),
                    models.Index(
                        condition=models.Q(("path", ""), _negated=True),
                        fields=["uploaded_at"],
                        name="upload_with_file",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("imported_at__isnull", False), ("state", "imported")),
                            models.Q(
                                models.Q(("state", "imported"), _negated=True), ("imported_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="upload_imported_at_when_imported",
                        violation_error_message="已导入的工作簿须有导入时间，未导入的没有。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "importing"), _negated=True),
                            ("job__isnull", False),
                            _connector="OR",
                        ),
                        name="upload_importing_by_a_job",
                        violation_error_message="导入中的工作簿须有导入任务。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "importing")),
                        fields=("content_type", "object_id", "kind"),
                        name="upload_importing_once",
                        violation_error_message="已有一个工作簿正在导入。",
                    ),
                ],
            },
        ),
    ]
