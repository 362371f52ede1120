"""Finding modules of the apps."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec


def load_steps(app: str) -> None:
    """Import the steps of every noun of an app, so that a worker knows them as the web process does."""
    for inner in pkgutil.iter_modules(import_module(app).__path__):
        name = f"{app}.{inner.name}.steps"
        if inner.ispkg and find_spec(name) is not None:
            import_module(name)
