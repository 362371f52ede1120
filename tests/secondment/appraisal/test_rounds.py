"""A year: forms for all who served, figures frozen, chased, closed and locked (P30, P32)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondment.choices import ReplacementKind, RoundState, Side, SideState, Track
from secondment.deadlines.appraisal import APPRAISAL_SCORE
from secondment.models import Appraisal, AppraisalSide
from secondment.rounds import steps as rounds
from secondment.selectors.appraisals import excellence, progress
from secondment.services import grading
from secondment.sides import steps as scoring
from tests.secondment.appraisal.kit import (
    close,
    complete,
    form_of,
    person,
    replaced,
    scheme_in_force,
    score,
    serve,
    side_of,
    sign,
    started,
)
from tests.world import PASSWORD
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline, Notice
from xianan.organizations.scope import Scope
from xianan.policy.models import Parameter

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.datetime.combine(TODAY, dt.time(9), clock.ZONE), still=True)


def refused(code: str):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def test_one_click_makes_a_form_for_everybody_who_served_and_both_sides_owe_scores(world):
    one, two = (
        person(world, "张甲", serial=1),
        person(world, "张乙", serial=2, organization=world.other_department),
    )
    serve(world, one)
    serve(world, two, street=world.other_street, ended=dt.date(2026, 6, 30))
    serve(world, person(world, "早已离开", serial=3), since=dt.date(2024, 1, 1), until=dt.date(2025, 12, 31))
    scheme_in_force(world)
    row, count = rounds.start_round(year=2026, actor=world.personnel)
    assert count == 2
    assert {form.person for form in row.appraisals.all()} == {one, two}
    # 23 November + 30 days = 23 December, a Wednesday.
    assert row.due_on == dt.date(2026, 12, 23)
    dues = Deadline.objects.filter(kind=APPRAISAL_SCORE, closed_at=None)
    assert {(due.organization, due.due_on) for due in dues} == {
        (unit, dt.date(2026, 12, 23))
        for unit in (world.department, world.street, world.other_department, world.other_street)
    }


def test_running_it_again_adds_only_those_registered_since(world):
    row = started(world)
    assert rounds.add_people(row, actor=world.personnel) == 0
    serve(world, person(world, "后来登记", serial=7), since=dt.date(2026, 11, 2), until=dt.date(2027, 11, 1))
    assert rounds.add_people(row, actor=world.other_personnel) == 1
    assert rounds.add_people(row, actor=world.personnel) == 0
    assert row.appraisals.count() == 2
    with refused("round_twice"):
        rounds.start_round(year=2026, actor=world.personnel)


def test_the_street_with_most_days_scores_and_the_other_is_named_on_the_form(world):
    who = person(world, "张甲", serial=1)
    serve(world, who, until=dt.date(2026, 12, 31), ended=dt.date(2026, 3, 31))
    serve(world, who, street=world.other_street, since=dt.date(2026, 4, 1), until=dt.date(2027, 3, 31))
    form = form_of(started(world, who))
    assert form.street == world.other_street
    assert form.other_streets == f"{world.street}（2026年1月5日至2026年3月31日，86 天）"
    assert (form.serves_from, form.serves_until) == (dt.date(2026, 4, 1), dt.date(2026, 12, 31))


def test_figures_are_those_of_the_policy_in_force_and_stay_as_they_were(world):
    row = started(world)
    Parameter.objects.filter(key="appraisal_shares").update(value=[50, 50])
    Parameter.objects.filter(key="grade_excellent").update(value=95)
    row.refresh_from_db()
    assert (row.shares, row.excellent_from, row.excellent_share) == ((60, 40), 9000, 20)
    assert row.policy == world.policy


def test_a_year_without_rules_people_or_sense_is_not_started(world):
    with refused("no_scheme"):
        rounds.start_round(year=2026, actor=world.personnel)
    scheme_in_force(world)
    with refused("year"):
        rounds.start_round(year=2026, actor=world.personnel)
    with refused("year"):
        rounds.start_round(year=2027, actor=world.personnel)
    with pytest.raises(NotAllowed):
        rounds.start_round(year=2026, actor=world.establishment)


def test_a_year_with_a_missing_or_unsigned_side_is_not_closed(world):
    row = started(world)
    form = form_of(row)
    score(world, form, Side.STREET, 90)
    with pytest.raises(DomainError, match="还有 1 份评分未完成，其中派出部门对张甲的评分"):
        close(world, row)
    score(world, form, Side.DEPARTMENT, 80)
    sign(world, form, [Side.STREET])
    with pytest.raises(DomainError, match="还有 1 份评分未经负责人审定，其中派出部门对张甲"):
        close(world, row)
    assert Appraisal.objects.get().locked_at is None


def test_a_closed_year_is_locked_against_everything(world):
    row = started(world)
    form = complete(world, form_of(row), 80, 80)
    closed = close(world, row)
    form.refresh_from_db()
    assert (closed.state, form.grade, form.locked_at is not None) == (RoundState.CLOSED, "competent", True)
    for side in Side:
        own = side_of(form, side)
        clerk, head = world.clerk_of(own.organization), world.head_of(own.organization)
        for act in (
            lambda own=own, clerk=clerk: scoring.save_scores(own, scores={}, comment="", actor=clerk),
            lambda own=own, clerk=clerk: scoring.submit(own, actor=clerk),
            lambda own=own, clerk=clerk: scoring.withdraw(own, actor=clerk),
            lambda own=own, head=head: scoring.sign_sides([own], actor=head, password=PASSWORD),
            lambda own=own: scoring.send_back(own, reason="改", actor=world.personnel),
        ):
            with pytest.raises(DomainError):
                act()
    with refused("guard"):
        grading.lower(form, grade="basic", reason="改", actor=world.personnel)
    for act in (rounds.add_people, lambda row, actor: close(world, row)):
        with refused("wrong_state"):
            act(row, actor=world.personnel)


def test_who_was_replaced_for_disobedience_gets_no_better_than_basic_that_year(world):
    who, other = person(world, "张甲", serial=1), person(world, "李乙", serial=2, track=Track.INSTITUTION)
    secondment = serve(world, who, ended=dt.date(2026, 9, 30))
    request = replaced(world, secondment)
    replaced(world, serve(world, other, ended=dt.date(2026, 9, 30)), kind=ReplacementKind.OTHER)
    row = started(world, who, other)
    capped, free = form_of(row, who), form_of(row, other)
    complete(world, capped, 95, 95)
    complete(world, free, 80, 80)
    assert (capped.computed_grade, capped.grade, capped.cap) == ("excellent", "basic", request)
    assert (free.grade, free.cap) == ("competent", None)
    for each in row.appraisals.exclude(pk__in=[capped.pk, free.pk]):
        complete(world, each, 80, 80)
    close(world, row)
    capped.refresh_from_db()
    assert (capped.grade, capped.cap) == ("basic", request)


def test_a_replacement_that_comes_after_the_scores_caps_at_the_end_of_the_year(world):
    who = person(world, "张甲", serial=1)
    secondment = serve(world, who, ended=dt.date(2026, 9, 30))
    row = started(world, who)
    form = complete(world, form_of(row), 85, 85)
    assert form.grade == "competent"
    request = replaced(world, secondment)
    close(world, row)
    form.refresh_from_db()
    assert (form.grade, form.cap) == ("basic", request)


def test_too_many_excellent_ask_who_goes_down_and_why(world):
    people = [person(world, f"人{n}", serial=n) for n in range(1, 6)]
    row = started(world, *people)
    for place, who in enumerate(people):
        complete(world, form_of(row, who), 95 if place < 2 else 80, 95 if place < 2 else 80)
    whole, departments = excellence(row)
    assert (whole.excellent, whole.people, whole.most, whole.over) == (2, 5, 1, 1)
    assert [line.over for line in departments] == [1]
    with pytest.raises(DomainError, match="优秀 2 人，超过 5 人的 20%（至多 1 人），须再选出 1 人下调"):
        close(world, row)
    second = form_of(row, people[1])
    with refused("reason_missing"):
        close(world, row, lowered={second.pk: "  "})
    close(world, row, lowered={second.pk: "工作年限较短"})
    second.refresh_from_db()
    assert (second.computed_grade, second.grade, second.lowered_reason) == (
        "excellent",
        "competent",
        "工作年限较短",
    )
    assert second.lowered_by == world.personnel


def test_the_end_asks_for_the_password(world):
    row = started(world)
    complete(world, form_of(row), 80, 80)
    with pytest.raises(DomainError, check=lambda e: (e.code, e.field) == ("wrong_password", "password")):
        rounds.close_round(row, actor=world.personnel, password="falsch")
    with pytest.raises(NotAllowed):
        rounds.close_round(row, actor=world.head, password=PASSWORD)


def test_chasing_tells_those_who_owe_scores_once_a_day(world):
    row = started(world)
    form = form_of(row)
    score(world, form, Side.STREET, 90)
    assert (
        rounds.chase(row, organizations=[world.department.pk], note="本周内完成", actor=world.personnel) == 2
    )
    notices = Notice.objects.filter(kind="chase")
    assert {notice.recipient for notice in notices} == {world.clerk, world.head}
    assert "本周内完成" in notices[0].text
    with refused("chased_today"):
        rounds.chase(row, organizations=[world.department.pk], note="快", actor=world.personnel)
    sign(world, form, [Side.STREET])
    with refused("closed"):
        rounds.chase(row, organizations=[world.street.pk], note="快", actor=world.personnel)
    with pytest.raises(NotAllowed):
        rounds.chase(row, organizations=[world.department.pk], note="快", actor=world.head)


def test_chasing_tells_heads_alone_of_what_waits_for_their_sign_off_once_a_day(world):
    row = started(world)
    score(world, form_of(row), Side.STREET, 90)
    wanted = {"organizations": [world.street.pk], "actor": world.personnel}
    with refused("note_missing"):
        rounds.chase(row, note=" ", **wanted)
    assert rounds.chase(row, note="本周内审定", **wanted) == 1
    notice = Notice.objects.get(kind="chase")
    assert (notice.recipient, notice.url) == (world.street_head, f"/appraisals/{row.pk}/?tab=sign")
    assert "评分待负责人审定" in notice.title and "本周内审定" in notice.text
    with refused("chased_today"):
        rounds.chase(row, note="快", **wanted)
    page = world.client(world.personnel).get(f"/appraisals/{row.pk}/progress/").content.decode()
    assert f"chase/?organization={world.street.pk}" in page


def test_progress_names_who_owes_what_and_costs_the_same_for_many(world):
    people = [person(world, f"人{n}", serial=n) for n in range(1, 4)]
    row = started(world, *people)
    score(world, form_of(row, people[0]), Side.STREET, 90)
    scope = Scope(world.personnel)
    lines = {line.organization: line for line in progress(row, scope)}
    street, department = lines[world.street], lines[world.department]
    assert (street.all, street.scored, [name for _, name in street.missing]) == (3, 1, ["人2", "人3"])
    assert (department.all, department.scored, department.late) == (3, 0, 0)
    clock.set_to(dt.datetime(2026, 12, 24, 9, tzinfo=clock.ZONE), still=True)
    assert {line.late for line in progress(row, scope)} == {2, 3}
    with CaptureQueriesContext(
        connection,
    ) as few:
        progress(row, scope)
    for n in range(10, 30):
        serve(
            world,
            person(world, f"人{n}", serial=n, organization=world.other_department),
            street=world.other_street,
        )
    rounds.add_people(row, actor=world.personnel)
    with CaptureQueriesContext(connection) as many:
        progress(row, scope)
    assert len(few) == len(many) == 1


def test_forms_of_a_thousand_people_take_a_fixed_number_of_statements(world):
    row = started(world)
    serve(world, person(world, "再一人", serial=50))
    with CaptureQueriesContext(connection) as few:
        rounds.add_people(row, actor=world.personnel)
    for n in range(100, 140):
        serve(world, person(world, f"人{n}", serial=n))
    with CaptureQueriesContext(connection) as many:
        rounds.add_people(row, actor=world.personnel)
    assert AppraisalSide.objects.filter(appraisal__round=row, state=SideState.DRAFT).count() == 2 * 42
    assert len(many) <= len(few)
