import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xianan.core.clock
from xianan.core.exclusion import forbid_overlaps


def tell_periods(apps, schema_editor):
    """Give each power the periods that its row tells; what was known before is not known any more."""
    Empowerment = apps.get_model("empowerment", "Empowerment")
    PowerPeriod = apps.get_model("empowerment", "PowerPeriod")
    day = datetime.timedelta(days=1)

    def period(power, source, **values):
        return PowerPeriod(
            district_id=power.district_id,
            empowerment=power,
            item_id=power.item_id,
            organization_id=power.organization_id,
            street_id=power.street_id,
            source=source,
            known_from=power.confirmed_at or xianan.core.clock.now(),
            **values,
        )

    rows = []
    for power in Empowerment.objects.iterator(chunk_size=2000):
        last = power.operating_on - day if power.operating_on else None
        rows.append(
            period(
                power,
                "confirmation" if last else "letter",
                state="transition",
                bearer="department",
                valid_from=power.effective_on,
                valid_until=last,
            )
        )
        if power.operating_on:
            rows.append(
                period(
                    power, "confirmation", state="operating", bearer="street", valid_from=power.operating_on
                )
            )
    PowerPeriod.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("empowerment", "0001_initial"),
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "empowerment", "ended_from", models.DateField(blank=True, null=True, verbose_name="终止自")
        ),
        migrations.AddField(
            "empowerment",
            "end_ground",
            models.CharField(
                blank=True,
                choices=[
                    ("decision", "区政府决定"),
                    ("law", "法律法规修改或废止"),
                    ("letter", "双方书面确认"),
                ],
                max_length=12,
                verbose_name="终止原因",
            ),
        ),
        migrations.AddField(
            "empowerment",
            "end_reference",
            models.CharField(blank=True, max_length=120, verbose_name="终止依据"),
        ),
        migrations.AddField(
            "empowerment", "end_reason", models.CharField(blank=True, max_length=500, verbose_name="终止说明")
        ),
        migrations.AddField(
            "empowerment",
            "ended_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="终止登记人",
            ),
        ),
        migrations.AddField(
            "empowerment",
            "ended_at",
            models.DateTimeField(blank=True, null=True, verbose_name="终止登记时间"),
        ),
        migrations.CreateModel(
            name="PowerPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "bearer",
                    models.CharField(
                        choices=[("department", "赋权部门"), ("street", "承接街道")],
                        max_length=10,
                        verbose_name="主体责任",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("transition", "过渡期"), ("operating", "运行"), ("ended", "已终止")],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="自")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="至")),
                ("known_from", models.DateTimeField(default=xianan.core.clock.now, verbose_name="登记时间")),
                ("known_until", models.DateTimeField(blank=True, null=True, verbose_name="更改时间")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("letter", "承接确认书"),
                            ("extension", "延长过渡期"),
                            ("confirmation", "确认衔接完成"),
                            ("end", "终止"),
                            ("correction", "更正"),
                        ],
                        max_length=12,
                        verbose_name="来源",
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
                    "empowerment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="empowerment.empowerment",
                        verbose_name="街道职权",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="empowerment.item",
                        verbose_name="事项",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                        verbose_name="赋权部门",
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
                "verbose_name": "职权期间",
                "ordering": ("empowerment", "valid_from", "known_from"),
                "indexes": [
                    models.Index(fields=["district", "organization", "street"], name="power_period_pair"),
                    models.Index(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=["street", "valid_from"],
                        name="power_period_current",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_until__isnull", True)),
                        fields=("item", "street", "valid_from"),
                        name="power_period_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="power_period_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_until__isnull", True),
                            ("known_until__gte", models.F("known_from")),
                            _connector="OR",
                        ),
                        name="power_period_known_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bearer", "department"), ("state", "transition")),
                            models.Q(("bearer", "street"), ("state", "operating")),
                            _connector="OR",
                        ),
                        name="power_period_bearer",
                    ),
                ],
            },
        ),
        forbid_overlaps(
            "empowerment_powerperiod",
            "power_period_apart",
            "item_id WITH =, street_id WITH =, daterange(valid_from, valid_until, '[]') WITH &&",
            "known_until IS NULL",
        ),
        migrations.AddConstraint(
            "empowerment",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("end_ground", ""), _negated=True),
                        models.Q(("end_reference", ""), _negated=True),
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("ended_from__gt", models.F("effective_on")),
                        ("state", "ended"),
                    ),
                    models.Q(
                        models.Q(("state", "ended"), _negated=True),
                        ("end_ground", ""),
                        ("end_reason", ""),
                        ("end_reference", ""),
                        ("ended_at__isnull", True),
                        ("ended_by__isnull", True),
                        ("ended_from__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="empowerment_end_told_whole",
            ),
        ),
        migrations.RunPython(tell_periods, migrations.RunPython.noop),
    ]
