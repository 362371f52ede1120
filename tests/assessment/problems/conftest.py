"""A published cycle in which two streets lost points. Models are imported late: Django isn't set up yet here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from assessment.models import Cycle
    from tests.world import World

ROWS = (("1.1", 60_00, "hand", {}), ("1.2", 40_00, "deductions", {}))


@pytest.fixture(autouse=True)
def _on_the_first_day() -> None:
    from tests.assessment.support import START
    from xianan.core import clock

    clock.set_to(START)


@pytest.fixture
def leading(world: World) -> Cycle:
    """温泉 loses 2 × 1 by events, 浮山 1.5 by hand; with the leading group."""
    from assessment.cycles import steps as moves
    from assessment.services.scores import Sheet
    from tests.assessment.results.support import event, give
    from tests.assessment.support import cycle, scheme

    row = cycle(world, "to_scoring", made=scheme(world, ROWS), streets=[world.street, world.other_street])
    give(world, row, world.street, "1.1", Sheet(points=60_00))
    give(world, row, world.street, "1.2", Sheet(events=[event(1_00, 2)]))
    give(world, row, world.other_street, "1.1", Sheet(points=58_50, note="方案没有时限"))
    give(world, row, world.other_street, "1.2", Sheet())
    return moves.to_leading(row, actor=world.establishment)


@pytest.fixture
def row(world: World, leading: Cycle) -> Cycle:
    from tests.assessment.results.support import published

    return published(world, leading)
