"""The same natural person never acts for both parties of a thing, whichever account is used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.corrections import steps as corrections
from assessment.models import SelfReport, TeamMember
from assessment.objections.steps import raise_objection
from assessment.practices import steps as practices
from assessment.problems import steps as problems
from assessment.problems.services import Found, list_problems
from assessment.reports import steps as reports
from assessment.services import scores, visits
from assessment.services.scores import Sheet
from empowerment.agreements import steps as agreements
from empowerment.choices import Desk
from empowerment.claims import steps as claims
from empowerment.filings.desks import finish_desk, give_opinions
from empowerment.filings.meetings import record_meeting
from empowerment.models import Claim
from empowerment.powers import steps as transition
from empowerment.powers.many import review as review_transitions
from secondment.choices import Side
from secondment.exchanges import steps as exchanges
from secondment.exemptions import steps as exemptions
from secondment.models import ProposalAnswer
from secondment.proposals import steps as proposals
from secondment.replacements import steps as replacements
from secondment.schemes import steps as schemes
from secondment.services import opinions
from secondment.sides import steps as scoring
from secondment.terms import steps as terms
from tests.assessment import support as assessment
from tests.assessment.results.support import change, entered, public, published, scored
from tests.deadlines.orders import support as ordered
from tests.deadlines.plans.test_plans import issued, node_of
from tests.documents.attachments.papers import pdf
from tests.empowerment.transition.support import both_ready, power
from tests.secondment.appraisal import kit
from tests.secondment.staff import support as staff
from tests.secondment.training.support import exchange_values
from tests.world import PASSWORD, START, World
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.documents.services.attachments import attach
from xianan.organizations.choices import KeyKind
from xianan.organizations.models import Organization, User
from xianan.organizations.person_keys import Key
from xianan.organizations.scope import scope_of
from xianan.organizations.services.people import assign_role, create_user

pytestmark = pytest.mark.django_db
D = dt.date
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE)


def twin(world: World, user: User, organization: Organization, role: str) -> User:
    """Open a second account of somebody in another organization, under the same 工号."""
    account = create_user(
        organization=organization,
        username=f"{user.username}-2",
        name=user.name,
        password=PASSWORD,
        actor=None,
        key=Key(KeyKind.STAFF, user.username),
    )
    assign_role(account, organization=organization, role=role, actor=None, starts_on=START)
    return account


Case = Callable[[World], tuple[Callable[[], Any], str]]
CASES: dict[str, Case] = {}


def case(act: Case) -> Case:
    """One act for the second party, by the person who has acted for the first; and what that was."""
    CASES[act.__name__.strip("_").replace("_", " ")] = act
    return act


# ---- Filing, claims, letters, transition ---------------------------------------------------------------


@case
def _establishment_reviews_own_filing(world: World) -> Any:
    filing = world.at_establishment("甲事项")
    actor = twin(world, world.head, world.establishment_bureau, "establishment")
    (line,) = filing.lines.all()
    return lambda: give_opinions(
        filing, desk=Desk.ESTABLISHMENT, opinions={line.pk: ("pass", "")}, actor=actor
    ), "代表部门起草、修改或提交这份申报"


@case
def _justice_checks_own_filing(world: World) -> Any:
    filing = world.at_justice("甲事项")
    actor = twin(world, world.clerk, world.justice_bureau, "justice")
    return lambda: finish_desk(filing, desk=Desk.JUSTICE, actor=actor), "起草、修改或提交这份申报"


@case
def _one_person_at_both_desks(world: World) -> Any:
    filing = world.at_justice("甲事项")
    actor = twin(world, world.establishment, world.justice_bureau, "justice")
    return lambda: finish_desk(filing, desk=Desk.JUSTICE, actor=actor), "代表区委编办审核这份申报"


@case
def _decision_on_own_filing(world: World) -> Any:
    filing = world.at_deliberation("甲事项")
    actor = twin(world, world.head, world.office, "government_office")
    given = {line.pk: ("pass", "") for line in filing.lines.all()}
    return lambda: record_meeting(
        name="常务会议", held_on=clock.today(), opinions=given, actor=actor
    ), "代表部门起草、修改或提交这份申报"


@case
def _street_claims_what_the_person_filed(world: World) -> Any:
    world.listed("甲事项")
    actor = twin(world, world.clerk, world.street, "street_clerk")
    rows = list(Claim.objects.filter(street=world.street))
    return lambda: claims.decide(rows, decision="claimed", actor=actor), "代表部门申报其中的事项"


@case
def _street_submits_claims_on_what_the_person_filed(world: World) -> Any:
    world.listed("甲事项")
    claims.decide(Claim.objects.filter(street=world.street), decision="claimed", actor=world.street_clerk)
    actor = twin(world, world.head, world.street, "street_head")
    return lambda: claims.submit_claims(world.street, actor=actor), "代表部门申报其中的事项"


@case
def _department_signs_after_claiming_for_the_street(world: World) -> Any:
    letter = world.letter("甲事项")
    actor = twin(world, world.street_head, world.department, "department_head")
    return lambda: agreements.sign(letter, actor=actor, password=PASSWORD), "代表乙方提交认领结果"


@case
def _street_signs_after_the_department(world: World) -> Any:
    letter = world.half_signed("甲事项")
    actor = twin(world, world.head, world.street, "street_head")
    return lambda: agreements.sign(letter, actor=actor, password=PASSWORD), "以甲方名义签署"


@case
def _street_refuses_after_signing_for_the_department(world: World) -> Any:
    letter = world.half_signed("甲事项")
    actor = twin(world, world.head, world.street, "street_head")
    return lambda: agreements.refuse(letter, actor=actor, reason="不同意"), "以甲方名义签署"


@case
def _both_statements_of_a_transition(world: World) -> Any:
    row = power(world)
    review_transitions([row], party="department", verdict="ready", actor=world.head)
    actor = twin(world, world.head, world.street, "street_head")
    return lambda: review_transitions([row], party="street", verdict="ready", actor=actor), "评估衔接情况"


@case
def _confirmation_of_own_statement(world: World) -> Any:
    row = power(world)
    both_ready(world, row)
    actor = twin(world, world.street_head, world.establishment_bureau, "establishment")
    return lambda: transition.confirm(row, actor=actor), "评估衔接情况"


# ---- Seconded people -----------------------------------------------------------------------------------


@case
def _exemption_confirmed_by_who_asked(world: World) -> Any:
    row = exemptions.submit(
        organization=world.department, street=world.street, kind="principle", starts_on=clock.today(),
        reason="人员在册", actor=world.clerk,
    )  # fmt: skip
    actor = twin(world, world.clerk, world.establishment_bureau, "establishment")
    return lambda: exemptions.confirm(row, actor=actor), "代表部门登记这项豁免"


@case
def _arrival_confirmed_by_who_registered(world: World) -> Any:
    row = staff.registered(world, starts_on=clock.today())
    actor = twin(world, world.clerk, world.street, "street_clerk")
    return lambda: terms.confirm_arrival(row, on=clock.today(), actor=actor), "代表派出部门登记下沉"


@case
def _age_agreed_by_who_registered(world: World) -> Any:
    old = staff.person(born=D(1970, 1, 1))
    row = staff.registered(world, particulars=old, starts_on=clock.today(), over_age_reason="业务骨干")
    actor = twin(world, world.clerk, world.establishment_bureau, "establishment")
    return lambda: terms.agree(row, actor=actor), "代表派出部门登记下沉"


def _demand(world: World) -> Any:
    service = kit.serve(world, kit.person(world, "张甲", serial=1))
    row = replacements.draft(service, kind="other", facts="长期请假", actor=world.street_clerk)
    return replacements.request(row, actor=world.street_head)


@case
def _replacement_declined_by_who_demanded(world: World) -> Any:
    row = _demand(world)
    actor = twin(world, world.street_head, world.department, "department_head")
    return lambda: replacements.decline(row, answer="人手不足", actor=actor), "代表街道提出替换要求"


@case
def _replacement_insisted_by_who_declined(world: World) -> Any:
    row = replacements.decline(_demand(world), answer="人手不足", actor=world.head)
    actor = twin(world, world.head, world.street, "street_head")
    return lambda: replacements.insist(row, reason="坚持", actor=actor), "代表派出部门答复"


def _proposal(world: World) -> Any:
    service = kit.serve(world, kit.person(world, "张甲", serial=1))
    row = proposals.draft_proposal(
        secondment=service, kind="promote", text="建议提拔", actor=world.street_clerk
    )
    return proposals.send_proposal(row, actor=world.street_head)


@case
def _proposal_answered_by_who_drafted(world: World) -> Any:
    answer = ProposalAnswer.objects.get(proposal=_proposal(world), is_office=False)
    actor = twin(world, world.street_clerk, world.department, "department_head")
    return lambda: proposals.answer_proposal(
        answer, verdict="adopted", text="同意", actor=actor
    ), "代表街道提出这项建议"


@case
def _proposal_advised_by_who_sent(world: World) -> Any:
    answer = ProposalAnswer.objects.get(proposal=_proposal(world), is_office=True)
    actor = twin(world, world.street_head, world.party_organization, "personnel")
    return lambda: proposals.answer_proposal(
        answer, verdict="adopted", text="同意", actor=actor
    ), "代表街道提出这项建议"


@case
def _opinion_given_by_who_asked(world: World) -> Any:
    who = kit.person(world, "张甲", serial=1)
    kit.serve(world, who)
    asked = opinions.ask_opinion(
        who, street=world.street, purpose="拟提拔", due_on=clock.today(), actor=world.head
    )
    actor = twin(world, world.head, world.street, "street_head")
    return lambda: opinions.give_opinion(
        who, street=world.street, text="同意", asked=asked, actor=actor
    ), "代表征求单位征求意见"


@case
def _exchange_confirmed_by_who_sent(world: World) -> Any:
    today = clock.today()
    row = exchanges.register_exchange(
        kind="upward", department=world.department, street=world.street, actor=world.street_clerk,
        values=exchange_values("谭×", today, today + dt.timedelta(days=60)),
    )  # fmt: skip
    actor = twin(world, world.street_clerk, world.department, "department_clerk")
    return lambda: exchanges.confirm_arrival(row, arrived_on=today, actor=actor), "代表派出单位登记或填报"


@case
def _comment_answered_by_who_gave_it(world: World) -> Any:
    scheme = kit.draft_scheme(world)
    schemes.consult(scheme, actor=world.personnel)
    row = schemes.comment(scheme, organization=world.street, text="分值偏高", actor=world.street_clerk)
    actor = twin(world, world.street_clerk, world.party_organization, "personnel")
    return lambda: schemes.answer_comment(row, state="adopted", answer="", actor=actor), "提出这条意见"


def _form(world: World) -> Any:
    form = kit.form_of(kit.started(world))
    kit.score(world, form, Side.STREET, 90)
    return form


@case
def _both_sides_of_an_appraisal_scored(world: World) -> Any:
    side = kit.side_of(_form(world), Side.DEPARTMENT)
    actor = twin(world, world.street_clerk, world.department, "department_clerk")
    return lambda: scoring.save_scores(side, scores={}, comment="好", actor=actor), "代表另一方办理其中的评分"


@case
def _both_sides_of_an_appraisal_signed(world: World) -> Any:
    form = _form(world)
    kit.score(world, form, Side.DEPARTMENT, 90)
    kit.sign(world, form, [Side.STREET])
    side = kit.side_of(form, Side.DEPARTMENT)
    actor = twin(world, world.street_head, world.department, "department_head")
    return lambda: scoring.sign_sides([side], actor=actor, password=PASSWORD), "代表另一方办理其中的评分"


@case
def _both_sides_of_an_appraisal_signed_in_one_go(world: World) -> Any:
    form = _form(world)
    kit.score(world, form, Side.DEPARTMENT, 90)
    assign_role(world.head, organization=world.street, role="street_head", actor=None, starts_on=START)
    actor = User.objects.get(pk=world.head.pk)
    sides = [kit.side_of(form, side) for side in Side]
    return lambda: scoring.sign_sides(sides, actor=actor, password=PASSWORD), "代表另一方办理其中的评分"


@case
def _scores_sent_back_by_who_gave_them(world: World) -> Any:
    side = kit.side_of(_form(world), Side.STREET)
    actor = twin(world, world.street_clerk, world.party_organization, "personnel")
    return lambda: scoring.send_back(side, reason="偏高", actor=actor), "代表评分单位办理评分"


# ---- Plans and orders ----------------------------------------------------------------------------------


@case
def _node_confirmed_by_who_reported(world: World) -> Any:
    from xianan.deadlines.plans import steps as plans

    issued(world)
    node = plans.report_done(node_of(world.department), text="已完成", actor=world.clerk)
    actor = twin(world, world.clerk, world.office, "government_office")
    return lambda: plans.confirm_node(node, actor=actor), "代表责任单位报告完成"


@case
def _node_reported_by_who_issued(world: World) -> Any:
    from xianan.deadlines.plans import steps as plans

    issued(world)
    actor = twin(world, world.government_office, world.department, "department_clerk")
    return lambda: plans.report_done(
        node_of(world.department), text="已完成", actor=actor
    ), "代表下达单位下达计划"


@case
def _order_answered_by_who_issued(world: World) -> Any:
    from xianan.deadlines.orders import steps as orders

    copy = ordered.copy_for(ordered.issued(world), world.department)
    actor = twin(world, world.inspection, world.department, "department_head")
    return lambda: orders.receive(copy, actor=actor), "代表制发单位签发该件"


@case
def _answer_accepted_by_who_gave_it(world: World) -> Any:
    from xianan.deadlines.orders import steps as orders

    copy = orders.receive(ordered.copy_for(ordered.issued(world), world.department), actor=world.clerk)
    copy = orders.answer(copy, answer="已整改", actor=world.head)
    actor = twin(world, world.head, world.inspection_office, "inspection")
    return lambda: orders.accept(copy, actor=actor), "代表收文单位签收或答复"


# ---- Assessment of the streets -------------------------------------------------------------------------


@case
def _report_returned_by_who_submitted(world: World) -> Any:
    row = assessment.cycle(world, "to_papers")
    report = SelfReport.objects.get(cycle=row, street=world.street)
    actor = twin(world, world.street_head, world.establishment_bureau, "establishment")
    return lambda: reports.return_report(
        report, reason="重报", due_on=clock.today(), actor=actor
    ), "代表街道填报自评"


def _scorer(world: World, user: User) -> Any:
    """A cycle in scoring with a further scorer."""
    return assessment.cycle(world, "to_scoring", scorers=[user])


def _score(world: World, row: Any, actor: User) -> Any:
    return scores.save_score(
        row, street=world.street, indicator=assessment.indicator(row, "1.2"), sheet=Sheet(), revision=0,
        actor=actor,
    )  # fmt: skip


@case
def _street_scored_by_who_reported_for_it(world: World) -> Any:
    actor = twin(world, world.street_clerk, world.finance, "district_reader")
    row = _scorer(world, actor)
    return lambda: _score(world, row, actor), "代表街道填报自评"


@case
def _own_street_scored(world: World) -> Any:
    actor = twin(world, world.street_reader, world.finance, "district_reader")
    row = _scorer(world, actor)
    return lambda: _score(world, row, actor), "在温泉街道任职"


@case
def _own_street_visited(world: World) -> Any:
    actor = twin(world, world.station_staff, world.finance, "district_reader")
    row = _scorer(world, actor)
    return lambda: visits.record_visit(
        row, street=world.street, visited_on=clock.today(), place="窗口", people="两人", findings="正常",
        actor=actor,
    ), "在温泉街道任职"  # fmt: skip


@case
def _report_filled_in_by_who_scored(world: World) -> Any:
    row = assessment.cycle(world, "start")
    member = TeamMember.objects.get(cycle=row, user=world.clerk)
    from assessment.models import Score

    Score.objects.create(
        district=world.district, cycle=row, street=world.street, member=member,
        indicator=assessment.indicator(row, "1.2"), revision=1,
    )  # fmt: skip
    actor = twin(world, world.clerk, world.street, "street_clerk")
    return lambda: reports.fill_entry(
        assessment.report(row, world.street), indicator=assessment.indicator(row, "1.1"), points=40_00,
        text="好", revision=0, actor=actor,
    ), "作为考核组成员评定该街道"  # fmt: skip


def _in_publicity(world: World) -> Any:
    clock.set_to(assessment.START)
    return public(
        world, scored(world, {str(world.street): 50_00}, streets=[world.street, world.other_street])
    )


def _objection(world: World, row: Any) -> Any:
    return raise_objection(
        row, street=world.street, indicator=assessment.indicator(row, "1.1"), text="已补材料",
        actor=world.street_head,
    )  # fmt: skip


@case
def _objection_answered_by_who_raised_it(world: World) -> Any:
    row = _in_publicity(world)
    made = _objection(world, row)
    actor = twin(world, world.street_head, world.establishment_bureau, "establishment")
    return lambda: corrections.answer_objection(
        made, change=None, answer="维持", actor=actor
    ), "代表街道提出申诉"


@case
def _points_put_right_by_who_reported(world: World) -> Any:
    row = _in_publicity(world)
    actor = twin(world, world.street_clerk, world.establishment_bureau, "establishment")
    return lambda: corrections.correct_points(
        row, street=world.street, indicator=assessment.indicator(row, "1.1"), change=change(after=1_00),
        reason="更正", actor=actor,
    ), "代表街道填报自评"  # fmt: skip


@case
def _correction_confirmed_by_who_entered_it(world: World) -> Any:
    # Within one organization nobody has a second account.
    made = entered(world, _in_publicity(world), world.street, "1.1", after=1_00)
    return lambda: corrections.confirm_correction(made, actor=world.establishment), "登记这项更正"


@case
def _correction_refused_by_who_reported(world: World) -> Any:
    made = entered(world, _in_publicity(world), world.street, "1.1", after=1_00)
    actor = twin(world, world.street_clerk, world.establishment_bureau, "establishment")
    return lambda: corrections.refuse_correction(made, reason="不同意", actor=actor), "代表街道填报自评"


@case
def _correction_checked_by_who_handed_it_in(world: World) -> Any:
    clock.set_to(assessment.START)
    row = published(
        world, scored(world, {str(world.street): 50_00}, streets=[world.street, world.other_street])
    )
    (problem,) = list_problems(
        row, found=[Found(world.street, assessment.indicator(row, "1.2"), "超期", 2_00)], demand="限期整改",
        due_on=clock.today() + dt.timedelta(days=30), checker=world.establishment_bureau,
        actor=world.establishment,
    )  # fmt: skip
    problem = problems.plan_measure(problem, owner="张×", measure="补办", actor=world.street_clerk)
    attach(problem, "material", data=pdf(), filename="台账.pdf", actor=world.street_clerk)
    problem = problems.hand_in(problem, answer="已补办", actor=world.street_clerk)
    actor = twin(world, world.street_clerk, world.establishment_bureau, "establishment")
    return lambda: problems.pass_problem(problem, actor=actor), "代表街道整改"


@case
def _practice_published_by_who_sent_it(world: World) -> Any:
    row = practices.draft_practice(
        world.street, year=2026, title="一窗", background="难", actions="做", effects="好",
        actor=world.street_clerk,
    )  # fmt: skip
    row = practices.submit_practice(row, actor=world.street_head)
    actor = twin(world, world.street_clerk, world.establishment_bureau, "establishment")
    return lambda: practices.publish_practice(row, actor=actor), "代表街道起草或报送"


@pytest.mark.parametrize("name", CASES)
def test_one_person_does_not_act_for_both_parties(world: World, name: str) -> None:
    clock.set_to(NOW)
    act, done = CASES[name](world)
    with pytest.raises(DomainError) as caught:
        act()
    assert caught.value.code == "same_person", caught.value.message
    assert caught.value.message.startswith("同一自然人（")
    assert done in caught.value.message


# ---- The rest of the rule ------------------------------------------------------------------------------


def test_the_signing_page_says_who_signed_for_the_other_party(world: World) -> None:
    letter = world.half_signed("甲事项")
    actor = twin(world, world.head, world.street, "street_head")
    answer = world.client(actor).post(
        reverse("empowerment:agreement-sign", args=[letter.pk]), {"password": PASSWORD, "read": "on"}
    )
    said = answer.content.decode()
    assert "同一自然人（住建负责，账号“head”）已以甲方名义签署，不能再办理“以乙方名义签署”" in said
    letter.refresh_from_db()
    assert letter.state == "signed"


def test_an_account_without_a_key_is_compared_by_itself(world: World) -> None:
    User.objects.update(person_index="")
    head = User.objects.get(pk=world.head.pk)
    row = power(world)
    User.objects.filter(pk=head.pk).update(person_index="x" * 64)
    head = User.objects.get(pk=head.pk)
    assign_role(head, organization=world.street, role="street_head", actor=None, starts_on=START)
    review_transitions([row], party="department", verdict="ready", actor=head)
    with pytest.raises(DomainError) as caught:
        review_transitions([row], party="street", verdict="ready", actor=User.objects.get(pk=head.pk))
    assert caught.value.code == "same_person"


def test_one_person_may_draft_and_submit_for_the_same_party(world: World) -> None:
    from empowerment.filings.steps import submit_filing

    filing = world.draft("甲事项")
    assign_role(world.clerk, organization=world.department, role="department_head", actor=None)
    assert submit_filing(filing, actor=User.objects.get(pk=world.clerk.pk)).state == "establishment"


def test_who_is_appraised_scores_on_neither_side(world: World) -> None:
    clock.set_to(NOW)
    who = kit.person(world, "张甲", serial=1)
    form = kit.form_of(kit.started(world, who))
    user = world.person("seconded", world.department, "department_clerk", name="张甲")
    User.objects.filter(pk=user.pk).update(person_index=who.id_index)
    side = kit.side_of(form, Side.DEPARTMENT)
    with pytest.raises(DomainError) as caught:
        scoring.save_scores(side, scores={}, comment="", actor=User.objects.get(pk=user.pk))
    assert caught.value.code == "own_appraisal"


def test_a_batch_of_signatures_is_compared_in_the_same_two_queries(world: World) -> None:
    clock.set_to(NOW)
    row = kit.started(world, *(kit.person(world, f"张{n}", serial=n) for n in range(1, 5)))
    sides = []
    for form in row.appraisals.select_related("round", "person"):
        kit.score(world, form, Side.STREET, 90)
        sides.append(kit.side_of(form, Side.STREET))
    asked = []
    for many in (sides[:1], sides):
        with CaptureQueriesContext(connection) as seen:
            scope = scope_of(User.objects.get(pk=world.street_head.pk))
            scoring.sign.prepared(many)
            for side in many:
                scoring.sign._refuse(side, scope)
        asked.append(len(seen))
    assert asked[0] == asked[1]
