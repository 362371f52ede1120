"""Jobs whose effect can be counted. The table has no unique constraint, so a double effect would show."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time

from django.db import connection

from xianan.jobs.registry import job
from xianan.jobs.run import Run
from xianan.jobs.schedule import ScheduledJob, register

STEPS = 3
TICK = dt.timedelta(seconds=5)
TABLES = """
    CREATE TABLE prove_effect (job bigint NOT NULL, step int NOT NULL);
    CREATE TABLE prove_business (job bigint NOT NULL);
    CREATE TABLE prove_tick (at timestamptz NOT NULL DEFAULT clock_timestamp());
"""


def sql(statement: str, *values: object) -> list[tuple[int, ...]]:
    """Run one statement; return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


@job("prove.work")
def work(run: Run) -> None:
    """Compute a while, then take effect in three statements with pauses between them."""
    pause = float(run.arguments["pause"])
    for done in range(4):
        run.progress(done, 4)
        time.sleep(pause / 4)
    with run.effect():
        for step in range(STEPS):
            sql("INSERT INTO prove_effect VALUES (%s, %s)", run.job.pk, step)
            time.sleep(pause / STEPS)


@job("prove.broken")
def broken(run: Run) -> None:
    """Write, and then fail each time."""
    with run.effect():
        sql("INSERT INTO prove_effect VALUES (%s, 0)", run.job.pk)
        raise RuntimeError("poisoned")


@job("prove.deadly")
def deadly(run: Run) -> None:
    """Write, and then take the process along each time."""
    with run.effect():
        sql("INSERT INTO prove_effect VALUES (%s, 0)", run.job.pk)
        os.kill(os.getpid(), signal.SIGKILL)


def tick() -> str:
    """Leave a trace of every run."""
    sql("INSERT INTO prove_tick DEFAULT VALUES")
    return "ok"


register(ScheduledJob("prove.tick", "proof", TICK, tick))
