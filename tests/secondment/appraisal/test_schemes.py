"""The rules of the appraisal: two tables of 100 points, sent round, commented, put in force (P30)."""

import datetime as dt

import pytest

from secondment.choices import CommentAnswer, SchemeState, Side
from secondment.models import AppraisalScheme, SchemeComment
from secondment.schemes import steps as schemes
from tests.secondment.appraisal.kit import DEPARTMENT_ITEMS, STREET_ITEMS, draft_scheme, scheme_in_force
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline

pytestmark = pytest.mark.django_db
SHORT = (("服从管理", 3000), ("工作实绩", 6950))


def refused(code: str):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def test_rules_that_do_not_total_a_hundred_are_neither_sent_round_nor_put_in_force(world):
    scheme = draft_scheme(world, street=SHORT)
    with pytest.raises(DomainError, match=r"街道评分表合计 99\.50 分，须为 100 分，还差 0\.50 分"):
        schemes.consult(scheme, actor=world.personnel)
    item = scheme.items.get(side=Side.STREET, name="工作实绩")
    values = {"name": item.name, "standard": item.standard, "points": 7000}
    schemes.save_item(scheme, side=Side.STREET, values=values, item=item, actor=world.personnel)
    schemes.consult(scheme, actor=world.personnel)
    schemes.save_item(
        scheme, side=Side.STREET, values={**values, "points": 7100}, item=item, actor=world.personnel
    )
    with pytest.raises(DomainError, match=r"多出 1\.00 分"):
        schemes.enforce(scheme, actor=world.personnel)
    scheme.refresh_from_db()
    assert scheme.state == SchemeState.CONSULTING


def test_departments_and_streets_comment_and_every_comment_is_answered_before_the_rules_hold(world):
    scheme = draft_scheme(world)
    with refused("wrong_state"):
        schemes.comment(scheme, organization=world.street, text="加大实绩分值", actor=world.street_clerk)
    schemes.consult(scheme, actor=world.personnel)
    with pytest.raises(NotAllowed):
        schemes.comment(scheme, organization=world.other_street, text="不归本单位", actor=world.street_clerk)
    row = schemes.comment(scheme, organization=world.street, text="加大实绩分值", actor=world.street_clerk)
    with pytest.raises(DomainError, match="还有 1 条意见没有答复"):
        schemes.enforce(scheme, actor=world.personnel)
    with pytest.raises(DomainError, match="未采纳须说明理由"):
        schemes.answer_comment(row, state=CommentAnswer.DECLINED, answer=" ", actor=world.other_personnel)
    schemes.answer_comment(row, state=CommentAnswer.ADOPTED, answer="", actor=world.other_personnel)
    enforced = schemes.enforce(scheme, actor=world.personnel)
    assert enforced.state == SchemeState.IN_FORCE
    assert SchemeComment.objects.get().answered_by == world.other_personnel
    assert "区人社局" not in str(timeline(scheme)[0].label)


def test_rules_do_not_hold_before_the_last_day_for_comments_is_over(world):
    scheme = draft_scheme(world)
    schemes.change_scheme(scheme, title="考核细则", comments_by=clock.today(), actor=world.personnel)
    schemes.consult(scheme, actor=world.personnel)
    with pytest.raises(DomainError, match=r"意见反馈截止.*期满后才能施行"):
        schemes.enforce(scheme, actor=world.personnel)
    clock.set_to(clock.now() + dt.timedelta(days=1), still=True)
    assert schemes.enforce(scheme, actor=world.personnel).state == SchemeState.IN_FORCE


def test_rules_in_force_are_frozen_and_the_next_version_begins_with_their_items(world):
    old = scheme_in_force(world)
    with refused("wrong_state"):
        schemes.change_scheme(old, title="改名", comments_by=None, actor=world.personnel)
    with refused("wrong_state"):
        schemes.delete_item(old.items.first(), actor=world.personnel)
    new = schemes.create_scheme(title="第二版", actor=world.other_personnel)
    assert [(i.side, i.name, i.points) for i in new.items.all()] == [
        (i.side, i.name, i.points) for i in old.items.all()
    ]
    assert new.items.count() == len(STREET_ITEMS) + len(DEPARTMENT_ITEMS)
    newest = schemes.create_scheme(title="第三版", actor=world.personnel)
    for scheme in (newest, new):
        schemes.consult(scheme, actor=world.personnel)
    schemes.enforce(newest, actor=world.personnel)
    with refused("newer"):
        schemes.enforce(new, actor=world.personnel)
    new = newest
    old.refresh_from_db()
    assert (old.state, old.superseded_on is not None) == (SchemeState.SUPERSEDED, True)
    assert AppraisalScheme.objects.get(state=SchemeState.IN_FORCE) == new


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("draft", "enforce"), ("draft", "recall"), ("consulting", "consult"), ("consulting", "delete_scheme"),
        ("in_force", "consult"), ("in_force", "recall"), ("in_force", "enforce"), ("in_force", "delete_scheme"),
    ],
)  # fmt: skip
def test_a_step_out_of_turn_is_refused(world, state, step):
    scheme = scheme_in_force(world) if state == "in_force" else draft_scheme(world)
    if state == "consulting":
        schemes.consult(scheme, actor=world.personnel)
    with refused("wrong_state"):
        getattr(schemes, step)(scheme, actor=world.personnel)


@pytest.mark.parametrize("who", ["head", "street_head", "establishment", "government_office", "nobody"])
def test_only_the_personnel_offices_write_rules(world, who):
    with pytest.raises(NotAllowed):
        schemes.create_scheme(title="细则", actor=getattr(world, who))


def test_the_same_item_twice_on_a_side_is_refused_at_its_field(world):
    scheme = draft_scheme(world)
    values = {"name": "服从管理", "standard": "重复", "points": 100}
    with pytest.raises(DomainError, check=lambda error: (error.code, error.field) == ("item_twice", "name")):
        schemes.save_item(scheme, side=Side.STREET, values=values, actor=world.personnel)
    schemes.save_item(scheme, side=Side.DEPARTMENT, values=values, actor=world.personnel)
