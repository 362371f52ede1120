import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                (
                    "key",
                    models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name="摘要"),
                ),
                ("at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="提交时间")),
                ("answer", models.CharField(blank=True, max_length=2048, verbose_name="去向")),
                ("said", models.JSONField(default=list, verbose_name="提示")),
            ],
            options={
                "verbose_name": "已提交的表单",
                "indexes": [models.Index(fields=["at"], name="history_sentform_at")],
            },
        ),
        migrations.CreateModel(
            name="Entry",
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
                ("at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="时间")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                ("actor_name", models.CharField(max_length=60, verbose_name="办理人姓名")),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="代表单位",
                    ),
                ),
                ("action", models.CharField(max_length=60, verbose_name="动作")),
                ("label", models.CharField(max_length=200, verbose_name="办理事项")),
                ("object_type", models.CharField(max_length=60, verbose_name="对象类型")),
                ("object_id", models.BigIntegerField(verbose_name="对象编号")),
                ("object_text", models.CharField(max_length=300, verbose_name="对象")),
                ("changes", models.JSONField(default=dict, verbose_name="变更")),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
                ("request_id", models.CharField(blank=True, max_length=36, verbose_name="请求编号")),
                ("seal", models.BigIntegerField(editable=False, null=True, verbose_name="封存序号")),
            ],
            options={
                "verbose_name": "办理记录",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["object_type", "object_id", "id"], name="history_entry_object"),
                    models.Index(fields=["actor", "-id"], name="history_entry_actor"),
                    models.Index(fields=["district", "-id"], name="history_entry_district"),
                ],
            },
        ),
    ]
