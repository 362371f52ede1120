"""Every address answers on SQLite as well, on which the demonstration runs: with the same rows as on PostgreSQL.

Who may and who may not is decided in Python and held against the table on PostgreSQL; here it is shown that
whatever a page reads and a form writes can be said to SQLite.
"""

from __future__ import annotations

import pytest

from tests.permissions.builder import Estate
from tests.permissions.requests import REQUESTS
from tests.permissions.table import Row, read
from tests.permissions.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite(alone=True)]
ROWS = read()


@pytest.mark.parametrize("row", ROWS, ids=[str(row) for row in ROWS])
def test_who_may_gets_through(estate: Estate, row: Row) -> None:
    deviations = Walk(estate, row, REQUESTS[row.key]).somebody()
    assert not deviations, "\n".join([f"docs/permissions.md:{row.line} {row}:", *deviations])
