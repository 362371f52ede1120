"""A noun within another: its address, who sees it, and a step that is taken by a click."""

from __future__ import annotations

import pytest

from assessment.corrections.steps import CORRECTION
from assessment.reports.steps import REPORT, return_report
from tests.assessment.results.support import entered, public, scored, second
from tests.assessment.support import START
from tests.world import World
from xianan.acts.pages import SEEN
from xianan.core import clock
from xianan.organizations.scope import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_day() -> None:
    clock.set_to(START)


def test_a_click_takes_the_step_or_tells_why_not(world: World) -> None:
    row = public(world, scored(world, {str(world.street): 50_00}, streets=[world.street, world.other_street]))
    made = entered(world, row, world.street, "1.1", after=51_00)
    here = CORRECTION.url(made)
    own, other = world.client(world.establishment), world.client(second(world))
    assert here == f"/assessment/{row.pk}/corrections/{made.pk}/"
    assert other.get(here.replace(f"/{row.pk}/", f"/{row.pk + 1}/", 1)).status_code == 404
    assert other.get(f"{here}confirm/").status_code == 405
    # Refused: told on the page it was clicked on, where the button is shut with the reason.
    answer = own.post(f"{here}confirm/", follow=True).content.decode()
    assert "由其他人员办理" in answer and f'action="{here}confirm/"' not in answer
    assert f'action="{here}confirm/"' in other.get(here).content.decode()
    assert "已复核同意，更正生效。" in other.post(f"{here}confirm/", follow=True).content.decode()
    # What was typed on a page that is out of date is kept, with what happened since.
    stale = other.post(f"{here}refuse/", {"reason": "没有原件", SEEN: "1"})
    words = stale.content.decode()
    assert stale.status_code == 409 and "没有原件" in words and "复核同意" in words


def test_its_people_see_it_by_a_right_of_their_own(world: World) -> None:
    row = scored(world, {}, streets=[world.street, world.other_street])
    seen = {person: set(REPORT.visible(scope_of(person)).values_list("street", flat=True)) for person in (
        world.street_clerk, world.establishment, world.clerk,
    )}  # fmt: skip
    streets = {world.street.pk, world.other_street.pk}
    assert list(seen.values()) == [{world.street.pk}, streets, set()]
    mine = row.self_reports.get(street=world.street)
    assert REPORT.readable(scope_of(world.street_clerk), mine)
    assert not REPORT.readable(scope_of(world.other_street_clerk), mine)
    assert REPORT.links([mine.pk]) == {mine.pk: REPORT.url(mine)}
    assert "自评不再变动" in return_report.why_not(scope_of(world.establishment), mine)
