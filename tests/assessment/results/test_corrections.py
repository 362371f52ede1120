"""A correction from the form to the list of problems: events, the second person, what follows (P38, P40)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessment.choices import CorrectionState, Phase, ProblemState
from assessment.corrections.outcome import CANCELLED, Left
from assessment.corrections.steps import (
    answer_objection,
    confirm_correction,
    refuse_correction,
    take_back_correction,
)
from assessment.cycles import steps as moves
from assessment.cycles.steps import CYCLE
from assessment.models import Correction, CorrectionEvent, Deduction, Objection, Problem, ResultVersion
from assessment.objections.steps import raise_objection
from assessment.problems import steps as problem_steps
from assessment.problems.services import Found, list_problems
from assessment.rules.changes import changes
from assessment.rules.paper_words import cause_words
from assessment.rules.results import recomputed
from assessment.selectors import cycles, problems, results
from assessment.services.scores import Sheet
from tests.assessment.problems.support import dues
from tests.assessment.results.support import (
    answered,
    change,
    corrected,
    entered,
    event,
    give,
    public,
    published,
    second,
)
from tests.assessment.support import START, cycle, indicator, scheme
from tests.documents.attachments.papers import pdf
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline, Notice
from xianan.documents.services.attachments import attach
from xianan.history.models import Entry
from xianan.organizations.scope import Scope
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db

ROWS = (("1.1", 60_00, "hand", {}), ("1.2", 30_00, "deductions", {}), ("1.3", 10_00, "deductions", {}))
LATE, WRONG = event(1_00, 2), event(5_00, 3)


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


@pytest.fixture
def leading(world):
    """温泉 lost 2 of 1.2 and, by 15.00 + 2.00, all ten of 1.3; 浮山 1.5 of 1.1 by hand."""
    row = cycle(world, "to_scoring", made=scheme(world, ROWS), streets=[world.street, world.other_street])
    for street in cycles.streets(row):
        own = street == world.street
        give(world, row, street, "1.1", Sheet(points=60_00 if own else 58_50, note="" if own else "没有时限"))
        give(world, row, street, "1.2", Sheet(events=[LATE] if own else []))
        give(world, row, street, "1.3", Sheet(events=[WRONG, LATE] if own else []))
    return moves.to_leading(row, actor=world.establishment)


def refusal(act) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def taken(row, street, code: str) -> list[int]:
    found = Deduction.objects.filter(score__cycle=row, score__street=street, score__indicator__code=code)
    return list(found.order_by("pk").values_list("pk", flat=True))


def cell(row, street, code: str):
    return results.snapshot_of(row).street(street.pk).cell(indicator(row, code).pk)


def steps(person) -> list[str]:
    return [line.action for line in todos(Scope(person))]


# ---- Events ----------------------------------------------------------------------------------------------


def test_points_follow_from_what_is_left_of_the_events_and_papers_tell_no_other(world, leading):
    row = public(world, leading)
    (late,) = taken(row, world.street, "1.2")
    made = corrected(world, row, world.street, "1.2", events={late: Left(1_00, 1, "超期一起")})
    assert (made.before, made.after, made.is_computed) == (28_00, 29_00, True)
    kept = CorrectionEvent.objects.get()
    assert (kept.deduction_id, kept.amount_before, kept.times_before, kept.amount, kept.times) == (
        late, 1_00, 2, 1_00, 1,
    )  # fmt: skip
    snapshot = results.snapshot_of(row)
    what = snapshot.indicator(indicator(row, "1.2").pk)
    assert cause_words(what, cell(row, world.street, "1.2")) == "超期一起（扣1分）"
    assert recomputed(snapshot) == []
    # The last one is what holds: struck out whole, with nothing left to tell.
    corrected(world, row, world.street, "1.2", events={late: CANCELLED})
    assert cell(row, world.street, "1.2").points == 30_00 and not cell(row, world.street, "1.2").told
    assert recomputed(results.snapshot_of(row)) == []


def test_an_event_struck_out_where_all_is_lost_leaves_the_points_and_moves_the_cost(world, leading):
    row = public(world, leading)
    wrong, late = taken(row, world.street, "1.3")
    made = corrected(world, row, world.street, "1.3", events={wrong: CANCELLED})
    assert (made.before, made.after) == (0, 8_00)
    made = corrected(world, row, world.street, "1.3", events={late: CANCELLED})
    assert (made.before, made.after) == (8_00, 0)
    what = results.snapshot_of(row).indicator(indicator(row, "1.3").pk)
    assert cause_words(what, cell(row, world.street, "1.3")) == "超期办理（应扣5分×3，实扣10分）"


REFUSED = (
    (lambda late: {"events": {late: Left(1_00, 2)}}, "not_lower", "event_", "原扣1分×2，共 2 分，减少后须低于此数，现为 2 分"),
    (lambda late: {"events": {late: Left(3_00, 1)}}, "not_lower", "event_", "现为 3 分"),
    (lambda late: {"events": {late: Left(0, 1)}}, "not_lower", "event_", "不再扣分的选“撤销”"),
    (lambda late: {"events": {late + 1000: CANCELLED}}, "no_event", "", "不在这项指标的计分中"),
    (lambda late: {"events": {}}, "required", "after", "没有改动扣分事项"),
    (lambda late: {"after": 28_00}, "same", "after", "现在就是 28.00 分"),
    (lambda late: {"after": 31_00}, "above", "after", "超过该指标分值 30 分"),
    (
        lambda late: {"after": 29_00}, "unexplained", "after",
        "1.2 指标1.2分值 30 分，按保留的扣分事项最多得 28 分，更正后的 29 分没有依据",
    ),
    (lambda late: {"events": {late: Left(1_00, 1)}, "after": 29_50}, "unexplained", "after", "最多得 29 分"),
    (lambda late: {"events": {late: CANCELLED}, "decision": " "}, "required", "decision", "未填写领导小组决定"),
    (
        lambda late: {"events": {late: CANCELLED}, "decided_on": clock.today() + dt.timedelta(days=1)},
        "future", "decided_on", "不能晚于今日",
    ),
    (
        lambda late: {"events": {late: CANCELLED}, "decided_on": START - dt.timedelta(days=1)},
        "early", "decided_on", "报领导小组审定，决定日期不能早于该日",
    ),
)  # fmt: skip


def test_what_the_events_or_the_decision_do_not_bear_is_refused(world, leading):
    row = public(world, leading)
    (late,) = taken(row, world.street, "1.2")
    for what, code, field, words in REFUSED:
        given = what(late)
        refused = refusal(lambda given=given: entered(world, row, world.street, "1.2", **given))
        assert (refused.code, words in refused.message) == (code, True), refused.message
        assert (refused.field or "").startswith(field)
    assert not Correction.objects.exists()


def test_a_figure_puts_right_what_was_given_by_hand_and_takes_what_no_event_took(world, leading):
    row = public(world, leading)
    corrected(world, row, world.other_street, "1.1", after=59_00, reason="方案有两处时限")
    corrected(world, row, world.other_street, "1.2", after=29_00, reason="漏记一起超期")
    snapshot = results.snapshot_of(row)
    words = {
        line.code: cause_words(line, snapshot.street(world.other_street.pk).cell(line.id))
        for line in snapshot.indicators
    }
    assert words["1.1"] == "没有时限" and words["1.2"] == "更正：漏记一起超期"
    assert recomputed(snapshot) == []


# ---- The second person -----------------------------------------------------------------------------------


def test_nothing_changes_before_a_second_person_agrees(world, leading):
    row = public(world, leading)
    (late,) = taken(row, world.street, "1.2")
    before = results.snapshot_of(row)
    other = second(world)
    made = entered(world, row, world.street, "1.2", events={late: CANCELLED})
    assert made.state == CorrectionState.PENDING and results.snapshot_of(row) == before
    assert "复核得分更正" in steps(other) and "复核得分更正" not in steps(world.establishment)
    assert Notice.objects.filter(recipient=other, title__contains="更正待复核").count() == 1
    assert not Notice.objects.filter(recipient=world.street_head, title__contains="更正").exists()
    clock.set_to(cycles.days_of(row)["publicity"].ends_on + dt.timedelta(days=1))
    refused = refusal(lambda: moves.publish(row, actor=world.establishment))
    assert refused.code == "guard" and "还有 1 项更正待复核" in refused.message
    assert refusal(lambda: confirm_correction(made, actor=world.establishment)).code == "same_person"
    with pytest.raises(NotAllowed):
        confirm_correction(made, actor=world.government_office)
    made = confirm_correction(made, actor=other)
    assert (made.state, made.checked_by) == (CorrectionState.STANDING, other)
    (said,) = [
        notice.text for notice in Notice.objects.filter(recipient=world.street_head, title__endswith="更正")
    ]
    assert "由28.00分更正为30.00分（撤销扣分“超期办理”）" in said and "名次" not in said
    told = list(
        Entry.objects.filter(action__startswith="correction.").order_by("pk").values_list("action", flat=True)
    )
    assert told == ["correction.entered", "correction.confirmed"]
    assert moves.publish(row, actor=world.establishment).phase == Phase.PUBLISHED


def test_what_is_refused_or_taken_back_changes_nothing_and_can_be_entered_anew(world, leading):
    row = public(world, leading)
    (late,) = taken(row, world.street, "1.2")
    other, before = second(world), results.snapshot_of(row)
    made = entered(world, row, world.street, "1.2", events={late: CANCELLED})
    assert refusal(lambda: entered(world, row, world.street, "1.2", after=20_00)).code == "pending"
    assert refusal(lambda: refuse_correction(made, reason=" ", actor=other)).code == "reason_missing"
    assert refusal(lambda: refuse_correction(made, reason="长" * 501, actor=other)).field == "reason"
    assert (
        refusal(lambda: refuse_correction(made, reason="我", actor=world.establishment)).code == "same_person"
    )
    made = refuse_correction(made, reason="没有决定原件", actor=other)
    assert (made.state, made.verdict) == (CorrectionState.REFUSED, "没有决定原件")
    again = entered(world, row, world.street, "1.2", events={late: CANCELLED})
    with pytest.raises(NotAllowed):
        take_back_correction(again, reason="误", actor=other)
    again = take_back_correction(again, reason="登记有误", actor=world.establishment)
    assert again.state == CorrectionState.TAKEN_BACK and results.snapshot_of(row) == before
    for act in (
        lambda: confirm_correction(again, actor=other),
        lambda: refuse_correction(again, reason="退", actor=other),
        lambda: take_back_correction(made, reason="撤", actor=world.establishment),
    ):
        assert refusal(act).code == "wrong_state"


def test_a_correction_that_another_has_overtaken_is_entered_anew(world, leading):
    """The points an indicator takes from the rest of its group move with the rest."""
    row = public(world, leading)
    (late,) = taken(row, world.street, "1.2")
    made = entered(world, row, world.street, "1.2", events={late: CANCELLED})
    Correction.objects.filter(pk=made.pk).update(before=27_00)
    refused = refusal(lambda: confirm_correction(Correction.objects.get(), actor=second(world)))
    assert refused.code == "moved" and "由 27.00 分变为 28.00 分" in refused.message
    assert Correction.objects.get().state == CorrectionState.PENDING


def test_an_objection_waits_for_its_answer_until_the_second_person_agrees(world, leading):
    row = public(world, leading)
    made = raise_objection(
        row, street=world.street, indicator=indicator(row, "1.2"), text="经批准延期", actor=world.street_head
    )
    (late,) = taken(row, world.street, "1.2")
    right = change(events={late: Left(1_00, 1)})
    answer_objection(made, change=right, answer="一起经批准", actor=world.establishment)
    made.refresh_from_db()
    assert (made.state, made.answer) == ("open", "")
    assert Deadline.objects.filter(kind="assessment_objection", closed_at=None).exists()
    office = world.client(second(world))
    assert "答复申诉" not in steps(second(world)) and "复核得分更正" in steps(second(world))
    page = office.get(reverse("assessment:objection", args=[row.pk, made.pk])).content.decode()
    assert "更正待复核" in page and "答复申诉" not in page
    own = world.client(world.street_head).get(reverse("assessment:objection", args=[row.pk, made.pk]))
    assert "更正待复核" not in own.content.decode()
    for again in (None, right):
        assert (
            refusal(
                lambda how=again: answer_objection(made, change=how, answer="再议", actor=world.establishment)
            ).code
            == "pending"
        )
    refuse_correction(Correction.objects.get(), reason="分值有误", actor=second(world))
    made = answered(world, made, "两起都经批准", events={late: CANCELLED})
    assert (made.state, made.answer, made.answered_by) == ("corrected", "两起都经批准", world.establishment)
    assert not Deadline.objects.filter(kind="assessment_objection", closed_at=None).exists()
    assert cell(row, world.street, "1.2").points == 30_00
    (line,) = results.snapshot_of(row).corrections
    assert line.reason == "申诉：两起都经批准" and line.checked_by == second(world).name


# ---- What follows ----------------------------------------------------------------------------------------


def listed(world, row) -> dict[str, Problem]:
    """All candidates on the list, by indicator and cause."""
    found = problems.candidates(row, results.snapshot_of(row))
    streets = {street.pk: street for street in cycles.streets(row)}
    rows = list_problems(
        row,
        found=[
            Found(
                streets[one.street_id],
                indicator(row, one.code),
                one.text,
                one.points,
                Deduction.objects.get(pk=one.deduction_id) if one.deduction_id else None,
            )
            for one in found
        ],
        demand="限期整改",
        due_on=clock.today() + dt.timedelta(days=30),
        checker=world.establishment_bureau,
        actor=world.establishment,
    )
    return {f"{one.indicator.code} {one.points}": one for one in rows}


def handed(world, problem: Problem) -> Problem:
    problem = problem_steps.plan_measure(problem, owner="张×", measure="补办", actor=world.street_clerk)
    attach(problem, "material", data=pdf(), filename="台账.pdf", actor=world.street_clerk)
    return problem_steps.hand_in(problem, answer="已补办", actor=world.street_clerk)


def test_the_list_takes_what_events_really_cost(world, leading):
    """15.00 and 2.00 taken off an indicator of ten points: ten, and nothing more."""
    row = published(world, leading)
    assert [(one.code, one.text, one.points) for one in problems.candidates(row, results.snapshot_of(row))] == [
        ("1.2", "超期办理", 2_00), ("1.3", "超期办理", 10_00), ("1.3", "超期办理", 0), ("1.1", "没有时限", 1_50),
    ]  # fmt: skip
    made = listed(world, row)
    page = world.client(world.street_clerk).get(reverse("assessment:problem", args=[made["1.3 0"].pk]))
    assert "不再扣分" in page.content.decode()


def test_problems_of_a_struck_out_event_are_withdrawn_and_the_others_bear_what_is_lost_now(world, leading):
    row = published(world, leading)
    made = listed(world, row)
    waiting = handed(world, made["1.2 200"])
    (late,) = taken(row, world.street, "1.2")
    corrected(world, row, world.street, "1.2", events={late: CANCELLED}, reason="经批准延期")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.verdict) == (ProblemState.WITHDRAWN, "扣分已更正撤销：经批准延期")
    assert dues("rectification_check") == [] and problems.line_of(waiting).state == "已撤销"
    said = Notice.objects.get(recipient=world.street_head, title__startswith="问题已撤销")
    assert said.text == waiting.verdict
    entry = Entry.objects.filter(action="problem.withdrawn").get()
    assert entry.reason == "经批准延期"
    wrong, rest = taken(row, world.street, "1.3")
    corrected(world, row, world.street, "1.3", events={wrong: CANCELLED}, reason="决定书不属实")
    first, other = made["1.3 1000"], made["1.3 0"]
    for one in (first, other):
        one.refresh_from_db()
    assert first.state == ProblemState.WITHDRAWN
    assert (other.state, other.points) == (ProblemState.OPEN, 2_00)
    assert other.correction_note == "扣分由0.00分更正为2.00分：决定书不属实"
    corrected(world, row, world.street, "1.3", events={wrong: CANCELLED, rest: Left(1_00, 1, "超期一起")})
    other.refresh_from_db()
    assert (other.points, other.text) == (1_00, "超期一起")
    # Nothing that was struck out is offered, though the new version is not published yet.
    assert [one.code for one in problems.candidates(row, results.snapshot_of(row))] == []
    assert [one.state for one in problems.problem_lines(row, world.street.pk)] == ["待整改"]


def test_what_was_put_right_already_stays_closed_and_says_so(world, leading):
    row = published(world, leading)
    closed = problem_steps.pass_problem(
        handed(world, listed(world, row)["1.2 200"]), note="属实", actor=world.establishment
    )
    (late,) = taken(row, world.street, "1.2")
    corrected(world, row, world.street, "1.2", events={late: CANCELLED}, reason="经批准延期")
    closed.refresh_from_db()
    assert (closed.state, closed.verdict) == (ProblemState.CLOSED, "属实")
    line = next(one for one in problems.problem_lines(row) if one.state == "已销号")
    assert line.text == "超期办理（扣分已更正撤销：经批准延期）"
    page = world.client(world.street_clerk).get(reverse("assessment:problem", args=[closed.pk]))
    assert "更正说明" in page.content.decode()
    # What is put right later of the same cell is no matter of this one.
    corrected(world, row, world.street, "1.2", after=29_00, reason="另有一处未达标")
    closed.refresh_from_db()
    assert closed.correction_note == "扣分已更正撤销：经批准延期"


def test_points_lost_by_hand_follow_a_figure_and_what_was_found_on_a_visit_does_not(world, leading):
    row = published(world, leading)
    by_hand = listed(world, row)["1.1 150"]
    (visit,) = list_problems(
        row, found=[Found(world.other_street, indicator(row, "1.1"), "窗口没有标识")], demand="补设",
        due_on=clock.today(), checker=world.establishment_bureau, actor=world.establishment,
    )  # fmt: skip
    corrected(world, row, world.other_street, "1.1", after=59_00)
    by_hand.refresh_from_db()
    assert (by_hand.state, by_hand.points) == (ProblemState.OPEN, 1_00)
    corrected(world, row, world.other_street, "1.1", after=60_00)
    by_hand.refresh_from_db(), visit.refresh_from_db()
    assert by_hand.state == ProblemState.WITHDRAWN
    assert (visit.state, visit.correction_note) == (ProblemState.OPEN, "")


def test_the_next_version_tells_what_stands_and_what_changed(world, leading):
    row = published(world, leading)
    (late,) = taken(row, world.street, "1.2")
    entered(world, row, world.street, "1.2", events={late: CANCELLED})
    for step in ("republish", "archive"):
        refused = refusal(lambda name=step: CYCLE.steps[name](row, reason="更正", actor=world.establishment))
        assert "更正待复核" in refused.message
    confirm_correction(Correction.objects.get(), actor=second(world))
    moves.republish(row, reason="经批准延期", actor=world.establishment)
    first, last = (results.read(ResultVersion.objects.get(number=number)) for number in (1, 2))
    assert recomputed(last) == [] and last.corrections[0].decision == "领导小组会议纪要〔2027〕1号"
    (said,) = changes(first, last)
    assert "指标1.2由28.00分更正为30.00分（撤销扣分“超期办理”）；总分由88.00分变为90.00分" in said
    # The first version still says what it said.
    assert [one.cause for one in first.street(world.street.pk).cell(indicator(row, "1.2").pk).told] == [
        "超期办理"
    ]


# ---- Pages -----------------------------------------------------------------------------------------------


def test_a_correction_is_tried_out_entered_and_confirmed_on_its_pages(world, leading):
    row = public(world, leading)
    (late,) = taken(row, world.street, "1.2")
    office, other = world.client(world.establishment), world.client(second(world))
    address = reverse("assessment:points-correct", args=[row.pk, world.street.pk, indicator(row, "1.2").pk])
    page = office.get(address).content.decode()
    assert "超期办理" in page and "扣1分×2" in page and "案卷 3 号" in page
    form = {
        f"event_{late}": "lowered", f"amount_{late}": "1", f"times_{late}": "", f"cause_{late}": "超期一起",
        "after": "", "decision": "会议纪要", "decided_on": clock.today(), "reason": "一起经批准",
    }  # fmt: skip
    assert "未填写“超期办理”减少后次数" in office.post(address, form).content.decode()
    form[f"times_{late}"] = "3"
    assert "减少后须低于此数，现为 3 分" in office.post(address, form).content.decode()
    form[f"times_{late}"] = "1"
    tried = office.post(address, {**form, "try": "1"}).content.decode()
    assert "由28.00分更正为29.00分" in tried and "总分由88.00分变为89.00分" in tried and "超期一起" in tried
    assert not Correction.objects.exists()
    answer = office.post(address, form)
    made = Correction.objects.get()
    here = reverse("assessment:correction", args=[row.pk, made.pk])
    assert answer.headers["Location"] == here
    shown = office.get(here).content.decode()
    confirm = reverse("assessment:correction-confirm", args=[row.pk, made.pk])
    assert "待复核" in shown and "由其他人员办理" in shown and confirm not in shown and "撤回更正" in shown
    shown = other.get(here).content.decode()
    assert confirm in shown and "撤回更正" not in shown and "由28.00分更正为29.00分" in shown
    result = other.get(reverse("assessment:result", args=[row.pk])).content.decode()
    assert "待复核的更正" in result and here in result
    street = reverse("assessment:result-street", args=[row.pk, world.street.pk])
    assert "更正待复核" in office.get(street).content.decode()
    assert "待复核" not in world.client(world.street_head).get(street).content.decode()
    assert office.post(confirm).status_code == 302
    assert Correction.objects.get().state == CorrectionState.PENDING
    assert other.post(confirm).headers["Location"] == here
    assert "已生效" in other.get(here).content.decode() and other.post(confirm).status_code == 409
    own = world.client(world.street_head).get(street).content.decode()
    assert "超期一起" in own and "原 28.00" in own and "依据：会议纪要" in own
    scored = reverse("assessment:cell", args=[row.pk, world.street.pk, indicator(row, "1.2").pk])
    assert "评分以后已更正为 29.00 分" in other.get(scored).content.decode()
    # A second correction begins with what stands now.
    again = office.get(address).content.decode()
    assert 'value="lowered" selected' in again and 'value="超期一起"' in again


def test_a_correction_is_refused_and_taken_back_on_its_pages(world, leading):
    row = public(world, leading)
    (late,) = taken(row, world.street, "1.2")
    office, other = world.client(world.establishment), world.client(second(world))

    def at(name: str) -> str:
        made = entered(world, row, world.street, "1.2", events={late: CANCELLED})
        return reverse(f"assessment:correction-{name}", args=[row.pk, made.pk])

    address = at("refuse")
    assert other.get(address).status_code == 200
    assert "未填写理由" in other.post(address, {"reason": ""}).content.decode()
    assert other.post(address, {"reason": "没有原件"}).status_code == 302
    shown = office.get(address.replace("refuse/", "")).content.decode()
    assert "复核退回" in shown and "没有原件" in shown
    address = at("take-back")
    assert office.get(address).status_code == 200
    assert other.post(address, {"reason": "误"}).status_code == 403
    assert office.post(address, {"reason": "误"}).status_code == 302
    assert office.get(address).status_code == 409
    assert other.get(reverse("assessment:correction", args=[row.pk, 10**9])).status_code == 404


# ---- What the database holds -----------------------------------------------------------------------------


def test_the_database_keeps_decision_second_person_and_reasons(world, leading):
    row = public(world, leading)
    (late,) = taken(row, world.street, "1.2")
    made = entered(world, row, world.street, "1.2", events={late: CANCELLED})
    for values in (
        {"decided_on": None},
        {"decision": ""},
        {"reason": ""},
        {"state": "standing"},
        {"state": "refused", "verdict": "退"},
        {"state": "taken_back"},
        {"verdict": "退"},
        {"is_computed": False, "after": 28_00},
        {"state": "standing", "checked_by": made.made_by, "checked_at": clock.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Correction.objects.filter(pk=made.pk).update(**values)
    # An event neither rises nor is told without words, and is named once.
    for values in ({"amount": 2_00, "times": 1, "cause": "超期"}, {"amount": 1_00, "times": 1}, {"times": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CorrectionEvent.objects.update(**values)
    one = CorrectionEvent.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


def test_the_database_keeps_one_that_waits_a_cell_and_one_an_objection(world, leading):
    row = public(world, leading)
    made = raise_objection(
        row, street=world.street, indicator=indicator(row, "1.2"), text="异议", actor=world.street_head
    )
    (late,) = taken(row, world.street, "1.2")
    answered(world, made, "属实", events={late: CANCELLED})
    one = Correction.objects.get()
    assert one.objection == Objection.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()
    entered(world, row, world.street, "1.2", after=20_00)
    one = Correction.objects.get(state="pending")
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()
