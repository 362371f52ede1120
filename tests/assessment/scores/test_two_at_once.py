"""Two people, or one in two windows, saving at the same moment: nothing is overwritten (P37)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assessment.cycles import steps as moves
from assessment.models import Score
from assessment.selectors.scores import indicator_results
from assessment.services import scores
from assessment.services.scores import Event, Sheet
from tests.assessment.support import START, cycle, indicator
from tests.together import together
from xianan.core import clock
from xianan.organizations.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_scorers_of_a_cell_are_both_kept_and_two_windows_of_one_are_told_apart(world):
    clock.set_to(START)
    row = cycle(world, "to_scoring", scorers=[world.clerk, world.inspection])
    deducted = indicator(row, "1.2")

    def save(person: User, cause: str) -> Callable[[], object]:
        sheet = Sheet(events=[Event(1_00, 1, cause, "佐证")])
        # Each thread has a person of its own, as each request has.
        return lambda: scores.save_score(
            row,
            street=world.street,
            indicator=deducted,
            sheet=sheet,
            revision=0,
            actor=User.objects.get(pk=person.pk),
            done=True,
        )

    acts = [save(world.clerk, "甲"), save(world.clerk, "乙"), save(world.inspection, "丙")]
    assert sorted(together(*acts)) == ["", "", "stale"]
    assert Score.objects.count() == 2
    found = indicator_results(row)[world.street.pk, deducted.pk]
    causes = {event.cause for line in found.scorers for event in line.deductions}
    assert "丙" in causes and len(causes) == 2
    assert (found.points, found.is_complete) == (19_00, True)


def test_a_cycle_of_a_year_is_begun_once_and_moved_once(world):
    clock.set_to(START)
    row = cycle(world)
    move = lambda: moves.start(row, actor=User.objects.get(pk=world.establishment.pk))  # noqa: E731
    assert sorted(together(move, move)) == ["", "wrong_state"]
