import datetime

from django.db import migrations, models

TOLD = {
    ("secondment.secondment", "secondment.membership"): ("Secondment", "membership_at"),
    ("secondment.secondment", "secondment.finished"): ("Secondment", "ended_at"),
    ("secondment.secondment", "secondment.transferred"): ("Secondment", "ended_at"),
    ("secondment.secondment", "secondment.replaced"): ("Secondment", "ended_at"),
    ("secondment.exemption", "exemption.ended"): ("Exemption", "ended_at"),
    ("secondment.exchange", "exchange.confirmed"): ("Exchange", "confirmed_at"),
}
"""Which entries of the log tell when a day was entered; of several the last holds."""


def tell_days(apps, schema_editor):
    """Take the days of entry from the log; what it does not tell stays empty."""
    Entry = apps.get_model("history", "Entry")

    def told(kind, action, *fields):
        entries = Entry.objects.filter(object_type=kind, action=action).order_by("pk")
        return entries.values_list("object_id", *fields)

    for (kind, action), (model, field) in TOLD.items():
        rows = apps.get_model("secondment", model).objects
        for key, at in told(kind, action, "at"):
            rows.filter(pk=key).update(**{field: at})
    services = apps.get_model("secondment", "Secondment").objects
    for key, at, changes in told("secondment.secondment", "secondment.extended", "at", "changes"):
        before = datetime.date.fromisoformat(changes["期满之日"][0])
        services.filter(pk=key).update(extended_from=before + datetime.timedelta(days=1), extended_at=at)


def moment(label):
    return models.DateTimeField(blank=True, null=True, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0001_initial"),
        ("secondment", "0006_exemptions_begin_when_applied_for"),
    ]

    operations = [
        migrations.AddField("exchange", "confirmed_at", moment("到岗确认时间")),
        migrations.AddField("exemption", "ended_at", moment("终止登记时间")),
        migrations.AddField("secondment", "ended_at", moment("结束登记时间")),
        migrations.AddField("secondment", "extended_at", moment("延长登记时间")),
        migrations.AddField(
            "secondment",
            "extended_from",
            models.DateField(blank=True, help_text="最近一次延长的第一日", null=True, verbose_name="延长自"),
        ),
        migrations.AddField("secondment", "membership_at", moment("转入登记时间")),
        migrations.RunPython(tell_days, migrations.RunPython.noop),
    ]
