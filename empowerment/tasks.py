"""Bodies of this app's jobs: fetch, call a service."""

from __future__ import annotations

from xianan.core.errors import DomainError
from xianan.jobs.registry import job
from xianan.jobs.runner import Run

from .models import FilingUpload, ItemList
from .selectors.agreements import JOB as SEND_LETTERS
from .services import batch, imports, lists


@job(imports.IMPORT_JOB)
def import_filing(run: Run) -> None:
    """Import a large workbook; the rows and the job's completion commit together."""
    upload = FilingUpload.objects.select_related("filing__organization", "filing__district").get(
        pk=run.arguments["upload"]
    )
    actor = run.job.created_by
    if actor is None:
        raise DomainError("no_actor", "导入任务没有发起人。")
    try:
        run.progress(0, upload.report["rows"])
        checked = imports.prepare_import(upload)
        run.progress(upload.report["rows"] // 2)
        with run.effect() as result:
            done = imports.finish_import(upload, checked, job_id=run.job.pk, actor=actor)
            counts = done.report["done"]
            result.update(new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"])
    except DomainError:
        imports.release_import(upload, job_id=run.job.pk)
        raise


@job(lists.PDF_JOB)
def make_list_pdf(run: Run) -> None:
    """Make the PDF of a version of the list."""
    version = ItemList.objects.get(pk=run.arguments["item_list"])
    with run.effect() as result:
        result["document"] = lists.issue_pdf(version, actor=run.job.created_by).pk


@job(SEND_LETTERS)
def send_letters(run: Run) -> None:
    """Send a batch of letters; all of them and the job's completion commit together."""
    batch.send_batch(run)
