from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.deadlines.kit import PLAIN, WORKING
    from xianan.deadlines import registry

    for kind in (PLAIN, WORKING):
        monkeypatch.setitem(registry._kinds, kind.key, kind)


@pytest.fixture
def monday() -> Iterator[None]:
    """It is nine o'clock on Monday, 23 November 2026; roles are given since 2024."""
    from tests.deadlines.kit import TODAY
    from xianan.core import clock

    with clock.travel(TODAY):
        yield
