"""A role ends and begins on its day, at the pages too, with no job between: a sample of addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.permissions.builder import NOBODY, Estate
from tests.permissions.requests import REQUESTS, At
from tests.permissions.table import read
from tests.permissions.walk import attempt
from xianan.core import clock
from xianan.organizations.models import DistrictUserPermission, OrganizationUserPermission, User

pytestmark = pytest.mark.django_db
ROLES = ("department_clerk", "street_head", "establishment", "inspection")
ROWS = [row for row in read() if not row.through(NOBODY, own=True)]
DAY = dt.timedelta(days=1)


@pytest.fixture(params=("ended yesterday", "begins tomorrow"))
def term(request: pytest.FixtureRequest, estate: Estate) -> Iterator[str]:
    """Every grant of the estate as it stands when no job has run since the role ended, or before it begins."""
    today = clock.today()
    ended = request.param == "ended yesterday"
    values = {"ends_on": today - DAY} if ended else {"starts_on": today + DAY, "ends_on": None}
    if ended:
        values["starts_on"] = today - DAY
    with transaction.atomic():
        for model in (OrganizationUserPermission, DistrictUserPermission):
            model.objects.filter(user__in=estate.people.values()).update(**values)
        yield request.param
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_nothing_before_and_after_its_days(estate: Estate, term: str, role: str) -> None:
    before, person = estate.standing, User.objects.get(pk=estate.people[role].pk)
    opened = [row for row in ROWS if row.through(role, own=True) and not row.personal]
    wrong = []
    for row in opened[:: max(1, len(opened) // 20)]:
        way, at = REQUESTS[row.key], At(estate, estate.a, person)
        for path in way.paths(row.name, at):
            outcome = attempt(estate, person, row.method, path, way.data(at), before)
            if outcome.status not in (403, 404) or outcome.to_login:
                wrong.append(f"{row.method} {path}: {outcome.status}")
    assert len(opened) > 20 and not wrong, "\n".join(wrong)
