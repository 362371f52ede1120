"""A street is asked about each item on the list, says one of three things, and its head submits."""

import datetime as dt

import pytest

from empowerment.agreements.sending import create_letter
from empowerment.agreements.steps import withdraw
from empowerment.choices import ClaimState, Decision
from empowerment.claims.steps import decide, open_claims, reopen, submit_claims
from empowerment.models import Claim
from tests.empowerment.agreements.support import change_item
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.models import Deadline
from xianan.history.models import Entry

TODAY = dt.date(2026, 11, 23)
LATER = dt.date(2027, 6, 30)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def code_of(call) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


@pytest.mark.sqlite
def test_publishing_a_list_asks_every_street_about_every_new_item(world) -> None:
    items = world.listed("甲事项", "乙事项")
    asked = Claim.objects.filter(item__in=items)
    assert asked.count() == len(items) * len(world.streets)
    assert set(asked.values_list("state", "decision")) == {("open", "pending")}


def test_a_second_version_asks_only_about_what_is_new(world) -> None:
    world.listed("甲事项")
    before = set(Claim.objects.values_list("pk", flat=True))
    world.listed("乙事项")
    fresh = Claim.objects.exclude(pk__in=before)
    assert {claim.item.name for claim in fresh} == {"乙事项"}
    assert fresh.count() == len(world.streets)


def test_asking_again_for_the_same_version_changes_nothing(world) -> None:
    world.listed("甲事项")
    before = list(Claim.objects.order_by("pk").values())
    assert open_claims(world.current_list, actor=world.government_office) == 0
    assert list(Claim.objects.order_by("pk").values()) == before


def test_a_district_of_seven_streets_asks_seven(other_world) -> None:
    items = other_world.listed("甲事项")
    assert Claim.objects.filter(item__in=items).count() == 7


def test_a_changed_item_is_asked_again_where_no_letter_holds_it(world) -> None:
    world.letter("甲事项")
    other = Claim.objects.get(item__name="甲事项", street=world.other_street)
    decide([other], decision="deferred", actor=world.other_street_clerk, look_again_on=LATER)
    submit_claims(world.other_street, actor=world.other_street_head)
    change_item(world, "甲事项", "街道负责受理；部门负责决定")
    other.refresh_from_db()
    held = Claim.objects.get(item__name="甲事项", street=world.street)
    assert (other.state, other.decision, other.look_again_on) == (ClaimState.OPEN, Decision.PENDING, None)
    assert other.entry.duties == "街道负责受理；部门负责决定"
    assert Deadline.objects.get(kind="claim_look_again").outcome == "changed"
    assert (held.state, held.decision) == (ClaimState.SUBMITTED, Decision.CLAIMED)


@pytest.mark.parametrize(
    ("decision", "values", "code", "field"),
    [
        ("declined", {}, "reason_missing", "reason"),
        ("declined", {"reason": "   "}, "reason_missing", "reason"),
        ("declined", {"reason": "长" * 501}, "reason_long", "reason"),
        ("deferred", {}, "date_missing", "look_again_on"),
        ("deferred", {"look_again_on": TODAY}, "date_past", "look_again_on"),
        ("deferred", {"look_again_on": TODAY - dt.timedelta(days=1)}, "date_past", "look_again_on"),
        ("maybe", {}, "unknown_decision", "decision"),
    ],
)
def test_an_opinion_that_lacks_something_is_refused_at_its_field(
    world, decision, values, code, field
) -> None:
    world.listed("甲事项")
    with pytest.raises(DomainError) as refused:
        decide(world.claims(), decision=decision, actor=world.street_clerk, **values)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert Claim.objects.exclude(decision="pending").count() == 0


def test_the_day_after_today_is_late_enough_for_a_second_look(world) -> None:
    world.listed("甲事项")
    tomorrow = TODAY + dt.timedelta(days=1)
    (claim,) = decide(world.claims(), decision="deferred", actor=world.street_clerk, look_again_on=tomorrow)
    assert claim.look_again_on == tomorrow


def test_an_opinion_can_be_changed_and_taken_back_until_it_is_submitted(world) -> None:
    world.listed("甲事项")
    decide(world.claims(), decision="declined", actor=world.street_clerk, reason="认定困难")
    decide(world.claims(), decision="claimed", actor=world.street_clerk)
    (claim,) = world.claims()
    assert (claim.decision, claim.reason) == ("claimed", "")
    decide(world.claims(), decision="pending", actor=world.street_clerk)
    (claim,) = world.claims()
    assert (claim.decision, claim.decided_by, claim.decided_at) == ("pending", None, None)
    labels = Entry.objects.filter(object_type="empowerment.claim", object_id=claim.pk).order_by("id")
    assert list(labels.values_list("label", flat=True)) == ["下达认领", "不认领", "认领", "撤回意见"]


@pytest.mark.sqlite
def test_submitting_leaves_what_is_undecided_open(world) -> None:
    world.listed("甲事项", "乙事项", "丙事项")
    first, second, third = world.claims()
    decide([first], decision="claimed", actor=world.street_clerk)
    decide([second], decision="deferred", actor=world.street_clerk, look_again_on=LATER, reason="缺人员")
    assert len(submit_claims(world.street, actor=world.street_head)) == 2
    states = {claim.pk: (claim.state, claim.decision) for claim in world.claims()}
    assert states == {
        first.pk: ("submitted", "claimed"),
        second.pk: ("submitted", "deferred"),
        third.pk: ("open", "pending"),
    }
    deadline = Deadline.objects.get(kind="claim_look_again")
    assert (deadline.organization, deadline.due_on, deadline.object_id) == (world.street, LATER, second.pk)


def test_nothing_decided_is_nothing_to_submit(world) -> None:
    world.listed("甲事项")
    assert code_of(lambda: submit_claims(world.street, actor=world.street_head)) == "nothing_decided"


def test_a_head_who_looks_at_an_older_page_submits_nothing(world) -> None:
    from empowerment.selectors.claims import desk

    world.listed("甲事项", "乙事项")
    first, second = world.claims()
    decide([first], decision="claimed", actor=world.street_clerk)
    seen = desk(world.street).fingerprint
    decide([second], decision="declined", actor=world.street_clerk, reason="执法力量不足")
    assert code_of(lambda: submit_claims(world.street, actor=world.street_head, expected=seen)) == "stale"
    assert Claim.objects.filter(state="submitted").count() == 0
    submit_claims(world.street, actor=world.street_head, expected=desk(world.street).fingerprint)
    assert Claim.objects.filter(state="submitted").count() == 2


def test_what_is_submitted_is_not_decided_again_and_the_whole_batch_is_refused(world) -> None:
    world.listed("甲事项", "乙事项")
    first, _ = world.claims()
    decide([first], decision="claimed", actor=world.street_clerk)
    submit_claims(world.street, actor=world.street_head)
    both = world.claims()
    assert code_of(lambda: decide(both, decision="claimed", actor=world.street_clerk)) == "wrong_state"
    assert Claim.objects.filter(street=world.street, decision="pending").count() == 1


def test_reopening_a_deferral_closes_its_deadline_and_asks_anew(world) -> None:
    world.listed("甲事项")
    decide(world.claims(), decision="deferred", actor=world.street_clerk, look_again_on=LATER)
    submit_claims(world.street, actor=world.street_head)
    (claim,) = world.claims()
    reopen(claim, actor=world.street_clerk)
    claim.refresh_from_db()
    assert (claim.state, claim.decision, claim.look_again_on) == ("open", "pending", None)
    assert Deadline.objects.get(kind="claim_look_again").outcome == "reopened"
    assert code_of(lambda: reopen(claim, actor=world.street_clerk)) == "wrong_state"


def test_what_a_live_letter_holds_is_not_reopened_until_the_letter_is_withdrawn(world) -> None:
    (claim,) = world.claimed("甲事项")
    letter = create_letter(world.department, world.street, actor=world.establishment)
    assert code_of(lambda: reopen(claim, actor=world.street_clerk)) == "under_letter"
    withdraw(letter, actor=world.establishment, reason="内容有误")
    assert reopen(claim, actor=world.street_clerk).state == "open"


def test_only_the_own_clerk_decides_and_only_the_own_head_submits(world) -> None:
    world.listed("甲事项")
    claims = world.claims()
    clerks = {"street_clerk"}
    for person in world.everybody:
        if person.key in clerks:
            continue
        with pytest.raises(DomainError) as refused:
            decide(claims, decision="claimed", actor=person.user)
        assert refused.value.code == "not_allowed", person.key
    decide(claims, decision="claimed", actor=world.street_clerk)
    for person in world.everybody:
        if person.key == "street_head":
            continue
        with pytest.raises(DomainError) as refused:
            submit_claims(world.street, actor=person.user)
        assert refused.value.code == "not_allowed", person.key
    assert len(submit_claims(world.street, actor=world.street_head)) == 1


def test_an_opinion_on_many_items_costs_as_many_statements_as_on_few(
    world, django_assert_max_num_queries
) -> None:
    world.listed(*[f"事项{number}" for number in range(30)])
    with django_assert_max_num_queries(12):
        decide(world.claims(), decision="claimed", actor=world.street_clerk)
    with django_assert_max_num_queries(12):
        submit_claims(world.street, actor=world.street_head)
