"""One estate a run; every attempt is rolled back, so that it stays as it was built."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.permissions.builder import Estate


@pytest.fixture(autouse=True)
def _on_the_day_of_the_estate() -> None:
    """The clock is put back after each test; a walk that goes on past midnight finds what is open still open."""
    from tests.permissions.builder import TRIED
    from xianan.core import clock

    clock.set_to(TRIED)


@pytest.fixture(scope="package")
def estate(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> "Iterator[Estate]":
    """Two units and a second district, inside a transaction that is never committed."""
    from django.db import connection, transaction

    from tests.permissions.builder import estate

    around: Any = transaction.atomic()
    # As around a test of Django: what commits by itself (the counting of tries) may run inside.
    around._from_testcase = True
    with django_db_blocker.unblock(), around:
        built = estate()
        # What refers to what is looked at once, not again at the end of each test.
        connection.check_constraints()
        yield built
        transaction.set_rollback(True)
