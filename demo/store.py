"""The demonstration's store in VAR_DIR: whole or not there, whenever the machine is switched off.

A store is the database with the files beside it. A new one is told in a folder aside, is called ready by
one rename, and then moved into place with the database last: where a database stands, its store is whole.
What somebody may have worked in is never changed or deleted, but moved into a folder of its own, named in
the output. Every step can break off anywhere and is taken up by the next start.

Nothing here asks Django for rows: a store of another version has other tables.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Set
from enum import Enum
from pathlib import Path

from xianan.core import clock
from xianan.portal.demonstration import NotPrepared, Say

DATABASE = "portal.sqlite3"
SIDES = (f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")
FILES = ("documents", "downloads", "uploads")
KEYS = "keys"
BUILDING, READY, KEPT, MOVING = ".building", ".ready", "kept-", ".moving"
SEEDED = "demo.seeded"
"""The log entry on the district by which a told story is known; its change names the day."""

Migration = tuple[str, str]


class InUse(NotPrepared):
    """Another program works in the store; the message says which file."""


class State(Enum):
    """What stands in VAR_DIR."""

    NONE = "none"
    EMPTY = "empty"
    """Tables, and nobody and nothing in them."""
    WHOLE = "whole"
    """The demonstration, told to its end by this version."""
    OLDER = "older"
    """The demonstration of another version of the portal."""
    HALF = "half"
    """A demonstration that broke off; nobody can sign in to it as it was meant."""
    OWN = "own"
    """Data of somebody's own; it is brought up to date in its place, as in a deployment."""


@contextlib.contextmanager
def alone(var_dir: Path) -> Iterator[bool]:
    """Yield whether no other start is preparing this folder."""
    with (var_dir / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def prepare(
    var_dir: Path,
    *,
    build: Callable[[Path], None],
    migrations: Set[Migration],
    accounts: Set[str],
    say: Say,
) -> None:
    """Leave a whole store in ``var_dir``: the one that is there, or a new one that ``build`` tells.

    ``build`` fills the folder it is given; ``migrations`` are those of this version, ``accounts`` the names
    of the demonstration's. Errors: InUse.
    """
    _take_up(var_dir)
    state, reason = look(var_dir, migrations, accounts)
    if state in (State.WHOLE, State.OWN):
        return
    if state in (State.OLDER, State.HALF) or _leftovers(var_dir):
        kept = _keep(var_dir, _new_name(var_dir))
        say(f"{reason}，已原样保留在 {kept} ，没有改动。另外准备一份新的演示数据。")
    say("首次启动，正在准备演示数据……" if state in (State.NONE, State.EMPTY) else "正在准备演示数据……")
    # A name of its own: the process of a start that was killed may still be ending.
    building = var_dir / f"{BUILDING}-{os.getpid()}"
    building.mkdir()
    if (var_dir / KEYS).is_dir():
        shutil.copytree(var_dir / KEYS, building / KEYS)
    build(building)
    close(building / DATABASE)
    building.rename(var_dir / READY)
    _take_up(var_dir)


def look(var_dir: Path, migrations: Set[Migration], accounts: Set[str]) -> tuple[State, str]:
    """Return what stands in ``var_dir``, and in words why it can't be served as it is."""
    path = var_dir / DATABASE
    if not path.exists():
        return State.NONE, "这里留有没有数据库的文件"
    with contextlib.closing(sqlite3.connect(path)) as database:
        if not _is_readable(database):
            return State.HALF, "这里的数据库无法读取"
        applied = {(app, name) for app, name in _rows(database, "SELECT app, name FROM django_migrations")}
        people = {name for (name,) in _rows(database, "SELECT username FROM organizations_user")}
        districts = _rows(database, "SELECT 1 FROM organizations_district LIMIT 1")
        told = _rows(database, f"SELECT 1 FROM history_entry WHERE action = '{SEEDED}' LIMIT 1")
    if not people and not districts:
        return State.EMPTY, ""
    if not told:
        if people and not people & accounts:
            return State.OWN, ""
        return State.HALF, "这里的演示数据上次没有准备完"
    if applied == set(migrations):
        return State.WHOLE, ""
    if applied - set(migrations):
        return State.OLDER, "这里的演示数据由另一版本的平台建立，本版本不能使用"
    behind = len(set(migrations) - applied)
    return State.OLDER, f"这里的演示数据由较早版本的平台建立（数据结构相差 {behind} 处）"


def close(database: Path) -> None:
    """Bring what SQLite keeps beside its file into it, so that one file is all. Errors: InUse."""
    with contextlib.closing(sqlite3.connect(database, timeout=2)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as fault:
            raise InUse(f"另一个程序正在使用 {database} ，先停止它再启动。") from fault
        except sqlite3.DatabaseError:
            # No database that could be read: it goes as it is, with what lies beside it.
            return


def _is_readable(database: sqlite3.Connection) -> bool:
    try:
        database.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError:
        return False
    return True


def _rows(database: sqlite3.Connection, query: str) -> list[tuple[str, ...]]:
    try:
        return database.execute(query).fetchall()
    except sqlite3.DatabaseError:
        # Another version has other tables.
        return []


def _take_up(var_dir: Path) -> None:
    """End what an earlier start began: a store being kept, one ready to be put into place."""
    for marker in sorted(var_dir.glob(f"{KEPT}*/{MOVING}")):
        _keep(var_dir, marker.parent)
    for folder in var_dir.glob(f"{KEPT}*"):
        # One that was opened and not yet marked; what holds anything stays.
        with contextlib.suppress(OSError):
            folder.rmdir()
    ready = var_dir / READY
    if ready.is_dir():
        _move(ready, var_dir, over=True)
        shutil.rmtree(ready)
    for half in var_dir.glob(f"{BUILDING}-*"):
        shutil.rmtree(half, ignore_errors=True)


def _keep(var_dir: Path, folder: Path) -> Path:
    """Move the store into a folder of its own; the marker goes when all of it is there."""
    folder.mkdir(exist_ok=True)
    marker = folder / MOVING
    marker.touch()
    _move(var_dir, folder, over=False)
    marker.unlink()
    return folder


def _move(source: Path, target: Path, *, over: bool) -> None:
    """Move a store, its database last: until then it is found where it was, and this is done again.

    ``over``: its keys take the place of those that lie at the target.
    """
    database = source / DATABASE
    if database.exists():
        close(database)
    for path in (source / name for name in FILES):
        if path.is_dir():
            path.rename(target / path.name)
    if not database.exists():
        return
    if (source / KEYS).is_dir():
        (target / KEYS).mkdir(mode=0o700, exist_ok=True)
        for key in sorted((source / KEYS).iterdir()):
            # A start that takes this up finds new keys here, which protect nothing yet.
            if over or not (target / KEYS / key.name).exists():
                key.replace(target / KEYS / key.name)
    for name in SIDES:
        (target / name).unlink(missing_ok=True)
        if (source / name).exists():
            (source / name).rename(target / name)
    database.replace(target / DATABASE)


def _leftovers(var_dir: Path) -> bool:
    """Whether files lie here that belong to no database any more."""
    return any(path.is_file() for name in FILES for path in (var_dir / name).rglob("*"))


def _new_name(var_dir: Path) -> Path:
    stamp = f"{clock.now().astimezone(clock.ZONE):%Y%m%d-%H%M%S}"
    names = (f"{KEPT}{stamp}{more}" for more in ("", *(f"-{number}" for number in range(2, 100))))
    return next(var_dir / name for name in names if not (var_dir / name).exists())
