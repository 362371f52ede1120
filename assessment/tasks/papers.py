"""Bodies of the jobs of papers: fetch, call a service."""

from __future__ import annotations

from assessment.services import papers
from xianan.jobs.registry import job
from xianan.jobs.run import Run


@job(papers.SET_JOB)
def put_set(run: Run) -> None:
    """Make the whole set and put it among the downloads."""
    papers.put_set(run)


@job(papers.SIGN_JOB)
def sign_papers(run: Run) -> None:
    """Sign off the papers that were ticked."""
    papers.sign_papers(run)
