"""One estate a process; every attempt is rolled back, so that it stays as it was built."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.permissions.builder import Estate


@pytest.fixture(scope="package")
def estate(django_db_setup: None, django_db_blocker: object) -> "Iterator[Estate]":
    """Two units and a second district, inside a transaction that is never committed."""
    from django.db import transaction

    from tests.permissions.builder import Estate

    around = transaction.atomic()
    # As around a test of Django: what commits by itself (the counting of tries) may run inside.
    around._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), around:  # type: ignore[attr-defined]
        yield Estate()
        transaction.set_rollback(True)
