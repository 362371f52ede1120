from django.db import migrations

from xianan.documents.older import note_sources


def tell_sources(apps, schema_editor):
    rows = apps.get_model("deadlines", "OrderLine").objects.exclude(order__document=None)
    note_sources(
        apps,
        (
            (document, "deadlines.deadline", deadline)
            for document, deadline in rows.values_list("order__document", "deadline")
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_initial"), ("documents", "0002_sources")]

    operations = [migrations.RunPython(tell_sources, migrations.RunPython.noop)]
