import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("empowerment", "0004_list_stamp"),
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TransitionReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "party",
                    models.CharField(
                        choices=[("department", "赋权部门"), ("street", "承接街道")],
                        max_length=10,
                        verbose_name="评估方",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("ready", "已具备"), ("not_ready", "未具备")],
                        max_length=10,
                        verbose_name="评估意见",
                    ),
                ),
                ("remarks", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("given_at", models.DateTimeField(default=xianan.core.clock.now, verbose_name="填报时间")),
            ],
            options={
                "verbose_name": "过渡期满评估",
                "ordering": ("empowerment_id", "party"),
            },
        ),
        migrations.AddField(
            model_name="empowerment",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="确认时间"),
        ),
        migrations.AddField(
            model_name="empowerment",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="确认人",
            ),
        ),
        migrations.AddField(
            model_name="empowerment",
            name="operating_on",
            field=models.DateField(blank=True, null=True, verbose_name="街道承担主体责任自"),
        ),
        migrations.AddConstraint(
            model_name="empowerment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "operating"), _negated=True),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        ("operating_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="empowerment_operating_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="empowerment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "transition"), _negated=True),
                    models.Q(("confirmed_at__isnull", True), ("operating_on__isnull", True)),
                    _connector="OR",
                ),
                name="empowerment_transition_unconfirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="empowerment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("operating_on__isnull", True),
                    ("operating_on__gt", models.F("transition_until")),
                    _connector="OR",
                ),
                name="empowerment_operating_after_transition",
            ),
        ),
        migrations.AddField(
            model_name="transitionreview",
            name="district",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.district",
                verbose_name="行政区",
            ),
        ),
        migrations.AddField(
            model_name="transitionreview",
            name="empowerment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviews",
                to="empowerment.empowerment",
                verbose_name="街道职权",
            ),
        ),
        migrations.AddField(
            model_name="transitionreview",
            name="given_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="填报人",
            ),
        ),
        migrations.AddConstraint(
            model_name="transitionreview",
            constraint=models.UniqueConstraint(
                fields=("empowerment", "party"), name="transition_review_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="transitionreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verdict", "not_ready"), _negated=True),
                    models.Q(("remarks", ""), _negated=True),
                    _connector="OR",
                ),
                name="transition_review_not_ready_says_why",
                violation_error_message="未具备须写明原因。",
            ),
        ),
    ]
