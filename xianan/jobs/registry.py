"""The kinds of jobs; each app registers the bodies of its own from its ``tasks.py``."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.module_loading import autodiscover_modules

from .run import Run

Body = Callable[[Run], None]

_bodies: dict[str, Body] = {}


def job(kind: str) -> Callable[[Body], Body]:
    """Register the body of a kind of job. Raises ValueError when the kind is taken."""

    def register(body: Body) -> Body:
        if kind in _bodies and _bodies[kind].__qualname__ != body.__qualname__:
            raise ValueError(f"job {kind} is registered twice")
        _bodies[kind] = body
        return body

    return register


def body(kind: str) -> Body:
    """Return the body of a kind, looking through the apps' ``tasks.py`` for it. Raises KeyError."""
    if kind not in _bodies:
        # A worker has loaded them all; a command that runs a job itself may not have.
        autodiscover_modules("tasks")
    return _bodies[kind]
