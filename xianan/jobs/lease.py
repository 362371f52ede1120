"""The lease: one process at a time has a row in hand, for as long as its heart beats.

A row is taken under a name that nobody else has, for ``LEASE`` of its model; a thread renews it while the
work goes on. Only a lease that has run out is taken again, so a killed process is followed by another. Every
write of the holder asks for its name: whoever lost the lease changes nothing more.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Generic, Self, TypeVar

from django.db import Error as DatabaseFault
from django.db import connection, connections
from django.db.models import Q

from xianan.core import clock

from .models import RUNNING, Job, Leased, ScheduledRun

BEAT = 2.0
"""Seconds between two renewals."""
RETURNED: Mapping[str, Any] = {"lease_owner": "", "lease_until": None}
"""What a row says that nobody has in hand."""

R = TypeVar("R", Job, ScheduledRun)


class LeaseLost(Exception):
    """The row was taken away or over; whatever its holder has not committed is void."""


def taken(model: type[Leased], now: dt.datetime) -> dict[str, Any]:
    """Return what a row of ``model`` says that this process takes in hand now."""
    return {
        "state": RUNNING,
        "lease_owner": f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
        "lease_until": now + model.LEASE,
    }


def expired(now: dt.datetime) -> Q:
    """The rows whose holder died."""
    return Q(state=RUNNING, lease_until__lt=now)


class Lease(Generic[R]):
    """The lease of a row that this process has taken; renewed by a heartbeat inside a ``with``.

    ``signs`` returns what is written with every beat.
    """

    def __init__(self, row: R, signs: Callable[[], dict[str, Any]] = dict) -> None:
        self.row: R = row
        self._signs = signs
        self._lost = threading.Event()
        self._stop = threading.Event()
        name = f"lease-{row._meta.model_name}-{row.pk}"
        self._thread = threading.Thread(target=self._beat, name=name, daemon=True)

    @property
    def is_lost(self) -> bool:
        """Whether a beat found the lease gone."""
        return self._lost.is_set()

    def give_back(self, **values: Any) -> bool:
        """Write how the work ended and return the lease; False, and nothing is written, if it was lost."""
        return self._write(**values, **RETURNED)

    def _write(self, **values: Any) -> bool:
        held = type(self.row).objects.filter(pk=self.row.pk, state=RUNNING, lease_owner=self.row.lease_owner)
        return held.update(**values) == 1

    def _beat(self) -> None:
        try:
            while not self._stop.wait(BEAT):
                try:
                    kept = self._write(lease_until=clock.now() + self.row.LEASE, **self._signs())
                except DatabaseFault:
                    # SQLite keeps other writers out while the work itself is writing; nobody else can
                    # take the lease then either.
                    connection.close()
                    continue
                if not kept and not self._stop.is_set():
                    self._lost.set()
                    return
        finally:
            connections.close_all()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)
