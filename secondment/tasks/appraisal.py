"""Bodies of the jobs of appraisal: fetch, call a secondment."""

from __future__ import annotations

from secondment.services import papers
from xianan.jobs.registry import job
from xianan.jobs.run import Run


@job(papers.FORMS_JOB)
def put_forms(run: Run) -> None:
    """Print the forms of a year into the downloads."""
    papers.put_forms(run)


@job(papers.RESULTS_JOB)
def put_results(run: Run) -> None:
    """Print the list of results of a closed year into the downloads."""
    papers.put_results(run)
