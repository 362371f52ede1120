"""Signs of life of worker and beat, in the database, where the web process can see them."""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import threading
import time
from typing import Any

import celery.beat
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connections

from xianan.core import clock

logger = logging.getLogger(__name__)

EVERY = 10.0
SILENT = dt.timedelta(seconds=60)
WORKER, BEAT = "worker", "beat"
SIGN_OF_BEAT = settings.VAR_DIR / "beat" / "alive"
"""For a container that has no database at hand to ask."""


def sign(part: str) -> None:
    """Write that a part lives. Never raises: a database that is away is another part's fault."""
    from .models import Heartbeat

    try:
        Heartbeat.objects.update_or_create(
            part=part, defaults={"at": clock.now(), "host": f"{socket.gethostname()[:60]}:{os.getpid()}"}
        )
    except DatabaseFault:
        logger.warning("The heartbeat of %s could not be written", part)


def ages() -> dict[str, dt.timedelta]:
    """Return how long ago each part last gave a sign; a part that never did is missing. One query."""
    from .models import Heartbeat

    now = clock.now()
    return {part: now - at for part, at in Heartbeat.objects.values_list("part", "at")}


def is_silent(part: str) -> bool:
    """Whether a part gave no sign of late, or never did. One query."""
    age = ages().get(part)
    return age is None or age > SILENT


class Scheduler(celery.beat.Scheduler):
    """Celery's scheduler that signs its ticks. Every tick comes within a few seconds of the last.

    It keeps nothing on the disk: a file torn by a power cut would stop the portal from starting, and
    what was missed is in the books anyway.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_interval = EVERY
        self._signed = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        wait: float = super().tick(*args, **kwargs)
        if time.monotonic() - self._signed >= EVERY / 2:
            self._signed = time.monotonic()
            sign(BEAT)
            SIGN_OF_BEAT.touch()
            connections.close_all()
        return wait


_stop = threading.Event()


def _beat_of_worker() -> None:
    # Closed after every sign: the main process forks, and its children must not share a connection.
    while True:
        sign(WORKER)
        connections.close_all()
        if _stop.wait(EVERY):
            return


@worker_ready.connect
def _start(**_: Any) -> None:
    _stop.clear()
    threading.Thread(target=_beat_of_worker, name="worker-heartbeat", daemon=True).start()


@worker_shutting_down.connect
def _end(**_: Any) -> None:
    _stop.set()
