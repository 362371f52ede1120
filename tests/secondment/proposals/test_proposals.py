"""A street's personnel proposals: drafted, sent, answered by department and 组织部 (P48)."""

import datetime as dt

import pytest

from secondment.choices import AnswerState, ProposalState
from secondment.deadlines.appraisal import PROPOSAL_ANSWER
from secondment.models import Proposal, ProposalAnswer
from secondment.proposals import steps as proposals
from secondment.proposals.selectors import answers_owed
from tests.secondment.appraisal.kit import person, serve
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.periods import Period
from xianan.deadlines.models import Deadline
from xianan.organizations.scope import Scope
from xianan.policy.measures import measure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE), still=True)


@pytest.fixture
def draft(world) -> Proposal:
    secondment = serve(world, person(world, "张甲", serial=1))
    return proposals.draft_proposal(
        secondment=secondment,
        kind="promote",
        text="独立承办案件 46 件，建议提拔使用。",
        actor=world.street_clerk,
    )


def answers(row: Proposal) -> tuple[ProposalAnswer, ProposalAnswer]:
    department, office = ProposalAnswer.objects.filter(proposal=row).order_by("is_office")
    return department, office


def refused(code: str):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def answered(world):
    """The measure of proposals answered in the year so far."""
    return measure("proposals_answered").compute(world.district, Period.year_to(clock.today()))


def test_the_clerk_drafts_the_head_sends_and_both_owe_an_answer_in_ten_working_days(world, draft):
    with pytest.raises(NotAllowed):
        proposals.send_proposal(draft, actor=world.street_clerk)
    sent = proposals.send_proposal(draft, actor=world.street_head)
    # Ten working days after Monday 23 November 2026.
    assert (sent.state, sent.answer_by) == (ProposalState.SENT, dt.date(2026, 12, 7))
    dues = Deadline.objects.filter(kind=PROPOSAL_ANSWER, closed_at=None)
    assert {(due.organization, due.due_on) for due in dues} == {
        (world.department, sent.answer_by),
        (world.party_organization, sent.answer_by),
    }


def test_each_answers_for_itself_and_the_second_answer_ends_it(world, draft):
    sent = proposals.send_proposal(draft, actor=world.street_head)
    department, office = answers(sent)
    for who in (world.clerk, world.other_head, world.street_head, world.personnel):
        with pytest.raises(NotAllowed):
            proposals.answer_proposal(department, verdict="adopted", text="同意", actor=who)
    with pytest.raises(NotAllowed):
        proposals.answer_proposal(office, verdict="adopted", text="同意", actor=world.head)
    proposals.answer_proposal(department, verdict="adopted", text="纳入年度提拔计划", actor=world.head)
    sent.refresh_from_db()
    assert sent.state == ProposalState.SENT
    proposals.answer_proposal(office, verdict="partly", text="列入后备名单", actor=world.personnel)
    sent.refresh_from_db()
    assert sent.state == ProposalState.ANSWERED
    assert not Deadline.objects.filter(kind=PROPOSAL_ANSWER, closed_at=None).exists()
    with refused("wrong_state"):
        proposals.answer_proposal(office, verdict="adopted", text="再答", actor=world.personnel)
    figure = answered(world)[world.department.pk]
    assert (figure.numerator, figure.denominator) == (1, 1)


def test_the_personnel_bureau_does_not_answer_in_the_name_of_the_party_office(world, draft):
    proposals.send_proposal(draft, actor=world.street_head)
    office = ProposalAnswer.objects.get(proposal=draft, is_office=True)
    with pytest.raises(NotAllowed, match="不能代为答复"):
        proposals.answer_proposal(office, verdict="adopted", text="同意", actor=world.other_personnel)
    assert list(answers_owed(Scope(world.personnel))) == [office]
    assert not answers_owed(Scope(world.other_personnel)).exists()
    page = world.client(world.other_personnel).get(f"/proposals/{draft.pk}/").content.decode()
    assert "名义答复</button>" not in page


def test_an_answer_without_verdict_or_words_is_refused_at_its_field(world, draft):
    sent = proposals.send_proposal(draft, actor=world.street_head)
    department, _ = answers(sent)
    for verdict, text, field in (("", "同意", "verdict"), ("adopted", " ", "text")):
        with pytest.raises(DomainError) as refusal:
            proposals.answer_proposal(department, verdict=verdict, text=text, actor=world.head)
        assert refusal.value.field == field


def test_the_street_takes_a_proposal_back_with_the_reason_and_nobody_owes_anything(world, draft):
    sent = proposals.send_proposal(draft, actor=world.street_head)
    with refused("reason_missing"):
        proposals.withdraw_proposal(sent, reason="", actor=world.street_head)
    back = proposals.withdraw_proposal(sent, reason="情况有变化", actor=world.street_head)
    assert back.state == ProposalState.WITHDRAWN
    assert {row.state for row in back.answers.all()} == {AnswerState.VOID}
    assert not Deadline.objects.filter(kind=PROPOSAL_ANSWER, closed_at=None).exists()
    assert dict(answered(world)) == {}
    with refused("wrong_state"):
        proposals.send_proposal(back, actor=world.street_head)


def test_a_sent_proposal_is_neither_changed_nor_deleted(world, draft):
    changed = proposals.change_proposal(draft, kind="commend", text="建议表彰", actor=world.street_clerk)
    assert changed.kind == "commend"
    sent = proposals.send_proposal(draft, actor=world.street_head)
    with refused("wrong_state"):
        proposals.change_proposal(sent, kind="move", text="改", actor=world.street_clerk)
    with refused("wrong_state"):
        proposals.delete_proposal(sent, actor=world.street_clerk)


def test_a_draft_is_seen_by_the_street_alone(world, draft):
    everybody = (world.street_head, world.head, world.personnel, world.establishment, world.other_street_head)
    assert [draft in proposals.PROPOSAL.visible(Scope(who)) for who in everybody] == [
        True,
        False,
        False,
        False,
        False,
    ]
    proposals.send_proposal(draft, actor=world.street_head)
    assert [draft in proposals.PROPOSAL.visible(Scope(who)) for who in everybody] == [
        True,
        True,
        True,
        True,
        False,
    ]


def test_a_street_proposes_only_about_people_who_serve_in_it(world):
    secondment = serve(world, person(world, "张甲", serial=1), street=world.other_street)
    with pytest.raises(NotAllowed):
        proposals.draft_proposal(secondment=secondment, kind="promote", text="好", actor=world.street_clerk)
