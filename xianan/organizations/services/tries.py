"""Counting tries: wrong passwords, checks of a paper by the public.

The count lives in the database and nowhere else, so it holds over all processes and is there whenever a
page is. Each try is counted in one statement, before it is judged: however many arrive at once, no more
than the limit allows are looked at, and it doesn't matter what another one cleared a moment before.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from xianan.core import clock
from xianan.organizations.models import Tries


@dataclass(frozen=True)
class Limit:
    """So many tries within a time. ``sliding``: each try up to the last one begins the time anew."""

    name: str
    tries: int
    window: dt.timedelta
    sliding: bool = True


@dataclass(frozen=True)
class Try:
    """One try that was counted; ``until``: from then on the count begins anew."""

    limit: Limit
    number: int
    until: dt.datetime

    @property
    def allowed(self) -> bool:
        return self.number <= self.limit.tries

    @property
    def left(self) -> int:
        return max(0, self.limit.tries - self.number)


# PostgreSQL and SQLite read it alike.
_COUNT = """
    INSERT INTO organizations_tries AS known ("limit", subject, owner, number, until)
    VALUES (%(limit)s, %(subject)s, %(owner)s, 1, %(end)s)
    ON CONFLICT ("limit", subject) DO UPDATE SET
        number = CASE WHEN known.until <= %(now)s THEN 1 ELSE known.number + 1 END,
        until = CASE WHEN known.until <= %(now)s OR known.number < %(slides)s THEN %(end)s ELSE known.until END
    RETURNING number, until
"""


def count(limit: Limit, subject: str, *, owner: str = "") -> Try:
    """Count one more try of ``subject``; ``owner`` is the account whose count it is.

    Commits by itself: a refusal rolls back the work of its caller, and must not take the count with it.
    """
    now = clock.now()
    adapt = connection.ops.adapt_datetimefield_value
    values = {
        "limit": limit.name,
        "subject": _digest(limit.name, subject),
        "owner": _digest("owner", owner) if owner else "",
        "now": adapt(now),
        "end": adapt(now + limit.window),
        "slides": limit.tries if limit.sliding else 0,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        number, until = cursor.fetchone()
    # SQLite returns its own text.
    field = Tries._meta.get_field("until")
    for converter in connection.ops.get_db_converters(field.get_col(Tries._meta.db_table)):
        until = converter(until, None, connection)
    return Try(limit, number, until)


def give_back(limit: Limit, subject: str) -> None:
    """Take one try back that turned out to be none."""
    rows = Tries.objects.filter(limit=limit.name, subject=_digest(limit.name, subject), number__gt=0)
    rows.update(number=F("number") - 1)


def clear(limit: Limit, subject: str) -> None:
    """Forget the tries of a subject."""
    Tries.objects.filter(limit=limit.name, subject=_digest(limit.name, subject)).delete()


def clear_all_of(owner: str) -> None:
    """Forget every count of an account, whatever it was for."""
    Tries.objects.filter(owner=_digest("owner", owner)).delete()


def prune() -> int:
    """Delete what has run out; return how many rows."""
    return Tries.objects.filter(until__lte=clock.now()).delete()[0]


def _digest(purpose: str, text: str) -> str:
    return salted_hmac(f"xianan.tries.{purpose}", text, algorithm="sha256").hexdigest()
