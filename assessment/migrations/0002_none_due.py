import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="none_due",
            field=models.CharField(
                choices=[
                    ("full", "计满分"),
                    ("spread", "不计，分值由本组其他指标分担"),
                    ("pending", "待定，由领导小组确定"),
                ],
                default="full",
                max_length=8,
                verbose_name="本年度无应办的",
            ),
        ),
        migrations.CreateModel(
            name="NoneDueRuling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "counts_as",
                    models.CharField(
                        choices=[
                            ("full", "计满分"),
                            ("spread", "不计，分值由本组其他指标分担"),
                            ("pending", "待定，由领导小组确定"),
                        ],
                        max_length=8,
                        verbose_name="本年度无应办的",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="领导小组意见")),
                ("recorded_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="登记时间")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rulings",
                        to="assessment.cycle",
                        verbose_name="考核年度",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.indicator",
                        verbose_name="考评指标",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "无应办事项的审定",
                "ordering": ("indicator__group__position", "indicator__position"),
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "indicator"), name="none_due_ruled_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counts_as__in", ("full", "spread")), models.Q(("reason", ""), _negated=True)
                        ),
                        name="none_due_ruling_decides",
                    ),
                ],
            },
        ),
    ]
