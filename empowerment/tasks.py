"""Bodies of this app's jobs: fetch, call a service."""

from __future__ import annotations

from xianan.jobs.registry import job
from xianan.jobs.run import Run

from .agreements import batch
from .models import ItemList
from .selectors.agreements import JOB as SEND_LETTERS
from .services import lists


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
