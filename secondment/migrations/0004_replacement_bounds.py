import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def bound_demands(apps, schema_editor):
    """Bound the demands there are by the days that a version without these figures has, never before what was agreed."""
    Replacement = apps.get_model("secondment", "Replacement")
    rows = list(Replacement.objects.filter(requested_on__isnull=False))
    for row in rows:
        agreed = row.completed_on or row.successor_by or row.requested_on
        row.leave_by = max(row.requested_on + datetime.timedelta(days=30), row.leaves_on or row.requested_on)
        row.complete_by = max(row.requested_on + datetime.timedelta(days=60), agreed)
    Replacement.objects.bulk_update(rows, ["leave_by", "complete_by"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0001_initial"),
        ("secondment", "0003_sources_of_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="appraisal",
            name="pends_on",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="secondment.replacement",
                verbose_name="未决的替换要求",
            ),
        ),
        migrations.AddField(
            model_name="replacement",
            name="cap_year",
            field=models.CharField(
                choices=[("completion", "替换完成的年度"), ("demand", "提出要求的年度")],
                default="completion",
                max_length=10,
                verbose_name="等次限制计入",
            ),
        ),
        migrations.AddField(
            model_name="replacement",
            name="complete_by",
            field=models.DateField(blank=True, null=True, verbose_name="替换完成不晚于"),
        ),
        migrations.AddField(
            model_name="replacement",
            name="leave_by",
            field=models.DateField(blank=True, null=True, verbose_name="最后一日不晚于"),
        ),
        migrations.AlterField(
            model_name="appraisal",
            name="computed_grade",
            field=models.CharField(
                blank=True,
                choices=[
                    ("excellent", "优秀"),
                    ("competent", "称职（合格）"),
                    ("basic", "基本称职（基本合格）"),
                    ("failed", "不称职（不合格）"),
                    ("pending", "待定"),
                ],
                max_length=12,
                verbose_name="按分数的等次",
            ),
        ),
        migrations.AlterField(
            model_name="appraisal",
            name="grade",
            field=models.CharField(
                blank=True,
                choices=[
                    ("excellent", "优秀"),
                    ("competent", "称职（合格）"),
                    ("basic", "基本称职（基本合格）"),
                    ("failed", "不称职（不合格）"),
                    ("pending", "待定"),
                ],
                max_length=12,
                verbose_name="考核等次",
            ),
        ),
        migrations.AlterField(
            model_name="appraisal",
            name="lowered_to",
            field=models.CharField(
                blank=True,
                choices=[
                    ("excellent", "优秀"),
                    ("competent", "称职（合格）"),
                    ("basic", "基本称职（基本合格）"),
                    ("failed", "不称职（不合格）"),
                    ("pending", "待定"),
                ],
                max_length=12,
                verbose_name="组织部门下调至",
            ),
        ),
        migrations.RunPython(bound_demands, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="appraisal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pends_on__isnull", True), models.Q(("grade", "pending"), _negated=True)),
                    models.Q(
                        ("cap__isnull", True), ("grade__in", ("", "pending")), ("pends_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="appraisal_pending_names_demand",
                violation_error_message="替换要求未决的，等次待定。",
            ),
        ),
        migrations.AddConstraint(
            model_name="replacement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("complete_by__isnull", True),
                        ("leave_by__isnull", True),
                        ("requested_on__isnull", True),
                    ),
                    models.Q(
                        ("complete_by__gte", models.F("requested_on")),
                        ("complete_by__isnull", False),
                        ("leave_by__gte", models.F("requested_on")),
                        ("leave_by__isnull", False),
                        ("requested_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="replacement_requested_is_bounded",
            ),
        ),
    ]
