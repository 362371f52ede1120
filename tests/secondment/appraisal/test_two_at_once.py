"""Two people at the same moment, each on a connection of their own: start, submit, close, answer."""

import datetime as dt
from collections.abc import Callable

import pytest

from secondment.choices import Side
from secondment.models import Appraisal, AppraisalRound
from secondment.proposals import steps as proposals
from secondment.replacements import steps as replacements
from secondment.rounds import steps as rounds
from secondment.sides import steps as scoring
from secondment.terms.steps import confirm_arrival
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
from tests.secondment.appraisal.test_corrections import coming, correct, demanded, finish
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


def test_a_year_closed_while_a_demand_is_made_ends_pending_whichever_came_first(world):
    row = started(world)
    form = complete(world, form_of(row), 80, 80)
    draft = replacements.draft(form.secondment, kind="disobedience", facts="事", actor=world.street_clerk)
    acts = [
        lambda: close(world, row),
        lambda: replacements.request(draft, actor=world.street_head),
    ]
    assert together(*acts) == ["", ""]
    form.refresh_from_db()
    assert (form.grade, form.pends_on_id, form.locked_at is not None) == ("pending", draft.pk, True)


def test_a_year_closed_while_a_replacement_is_completed_ends_capped_whichever_came_first(world):
    row = started(world)
    form = complete(world, form_of(row), 80, 80)
    demand = demanded(world, form)
    today = clock.today()
    replacements.accept(demand, leaves_on=today, successor_by=today, actor=world.head)
    new = coming(world, 701)
    acts = [
        lambda: close(world, row),
        lambda: replacements.name_successor(demand, successor=new, actor=world.clerk),
        lambda: confirm_arrival(new, on=today, actor=world.street_clerk),
    ]
    assert together(*acts) == ["", "", ""]
    demand.refresh_from_db()
    assert demand.state == "completed"
    form = form_of(row)
    assert (form.grade, form.cap_id) == ("basic", demand.pk)
    assert form.version == 1 if form.locked_at else form.version == 2


def test_of_two_corrections_for_the_last_place_of_excellent_one_is_finished(world):
    people = [person(world, f"人{n}", serial=n) for n in range(1, 6)]
    row = started(world, *people)
    for who in people:
        complete(world, form_of(row, who), 80, 80)
    close(world, row)
    new = [complete(world, correct(world, form_of(row, who)), 96, 96) for who in people[:2]]
    codes = together(*[lambda each=each: finish(world, each) for each in new])
    assert sorted(codes) == ["", "too_many_excellent"]
    assert row.appraisals.filter(is_current=True, grade="excellent", locked_at__isnull=False).count() == 1


def test_an_answer_is_given_once(world):
    secondment = serve(world, person(world, "张甲", serial=1))
    row = proposals.draft_proposal(
        secondment=secondment, kind="commend", text="表彰", actor=world.street_clerk
    )
    proposals.send_proposal(row, actor=world.street_head)
    answer = row.answers.get(is_office=False)
    codes = twice(lambda: proposals.answer_proposal(answer, verdict="adopted", text="同意", actor=world.head))
    assert codes == ["", "wrong_state"]
