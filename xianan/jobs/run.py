"""What the body of a job is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import F

from xianan.core import clock

from .choices import JobState
from .lease import Lease, LeaseLost
from .models import Job


class Run:
    """A job in hand: its arguments, its progress bar and the one transaction it may commit."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.arguments: dict[str, Any] = job.arguments
        self.completed = False
        self.lease = Lease(job, lambda: {"progress": self._progress, "total": self._total})
        self._progress = job.progress
        self._total = job.total

    def progress(self, done: int, total: int | None = None) -> None:
        """Move the progress bar; it is written with the next heartbeat. Raises LeaseLost."""
        self._progress = done
        if total is not None:
            self._total = total
        if self.lease.is_lost:
            raise LeaseLost

    @contextmanager
    def effect(self) -> Iterator[dict[str, Any]]:
        """Open the transaction in which the work takes effect and the ledger says so.

        Yields the result to be filled in. Both commit together or neither does: the last statement is
        an UPDATE that needs this run's lease, so a run that lost it rolls its own effect back.
        """
        if self.completed:
            raise RuntimeError("a job takes effect once")
        result: dict[str, Any] = {}
        with transaction.atomic():
            yield result
            if not self.lease.give_back(
                state=JobState.DONE,
                result=result,
                progress=F("total") if not self._total else self._total,
                total=self._total or F("total"),
                finished_at=clock.now(),
                error="",
            ):
                raise LeaseLost
        self.completed = True
