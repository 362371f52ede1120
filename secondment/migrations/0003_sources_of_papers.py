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
    forms = list(apps.get_model("secondment", "Appraisal").objects.exclude(locked_at=None))
    after = {row.corrects_id: row for row in forms if row.corrects_id is not None}
    for paper in papers.filter(kind="appraisal_results"):
        told = [form for form in forms if _stood_on(paper, form, after)]
        found += [(paper.pk, "secondment.appraisal", form.pk) for form in told]
        _note_first(apps, paper.pk, [after[form.pk] for form in told if form.pk in after])
    note_sources(apps, found)
    locked = {form.pk: form for form in forms}
    for row in prints:
        if not row.is_final and row.appraisal_id in locked:
            at = locked[row.appraisal_id].locked_at
            note_superseded(apps, row.document_id, at=at, by=None, reason="年度考核办结")
        elif row.appraisal_id in after:
            _note_first(apps, row.document_id, [after[row.appraisal_id]])


def _stood_on(paper, form, after):
    """Whether a list of results told of a form: what was locked on its day and not yet corrected."""
    instead = after.get(form.pk)
    return (
        form.round_id == paper.data.get("round")
        and form.locked_at <= paper.created_at
        and (instead is None or instead.locked_at > paper.created_at)
        and paper.organization_id in (None, form.organization_id, form.street_id)
    )


def _note_first(apps, document, corrections):
    if corrections:
        first = min(corrections, key=lambda form: form.locked_at)
        note_superseded(apps, document, at=first.locked_at, by=None, reason=first.cause or "更正")


class Migration(migrations.Migration):
    dependencies = [("secondment", "0002_file_prints_share"), ("documents", "0002_sources")]

    operations = [migrations.RunPython(tell_sources, migrations.RunPython.noop)]
