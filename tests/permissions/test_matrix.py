"""Every address × every role × own and other unit, held against docs/permissions.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.effort import THOROUGH
from tests.permissions import views
from tests.permissions.requests import REQUESTS, At
from tests.permissions.table import OPEN, Row, read
from tests.permissions.walk import Walk, attempt

pytestmark = pytest.mark.django_db
ROWS = read()
BY_NAME: dict[str, list[Row]] = {}
for _row in ROWS:
    BY_NAME.setdefault(_row.name, []).append(_row)
METHODS = ("GET", "POST")
HUGE = 2**70
ABSENT = 987_654_321
# Of the public check, whoever asks is counted, whatever the answer.
COUNTED = {"organizations_tries"}


def addresses() -> Iterator[str]:
    """Every name of the resolver, with its namespaces."""

    def walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, inner)
            else:
                assert pattern.name, f"{space}{pattern.pattern} has no name"
                yield f"{space}{pattern.name}"

    yield from walk(get_resolver().url_patterns, "")


def ids(rows: list[Row]) -> list[str]:
    return [str(row) for row in rows]


def test_every_address_has_its_row_and_every_row_its_address():
    known = set(addresses())
    assert sorted(known - BY_NAME.keys()) == [], "no row in docs/permissions.md"
    assert sorted(BY_NAME.keys() - known) == [], "a row without an address"


def test_every_row_stands_once_and_has_its_attempt():
    assert [key for key, count in Counter(row.key for row in ROWS).items() if count > 1] == []
    assert sorted({row.key for row in ROWS} - REQUESTS.keys()) == [], (
        "no attempt in tests/permissions/requests.py"
    )
    assert sorted(REQUESTS.keys() - {row.key for row in ROWS}) == [], "an attempt without a row"


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_those_and_only_those_get_through(estate, row):
    deviations = Walk(estate, row, REQUESTS[row.key]).everybody()
    assert not deviations, "\n".join([f"docs/permissions.md:{row.line} {row}:", *deviations])


def passing(estate, row: Row):
    """Return somebody who gets through, with where and what to try; None for a visitor."""
    role = next((role for role in estate.people if row.through(role, own=True)), "")
    person = estate.people[role or "nobody"]
    return person, At(estate, estate.a, person)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_view_takes_the_listed_methods_and_no_other(name):
    listed = {row.method for row in BY_NAME[name]}
    taken = views.methods(views.view_of(name)) - {"OPTIONS"}
    assert taken == listed | ({"HEAD"} if "GET" in listed else set())


@pytest.mark.parametrize("name", views.one_of_each_kind(sorted(BY_NAME)))
def test_methods_beside_the_listed_ones_are_refused_as_such(estate, name):
    before = estate.standing
    listed = {row.method for row in BY_NAME[name]}
    row = BY_NAME[name][0]
    person, at = passing(estate, row)
    (path, *_) = REQUESTS[row.key].paths(name, at)
    wrong = []
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        if method in listed:
            continue
        outcome = attempt(estate, person, method, path, {}, before)
        allowed = {405}
        if method == "OPTIONS":
            allowed = {200, 405}
        elif method == "HEAD" and "GET" in listed:
            allowed = {200, 302}
            if name == "health":
                # Whether a worker has signed lately is chance here; HEAD must say what GET says.
                allowed = {attempt(estate, person, "GET", path, {}, before).status}
        # A GET that writes (who asks, who opened a scan) does so without its text too.
        written = outcome.wrote - (set(REQUESTS[row.key].changes) if method == "HEAD" else set())
        if outcome.status not in allowed or outcome.to_login or written:
            wrong.append(f"{method} {path}: {outcome}")
    assert wrong == []


WITH_TARGET = [row for row in ROWS if REQUESTS.get(row.key) and REQUESTS[row.key].targets is not None]
if not THOROUGH:
    # The last row of an address is its POST.
    WITH_TARGET = list({row.name: row for row in WITH_TARGET}.values())


@pytest.mark.parametrize("row", WITH_TARGET, ids=ids(WITH_TARGET))
def test_objects_that_do_not_exist_are_not_found(estate, row):
    person, at = passing(estate, row)
    way = REQUESTS[row.key]
    kwargs = dict(way.targets(at)[0])
    wrong = []
    for part, value in kwargs.items():
        numbered = isinstance(value, int)
        paths = [
            reverse(row.name, kwargs={**kwargs, part: other})
            for other in ([ABSENT] if numbered else ["0000", "ZZZZ-ZZZZ-ZZZZ", "核验" * 40])
        ]
        if numbered:
            # What no key can be is no part of an address either.
            for other in ("-1", str(2**63), str(HUGE)):
                with pytest.raises(Resolver404):
                    resolve(paths[0].replace(str(ABSENT), other))
        for path in paths:
            outcome = attempt(estate, person, row.method, path + way.query(at), way.data(at), estate.standing)
            if outcome.status != 404 or outcome.wrote - COUNTED:
                wrong.append(f"{row.method} {path}: {outcome}")
    assert wrong == []


POSTS = [row for row in ROWS if row.method == "POST"]
OF_EACH_KIND = set(views.one_of_each_kind(sorted({row.name for row in POSTS})))
GUARDED = [row for row in POSTS if row.name in OF_EACH_KIND]


def test_no_view_takes_a_form_without_its_token():
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE
    assert [name for name in sorted(BY_NAME) if views.is_exempt(views.view_of(name))] == []


@pytest.mark.parametrize("row", GUARDED, ids=ids(GUARDED))
def test_a_form_without_its_token_is_explained_and_does_nothing(estate, row):
    person, at = passing(estate, row)
    way = REQUESTS[row.key]
    (path, *_) = way.paths(row.name, at)
    outcome = attempt(
        estate,
        None if row.visitor == OPEN else person,
        "POST",
        path,
        way.data(at),
        estate.standing,
        guarded=True,
    )
    assert outcome.status == 403 and not outcome.wrote, outcome
    assert "页面已过期，内容没有提交" in outcome.text
