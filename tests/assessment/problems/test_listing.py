"""What cost points goes on a list: candidates, bulk, rules, who checks (P40)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessment.choices import ProblemState
from assessment.cycles import steps as moves
from assessment.models import Deduction, Problem
from assessment.problems import steps as services
from assessment.problems.services import Found
from assessment.selectors import cycles, problems, results
from tests.assessment.problems.support import candidates, dues, handed, listed, refusal
from tests.assessment.results.support import corrected, public
from tests.assessment.support import START, indicator
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.deadlines.models import Notice
from xianan.organizations.scope import Scope
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db


def test_what_counted_can_be_listed_and_what_was_given_back_can_not(world, leading):
    row = public(world, leading)
    corrected(world, row, world.other_street, "1.1", after=60_00, reason="时限在附件中")
    clock.set_to(cycles.days_of(row)["publicity"].ends_on + dt.timedelta(days=1))
    row = moves.publish(row, actor=world.establishment)
    (one,) = candidates(row)
    assert (one.street, one.code, one.text, one.points) == (str(world.street), "1.2", "超期办理", 2_00)


def test_points_lost_by_hand_are_listed_with_the_scorers_note(world, row):
    assert [(line.street, line.text, line.points) for line in candidates(row)] == [
        (str(world.street), "超期办理", 2_00),
        (str(world.other_street), "方案没有时限", 1_50),
    ]


def test_what_two_scorers_took_off_alike_is_one_problem(world, row):
    shot = results.read(results.latest(row))
    place = next(at for at, line in enumerate(shot.indicators) if line.code == "1.2")
    street = shot.streets[0]
    cell = street.cells[place]
    (first,) = cell.deductions
    twin = replace(first, pk=first.pk + 1000)
    street.cells[place] = replace(
        cell, deductions=[first, twin], scorers=[*cell.scorers, replace(cell.scorers[0], events=[twin])]
    )
    (one,) = [line for line in problems.candidates(row, shot) if line.code == "1.2"]
    assert one.deduction_id == first.pk
    taken = Deduction.objects.get(pk=first.pk)
    listed(world, row, found=[Found(world.street, indicator(row, "1.2"), "超期办理", 2_00, taken)])
    assert [line for line in problems.candidates(row, shot) if line.code == "1.2"] == []


def test_the_office_lists_all_at_once_and_each_street_gets_a_date_and_a_notice(world, row):
    client = world.client(world.establishment)
    address = reverse("assessment:problems-list-in", args=[row.pk])
    shown = client.get(address).content.decode()
    keys = [line.key for line in candidates(row)]
    assert shown.count("checked") >= 2 and "方案没有时限" in shown
    form = {
        "pick": keys,
        "demand": "限期整改",
        "due_on": "2027-01-31",
        "checker": world.establishment_bureau.pk,
    }
    answer = client.post(address, {**form, "due_on": "2020-01-01"})
    assert "整改时限不能早于今日" in answer.content.decode() and not Problem.objects.exists()
    answer = client.post(address, {**form, "pick": []})
    assert answer.status_code == 409 and "没有勾选问题" in answer.content.decode()
    assert client.post(address, form).status_code == 302
    assert Problem.objects.count() == 2 and candidates(row) == []
    assert sorted(dues("rectification")) == [
        (world.street.pk, dt.date(2027, 1, 31)),
        (world.other_street.pk, dt.date(2027, 1, 31)),
    ]
    assert Notice.objects.filter(recipient=world.street_head, title__contains="1 个问题须整改").count() == 1
    # The second of two who press at once is told, and nothing is doubled.
    again = client.post(address, form)
    assert again.status_code == 409 and Problem.objects.count() == 2
    assert "都已列入整改清单" in client.get(address).content.decode()


def test_before_the_publication_nothing_is_listed(world, leading):
    assert refusal(lambda: listed(world, leading)).code == "wrong_state"
    client = world.client(world.establishment)
    for name in ("problems-list-in", "problem-add"):
        assert client.get(reverse(f"assessment:{name}", args=[leading.pk])).status_code == 409


def test_one_deduction_is_listed_once_in_the_database_too(world, row):
    client = world.client(world.establishment)
    key = next(line for line in candidates(row) if line.deduction_id)
    form = {
        "pick": [key.key],
        "demand": "整改",
        "due_on": "2027-01-31",
        "checker": world.establishment_bureau.pk,
    }
    client.post(reverse("assessment:problems-list-in", args=[row.pk]), form)
    first = Problem.objects.get()
    second = Found(world.street, first.indicator, "又一次", 1, first.deduction)
    assert refusal(lambda: listed(world, row, found=[second])).code == "twice"
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=listed(world, row).pk).update(deduction=first.deduction)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"demand": " "}, "required", "demand"),
        ({"due_on": START - dt.timedelta(days=1)}, "past", "due_on"),
        ({"due_on": dt.date(3027, 1, 31)}, "far", "due_on"),
        ({"found": []}, "nothing", ""),
    ],
)
def test_a_list_that_breaks_a_rule_is_refused(world, row, change, code, field):
    refused = refusal(lambda: listed(world, row, **change))
    assert (refused.code, refused.field or "") == (code, field) and not Problem.objects.exists()


def test_the_date_offered_is_a_month_ahead_on_a_working_day(world, row):
    # 27 February 2027 is a Saturday.
    clock.set_to(dt.date(2027, 1, 27))
    client = world.client(world.establishment)
    for name in ("assessment:problems-list-in", "assessment:problem-add"):
        assert 'value="2027-03-01"' in client.get(reverse(name, args=[row.pk])).content.decode()


def test_a_street_is_no_checker(world, row):
    assert refusal(lambda: listed(world, row, checker=world.street)).field == "checker"


def test_an_office_that_assesses_can_be_named_and_judges_its_own(world, row):
    offered = world.client(world.establishment).get(reverse("assessment:problem-add", args=[row.pk]))
    inspection = world.inspection.organization
    assert f">{inspection}</option>" in offered.content.decode()
    mine, other = handed(world, row, checker=inspection), handed(world, row)
    assert [todo.action for todo in todos(Scope(world.inspection)) if "超期办理" in todo.title] == [
        "验收整改"
    ]
    with pytest.raises(NotAllowed):
        services.pass_problem(other, actor=world.inspection)
    assert services.pass_problem(mine, actor=world.inspection).state == ProblemState.CLOSED
