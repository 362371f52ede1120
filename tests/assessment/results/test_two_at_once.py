"""Two people deciding the same thing at the same moment: exactly one takes effect, the other is told (P40)."""

from __future__ import annotations

import datetime as dt

import pytest

from assessment.corrections.steps import answer_objection, confirm_correction
from assessment.cycles import steps as moves
from assessment.models import Correction, Cycle, Objection, Paper, Problem, ResultVersion
from assessment.objections.steps import raise_objection
from assessment.problems import steps as problems
from assessment.problems.services import Found, list_problems
from assessment.selectors import cycles
from assessment.services import papers
from tests.assessment.results.support import change, public, published, scored, second
from tests.assessment.support import START, indicator
from tests.documents.attachments.papers import pdf
from tests.together import together
from xianan.core import clock
from xianan.documents.models import Document
from xianan.documents.services.attachments import attach
from xianan.organizations.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


@pytest.fixture
def leading(world):
    return scored(world, {str(world.other_street): 55_00}, streets=[world.street, world.other_street])


def office(world) -> User:
    return User.objects.get(pk=world.establishment.pk)


def test_of_two_who_publish_one_makes_the_version(world, leading):
    row = public(world, leading)
    clock.set_to(cycles.days_of(row)["publicity"].ends_on + dt.timedelta(days=1))

    def publish():
        moves.publish(Cycle.objects.get(pk=row.pk), actor=office(world))

    assert sorted(together(publish, publish)) == ["", "wrong_state"]
    assert list(ResultVersion.objects.order_by("number").values_list("number", flat=True)) == [0, 1]


def test_of_two_answers_and_two_who_confirm_one_counts_and_no_correction_is_doubled(world, leading):
    row = public(world, leading)
    made = raise_objection(
        row,
        street=world.other_street,
        indicator=indicator(row, "1.1"),
        text="材料已报",
        actor=world.other_street_head,
    )

    def answer(after):
        return lambda: answer_objection(
            Objection.objects.get(pk=made.pk), change=change(after=after), answer="属实", actor=office(world)
        )

    found = together(answer(57_00), answer(58_00))
    assert sorted(found) == ["", "pending"]
    one, other = second(world), world.person("fuhe-2", world.establishment_bureau, "establishment")
    made = Correction.objects.get()

    def confirm(person):
        return lambda: confirm_correction(
            Correction.objects.get(pk=made.pk), actor=User.objects.get(pk=person.pk)
        )

    assert sorted(together(confirm(one), confirm(other))) == ["", "wrong_state"]
    assert Objection.objects.get().answer == "属实"


def test_papers_are_written_once_by_two_who_press_at_once(world, leading):
    row = published(world, leading)

    def write():
        papers.write_papers(Cycle.objects.get(pk=row.pk), actor=office(world))

    assert together(write, write) == ["", ""]
    assert Paper.objects.count() == 7


def test_a_paper_signed_by_two_at_once_has_one_number_and_one_document(world, leading):
    row = published(world, leading)
    papers.write_papers(row, actor=world.establishment)
    key = Paper.objects.get(kind="table").pk

    def sign():
        papers.sign_off(Paper.objects.get(pk=key), actor=office(world))

    assert together(sign, sign) == ["", ""]
    assert Document.objects.filter(kind=papers.DOCUMENT).count() == 1
    assert Paper.objects.get(pk=key).number == "考核〔2026〕1号"


def test_a_problem_handed_in_twice_is_judged_once(world, leading):
    row = published(world, leading)
    (made,) = list_problems(
        row,
        found=[Found(world.street, indicator(row, "1.2"), "超期", 1_00)],
        demand="整改",
        due_on=clock.today(),
        checker=world.establishment_bureau,
        actor=world.establishment,
    )
    problems.plan_measure(made, owner="张×", measure="补办", actor=world.street_clerk)
    attach(made, "material", data=pdf(), filename="台账.pdf", actor=world.street_clerk)

    def hand_in():
        person = User.objects.get(pk=world.street_clerk.pk)
        problems.hand_in(Problem.objects.get(pk=made.pk), answer="已办", actor=person)

    assert sorted(together(hand_in, hand_in)) == ["", "wrong_state"]

    def judge(step, **more):
        return lambda: step(Problem.objects.get(pk=made.pk), note="意见", actor=office(world), **more)

    acts = judge(problems.pass_problem), judge(problems.return_problem, due_on=clock.today())
    assert sorted(together(*acts)) == ["", "wrong_state"]
