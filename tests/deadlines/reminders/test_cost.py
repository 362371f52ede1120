"""What reminding many people costs, on PostgreSQL: SQLite splits a long statement into several."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.deadlines.kit import fill
from xianan.deadlines.services.reminders import remind

pytestmark = pytest.mark.usefixtures("monday")


def test_the_number_of_queries_does_not_depend_on_dates_or_people(world: Any) -> None:
    costs = []
    for count in (3, 6, 600):
        fill(world, count, first=count)
        for number in range(count // 10):
            world.person(f"clerk-{count}-{number}", world.streets[number % 3], "street_clerk")
        with CaptureQueriesContext(connection) as queries:
            assert remind(world.district).sent
        costs.append(len(queries))
    # The second and the third also bring the notices of the first up to date: one statement.
    assert costs[0] + 1 == costs[1] == costs[2] <= 16
