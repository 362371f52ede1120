"""A correction names events, who decided it and who confirmed it; those there are stand as they were made."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock

PREFIX = "申诉："


def name_answers(apps, schema_editor):
    """The reason of a correction that answers an objection is the answer itself, not its first words."""
    for row in apps.get_model("assessment", "Correction").objects.filter(objection__isnull=False):
        row.reason = row.objection.answer or row.reason.removeprefix(PREFIX)
        row.save(update_fields=["reason"])


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0002_none_due"),
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CorrectionEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_before", models.PositiveIntegerField(verbose_name="原每次扣分（百分之一分）")),
                ("times_before", models.PositiveSmallIntegerField(verbose_name="原次数")),
                ("amount", models.PositiveIntegerField(verbose_name="每次扣分（百分之一分）")),
                ("times", models.PositiveSmallIntegerField(verbose_name="次数")),
                ("cause", models.CharField(blank=True, max_length=300, verbose_name="扣分原因")),
            ],
            options={
                "verbose_name": "扣分更正",
                "ordering": ("correction", "id"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="correction",
            name="correction_changes_and_says_why",
        ),
        migrations.AddField(
            model_name="correction",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="复核时间"),
        ),
        migrations.AddField(
            model_name="correction",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="复核人",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="decided_on",
            field=models.DateField(blank=True, null=True, verbose_name="领导小组决定日期"),
        ),
        migrations.AddField(
            model_name="correction",
            name="decision",
            field=models.CharField(blank=True, max_length=300, verbose_name="领导小组决定"),
        ),
        migrations.AddField(
            model_name="correction",
            name="is_computed",
            field=models.BooleanField(default=False, verbose_name="由扣分事项计算"),
        ),
        migrations.AddField(
            model_name="correction",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "待复核"),
                    ("standing", "已生效"),
                    ("refused", "复核退回"),
                    ("taken_back", "已撤回"),
                ],
                default="standing",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "待复核"),
                    ("standing", "已生效"),
                    ("refused", "复核退回"),
                    ("taken_back", "已撤回"),
                ],
                default="pending",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="verdict",
            field=models.CharField(blank=True, max_length=500, verbose_name="退回或者撤回理由"),
        ),
        migrations.AddField(
            model_name="problem",
            name="correction_note",
            field=models.CharField(blank=True, max_length=500, verbose_name="更正说明"),
        ),
        migrations.AlterField(
            model_name="correction",
            name="made_at",
            field=models.DateTimeField(default=xianan.core.clock.now, verbose_name="登记时间"),
        ),
        migrations.AlterField(
            model_name="correction",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="objection",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="assessment.objection",
                verbose_name="申诉",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="reason",
            field=models.CharField(max_length=1000, verbose_name="更正原因"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("is_computed", True),
                        models.Q(("before", models.F("after")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(("reason", ""), _negated=True),
                ),
                name="correction_changes_and_says_why",
                violation_error_message="更正须改变得分或者扣分事项，并写明原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on__isnull", False), models.Q(("decision", ""), _negated=True)),
                    models.Q(
                        ("checked_by__isnull", True),
                        ("decided_on__isnull", True),
                        ("decision", ""),
                        ("state", "standing"),
                    ),
                    _connector="OR",
                ),
                name="correction_names_decision",
                violation_error_message="更正须写明领导小组决定及其日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_at__isnull", True),
                        ("checked_by__isnull", True),
                        models.Q(
                            ("state__in", ("pending", "taken_back")),
                            models.Q(("decided_on__isnull", True), ("state", "standing")),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                        ("state__in", ("standing", "refused")),
                        models.Q(("checked_by", models.F("made_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="correction_checked_by_second",
                violation_error_message="更正由登记人以外的人员复核。",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("pending", "standing")), ("verdict", "")),
                    models.Q(
                        ("state__in", ("refused", "taken_back")), models.Q(("verdict", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="correction_dropped_says_why",
                violation_error_message="退回、撤回更正须写明理由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")),
                fields=("cycle", "street", "indicator"),
                name="correction_pending_once",
                violation_error_message="该指标已有一项更正待复核。",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("pending", "standing"))),
                fields=("objection",),
                name="correction_once_an_objection",
                violation_error_message="该申诉已有更正。",
            ),
        ),
        migrations.AddField(
            model_name="correctionevent",
            name="correction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="assessment.correction",
                verbose_name="得分更正",
            ),
        ),
        migrations.AddField(
            model_name="correctionevent",
            name="deduction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessment.deduction",
                verbose_name="扣分",
            ),
        ),
        migrations.AddField(
            model_name="correctionevent",
            name="district",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.district",
                verbose_name="行政区",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionevent",
            constraint=models.UniqueConstraint(
                fields=("correction", "deduction"), name="correction_event_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionevent",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThan(
                    django.db.models.expressions.CombinedExpression(
                        models.F("amount"), "*", models.F("times")
                    ),
                    django.db.models.expressions.CombinedExpression(
                        models.F("amount_before"), "*", models.F("times_before")
                    ),
                ),
                name="correction_event_lowers",
                violation_error_message="更正后的扣分须少于原来的扣分。",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), ("cause", ""), ("times", 0)),
                    models.Q(("amount__gt", 0), ("times__gt", 0), models.Q(("cause", ""), _negated=True)),
                    _connector="OR",
                ),
                name="correction_event_cancelled_or_told",
                violation_error_message="减少后的扣分须写明分值、次数和原因。",
            ),
        ),
        migrations.RunPython(name_answers, migrations.RunPython.noop, elidable=True),
    ]
