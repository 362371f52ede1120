"""Bodies of jobs for the tests; workers in other processes load them by --include."""

from __future__ import annotations

import os
import time
from pathlib import Path

from xianan.core.errors import DomainError
from xianan.jobs.registry import job
from xianan.jobs.run import Run
from xianan.organizations.models import District


def effects() -> int:
    """How often a job of the tests has taken effect."""
    return District.objects.filter(code="999999").count()


def _district(run: Run) -> District:
    return District.objects.create(code=run.arguments["code"], name="生效", short_name="生效")


@job("test.create")
def create(run: Run) -> None:
    """Take effect once: a row that can only be there once."""
    run.progress(1, 1)
    with run.effect() as result:
        result["made"] = _district(run).code


@job("test.pause_in_effect")
def pause_in_effect(run: Run) -> None:
    """In its first attempt hang between the write and the commit; in later ones go through."""
    with run.effect() as result:
        result["made"] = _district(run).code
        if run.job.attempts == 1:
            Path(run.arguments["signal"]).write_text(str(os.getpid()), encoding="ascii")
            time.sleep(600)


@job("test.broken")
def broken(run: Run) -> None:
    """Write and then fail: nothing of it may stay."""
    with run.effect():
        _district(run)
        raise RuntimeError("磁盘坏了")


@job("test.refused")
def refused(run: Run) -> None:
    """Be refused by a rule."""
    with run.effect():
        _district(run)
        raise DomainError("rule", "第 3 行已有人导入，请重新上传。")


@job("test.gate")
def gate(run: Run) -> None:
    """Say that it has begun, wait until it is told to go on, then take effect."""
    Path(run.arguments["begun"]).touch()
    deadline = time.monotonic() + 30
    while not Path(run.arguments["go"]).exists() and time.monotonic() < deadline:
        run.progress(3, 10)
        time.sleep(0.02)
    with run.effect():
        _district(run)


@job("test.plain")
def plain(run: Run) -> None:
    """End without an effect of its own."""
