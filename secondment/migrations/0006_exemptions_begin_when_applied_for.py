from django.db import migrations, models
from django.db.models import F, Q

import xianan.core.clock

BEFORE_THE_RULE = "追溯规则施行前已确认"


def tell_applications(apps, schema_editor):
    """The day of the application is that of the entry; what counts from an earlier day was agreed to as it is."""
    Exemption = apps.get_model("secondment", "Exemption")
    for row in Exemption.objects.iterator(chunk_size=2000):
        row.applied_on = xianan.core.clock.local_date(row.submitted_at)
        if row.state in ("confirmed", "ended") and row.starts_on < row.applied_on:
            row.backdated, row.backdated_reason = True, BEFORE_THE_RULE
        row.save(update_fields=["applied_on", "backdated", "backdated_reason"])


class Migration(migrations.Migration):
    dependencies = [("secondment", "0005_late_sessions")]

    operations = [
        migrations.AddField(
            "exemption",
            "applied_on",
            models.DateField(default=xianan.core.clock.today, verbose_name="申请日期"),
        ),
        migrations.AddField(
            "exemption", "backdated", models.BooleanField(default=False, verbose_name="追溯至申请之前")
        ),
        migrations.AddField(
            "exemption",
            "backdated_reason",
            models.CharField(blank=True, max_length=300, verbose_name="追溯理由"),
        ),
        migrations.RunPython(tell_applications, migrations.RunPython.noop),
        migrations.AddConstraint(
            "exemption",
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "ended"))
                | Q(starts_on__gte=F("applied_on"))
                | Q(backdated=True),
                name="exemption_not_before_application",
                violation_error_message="豁免不能早于申请之日，区委编办同意追溯的除外。",
            ),
        ),
        migrations.AddConstraint(
            "exemption",
            models.CheckConstraint(
                condition=(Q(backdated=True) & ~Q(backdated_reason=""))
                | Q(backdated=False, backdated_reason=""),
                name="exemption_backdated_says_why",
                violation_error_message="追溯须写明理由。",
            ),
        ),
    ]
