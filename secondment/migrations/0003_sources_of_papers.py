from django.db import migrations

from xianan.documents.older import note_sources, note_superseded


def tell_sources(apps, schema_editor):
    prints = list(apps.get_model("secondment", "AppraisalPrint").objects.select_related("appraisal"))
    files = apps.get_model("secondment", "FilePrint").objects.values_list("document", "person")
    found = [(row.document_id, "secondment.appraisal", row.appraisal_id) for row in prints]
    found += [(document, "secondment.person", person) for document, person in files]
    papers = apps.get_model("documents", "Document").objects
    for kind, key, label in (
        ("appraisal_results", "round", "secondment.appraisalround"),
        ("proposal_sheet", "proposal", "secondment.proposal"),
    ):
        for document, data in papers.filter(kind=kind).values_list("pk", "data"):
            if data.get(key) is not None:
                found.append((document, label, data[key]))
    note_sources(apps, found)
    corrected = apps.get_model("secondment", "Appraisal").objects.filter(locked_at__isnull=False)
    after = {row.corrects_id: row for row in corrected.exclude(corrects=None)}
    for row in prints:
        instead = after.get(row.appraisal_id)
        if instead is not None:
            note_superseded(
                apps, row.document_id, at=instead.locked_at, by=None, reason=instead.cause or "更正"
            )


class Migration(migrations.Migration):
    dependencies = [("secondment", "0002_file_prints_share"), ("documents", "0002_sources")]

    operations = [migrations.RunPython(tell_sources, migrations.RunPython.noop)]
