"""What a browser would never send: no address answers it with a fault of the portal.

A seeded run over every address with broken ids, parameters, ways back and posted lists, by people who get
through and by people who don't. ``HOSTILE=10000 pytest tests/permissions/test_hostile.py`` makes a long run of
it, ``HOSTILE_SEED`` another one; a fault is told with what was sent.
"""

from __future__ import annotations

import logging
import os
import random
import re
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import django_filters
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.signals import got_request_exception
from django.db import transaction
from django.urls import NoReverseMatch

from tests.permissions.requests import REQUESTS, At
from tests.permissions.table import Row, read
from tests.permissions.test_matrix import passing

pytestmark = pytest.mark.django_db
ROWS = read()
MANY = int(os.environ.get("HOSTILE", "200"))
SEED = int(os.environ.get("HOSTILE_SEED", "20261129"))
NUMBERS = (
    "-1", "0", "00", "+1", " 1", "1 ", "1.0", "1e3", "١", "１２", "²", "0x10", "NaN", "Infinity", "1" * 19,
    "9" * 19, str(2**31), str(2**31 - 1), str(2**32), str(2**63), str(2**63 - 1), str(-(2**63)), str(2**64),
    "9" * 40, "9" * 400, "9" * 5000, "1E400", "-1E400", "1,1",
)  # fmt: skip
DAYS = (
    "0000-01-01", "0001-01-01", "0001-W01-1", "9999-12-31", "9999-W52", "99999-01-01", "2026-02-30", "2026-13-01",
    "2026-13", "2026-00", "20260101", "0001-01", "9999-12", "2200-01-01", "1899-12-31", "2026-1", "２０２６-01-01",
    "2026-11-23T25:61:61", "24:00", "99:99", "-2026-01-01",
)  # fmt: skip
TEXTS = (
    "", " ", "\x00", "甲\x00乙", "\ud800", "\r\nSet-Cookie: a=b", "%", "%00", "%ff", "%s%(a)s{0}{{x}}", "' OR 1=1 --",
    "<script>alert(1)</script>", "..", "../../etc/passwd", "\u202e\ufeff", "🧑🏽‍🚒" * 40, "甲" * 5000, "[]", "{", "null",
    "None", "__all__", "on", "=1+1", "\\", "(((((", "*" * 300, "\x1b[31m", "xlsx", "all", "-", "--", "-pk", "pk__in",
)  # fmt: skip
BACK = (
    "home", "portal:home", "empowerment:item", "login", "index", "/", "//evil.example", "/\\evil.example", "\\\\evil",
    "http://evil.example/", "https:/evil.example", "javascript:alert(1)", "/\t/evil.example", "/\r\nX: y", "/" + "甲" * 3000,
    "/%00", "/\x00", "http://[", "//[", "./", "../", "?tab=x", "#x", "/login/?next=/login/", "http://testserver/",
)  # fmt: skip
# Parameters of the pages that no form or filter declares.
PARAMETERS = (
    "page", "size", "sort", "tab", "q", "cols", "export", "year", "month", "on", "row", "organization", "street",
    "claim", "decision", "order", "kind", "version", "preview", "cell", "group", "show", "desk", "only", "job", "verdict",
    "lines", "step", "scheme", "cycle", "side", "succeeds", "secondment", "code", "account", "download", "query", "all",
    "pair", "filing", "line", "down", "pick", "settled", "expected", "active", "reason", "password", "more", "events",
)  # fmt: skip


def below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def names() -> list[str]:
    """Every name that a form or a list of the portal reads."""
    found = set(PARAMETERS)
    for kind in below(forms.BaseForm):
        if kind.__module__.split(".")[0] not in ("tests", "django", "django_filters", "import_export"):
            found.update(getattr(kind, "base_fields", {}))
    for kind in below(django_filters.FilterSet):
        for name in kind.base_filters:
            found.update((name, f"{name}_min", f"{name}_max", f"{name}_after", f"{name}_before"))
    return sorted(found)


class Hostile:
    """One request after another, each broken in a few places."""

    def __init__(self, estate: Any, seed: int) -> None:
        self.estate = estate
        self.random = random.Random(seed)
        self.names = names()
        self.people = [*estate.people.values(), None]

    def value(self) -> str:
        kind = self.random.choices((NUMBERS, DAYS, TEXTS, BACK), (4, 2, 4, 1))[0]
        return self.random.choice(kind)

    def path(self, row: Row, at: At) -> str:
        way = REQUESTS[row.key]
        path = self.random.choice(way.paths(row.name, at)).partition("?")[0]
        if self.random.random() < 0.3:
            # One part of the address, a number mostly, is something else.
            parts = re.findall(r"(?<=/)[^/]*\d[^/]*(?=/)", path)
            if parts:
                path = path.replace(f"/{self.random.choice(parts)}/", f"/{self.quoted()}/", 1)
        query = way.query(at).lstrip("?") if self.random.random() < 0.7 else ""
        more = "&".join(
            f"{quote(self.random.choice(self.names))}={self.quoted()}"
            for _ in range(self.random.choice((0, 1, 2, 5)))
        )
        if self.random.random() < 0.3:
            more += f"&next={quote(self.random.choice(BACK))}"
        return f"{path}?{query}&{more}"

    def quoted(self) -> str:
        return quote(self.value(), safe="", errors="surrogatepass")

    def data(self, row: Row, at: At) -> dict[str, Any]:
        sent = dict(REQUESTS[row.key].data(at))
        for name in list(sent):
            if self.random.random() < 0.4:
                sent[name] = self.broken(sent[name])
            elif self.random.random() < 0.05:
                del sent[name]
        for _ in range(self.random.choice((0, 1, 3))):
            sent[self.random.choice(self.names)] = self.broken([])
        sent["next"] = self.random.choice(BACK)
        if self.random.random() < 0.02:
            sent[self.random.choice(list(sent))] = "甲" * 700_000
        return sent

    def broken(self, was: Any) -> Any:
        if isinstance(was, UploadedFile) and self.random.random() < 0.7:
            content = was.read()
            was.seek(0)
            cut = self.random.randrange(len(content) + 1)
            return SimpleUploadedFile(
                self.random.choice((str(was.name), "甲\x00.pdf", "../a.xlsx")), content[:cut]
            )
        if isinstance(was, list | tuple):
            return [*was, *(self.text() for _ in range(self.random.choice((1, 2, 40))))]
        return self.text()

    def text(self) -> str:
        # A form comes as UTF-8; what can't be told in it comes as the replacement sign.
        return self.value().encode("utf-8", "replace").decode()

    def nearly_right(self, row: Row, at: At) -> tuple[str, dict[str, Any]]:
        """What would succeed, with a hostile way back and at most one thing broken: it reaches deepest."""
        way = REQUESTS[row.key]
        data = {**way.data(at), "next": self.random.choice(BACK)}
        if self.random.random() < 0.5:
            name = self.random.choice(list(data))
            data[name] = self.broken(data[name])
        return self.random.choice(way.paths(row.name, at)), data

    def one(self) -> tuple[str, int]:
        """Send one; return what it was and what it answered."""
        row = self.random.choice(ROWS)
        person, at = passing(self.estate, row)
        if self.random.random() < 0.3:
            person = self.random.choice(self.people)
        if row.method == "POST" and self.random.random() < 0.5:
            path, data = self.nearly_right(row, at)
        else:
            path = self.path(row, at)
            data = self.data(row, at) if row.method == "POST" else {}
        headers = {"Referer": self.random.choice(BACK).encode("ascii", "replace").decode().replace("\n", "")}
        client = self.estate.client(person)
        point = transaction.savepoint()
        try:
            answer = (
                client.post(path, data, headers=headers)
                if row.method == "POST"
                else client.get(path, headers=headers)
            )
            for _ in answer if answer.streaming else ():
                pass
        finally:
            transaction.get_connection().needs_rollback = False
            transaction.savepoint_rollback(point)
        return (
            f"{row} {person} {path[:300]!r} {str(data)[:1500]} Referer {headers['Referer'][:50]!r}",
            answer.status_code,
        )


def test_nothing_that_is_sent_is_answered_by_a_fault(estate):
    logging.disable(logging.CRITICAL)
    faults: list[str] = []
    told: list[str] = []

    def note(**_: Any) -> None:
        told.append(traceback.format_exc())

    got_request_exception.connect(note)
    hostile = Hostile(estate, SEED)
    try:
        for number in range(MANY):
            told.clear()
            try:
                what, status = hostile.one()
            except NoReverseMatch:
                continue
            except Exception:
                what, status = f"request {number}", 500
                told.append(traceback.format_exc())
            if status >= 500 and not (status == 503 and "health" in what):
                faults.append(f"{status} {what}\n{''.join(told)}")
    finally:
        got_request_exception.disconnect(note)
        logging.disable(logging.NOTSET)
    assert not faults, f"{len(faults)} of {MANY}:\n" + "\n\n".join(faults[:40])
