"""Two sides that score unseen by each other, sign off, are sent back; grading and correction (P30)."""

import datetime as dt

import pytest

from secondment.choices import Side, SideState
from secondment.deadlines.appraisal import APPRAISAL_SCORE
from secondment.models import Appraisal
from secondment.selectors.appraisals import sees_scores
from secondment.services import grading
from secondment.sides import steps as scoring
from tests.secondment.appraisal.kit import (
    complete,
    form_of,
    score,
    scores_of,
    side_of,
    started,
)
from tests.world import PASSWORD
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline
from xianan.history.selectors import timeline
from xianan.organizations.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE), still=True)


@pytest.fixture
def form(world) -> Appraisal:
    return form_of(started(world))


def refused(code: str):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def seen(world, form, person, side) -> bool:
    return sees_scores(Scope(person), form, side_of(form, side))


def test_a_side_sees_the_others_scores_only_after_it_has_submitted_its_own(world, form):
    score(world, form, Side.STREET, 90)
    assert not seen(world, form, world.head, Side.STREET)
    assert seen(world, form, world.street_head, Side.STREET)
    assert seen(world, form, world.personnel, Side.STREET)
    assert not seen(world, form, world.street_head, Side.DEPARTMENT)
    scoring.save_scores(
        side_of(form, Side.DEPARTMENT),
        scores=scores_of(form, Side.DEPARTMENT, 70),
        comment="",
        actor=world.clerk,
    )
    assert not seen(world, form, world.personnel, Side.DEPARTMENT)
    scoring.submit(side_of(form, Side.DEPARTMENT), actor=world.clerk)
    for who in (world.head, world.street_head, world.personnel):
        assert seen(world, form, who, Side.STREET)
        assert seen(world, form, who, Side.DEPARTMENT)


def test_the_page_and_the_export_hide_the_others_scores_too(world, form):
    scoring.save_scores(
        side_of(form, Side.STREET),
        scores=scores_of(form, Side.STREET, 91),
        comment="暗语",
        actor=world.street_clerk,
    )
    scoring.submit(side_of(form, Side.STREET), actor=world.street_clerk)
    client = world.client(world.clerk)
    page = client.get(f"/appraisal-forms/{form.pk}/").content.decode()
    assert "91.00" not in page and "暗语" not in page and "27.30" not in page
    assert "本单位提交评分后才能查看对方的评分" in page
    listed = client.get(f"/appraisals/{form.round_id}/").content.decode()
    assert "91.00" not in listed and "已提交" in listed


def test_the_total_appears_with_the_second_side_and_its_deadline_closes_with_each(world, form):
    score(world, form, Side.STREET, 90)
    form.refresh_from_db()
    assert (form.total, form.grade) == (None, "")
    assert Deadline.objects.filter(kind=APPRAISAL_SCORE, closed_at=None).count() == 1
    score(world, form, Side.DEPARTMENT, 80)
    form.refresh_from_db()
    # 90 × 60% + 80 × 40% = 86
    assert (form.total, form.computed_grade, form.grade) == (8600, "competent", "competent")
    assert not Deadline.objects.filter(kind=APPRAISAL_SCORE, closed_at=None).exists()


def test_nothing_is_submitted_with_an_item_left_out(world, form):
    own = side_of(form, Side.STREET)
    scores = scores_of(form, Side.STREET, 90)
    scores[next(iter(scores))] = None
    scoring.save_scores(own, scores=scores, comment="", actor=world.street_clerk)
    with pytest.raises(DomainError, match="“服从管理”还没有评分"):
        scoring.submit(own, actor=world.street_clerk)
    assert side_of(form, Side.STREET).score is None


def test_a_score_beyond_the_points_of_its_item_is_refused_at_its_field(world, form):
    own = side_of(form, Side.STREET)
    item = form.round.scheme.items.get(name="服从管理")
    with pytest.raises(DomainError, match=r"“服从管理”评了 30\.01 分，须在 0 至 30\.00 分之间") as refusal:
        scoring.save_scores(own, scores={item.pk: 3001}, comment="", actor=world.street_clerk)
    assert refusal.value.field == f"item_{item.pk}"
    foreign = form.round.scheme.items.get(name="业务能力")
    with refused("score"):
        scoring.save_scores(own, scores={foreign.pk: 100}, comment="", actor=world.street_clerk)


@pytest.mark.parametrize("who", ["clerk", "other_street_clerk", "personnel", "street_reader", "nobody"])
def test_nobody_but_the_street_scores_for_the_street(world, form, who):
    own = side_of(form, Side.STREET)
    with pytest.raises(NotAllowed):
        scoring.save_scores(own, scores={}, comment="", actor=getattr(world, who))
    with pytest.raises(NotAllowed):
        scoring.submit(own, actor=getattr(world, who))


def test_a_side_is_taken_back_only_until_the_other_has_submitted(world, form):
    score(world, form, Side.STREET, 90)
    scoring.withdraw(side_of(form, Side.STREET), actor=world.street_clerk)
    assert Deadline.objects.filter(kind=APPRAISAL_SCORE, closed_at=None).count() == 2
    score(world, form, Side.STREET, 90)
    score(world, form, Side.DEPARTMENT, 80)
    with pytest.raises(DomainError, match="对方已经提交评分，不能自行撤回"):
        scoring.withdraw(side_of(form, Side.STREET), actor=world.street_clerk)


def test_the_personnel_office_sends_a_side_back_with_the_reason_and_the_result_is_gone_until_then(
    world, form
):
    complete(world, form, 90, 80)
    with refused("reason_missing"):
        scoring.send_back(side_of(form, Side.STREET), reason=" ", actor=world.personnel)
    scoring.send_back(side_of(form, Side.STREET), reason="评分依据不足", actor=world.personnel)
    form.refresh_from_db()
    own = side_of(form, Side.STREET)
    assert (form.total, form.grade, own.state, own.signed_by) == (None, "", SideState.DRAFT, None)
    # While it scores anew it does not see the other side, as at first.
    assert not seen(world, form, world.street_head, Side.DEPARTMENT)
    with pytest.raises(NotAllowed):
        scoring.send_back(side_of(form, Side.DEPARTMENT), reason="改", actor=world.establishment)


def test_heads_sign_off_their_own_side_with_the_password(world, form):
    score(world, form, Side.STREET, 90)
    own = side_of(form, Side.STREET)
    with pytest.raises(NotAllowed):
        scoring.sign_sides([own], actor=world.street_clerk, password=PASSWORD)
    with pytest.raises(NotAllowed):
        scoring.sign_sides([own], actor=world.head, password=PASSWORD)
    with refused("wrong_password"):
        scoring.sign_sides([own], actor=world.street_head, password="falsch")
    scoring.sign_sides([own], actor=world.street_head, password=PASSWORD)
    with refused("wrong_state"):
        scoring.sign_sides([own], actor=world.street_head, password=PASSWORD)
    with refused("wrong_state"):
        scoring.sign_sides([side_of(form, Side.DEPARTMENT)], actor=world.head, password=PASSWORD)


def test_the_log_tells_who_scored_but_not_what(world, form):
    score(world, form, Side.STREET, 91)
    text = " ".join(f"{entry.label} {entry.changes} {entry.reason}" for entry in timeline(form))
    assert "提交评分" in text and "91" not in text


@pytest.mark.parametrize(("grade", "code"), [("excellent", "not_lower"), ("competent", "not_lower")])
def test_a_grade_is_never_raised(world, form, grade, code):
    complete(world, form, 80, 80)
    with refused(code):
        grading.lower(form, grade=grade, reason="表现突出", actor=world.personnel)


def test_a_grade_is_lowered_with_a_reason_and_put_back(world, form):
    with refused("not_scored"):
        grading.lower(form, grade="basic", reason="处分", actor=world.personnel)
    complete(world, form, 80, 80)
    with refused("reason_missing"):
        grading.lower(form, grade="basic", reason="", actor=world.personnel)
    with pytest.raises(NotAllowed):
        grading.lower(form, grade="basic", reason="处分", actor=world.head)
    assert grading.lower(form, grade="failed", reason="受政务处分", actor=world.personnel).grade == "failed"
    assert grading.lower(form, grade="", reason="处分撤销", actor=world.personnel).grade == "competent"
