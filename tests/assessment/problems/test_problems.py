"""What is on the list is put right: steps and their refusals, dates, pages (P40)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.choices import ProblemState
from assessment.models import Problem
from assessment.problems import steps as services
from assessment.problems.steps import PROBLEM
from assessment.selectors import problems
from tests.assessment.problems.support import dues, handed, listed, material, refusal
from tests.assessment.support import indicator
from tests.documents.attachments.papers import pdf
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.core.periods import Period
from xianan.organizations.scope import Scope
from xianan.policy.measures import measure
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db


# ---- The road to 销号 --------------------------------------------------------------------------------------


def test_the_street_plans_hands_in_and_the_office_passes(world, row):
    problem = listed(world, row)
    assert refusal(lambda: services.hand_in(problem, answer="好了", actor=world.street_head)).code == "guard"
    problem = services.plan_measure(problem, owner="张×", measure="补办手续", actor=world.street_clerk)
    page = world.client(world.street_clerk)
    address, step = (
        reverse(f"assessment:{name}", args=[problem.pk]) for name in ("problem", "problem-hand-in")
    )
    assert "附上材料，即可提交整改情况" in page.get(address).content.decode()
    refused = refusal(lambda: services.hand_in(problem, answer="已补办", actor=world.street_clerk))
    assert refused.code == "guard" and "整改前后的照片" in str(refused)
    assert step not in page.get(address).content.decode() and page.get(step).status_code == 409
    material(world, problem)
    assert step in page.get(address).content.decode() and page.get(step).status_code == 200
    problem = services.hand_in(problem, answer="已补办", actor=world.street_clerk)
    assert problem.state == ProblemState.HANDED and dues("rectification") == []
    assert [row[0] for row in dues("rectification_check")] == [world.establishment_bureau.pk]
    problem = services.pass_problem(problem, note="属实", actor=world.establishment)
    assert problem.state == ProblemState.CLOSED and dues("rectification_check") == []
    assert problems.progress(row) == (1, 1)


def test_what_is_returned_says_why_and_is_due_anew(world, row):
    problem = handed(world, row)
    later = clock.today() + dt.timedelta(days=10)
    assert refusal(lambda: services.return_problem(problem, actor=world.establishment)).field == "note"
    assert (
        refusal(lambda: services.return_problem(problem, note="缺照片", actor=world.establishment)).field
        == "due_on"
    )
    back = services.return_problem(problem, note="缺照片", due_on=later, actor=world.establishment)
    assert (back.state, back.verdict) == (ProblemState.OPEN, "缺照片")
    assert dues("rectification") == [(world.street.pk, later)]
    again = services.hand_in(back, answer="照片已补", actor=world.street_head)
    assert again.verdict == ""


def test_a_department_that_checks_sees_and_judges_only_its_own(world, row):
    mine = handed(world, row, checker=world.department)
    other = handed(world, row)
    scope = Scope(world.clerk)
    assert list(PROBLEM.visible(scope)) == [mine]
    with pytest.raises(NotAllowed):
        services.pass_problem(other, actor=world.clerk)
    assert services.pass_problem(mine, actor=world.clerk).state == ProblemState.CLOSED


@pytest.mark.parametrize("state", ["handed", "closed", "withdrawn"])
def test_steps_out_of_turn_are_refused(world, row, state):
    problem = handed(world, row)
    Problem.objects.filter(pk=problem.pk).update(state=state, checked_at=clock.now())
    office = world.establishment
    acts = {
        "plan": lambda: services.plan_measure(problem, owner="李×", measure="再办", actor=world.street_clerk),
        "hand_in": lambda: services.hand_in(problem, answer="再交", actor=world.street_clerk),
        "postpone": lambda: services.postpone(problem, due_on=clock.today(), reason="延期", actor=office),
        "withdraw": lambda: services.withdraw(problem, reason="撤", actor=office),
    }
    if state != "handed":
        acts["pass"] = lambda: services.pass_problem(problem, actor=office)
        acts["return"] = lambda: services.return_problem(
            problem, note="缺", due_on=clock.today(), actor=office
        )
    assert {name: refusal(act).code for name, act in acts.items()} == dict.fromkeys(acts, "wrong_state")


def test_nobody_but_the_own_street_puts_right_and_nobody_but_the_office_moves_the_date(world, row):
    problem = listed(world, row)
    for person in (world.other_street_clerk, world.clerk, world.establishment, world.street_reader):
        with pytest.raises(NotAllowed):
            services.plan_measure(problem, owner="张×", measure="补办", actor=person)
    for person in (world.street_head, world.clerk, world.government_office):
        with pytest.raises(NotAllowed):
            services.postpone(problem, due_on=clock.today(), reason="延期", actor=person)
        with pytest.raises(NotAllowed):
            services.withdraw(problem, reason="撤销", actor=person)


def test_the_office_moves_the_date_with_a_reason_or_takes_the_problem_off(world, row):
    problem = listed(world, row)
    assert (
        refusal(
            lambda: services.postpone(problem, due_on=clock.today(), reason=" ", actor=world.establishment)
        ).code
        == "reason_missing"
    )
    later = clock.today() + dt.timedelta(days=60)
    problem = services.postpone(problem, due_on=later, reason="工期长", actor=world.establishment)
    assert dues("rectification") == [(world.street.pk, later)]
    services.withdraw(problem, reason="重复列入", actor=world.establishment)
    assert dues("rectification") == [] and problems.problem_lines(row) == []


def test_the_database_keeps_a_problem_without_an_answer_open(world, row):
    problem = listed(world, row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=problem.pk).update(state="handed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=handed(world, row).pk).update(state="closed")


# ---- Pages -----------------------------------------------------------------------------------------------


def hidden(answer) -> str:
    """The mark of what the page shows, as its form sends it back."""
    return re.search(r'name="seen" value="(\w+)"', answer.content.decode())[1]


def test_two_clerks_do_not_overwrite_each_others_measure(world, row):
    problem = listed(world, row)
    address = reverse("assessment:problem-plan", args=[problem.pk])
    clerk, head = world.client(world.street_clerk), world.client(world.street_head)
    early, late = hidden(clerk.get(address)), hidden(head.get(address))
    clerk.post(address, {"owner": "张×", "measure": "补办手续", "seen": early})
    answer = head.post(address, {"owner": "李×", "measure": "另订计划", "seen": late})
    text = answer.content.decode()
    assert (
        answer.status_code == 409 and "现为：责任人“张×”，整改措施“补办手续”" in text and "另订计划" in text
    )
    problem.refresh_from_db()
    assert (problem.owner, problem.measure) == ("张×", "补办手续")
    again = {"owner": "李×", "measure": "另订计划", "seen": hidden(answer)}
    assert head.post(address, again).status_code == 302
    problem.refresh_from_db()
    assert problem.owner == "李×"


def test_the_whole_road_on_the_pages_by_street_and_office(world, row):
    problem = listed(world, row)
    page = reverse("assessment:problem", args=[problem.pk])
    clerk, office = world.client(world.street_clerk), world.client(world.establishment)
    assert "填写责任人和整改措施" in [line.action for line in todos(Scope(world.street_clerk))]
    address = reverse("assessment:problem-plan", args=[problem.pk])
    assert "未填写责任人" in clerk.post(address, {"owner": "", "measure": "补办"}).content.decode()
    seen = hidden(clerk.get(address))
    assert clerk.post(address, {"owner": "张×", "measure": "补办", "seen": seen}).status_code == 302
    attach = reverse("documents:attachment-add", args=["assessment.problem", problem.pk, "material"])
    file = SimpleUploadedFile("整改后.pdf", pdf(), content_type="application/pdf")
    assert clerk.post(attach, {"file_material": file}).status_code == 302
    assert "整改后.pdf" in clerk.get(page).content.decode()
    address = reverse("assessment:problem-hand-in", args=[problem.pk])
    assert clerk.post(address, {"answer": "已补办"}).status_code == 302
    assert clerk.post(address, {"answer": "再交"}).status_code == 409
    assert "验收整改" in [line.action for line in todos(Scope(world.establishment))]
    assert "验收通过" in office.get(page).content.decode()
    address = reverse("assessment:problem-return", args=[problem.pk])
    assert "未填写退回理由" in office.post(address, {"note": "", "due_on": "2027-03-01"}).content.decode()
    assert office.post(address, {"note": "缺照片", "due_on": "2027-03-01"}).status_code == 302
    assert "已退回，须重新整改" in clerk.get(page).content.decode()
    clerk.post(reverse("assessment:problem-hand-in", args=[problem.pk]), {"answer": "照片已补"})
    assert office.post(reverse("assessment:problem-pass", args=[problem.pk]), {"note": ""}).status_code == 302
    assert "已销号" in clerk.get(page).content.decode()
    assert world.client(world.other_street_head).get(page).status_code == 404


def test_the_list_exports_prints_and_costs_the_same_for_many(world, row):
    client = world.client(world.establishment)
    listed(world, row)
    address = reverse("assessment:problems")

    def cost() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    few = cost()
    for _ in range(15):
        listed(world, row)
    assert cost() == few <= 15
    assert client.get(f"{address}?export=xlsx").headers["Content-Type"].endswith("sheet")
    printed = client.get(reverse("assessment:problems-print"))
    assert printed.content.startswith(b"%PDF") and printed.headers["Content-Type"] == "application/pdf"
    nothing = world.client(world.other_street_head).get(reverse("assessment:problems-print"))
    assert nothing.status_code == 409 and "没有可以印制的整改问题" in nothing.content.decode()
    assert client.get(reverse("assessment:problems-print") + "?cycle=99999999999999999999").status_code == 200


def test_a_problem_of_its_own_is_listed_by_hand(world, row):
    form = {
        "street": world.street.pk, "indicator": indicator(row, "1.1").pk, "text": "窗口没有标识",
        "demand": "补设", "due_on": "2027-02-01", "checker": world.department.pk,
    }  # fmt: skip
    answer = world.client(world.establishment).post(reverse("assessment:problem-add", args=[row.pk]), form)
    made = Problem.objects.get()
    assert answer.headers["Location"] == reverse("assessment:problem", args=[made.pk])
    assert (made.text, made.deduction, made.points) == ("窗口没有标识", None, 0)


def test_the_measure_counts_what_ran_over_its_date_on_any_day(world, row):
    """What is overdue costs a point in the next year's scheme: missing = listed − in time (4.5)."""
    compute = lambda district, day: measure("problems_in_time_street").compute(district, Period.day(day))  # noqa: E731
    today = clock.today()
    assert compute(world.district, today) == {}
    listed(world, row, due_on=today + dt.timedelta(days=5))
    handed(world, row, due_on=today + dt.timedelta(days=5))
    figure = lambda day: compute(world.district, day)[world.street.pk]  # noqa: E731
    assert (figure(today).numerator, figure(today).denominator) == (2, 2)
    assert (
        figure(today + dt.timedelta(days=6)).numerator,
        figure(today + dt.timedelta(days=6)).denominator,
    ) == (1, 2)
    assert compute(world.district, today - dt.timedelta(days=1)) == {}
    services.withdraw(Problem.objects.get(state="open"), reason="重复", actor=world.establishment)
    assert (figure(today).numerator, figure(today).denominator) == (1, 1)
