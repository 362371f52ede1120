"""Two people at the same moment, each on a connection of their own: start, submit, close, answer."""

import datetime as dt
from collections.abc import Callable

import pytest

from secondment.choices import Side
from secondment.models import Appraisal, AppraisalRound
from secondment.services import proposals, rounds, scoring
from tests.secondment.appraisal.kit import (
    close,
    complete,
    form_of,
    person,
    scheme_in_force,
    scores_of,
    serve,
    side_of,
    started,
)
from tests.together import together
from xianan.core import clock

pytestmark = pytest.mark.django_db(transaction=True)


def twice(act: Callable[[], object]) -> list[str]:
    """Run the same act twice at once; return both outcomes, sorted."""
    return sorted(together(act, act))


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE), still=True)


def test_a_year_is_started_once(world):
    serve(world, person(world, "张甲", serial=1))
    scheme_in_force(world)
    codes = twice(lambda: rounds.start_round(year=2026, actor=world.personnel))
    assert codes == ["", "round_twice"]
    assert (AppraisalRound.objects.count(), Appraisal.objects.count()) == (1, 1)


def test_people_are_added_once(world):
    row = started(world)
    serve(world, person(world, "后来", serial=9))
    assert twice(lambda: rounds.add_people(row, actor=world.personnel)) == ["", ""]
    assert row.appraisals.count() == 2


def test_a_side_is_submitted_once(world):
    form = form_of(started(world))
    own = side_of(form, Side.STREET)
    scoring.save_scores(own, scores=scores_of(form, Side.STREET, 90), comment="", actor=world.street_clerk)
    assert twice(lambda: scoring.submit(own, actor=world.street_clerk)) == ["", "wrong_state"]


def test_both_sides_submitted_at_once_give_the_whole_result(world):
    form = form_of(started(world))
    for side, clerk in ((Side.STREET, world.street_clerk), (Side.DEPARTMENT, world.clerk)):
        scoring.save_scores(side_of(form, side), scores=scores_of(form, side, 80), comment="", actor=clerk)
    acts = [
        lambda: scoring.submit(side_of(form, Side.STREET), actor=world.street_clerk),
        lambda: scoring.submit(side_of(form, Side.DEPARTMENT), actor=world.clerk),
    ]
    assert sorted(together(*acts)) == ["", ""]
    form.refresh_from_db()
    assert (form.total, form.grade) == (8000, "competent")


def test_a_year_is_closed_once(world):
    row = started(world)
    complete(world, form_of(row), 80, 80)
    assert twice(lambda: close(world, row)) == ["", "wrong_state"]


def test_a_form_is_either_sent_back_or_closed(world):
    row = started(world)
    form = complete(world, form_of(row), 80, 80)
    acts = [
        lambda: close(world, row),
        lambda: scoring.send_back(side_of(form, Side.STREET), reason="重评", actor=world.personnel),
    ]
    codes = sorted(together(*acts))
    form.refresh_from_db()
    if form.locked_at:
        assert codes == ["", "guard"] and form.total == 8000
    else:
        assert codes == ["", "missing"] and form.total is None


def test_an_answer_is_given_once(world):
    secondment = serve(world, person(world, "张甲", serial=1))
    row = proposals.draft_proposal(
        secondment=secondment, kind="commend", text="表彰", actor=world.street_clerk
    )
    proposals.send_proposal(row, actor=world.street_head)
    answer = row.answers.get(is_office=False)
    codes = twice(lambda: proposals.answer_proposal(answer, verdict="adopted", text="同意", actor=world.head))
    assert codes == ["", "wrong_state"]
