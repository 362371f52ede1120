import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock


def mark_late_sessions(apps, schema_editor):
    """Sessions that were entered after their quarter need a proof; the streets on their lists are asked."""
    Session = apps.get_model("secondment", "Session")
    Attendance = apps.get_model("secondment", "Attendance")
    StreetConfirmation = apps.get_model("secondment", "StreetConfirmation")

    def quarter(day):
        return day.year, (day.month + 2) // 3

    late = {
        pk: district
        for pk, district, held_on, recorded_at in Session.objects.filter(state="held").values_list(
            "pk", "district_id", "held_on", "recorded_at"
        )
        if quarter(held_on) < quarter(xianan.core.clock.local_date(recorded_at))
    }
    Session.objects.filter(pk__in=late).update(needs_proof=True)
    pairs = (
        Attendance.objects.filter(session__in=late, present=True)
        .order_by("session_id", "street_id")
        .values_list("session_id", "street_id")
        .distinct()
    )
    StreetConfirmation.objects.bulk_create(
        [
            StreetConfirmation(district_id=late[session], session_id=session, street_id=street)
            for session, street in pairs
        ]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0001_initial"),
        ("secondment", "0004_replacement_bounds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "session", "needs_proof", models.BooleanField(default=False, verbose_name="季度结束后补登")
        ),
        migrations.AddConstraint(
            "session",
            models.CheckConstraint(
                condition=models.Q(needs_proof=False) | models.Q(state="held"),
                name="session_proven_when_held",
            ),
        ),
        migrations.CreateModel(
            name="StreetConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待街道确认"),
                            ("confirmed", "街道已确认"),
                            ("denied", "街道不予确认"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=xianan.core.clock.now, verbose_name="送请确认时间"),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="街道办理时间"),
                ),
                (
                    "denied_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="不予确认的理由"),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="街道经办人",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="secondment.session",
                        verbose_name="培训场次",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="街道",
                    ),
                ),
            ],
            options={
                "verbose_name": "街道参训确认",
                "ordering": ("street__display_order", "id"),
                "indexes": [models.Index(fields=["street", "state"], name="street_confirmation_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "street"), name="street_confirmation_once"),
                    models.CheckConstraint(
                        condition=models.Q(state="asked", answered_by__isnull=True, answered_at__isnull=True)
                        | (
                            ~models.Q(state="asked")
                            & models.Q(answered_by__isnull=False, answered_at__isnull=False)
                        ),
                        name="street_confirmation_answered_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=(models.Q(state="denied") & ~models.Q(denied_reason=""))
                        | (~models.Q(state="denied") & models.Q(denied_reason="")),
                        name="street_confirmation_denied_says_why",
                        violation_error_message="不予确认须写明理由。",
                    ),
                ],
            },
        ),
        migrations.RunPython(mark_late_sessions, migrations.RunPython.noop),
    ]
