from django.core.management.color import no_style
from django.db import migrations

_RUNNING = ("queued", "running", "failed")


def to_imports(apps, schema_editor):
    """Move the workbooks of filings, with their numbers: jobs and links name them by those."""
    old = apps.get_model("empowerment", "FilingUpload")
    upload = apps.get_model("imports", "Upload")
    rows = old.objects.order_by("pk")
    if not rows.exists():
        return
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="empowerment", model="filing"
    )
    kept = (
        *("id", "district_id", "filename", "path", "size", "sha256", "base", "state"),
        *("job_id", "uploaded_by_id", "uploaded_at", "imported_at"),
    )
    batch = []
    for row in rows.iterator(chunk_size=50):
        values = {name: getattr(row, name) for name in kept}
        batch.append(
            upload(
                kind="filing",
                content_type=content_type,
                object_id=row.filing_id,
                report=_report(row.report),
                **values,
            )
        )
        if len(batch) == 50:
            upload.objects.bulk_create(batch)
            batch.clear()
    upload.objects.bulk_create(batch)
    for statement in schema_editor.connection.ops.sequence_reset_sql(no_style(), [upload]):
        schema_editor.execute(statement)
    jobs = apps.get_model("jobs", "Job").objects.filter(kind="filing.import", state__in=_RUNNING)
    jobs.update(kind="imports.run")


def _report(report):
    """The stored result in the shape of the import room."""
    report = dict(report)
    report["members"] = report.pop("streets", {})
    report["lines"] = [
        {
            **{key: value for key, value in line.items() if key not in ("name", "type")},
            "shown": [line.get("name", ""), line.get("type", "")],
        }
        for line in report.get("lines", [])
    ]
    if "excerpt" in report:
        columns = [[c[0], c[1], "member" if c[2] == "street" else c[2]] for c in report["excerpt"]["columns"]]
        report["excerpt"] = {**report["excerpt"], "columns": columns}
    return report


def back(apps, schema_editor):
    """Move them back, as far as filings have them."""
    old = apps.get_model("empowerment", "FilingUpload")
    upload = apps.get_model("imports", "Upload")
    kept = (
        *("id", "district_id", "filename", "path", "size", "sha256", "base", "state"),
        *("job_id", "uploaded_by_id", "uploaded_at", "imported_at"),
    )
    for row in upload.objects.filter(kind="filing").order_by("pk").iterator(chunk_size=50):
        report = dict(row.report)
        report["streets"] = report.pop("members", {})
        lines = []
        for line in report.get("lines", []):
            name, kind = (*line.get("shown", []), "", "")[:2]
            lines.append({**{k: v for k, v in line.items() if k != "shown"}, "name": name, "type": kind})
        report["lines"] = lines
        old.objects.create(
            filing_id=row.object_id, report=report, **{name: getattr(row, name) for name in kept}
        )
    upload.objects.filter(kind="filing").delete()
    for statement in schema_editor.connection.ops.sequence_reset_sql(no_style(), [old]):
        schema_editor.execute(statement)
    jobs = apps.get_model("jobs", "Job").objects.filter(kind="imports.run", state__in=_RUNNING)
    jobs.update(kind="filing.import")


class Migration(migrations.Migration):
    # The rows move with the columns that imports has before it renames one, on the way back too.
    run_before = [("imports", "0002_private")]
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("empowerment", "0005_transition_review"),
        ("imports", "0001_initial"),
        ("jobs", "0004_n_heartbeat"),
    ]

    operations = [migrations.RunPython(to_imports, back), migrations.DeleteModel("FilingUpload")]
