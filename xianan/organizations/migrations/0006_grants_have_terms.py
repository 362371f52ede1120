from django.db import migrations, models

import xianan.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("organizations", "0005_person_key"),
    ]

    operations = [
        migrations.AlterUniqueTogether(
            name="districtgrouppermission",
            unique_together=set(),
        ),
        migrations.AlterUniqueTogether(
            name="districtuserpermission",
            unique_together=set(),
        ),
        migrations.AlterUniqueTogether(
            name="organizationgrouppermission",
            unique_together=set(),
        ),
        migrations.AlterUniqueTogether(
            name="organizationuserpermission",
            unique_together=set(),
        ),
        migrations.AddField(
            model_name="districtgrouppermission",
            name="ends_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="districtgrouppermission",
            name="starts_on",
            field=models.DateField(default=xianan.core.clock.today),
        ),
        migrations.AddField(
            model_name="districtuserpermission",
            name="ends_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="districtuserpermission",
            name="starts_on",
            field=models.DateField(default=xianan.core.clock.today),
        ),
        migrations.AddField(
            model_name="organizationgrouppermission",
            name="ends_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="organizationgrouppermission",
            name="starts_on",
            field=models.DateField(default=xianan.core.clock.today),
        ),
        migrations.AddField(
            model_name="organizationuserpermission",
            name="ends_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="organizationuserpermission",
            name="starts_on",
            field=models.DateField(default=xianan.core.clock.today),
        ),
        migrations.AlterUniqueTogether(
            name="districtgrouppermission",
            unique_together={("group", "permission", "content_object", "starts_on")},
        ),
        migrations.AlterUniqueTogether(
            name="districtuserpermission",
            unique_together={("user", "permission", "content_object", "starts_on")},
        ),
        migrations.AlterUniqueTogether(
            name="organizationgrouppermission",
            unique_together={("group", "permission", "content_object", "starts_on")},
        ),
        migrations.AlterUniqueTogether(
            name="organizationuserpermission",
            unique_together={("user", "permission", "content_object", "starts_on")},
        ),
        migrations.AddConstraint(
            model_name="districtgrouppermission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="districtgrouppermission_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="districtuserpermission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="districtuserpermission_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="organizationgrouppermission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="organizationgrouppermission_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="organizationuserpermission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="organizationuserpermission_term",
            ),
        ),
    ]
