# What needs the app registry is imported inside: this file may be loaded before the settings are read.
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from tests.world import World
    from xianan.imports.models import Upload


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The database of all tests, with the table of the kind of these. It stays, so that order is no matter."""
    from django.db import connection

    from tests.imports.kind import Member

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Member)


@pytest.fixture(autouse=True)
def empty(request: pytest.FixtureRequest) -> Iterator[None]:
    """The flush after a test with transactions doesn't know the table of the kind."""
    yield
    if request.node.get_closest_marker("django_db"):
        from tests.imports.kind import Member

        Member.objects.all().delete()


@pytest.fixture
def send(world: World) -> Callable[..., Upload]:
    """Check a workbook of these rows for the department."""
    from tests.empowerment.filings.books import book
    from tests.imports.kind import HEAD
    from xianan.imports.services import upload_workbook

    def act(rows: Iterable[Sequence[Any]] = (), head: Sequence[str] = HEAD, **other: Any) -> Upload:
        data = other.get("data") or book(rows, head)
        actor = other.get("actor", world.clerk)
        return upload_workbook("members", world.department, data=data, filename="人员.xlsx", actor=actor)

    return act
