from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    # No preparation opens one of these, so it need not know of them: done without monkeypatch.
    from tests.deadlines.kit import PLAIN, WORKING
    from xianan.deadlines import registry

    registry._kinds.update({kind.key: kind for kind in (PLAIN, WORKING)})
    yield
    for kind in (PLAIN, WORKING):
        del registry._kinds[kind.key]


@pytest.fixture
def monday() -> Iterator[None]:
    """It is nine o'clock on Monday, 23 November 2026; roles are given since 2024."""
    from tests.deadlines.kit import TODAY
    from xianan.core import clock

    with clock.travel(TODAY):
        yield
