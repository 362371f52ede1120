import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyVersion",
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
                    "document",
                    models.CharField(
                        choices=[
                            ("plan", "推进街道赋权工作实施方案"),
                            ("assessment", "深化街道管理体制改革工作考核办法"),
                        ],
                        max_length=12,
                        verbose_name="文件",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("issued_on", models.DateField(verbose_name="印发日期")),
                ("valid_from", models.DateField(verbose_name="施行日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("is_example", models.BooleanField(default=False, verbose_name="示例")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
            ],
            options={
                "verbose_name": "政策文件版本",
                "ordering": ("document", "-valid_from"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "document", "valid_from"),
                        name="policy_version_once",
                        violation_error_message="该文件已有同日施行的版本。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="policy_version_period",
                        violation_error_message="有效期截止不能早于施行日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Parameter",
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parameters",
                        to="policy.policyversion",
                        verbose_name="文件版本",
                    ),
                ),
                ("key", models.CharField(max_length=60, verbose_name="键")),
                ("label", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("integer", "整数"),
                            ("text", "文字"),
                            ("shares", "比例"),
                            ("money", "金额（元）"),
                            ("boolean", "是否"),
                        ],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("value", models.JSONField(verbose_name="值")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                ("clause", models.CharField(blank=True, max_length=12, verbose_name="条款")),
                ("minimum", models.IntegerField(blank=True, null=True, verbose_name="最小值")),
                ("maximum", models.IntegerField(blank=True, null=True, verbose_name="最大值")),
                ("display_order", models.PositiveIntegerField(default=100, verbose_name="排序")),
            ],
            options={
                "verbose_name": "参数",
                "ordering": ("version", "display_order", "id"),
                "constraints": [models.UniqueConstraint(fields=("version", "key"), name="parameter_once")],
            },
        ),
    ]
