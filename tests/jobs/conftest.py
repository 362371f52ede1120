from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xianan.jobs.models import Job
    from xianan.organizations.models import User

CODE = "999999"


@pytest.fixture
def person(db: None) -> User:
    """Somebody in a district; tests with other connections are marked as committing theirs."""
    from xianan.organizations.models import District, Organization, User

    district = District.objects.create(code="421202", name="咸安区", short_name="咸安区")
    office = Organization.objects.create(district=district, name="区委编办", kind="office")
    return User.objects.create_user(
        "worker", "Xianan-2026", name="编办甲", district=district, organization=office
    )


@pytest.fixture
def queue(person: User) -> Callable[..., Job]:
    """Put a job into the ledger: queue("test.create", max_attempts=1, arguments…)."""
    from tests.jobs import bodies  # noqa: F401
    from xianan.jobs.services import enqueue

    def put(kind: str, *, max_attempts: int = 3, link: str = "", **arguments: Any) -> Job:
        return enqueue(
            kind,
            title="导入",
            district=person.district,
            actor=person,
            arguments={"code": CODE, **arguments},
            link=link,
            max_attempts=max_attempts,
        )

    return put
