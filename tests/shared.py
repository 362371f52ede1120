"""What takes long to make and several processes begin with is made once a run and loaded by the others.

``shared`` builds by the real services into an empty database, in whichever process wants it first, and writes
down the rows, the files under VAR_DIR and the Python objects. Whoever wants it next, in this process or in
another worker of the run, gets them loaded, with the same keys.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import connection, transaction
from django.db.models import AutoField

from tests import prepared
from xianan.environment import DEPLOYMENT_VARIABLES

T = TypeVar("T")

FOLDER = "TEST_SHARED"
"""Environment variable: where the processes of one run keep what they share."""


@dataclass
class Kept:
    """What a build has left behind: rows, files by their path under VAR_DIR, what it returned."""

    rows: list[prepared.Change]
    files: dict[str, bytes]
    result: Any


def shared(name: str, build: Callable[[], T]) -> T:
    """Return what ``build`` returns, with all it writes into an empty database, made once a run and moment."""
    connection.ensure_connection()
    assert prepared.is_empty(), f"{name} is put into an empty database"
    folder = Path(os.environ[FOLDER])
    # Who waits for another asks for what was made at the same moment.
    path = folder / f"{name}-{prepared.moment()}-{_ground()}".replace(" ", "-")
    with _alone(folder / f"{name}.lock"):
        if not path.exists():
            return _build(path, build)
    # Written by a process of this run.
    return cast("T", _load(pickle.loads(path.read_bytes())))


def begun_with(name: str, build: Callable[[], T]) -> T:
    """Return a preparation that a test begins with: put back, or loaded the first time if another has built it."""
    connection.ensure_connection()
    if prepared.is_at_the_beginning():
        return prepared.prepared(name, lambda: shared(name, build))
    return prepared.prepared(name, build)


def migrated_store(folder: Path) -> None:
    """Put into a folder what a start without the story leaves there: a database of SQLite with its keys."""
    made = Path(os.environ[FOLDER]) / "store"
    with _alone(made.with_suffix(".lock")):
        if not made.exists():
            new = made.with_suffix(".new")
            kept = {key: value for key, value in os.environ.items() if key not in DEPLOYMENT_VARIABLES}
            subprocess.run(
                [sys.executable, settings.BASE_DIR / "manage.py", "migrate", "--verbosity", "0"],
                env={**kept, "VAR_DIR": str(new)},
                check=True,
            )
            new.rename(made)
    shutil.copytree(made, folder, dirs_exist_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ground() -> str:
    """Name the database that rows of another must not be put into: its kind, and Django's keys in it."""
    rows = [sorted(prepared.read(table)[1].items()) for table in sorted(prepared.OF_DJANGO)]
    return f"{connection.vendor}-{hashlib.sha256(repr(rows).encode()).hexdigest()[:12]}"


def _build(path: Path, build: Callable[[], T]) -> T:
    before = prepared.files()
    with prepared.nothing_kept():
        result = build()
    made = [found for found in prepared.files() if found not in before]
    rows = [_rows(table) for table in sorted(prepared.keys().keys() - prepared.OF_DJANGO)]
    files = {one: (Path(settings.VAR_DIR) / one).read_bytes() for one in made}
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(pickle.dumps(Kept(rows, files, result), pickle.HIGHEST_PROTOCOL))
    new.rename(path)
    return result


def _rows(table: str) -> prepared.Change:
    columns, rows = prepared.read(table)
    # What psycopg2 returns for bytes is a view that no other process can see.
    plain = [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
        for row in rows.values()
    ]
    return prepared.Change(table, columns, [], plain)


def _load(kept: Kept) -> Any:
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.connection.cursor() as cursor:
            # No reference is checked: the rows come in no order.
            cursor.execute("SET session_replication_role = replica")
            prepared.write(kept.rows)
            cursor.execute(f"RESET session_replication_role; {_go_on_after(kept.rows)}")
    else:
        with transaction.atomic():
            prepared.write(kept.rows)
    for name, data in kept.files.items():
        path = Path(settings.VAR_DIR) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return kept.result


def _go_on_after(rows: list[prepared.Change]) -> str:
    """Return what lets the next keys follow those that were written, and those that this process has given."""
    written = {change.table for change in rows if change.new}
    counted = {
        model._meta.db_table: model._meta.pk.column
        for model in prepared.models()
        if isinstance(model._meta.pk, AutoField) and model._meta.db_table in written
    }
    return ";".join(
        f"SELECT setval(s, greatest((SELECT max({key}) FROM {table}), nextval(s)))"
        f" FROM pg_get_serial_sequence('{table}', '{key}') s"
        for table, key in counted.items()
    )
