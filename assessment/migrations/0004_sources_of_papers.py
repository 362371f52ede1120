from django.db import migrations

from xianan.documents.older import note_sources, note_superseded


def tell_sources(apps, schema_editor):
    papers = list(
        apps.get_model("assessment", "Paper")
        .objects.exclude(document=None)
        .select_related("version")
        .order_by("version__number")
    )
    note_sources(apps, ((row.document_id, "assessment.resultversion", row.version_id) for row in papers))
    versions = apps.get_model("assessment", "ResultVersion")
    for row in papers:
        later = versions.objects.filter(cycle=row.cycle_id, number__gt=row.version.number).order_by("number")
        after = later.first()
        if after is None:
            continue
        instead = next(
            (
                other.document_id
                for other in papers
                if (other.cycle_id, other.kind, other.street_id) == (row.cycle_id, row.kind, row.street_id)
                and other.version.number > row.version.number
            ),
            None,
        )
        note_superseded(apps, row.document_id, at=after.published_at, by=instead, reason=after.cause)


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_corrections_name_events"), ("documents", "0002_sources")]

    operations = [migrations.RunPython(tell_sources, migrations.RunPython.noop)]
