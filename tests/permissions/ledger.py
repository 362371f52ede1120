"""What stands in the database, table by table, so that a refusal can be shown to have left it alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

# Reading a page may renew a session, and nobody's business hangs on that.
LEFT_OUT = {"django_session", "django_content_type", "django_migrations", "auth_permission"}
HISTORY = "history_entry"

Ledger = dict[str, tuple[int, str]]
"""Table → number of rows and a digest of all that they say."""


@cache
def tables() -> tuple[str, ...]:
    """Every table of a concrete model, many-to-many ones too."""
    models = apps.get_models(include_auto_created=True)
    names = {model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy}
    return tuple(sorted(names - LEFT_OUT))


def ledger(only: Iterable[str] | None = None) -> Ledger:
    """Return rows and digest of every table, or of some; one statement on PostgreSQL."""
    names = tables() if only is None else sorted(only)
    if connection.vendor != "postgresql" or not names:
        return {table: _read(table) for table in names}
    parts = [
        f"SELECT '{table}', count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) "
        f'FROM "{table}" t'
        for table in names
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}


def _read(table: str) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(map(repr, cursor.fetchall()))
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()


# A union begins with the bracket of its first part.
_READS = re.compile(r"[\s(]*(SELECT|SAVEPOINT|RELEASE|ROLLBACK)\b", re.I)
_SESSION = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "django_session"', re.I)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Yield a list that fills with the statements that may have written; nothing sent means nothing changed.

    Reading every table once for each of many thousand refusals took most of the matrix's time.
    """
    sent: list[str] = []

    def watch(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not _READS.match(str(sql)) and not _SESSION.match(str(sql)):
            sent.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield sent


_WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.I)


def since(before: Ledger, sent: Sequence[str]) -> Ledger:
    """Return the ledger as the statements sent since ``before`` have left it: what none of them names is as it was."""
    found = [_WRITES.match(statement) for statement in sent]
    if not all(found):
        return ledger()
    return {**before, **ledger({match[1] for match in found if match} & before.keys())}


def changed(before: Ledger, after: Ledger) -> set[str]:
    """Return the tables that differ."""
    return {table for table in before if before[table] != after[table]}


def told(before: Ledger, after: Ledger) -> str:
    """Say which tables differ and by how many rows."""
    return "、".join(
        f"{table} {after[table][0] - before[table][0]:+d}" for table in sorted(changed(before, after))
    )
