"""What many tests begin with is built once a process and put back for each of them.

``prepared`` runs a preparation by the real services the first time it is wanted in a certain state of the
database, and keeps what came of it: the rows, the files under VAR_DIR, and the Python objects as a pickle.
The next test that wants the same in the same state gets these rows written in a few milliseconds, the
files as they were, and objects of its own. docs/mechanisms/tests.md says what an author must know.

Kept work is used only where nobody can tell the difference: the test has patched nothing and changed no
setting, and nothing was written since the state the preparation was built on, over whatever connection.
Whatever else asks gets a real build.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import pickle
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management.color import no_style
from django.core.signals import setting_changed
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.db.models import Model
from django.db.models.signals import post_migrate

from empowerment.selectors import items as item_counts
from xianan.core import clock
from xianan.documents.services import certificates

T = TypeVar("T")
Rows = dict[Any, tuple[Any, ...]]

READING = re.compile(
    r"\s*\(?\s*(SELECT|BEGIN|SAVEPOINT|RELEASE|SET CONSTRAINTS|PRAGMA|EXPLAIN|DECLARE|FETCH|CLOSE)\b", re.I
)
WRITING = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.I)
UNDOING = re.compile(r"\s*ROLLBACK\b", re.I)
# What signing in and looking at pages writes: no preparation reads it.
SIGNING_IN = re.compile(
    r'\s*(?:(?:INSERT INTO|UPDATE|DELETE FROM) "django_session"|UPDATE "(\w+_user)" SET "last_login" = \S+ WHERE )'
)
EVERYTHING = "*"
# What the portal or the harness writes there is no business of a test's preparation.
NOT_KEPT = frozenset({"cache", "tmp", "log", "beat", "broker", "static", "shared"})
HARMLESS = frozenset({"ALLOWED_HOSTS", "VAR_DIR"})
"""Settings that preparations don't hang on: the live server adds its name, which no service reads; files are
kept by their path in VAR_DIR, wherever that is."""
MOST_ROWS = 3000
OF_DJANGO = frozenset({"django_content_type", "auth_permission"})
"""Tables that migrations fill; rows refer to their keys."""


@dataclass
class State:
    """All rows of the database as they are after some steps, and the steps that were made from here."""

    rows: dict[str, Rows]
    steps: dict[Any, Step] = field(default_factory=dict)


@dataclass
class Step:
    """What a preparation did."""

    state: State
    changes: list[Change]
    files: dict[str, tuple[bytes, int]]
    """By their path in VAR_DIR: what they hold and when it was written."""
    objects: bytes
    commits: list[tuple[Any, bool]]
    """What waits for the commit: (callable, robust). The portal's callables know rows by their keys."""
    ended: dt.datetime


@dataclass
class Change:
    """What it did to one table."""

    table: str
    columns: tuple[str, ...]
    gone: list[Any]
    new: list[tuple[Any, ...]]


class _Process:
    """What this process knows of its database."""

    def __init__(self) -> None:
        self.root: State | None = None
        self.state: State | None = None
        self.begun = False
        self.may_reuse = True
        self.commits = False
        self.signed_in: set[str] = set()
        self.patches: pytest.MonkeyPatch | None = None
        self.open: list[set[str]] = []
        self.overridden: Counter[str] = Counter()

    def forget(self, **_: Any) -> None:
        """Drop everything: content types and permissions have other keys now."""
        self.root = self.state = None

    def watch(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Note each statement that writes; runs around every statement of the connection."""
        text = sql if isinstance(sql, str) else str(sql)
        if not READING.match(text):
            signing_in = None if self.open else SIGNING_IN.match(text)
            if signing_in and self.state is not None:
                self.signed_in.update(filter(None, signing_in.groups()))
                return execute(sql, params, many, context)
            self.begun, self.state = True, None
            if not UNDOING.match(text):
                found = WRITING.match(text)
                for touched in self.open:
                    touched.add(found[1] if found else EVERYTHING)
        return execute(sql, params, many, context)

    def connected(self, *, connection: Any, **_: Any) -> None:
        """Watch another connection too: a thread, or a page that a browser asks for, may write over it."""
        if self.watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.watch)

    def listening(self, start: Callable[..., T]) -> Callable[..., T]:
        """Wrap what starts a program: it may write unseen, where there is something committed to begin with."""

        @wraps(start)
        def started(*args: Any, **more: Any) -> T:
            if self.commits:
                self.begun, self.state = True, None
            return start(*args, **more)

        return started

    def setting_changed(self, *, setting: str, enter: bool, **_: Any) -> None:
        self.overridden[setting] += 1 if enter else -1

    def changed(self) -> bool:
        """Whether the test has changed a setting or replaced something."""
        set_otherwise = any(count for name, count in self.overridden.items() if name not in HARMLESS)
        return set_otherwise or bool(self.patches and (self.patches._setattr or self.patches._setitem))

    def known(self) -> State | None:
        """Return the state the database is in, None when nobody knows."""
        if not self.may_reuse or self.changed():
            return None
        connection.ensure_connection()
        if self.commits:
            # Jobs that run at once run when something is committed: rows would hold what came of them.
            if connection.in_atomic_block or current_app.conf.task_always_eager:
                return None
        elif not connection.in_atomic_block:
            return None
        if not self.begun:
            self.begun = True
            if not is_empty():
                return None
            if self.root is None:
                self.root = State({table: read(table)[1] for table in keys()})
            self.state = self.root
        return self.state


_process = _Process()
setting_changed.connect(_process.setting_changed, weak=False, dispatch_uid="tests.prepared")
connection_created.connect(_process.connected, weak=False, dispatch_uid="tests.prepared")
for _place, _name in ((subprocess.Popen, "__init__"), (os, "fork"), (os, "posix_spawn")):
    setattr(_place, _name, _process.listening(getattr(_place, _name)))
post_migrate.connect(_process.forget, weak=False, dispatch_uid="tests.prepared")


def begin(item: pytest.Item) -> None:
    """Start a test: nothing is known of its database yet."""
    _process.connected(connection=connection)
    names = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    commits = {"live_server", "transactional_db", "django_db_reset_sequences"} & set(names) or (
        marker is not None and (marker.kwargs.get("transaction") or marker.kwargs.get("reset_sequences"))
    )
    _process.begun, _process.state = False, None
    _process.commits, _process.patches = bool(commits), None
    _process.signed_in.clear()
    # Figures kept under a stamp or a fingerprint that an earlier test has seen as well.
    item_counts._counted.clear()
    certificates._local_signer.cache_clear()


def database_is_ready() -> None:
    """Say that what was written so far were the migrations."""
    _process.begun = False


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Build everything anew and note nothing: what is built here is kept as a whole by somebody else."""
    may_reuse, _process.may_reuse = _process.may_reuse, False
    try:
        yield
    finally:
        _process.may_reuse, _process.begun, _process.state = may_reuse, True, None


def empty() -> None:
    """Leave no row behind what commits.

    Django's flush would truncate every file of PostgreSQL and make content types and permissions anew, which
    takes longer than most tests.
    """
    kept = {"django_migrations", *OF_DJANGO}
    tables = [
        table
        for table in connection.introspection.django_table_names(only_existing=True)
        if table not in kept
    ]
    if connection.vendor == "postgresql":
        wipe = "; ".join(f'DELETE FROM "{table}"' for table in tables)
        with connection.cursor() as cursor:
            # No reference is checked: their order need not be known.
            cursor.execute(f"SET session_replication_role = replica; {wipe}; RESET session_replication_role")
    else:
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))


def patched_by(patches: pytest.MonkeyPatch) -> None:
    """Say by what this test replaces parts of the portal: once it has, its preparations are its own."""
    _process.patches = patches


def has_changed_anything() -> bool:
    """Whether the test has changed a setting or replaced something that what is made once may hang on."""
    return _process.changed()


def is_at_the_beginning() -> bool:
    """Whether it is known that nothing has been put into the database yet."""
    state = _process.known()
    return state is not None and state is _process.root


def prepared(name: Any, build: Callable[[], T], owner: Any = None) -> T:
    """Return what ``build`` returns, with the rows and files it makes: built, or put back.

    ``name`` says what it is and on what it depends beside the rows, the clock and the code. ``owner``
    has models as attributes, which keep their identity and change as the build would have changed them.
    """
    parent = _process.known()
    if parent is None:
        return build()
    key = (name, moment())
    step = parent.steps.get(key)
    # A row that says when somebody signed in is neither put back without that nor kept with it.
    signed_in = _process.signed_in
    if step is not None and not any(change.table in signed_in and change.gone for change in step.changes):
        return _put_back(step, owner)
    before, letters = files(), len(mail.outbox)
    touched: set[str] = set()
    _process.open.append(touched)
    try:
        with _commits_noted() as commits:
            result = build()
    finally:
        _process.open.pop()
    # Mail would be missing the second time; one sent here is a test's own matter.
    if len(mail.outbox) == letters:
        step = _keep(parent, touched, before, owner, result, commits)
        if step is not None:
            parent.steps[key] = step
            _process.state = step.state
    return result


@contextmanager
def _commits_noted() -> Iterator[list[tuple[Any, bool]]]:
    """Note what waits for the commit, or what a commit has set off in a test that commits."""
    noted: list[tuple[Any, bool]] = []
    waiting, asked = len(connection.run_on_commit), connection.on_commit

    def on_commit(job: Any, robust: bool = False) -> None:
        def run() -> None:
            noted.append((job, robust))
            job()

        asked(run, robust)

    if _process.commits:
        connection.on_commit = on_commit
    try:
        yield noted
    finally:
        connection.on_commit = asked
    if not _process.commits:
        noted += [(job, robust) for _, job, robust in connection.run_on_commit[waiting:]]


def preparation(method: Callable[..., T]) -> Callable[..., T]:
    """Let a method that only prepares be ``prepared``, as far as its arguments are plain or its owner's own."""

    @wraps(method)
    def wrapped(self: Any, *args: Any, **more: Any) -> T:
        own = {id(value): path for path, value in _own(self)}
        told = [own.get(id(value), value) for value in (*args, *(more[key] for key in sorted(more)))]
        if not all(value is None or isinstance(value, str | int | bool) for value in told):
            return method(self, *args, **more)
        keys = tuple((path, value.pk) for path, value in _own(self))
        name = (method.__qualname__, keys, len(args), tuple(sorted(more)), tuple(told))
        return prepared(name, lambda: method(self, *args, **more), self)

    return wrapped


# ---- Keeping and putting back -----------------------------------------------------------------------


def _keep(
    parent: State, touched: set[str], before: dict[str, int], owner: Any, result: Any, commits: Any
) -> Step | None:
    if EVERYTHING in touched or not touched <= keys().keys() or touched & _process.signed_in:
        return None
    rows, changes = dict(parent.rows), []
    for table in sorted(touched):
        columns, now = read(table)
        then, rows[table] = rows[table], now
        gone = [key for key, row in then.items() if now.get(key) != row]
        new = [row for key, row in now.items() if then.get(key) != row]
        changes.append(Change(table, columns, gone, new))
    if sum(len(change.new) for change in changes) > MOST_ROWS:
        return None
    top = Path(settings.VAR_DIR)
    made = {path: ((top / path).read_bytes(), at) for path, at in files().items() if before.get(path) != at}
    try:
        objects = _pickled(owner, result)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
    return Step(State(rows), changes, made, objects, commits, clock.now())


def _put_back(step: Step, owner: Any) -> Any:
    # Rows refer to one another in any order, which is looked at when a transaction ends.
    with transaction.atomic() if _process.commits else nullcontext():
        write(step.changes)
    _process.state = step.state
    for name, (data, at) in step.files.items():
        path = Path(settings.VAR_DIR) / name
        if not path.exists() or path.stat().st_mtime_ns != at:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(data)
            os.utime(path, ns=(at, at))
    for job, robust in step.commits:
        connection.on_commit(job, robust)
    # A clock that was moved runs on; it must not stand before what is written already.
    if clock._offset is not None and clock.now() < step.ended:
        clock._offset += step.ended - clock.now()
    return _unpickled(step.objects, owner)


def write(changes: Collection[Change]) -> None:
    """Make changes in the database, past Django and whatever counts what it says."""
    for touched in _process.open:
        touched.update(change.table for change in changes)
    if connection.vendor == "postgresql":
        _write_postgres(changes)
    else:
        _write_sqlite(changes)


def _write_sqlite(changes: Iterable[Change]) -> None:
    cursor = connection.connection.cursor()
    for change in changes:
        key = keys()[change.table]
        cursor.executemany(
            f'DELETE FROM "{change.table}" WHERE "{key}" = ?', [(gone,) for gone in change.gone]
        )
        cursor.executemany(_insert(change, ", ".join("?" * len(change.columns))), change.new)
    cursor.close()


def _write_postgres(changes: Iterable[Change]) -> None:
    with connection.connection.cursor() as cursor:
        statements = []
        for change in changes:
            if change.gone:
                text = f'DELETE FROM "{change.table}" WHERE "{keys()[change.table]}" IN %s'
                statements.append(cursor.mogrify(text, [tuple(change.gone)]))
            if change.new:
                values = "), (".join([", ".join(["%s"] * len(change.columns))] * len(change.new))
                flat = [value for row in change.new for value in row]
                statements.append(cursor.mogrify(_insert(change, values), flat))
        if statements:
            cursor.execute(b"; ".join(statements))


def _insert(change: Change, values: str) -> str:
    columns = ", ".join(f'"{column}"' for column in change.columns)
    return f'INSERT INTO "{change.table}" ({columns}) VALUES ({values})'


# ---- Objects ----------------------------------------------------------------------------------------


def _own(owner: Any) -> Iterator[tuple[str, Model]]:
    """Walk the models that an owner has as attributes, in lists and in dictionaries."""
    for name, value in vars(owner).items() if owner is not None else ():
        if isinstance(value, Model):
            yield name, value
        elif isinstance(value, list):
            yield from (
                (f"{name}/{place}", item) for place, item in enumerate(value) if isinstance(item, Model)
            )
        elif isinstance(value, dict):
            yield from ((f"{name}/{key}", item) for key, item in value.items() if isinstance(item, Model))


def _pickled(owner: Any, result: Any) -> bytes:
    own = {id(value): path for path, value in _own(owner)}

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: Any) -> Any:
            return "" if owner is not None and obj is owner else own.get(id(obj))

    file = io.BytesIO()
    plain = {name: value for name, value in vars(owner).items() if isinstance(value, int)} if owner else {}
    Pickler(file, pickle.HIGHEST_PROTOCOL).dump(
        (plain, {path: vars(obj) for path, obj in _own(owner)}, result)
    )
    return file.getvalue()


def _unpickled(data: bytes, owner: Any) -> Any:
    own = dict(_own(owner))

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, pid: Any) -> Any:
            return own[pid] if pid else owner

    plain, attributes, result = Unpickler(io.BytesIO(data)).load()
    if owner is not None:
        vars(owner).update(plain)
    for path, values in attributes.items():
        vars(own[path]).clear()
        vars(own[path]).update(values)
    return result


# ---- Looking ----------------------------------------------------------------------------------------


def models() -> list[type[Model]]:
    """Return what has a table of its own."""
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


@cache
def keys() -> dict[str, str]:
    """Table → column of its primary key."""
    return {model._meta.db_table: model._meta.pk.column for model in models()}


def read(table: str) -> tuple[tuple[str, ...], Rows]:
    # Past Django: nobody's queries are counted, and on SQLite values come as they are stored.
    cursor = connection.connection.cursor()
    columns = _columns(table)
    sign = "" if connection.vendor == "postgresql" else "+"
    cursor.execute(
        f'SELECT {", ".join(f"{sign}{chr(34)}{column}{chr(34)}" for column in columns)} FROM "{table}"'
    )
    place = columns.index(keys()[table])
    rows = {row[place]: row for row in cursor.fetchall()}
    cursor.close()
    return columns, rows


@cache
def _columns(table: str) -> tuple[str, ...]:
    cursor = connection.connection.cursor()
    cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
    names = tuple(column[0] for column in cursor.description)
    cursor.close()
    return names


def is_empty() -> bool:
    """Whether nobody has put a district into the database: all else hangs on one."""
    cursor = connection.connection.cursor()
    cursor.execute('SELECT 1 FROM "organizations_district" LIMIT 1')
    found = cursor.fetchone()
    cursor.close()
    return found is None


def files() -> dict[str, int]:
    """Every file that may belong to rows, by its path in VAR_DIR, with the time it was written."""
    top = Path(settings.VAR_DIR)
    return {
        str(path.relative_to(top)): path.stat().st_mtime_ns
        for folder in top.iterdir()
        if folder.is_dir() and folder.name not in NOT_KEPT
        for path in folder.rglob("*")
        if path.is_file()
    }


def moment() -> Any:
    """What time it is, as closely as a preparation may depend on it."""
    if clock._still is not None:
        return clock._still
    if clock._offset is not None:
        return clock.now().replace(second=0, microsecond=0)
    return clock.today()
