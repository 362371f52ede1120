"""A cycle from preparing to the leading group: what each phase asks, deadlines, grounds, readings (P36–P39, P44)."""

from __future__ import annotations

import datetime as dt

import pytest

from assessment.choices import Phase
from assessment.cycles import services as cycles
from assessment.cycles import steps as moves
from assessment.cycles.steps import CYCLE
from assessment.deadlines.cycle import SCORING, SELF_REPORT
from assessment.models import Assignment, Cycle, LeadingMember, Reading, TeamMember
from assessment.reports import steps as reports
from assessment.selectors import figures
from assessment.selectors.cycles import not_ready
from assessment.services import scores, teams
from tests.assessment.support import START, cycle, days, fill, indicator, report, scheme
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.periods import Period
from xianan.deadlines.models import Deadline, Notice
from xianan.history.selectors import timeline
from xianan.organizations.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


def refusal(act) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def owed(kind: str) -> list[tuple[str, dt.date]]:
    rows = Deadline.objects.filter(kind=kind, closed_at=None).order_by("organization__display_order")
    return [(row.organization.name, row.due_on) for row in rows]


def score_all(row: Cycle, person: User) -> None:
    for street in row.streets.all():
        for code, points in (("1.1", 40_00), ("1.2", None), ("2.1", None)):
            scores.save_score(
                row,
                street=street,
                indicator=indicator(row, code),
                sheet=scores.Sheet(points=points),
                revision=0,
                actor=person,
                done=True,
            )


def test_all_active_streets_are_assessed_unless_some_are_named(world):
    row = cycles.create_cycle(year=2026, title="考核", scheme=scheme(world), actor=world.establishment)
    assert list(row.streets.all()) == world.streets
    assert row.scheme.state == "frozen"
    again = refusal(
        lambda: cycles.create_cycle(year=2026, title="再考", scheme=row.scheme, actor=world.establishment)
    )
    assert (again.code, again.field) == ("cycle_twice", "year")


def test_a_cycle_under_an_expired_document_asks_for_the_ground_and_keeps_it(world):
    world.assessment.valid_until = START - dt.timedelta(days=1)
    world.assessment.save()
    made = scheme(world)
    refused = refusal(
        lambda: cycles.create_cycle(year=2026, title="考核", scheme=made, actor=world.establishment)
    )
    assert (refused.code, refused.field) == ("ground_missing", "policy_ground")
    row = cycles.create_cycle(
        year=2026,
        title="考核",
        scheme=made,
        policy_ground="区政府第5次常务会议纪要",
        actor=world.establishment,
    )
    assert (row.policy, row.policy_ground) == (world.assessment, "区政府第5次常务会议纪要")
    page = world.client(world.establishment).get(f"/assessment/{row.pk}/").content.decode()
    assert "区政府第5次常务会议纪要" in page


def test_a_cycle_starts_only_when_nothing_is_lacking(world):
    row = cycles.create_cycle(year=2026, title="考核", scheme=scheme(world), actor=world.establishment)
    assert [part for _, part in not_ready(row)] == ["leading", "team", "phases"]
    refused = refusal(lambda: moves.start(row, actor=world.establishment))
    assert refused.code == "guard" and "组长" in refused.message and "考核组" in refused.message


def test_indicators_that_a_measure_fills_need_no_scorer(world):
    row = cycle(world)
    assert sorted(a.indicator.code for a in Assignment.objects.filter(cycle=row)) == ["1.1", "1.2", "2.1"]
    member = TeamMember.objects.get(cycle=row)
    refused = refusal(
        lambda: teams.assign_member(
            member, indicators=[indicator(row, "2.2")], leads=[], actor=world.establishment
        )
    )
    assert refused.code == "measured_alone"


def test_the_start_opens_a_report_and_a_deadline_for_every_street(world):
    cycle(world, "start")
    assert owed(SELF_REPORT) == [(street.name, START + dt.timedelta(days=6)) for street in world.streets]
    assert Notice.objects.filter(recipient=world.street_head, title__contains="街道自评开始").exists()


def test_a_deadline_moves_with_its_phase_and_closes_with_the_report(world):
    row = cycle(world, "start")
    later = days()
    later["self_report"] = (START, START + dt.timedelta(days=9))
    cycles.set_phases(row, days=later, actor=world.establishment)
    assert owed(SELF_REPORT)[0] == (world.street.name, START + dt.timedelta(days=9))
    found = fill(world, row, world.street)
    reports.submit_report(found, actor=world.street_head)
    assert world.street.name not in dict(owed(SELF_REPORT))


def test_phases_come_in_their_order(world):
    row = cycle(world)
    wrong = days()
    wrong["papers"] = (START - dt.timedelta(days=1), START + dt.timedelta(days=20))
    assert refusal(lambda: cycles.set_phases(row, days=wrong, actor=world.establishment)).code == "order"
    wrong = days()
    wrong["visits"] = (START + dt.timedelta(days=20), START + dt.timedelta(days=19))
    refused = refusal(lambda: cycles.set_phases(row, days=wrong, actor=world.establishment))
    assert (refused.code, refused.field) == ("period", "visits_ends_on")


def test_scoring_waits_for_the_reports_unless_a_reason_is_given(world):
    row = cycle(world, "start")
    fill(world, row, world.street)
    reports.submit_report(report(row, world.street), actor=world.street_head)
    for step in ("to_papers", "to_visits"):
        row = CYCLE.steps[step](row, actor=world.establishment)
    refused = refusal(lambda: moves.to_scoring(row, actor=world.establishment))
    assert refused.code == "guard" and world.other_street.name in refused.message
    assert refusal(lambda: moves.to_scoring_without(row, actor=world.establishment)).code == "reason_missing"
    row = moves.to_scoring_without(row, reason="街道受灾，延后补交", actor=world.establishment)
    assert row.phase == Phase.SCORING and timeline(row)[0].reason == "街道受灾，延后补交"


def test_a_street_may_still_report_late_after_scoring_began(world):
    row = cycle(world, "start")
    for step in ("to_papers", "to_visits"):
        row = CYCLE.steps[step](row, actor=world.establishment)
    moves.to_scoring_without(row, reason="年底", actor=world.establishment)
    clock.set_to(START + dt.timedelta(days=7))
    fill(world, row, world.street)
    assert reports.submit_report(report(row, world.street), actor=world.street_head).is_late


def test_entering_scoring_reads_the_measures_and_opens_the_members_deadlines(world):
    row = cycle(world, "to_scoring", scorers=[world.clerk, world.inspection])
    assert Reading.objects.filter(cycle=row).count() == 2 * len(world.streets)
    assert row.measured_on == START
    due = START + dt.timedelta(days=27)
    assert owed(SCORING) == [(world.department.name, due), (world.inspection_office.name, due)]
    score_all(row, world.clerk)
    assert owed(SCORING) == [(world.inspection_office.name, due)]


def test_a_reading_equals_its_measure_and_can_be_computed_again(world):
    world.effective("甲", "乙")
    world.letter("丙")
    row = cycle(world, "to_scoring")
    found = {
        r.indicator.code: r
        for r in Reading.objects.filter(cycle=row, street=world.street).select_related("indicator")
    }
    assert (found["2.1"].numerator, found["2.1"].denominator, found["2.1"].points) == (1, 2, 15_00)
    measure = figures.known()["letters_signed_street"].compute(world.district, Period.day(START))[
        world.street.pk
    ]
    assert (measure.numerator, measure.denominator, measure.link) == (1, 2, found["2.1"].link)
    for reading in Reading.objects.filter(cycle=row).select_related("indicator"):
        assert figures.recomputed(reading) == reading.points


def test_measures_are_read_again_until_the_leading_group_has_the_scores(world):
    letter = world.letter("甲")
    row = cycle(world, "to_scoring")
    cell = Reading.objects.get(cycle=row, street=world.street, indicator__code="2.1")
    assert cell.points == 0
    world.sign(letter, world.head)
    world.sign(letter, world.street_head)
    cycles.read_measures(row, actor=world.establishment)
    assert Reading.objects.get(cycle=row, street=world.street, indicator__code="2.1").points == 30_00
    assert "1 格得分有变化" in timeline(row)[0].label
    tomorrow = START + dt.timedelta(days=1)
    assert refusal(lambda: cycles.read_measures(row, on=tomorrow, actor=world.establishment)).code == "future"
    score_all(row, world.clerk)
    row = moves.to_leading(row, actor=world.establishment)
    assert refusal(lambda: cycles.read_measures(row, actor=world.establishment)).code == "wrong_state"


def test_the_leading_group_gets_the_scores_only_when_every_cell_is_finished(world):
    row = cycle(world, "to_scoring")
    refused = refusal(lambda: moves.to_leading(row, actor=world.establishment))
    assert refused.code == "guard" and "还有 9 格没有评定" in refused.message
    score_all(row, world.clerk)
    row = moves.to_leading(row, actor=world.establishment)
    assert row.phase == Phase.LEADING and owed(SCORING) == []
    assert refusal(lambda: moves.back_to_scoring(row, actor=world.establishment)).code == "reason_missing"
    row = moves.back_to_scoring(row, reason="3.1 须复核", actor=world.establishment)
    assert row.phase == Phase.SCORING


@pytest.mark.parametrize(
    ("until", "step"),
    [
        ("", "to_papers"), ("", "to_scoring"), ("", "to_leading"), ("start", "start"), ("start", "to_visits"),
        ("to_papers", "to_scoring"), ("to_visits", "to_papers"), ("to_scoring", "start"),
        ("to_scoring", "back_to_scoring"),
    ],
)  # fmt: skip
def test_no_phase_is_skipped_or_gone_through_twice(world, until, step):
    row = cycle(world, until)
    refused = refusal(lambda: CYCLE.steps[step](row, reason="理由", actor=world.establishment))
    assert refused.code == "wrong_state"
    assert Cycle.objects.get(pk=row.pk).phase == row.phase


def test_only_the_office_of_the_district_moves_a_cycle(world, other_world):
    row = cycle(world, "start")
    for person in (world.government_office, world.clerk, world.street_head, other_world.establishment):
        with pytest.raises(NotAllowed):
            moves.to_papers(row, actor=person)


def test_there_is_one_chair_and_a_new_one_takes_the_place_of_the_old(world):
    row = cycle(world)
    teams.add_leader(row, name="李××", title="区长", is_chair=True, actor=world.establishment)
    assert list(LeadingMember.objects.filter(cycle=row, is_chair=True).values_list("name", flat=True)) == [
        "李××"
    ]
    moves.start(row, actor=world.establishment)
    chair = LeadingMember.objects.get(cycle=row, is_chair=True)
    assert refusal(lambda: teams.remove_leader(chair, actor=world.establishment)).code == "chair_needed"


def test_nobody_of_a_street_sits_in_the_team(world, other_world):
    row = cycle(world)
    for person in (world.street_clerk, world.station_staff, other_world.clerk):
        refused = refusal(
            lambda person=person: teams.add_members(row, people=[person], actor=world.establishment)
        )
        assert refused.code == "not_a_candidate"


def test_a_group_is_given_to_members_with_one_lead(world):
    row = cycle(world, scorers=[world.clerk, world.inspection])
    group = indicator(row, "1.1").group
    first, second = TeamMember.objects.filter(cycle=row).order_by("pk")
    teams.assign_group(row, group=group, members=[second], lead=second, actor=world.establishment)
    mine = Assignment.objects.filter(cycle=row, indicator__group=group)
    assert {(a.member_id, a.is_lead) for a in mine} == {(second.pk, True)}
    refused = refusal(
        lambda: teams.assign_group(row, group=group, members=[second], lead=first, actor=world.establishment)
    )
    assert refused.code == "lead_outside"


def test_what_is_scored_stays_assigned_and_its_scorer_in_the_team(world):
    row = cycle(world, "to_scoring")
    score_all(row, world.clerk)
    member = TeamMember.objects.get(cycle=row)
    for act in (
        lambda: teams.assign_member(member, indicators=[], leads=[], actor=world.establishment),
        lambda: teams.remove_member(member, actor=world.establishment),
    ):
        assert refusal(act).code == "has_scored"


def test_chasing_tells_those_who_owe_something_and_nobody_else(world):
    row = cycle(world, "start", scorers=[world.clerk])
    fill(world, row, world.street)
    reports.submit_report(report(row, world.street), actor=world.street_head)
    Notice.objects.all().delete()
    told = cycles.chase(
        row,
        streets=[world.street.pk, world.other_street.pk],
        members=[TeamMember.objects.get(cycle=row).pk],
        note="周五前完成",
        actor=world.establishment,
    )
    got = set(Notice.objects.values_list("recipient__name", flat=True))
    assert got == {world.other_street_clerk.name, world.other_street_head.name, world.clerk.name}
    assert told == 3 and timeline(row)[0].reason == "周五前完成"
    refused = refusal(
        lambda: cycles.chase(row, streets=[world.street.pk], members=[], note="快", actor=world.establishment)
    )
    assert refused.code == "nobody"


def test_a_cycle_of_another_district_has_its_own_streets(other_world):
    row = cycle(other_world, "to_scoring")
    assert row.streets.count() == 7
    report_count = Reading.objects.filter(cycle=row).count()
    assert report_count == 14


@pytest.mark.sqlite
def test_on_either_database_the_road_to_the_leading_group_is_the_same(world):
    row = cycle(world, "to_scoring")
    score_all(row, world.clerk)
    assert moves.to_leading(row, actor=world.establishment).phase == Phase.LEADING
