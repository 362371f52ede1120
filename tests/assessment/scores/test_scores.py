"""What the team gives and takes off: rights, cause and proof, forgery, two scorers, stale saves (P37, P39)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assessment.cycles import steps as moves
from assessment.models import Deduction, Score, TeamMember
from assessment.selectors import board
from assessment.selectors.scores import indicator_results
from assessment.services import scores, teams, visits
from assessment.services.scores import Event, Sheet
from tests.assessment.support import START, cycle, indicator, scheme
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline

pytestmark = pytest.mark.django_db
EVENT = Event(amount=1_00, times=2, cause="未经法制审核", proof="浮罚07号案卷")


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


@pytest.fixture
def row(world):
    return cycle(world, "to_scoring", scorers=[world.clerk, world.inspection])


def save(world, row, code="1.2", **more):
    values = {"sheet": Sheet(), "revision": 0, "actor": world.clerk, "street": world.street, **more}
    return scores.save_score(row, indicator=indicator(row, code), **values)


def refusal(act) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def result(world, row, code, street=None):
    street = street or world.street
    return indicator_results(row)[street.pk, indicator(row, code).pk]


@pytest.mark.parametrize(
    ("code", "sheet", "wrong", "field"),
    [
        ("1.1", Sheet(points=40_01), "above", "points"),
        ("1.1", Sheet(points=39_00), "note_missing", "note"),
        ("1.1", Sheet(points=40_00, events=[EVENT]), "no_deductions", "events"),
        ("1.2", Sheet(points=20_00), "not_by_hand", "points"),
        ("1.2", Sheet(events=[Event(0, 1, "甲", "乙")]), "amount", "events"),
        ("1.2", Sheet(events=[Event(20_01, 1, "甲", "乙")]), "amount", "events"),
        ("1.2", Sheet(events=[Event(1_00, 0, "甲", "乙")]), "times", "events"),
        ("1.2", Sheet(events=[Event(1_00, 1, " ", "乙")]), "cause_missing", "events"),
        ("1.2", Sheet(events=[Event(1_00, 1, "甲", " ")]), "proof_missing", "events"),
        ("1.2", Sheet(is_forged=True), "forged_note_missing", "forged_note"),
        ("1.2", Sheet(note="长" * 501), "too_long", "note"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field_and_nothing_is_kept(
    world, row, code, sheet, wrong, field
):
    refused = refusal(lambda: save(world, row, code, sheet=sheet, done=True))
    assert (refused.code, refused.field) == (wrong, field)
    assert not Score.objects.exists() and not Deduction.objects.exists()


def test_points_by_hand_are_needed_before_a_cell_is_finished(world, row):
    assert refusal(lambda: save(world, row, "1.1", done=True)).code == "points_missing"
    assert save(world, row, "1.1").state == "draft"


def test_only_who_is_assigned_scores(world, row):
    for person in (world.head, world.establishment, world.street_clerk, world.government_office):
        with pytest.raises(NotAllowed):
            save(world, row, actor=person)
    teams.assign_member(
        TeamMember.objects.get(cycle=row, user=world.clerk),
        indicators=[indicator(row, "1.1")],
        leads=[],
        actor=world.establishment,
    )
    with pytest.raises(NotAllowed):
        save(world, row, "1.2")


def test_events_come_off_the_full_points_and_stand_with_cause_and_proof(world, row):
    save(world, row, sheet=Sheet(events=[EVENT]), done=True)
    found = result(world, row, "1.2")
    assert (found.points, found.base, found.full) == (18_00, 20_00, 20_00)
    (line,) = found.deductions
    assert (line.taken, line.cause, line.proof, line.scorer) == (2_00, EVENT.cause, EVENT.proof, "住建经办")


def test_a_measure_and_events_stand_together(world):
    world.effective("甲")
    row = cycle(world, "to_scoring")
    save(world, row, "2.1", sheet=Sheet(events=[Event(50, 1, "逾期 1 份", "第001号")]), done=True)
    found = result(world, row, "2.1")
    assert (found.base, found.points, found.is_complete) == (30_00, 29_50, True)


def test_a_measure_alone_is_complete_with_its_reading(world, row):
    found = result(world, row, "2.2")
    assert (found.points, found.scorers, found.is_complete, len(found.readings)) == (10_00, [], True, 1)


def test_forgery_costs_the_whole_indicator_and_says_why(world, row):
    save(world, row, sheet=Sheet(is_forged=True, forged_note="会议记录系补造"), done=True)
    found = result(world, row, "1.2")
    assert (found.points, found.is_forged) == (0, True)
    assert found.scorers[0].forged_note == "会议记录系补造"


def test_two_scorers_are_both_kept_and_come_to_their_mean(world, row):
    save(world, row, "1.1", sheet=Sheet(points=40_00), done=True)
    assert not result(world, row, "1.1").is_complete
    save(world, row, "1.1", sheet=Sheet(points=35_00, note="缺一项"), actor=world.inspection, done=True)
    found = result(world, row, "1.1")
    assert (found.points, found.is_complete) == (37_50, True)
    assert sorted(line.points for line in found.scorers) == [35_00, 40_00]


def test_where_the_lead_decides_the_leads_points_count_and_the_others_stay(world):
    row = cycle(world, "start", scorers=[world.clerk, world.inspection], consolidation="lead")
    member = TeamMember.objects.get(cycle=row, user=world.inspection)
    teams.assign_member(
        member, indicators=[indicator(row, "1.1")], leads=[indicator(row, "1.1")], actor=world.establishment
    )
    moves.to_papers(row, actor=world.establishment)
    save(world, row, "1.1", sheet=Sheet(points=40_00), done=True)
    save(world, row, "1.1", sheet=Sheet(points=30_00, note="缺"), actor=world.inspection, done=True)
    found = result(world, row, "1.1")
    assert (found.points, len(found.scorers), found.is_complete) == (30_00, 2, True)


def test_a_stale_save_is_refused_and_nothing_of_either_is_lost(world, row):
    first = save(world, row, sheet=Sheet(events=[EVENT]))
    refused = refusal(lambda: save(world, row, sheet=Sheet(note="另一窗口"), revision=0))
    assert refused.code == "stale"
    assert Deduction.objects.get(score=first).cause == EVENT.cause
    again = save(world, row, sheet=Sheet(note="另一窗口"), revision=first.revision)
    assert (again.revision, again.note, again.deductions.count()) == (2, "另一窗口", 0)
    entry = timeline(first)[0]
    assert entry.changes["扣分"] == ["−1.00×2 未经法制审核（浮罚07号案卷）", None]


def test_a_kept_event_keeps_its_row_so_that_its_files_stay(world, row):
    first = save(world, row, sheet=Sheet(events=[EVENT]))
    kept = first.deductions.get()
    again = Sheet(events=[Event(1_50, 1, EVENT.cause, EVENT.proof, pk=kept.pk), Event(50, 1, "乙", "丙")])
    save(world, row, sheet=again, revision=1)
    assert sorted(first.deductions.values_list("pk", "amount")) == [
        (kept.pk, 1_50),
        (first.deductions.exclude(pk=kept.pk).get().pk, 50),
    ]


def test_an_event_of_another_cell_can_not_be_taken_over(world, row):
    other = save(world, row, street=world.other_street, sheet=Sheet(events=[EVENT]))
    stolen = other.deductions.get().pk
    mine = save(world, row, sheet=Sheet(events=[Event(50, 1, "甲", "乙", pk=stolen)]))
    assert other.deductions.get().amount == 1_00
    assert mine.deductions.get().pk != stolen


def test_a_column_is_finished_where_nothing_is_open_and_named_where_it_is(world, row):
    group = indicator(row, "1.1").group
    finish = lambda: scores.finish_column(row, street=world.street, group=group, actor=world.clerk)  # noqa: E731
    refused = refusal(finish)
    assert refused.code == "points_missing" and "1.1" in refused.message
    save(world, row, "1.1", sheet=Sheet(points=40_00))
    assert finish() == 2
    found = {line.member.user.name: line.done for line in board.scorer_lines(row)}
    assert found == {"住建经办": 2, "督查": 0} or found["住建经办"] == 2
    assert refusal(finish).code == "nothing_left"


def test_finishing_a_column_keeps_what_was_typed_into_the_open_cell(world, row):
    hand, deducted = indicator(row, "1.1"), indicator(row, "1.2")
    client = world.client(world.clerk)
    sheet = reverse("assessment:scoring", args=[row.pk])
    opened = f"{sheet}?group={hand.group_id}&cell={world.street.pk}-{hand.pk}"
    page = client.get(opened).content.decode()
    assert page.count('form="open-cell" formaction=') == len(world.streets)
    finish = reverse("assessment:column-finish", args=[row.pk, world.street.pk, hand.group_id])
    typed = {
        "cell": f"{world.street.pk}-{hand.pk}",
        "events": "0",
        "revision": "0",
        "points": "38",
        "note": "",
    }
    # Refused as a whole, with what was typed.
    answer = client.post(finish, typed)
    assert 'value="38"' in answer.content.decode() and "写明评分说明" in answer.content.decode()
    assert not Score.objects.exists()
    client.post(finish, typed | {"note": "缺一份记录"})
    kept = {score.indicator_id: score for score in Score.objects.all()}
    assert (kept[hand.pk].points, kept[hand.pk].note) == (38_00, "缺一份记录")
    assert {score.state for score in kept.values()} == {"done"} and set(kept) == {hand.pk, deducted.pk}


def test_an_open_cell_in_which_nothing_was_typed_is_not_saved_with_another_column(world, row):
    hand = indicator(row, "1.1")
    save(world, row, "1.1", sheet=Sheet(points=40_00))
    finish = reverse("assessment:column-finish", args=[row.pk, world.street.pk, hand.group_id])
    other = {"cell": f"{world.other_street.pk}-{hand.pk}", "events": "0", "revision": "0", "points": ""}
    assert world.client(world.clerk).post(finish, other).status_code == 302
    assert not Score.objects.filter(street=world.other_street).exists()
    assert Score.objects.filter(street=world.street, state="done").count() == 2


@pytest.mark.parametrize("step", ["", "start"])
def test_nothing_is_scored_or_visited_before_the_papers_are_looked_at(world, step):
    row = cycle(world, step)
    assert refusal(lambda: save(world, row)).code == "closed"
    assert refusal(lambda: visit(world, row)).code == "closed"


def test_nothing_is_scored_once_the_leading_group_has_it(world, row):
    for person in (world.clerk, world.inspection):
        for street in world.streets:
            for code, points in (("1.1", 40_00), ("1.2", None), ("2.1", None)):
                save(world, row, code, street=street, sheet=Sheet(points=points), actor=person, done=True)
    row = moves.to_leading(row, actor=world.establishment)
    assert refusal(lambda: save(world, row, revision=1)).code == "closed"


def test_bonus_and_penalty_items_are_scored_beside(world):
    made = scheme(
        world,
        [
            ("1.1", 100_00, "hand", {}),
            ("9.1", 3_00, "hand", {"kind": "bonus"}),
            ("9.2", 5_00, "deductions", {"kind": "penalty"}),
        ],
    )
    row = cycle(world, "to_scoring", made=made)
    assert refusal(lambda: save(world, row, "9.1", sheet=Sheet(points=1_00))).code == "note_missing"
    save(world, row, "9.1", sheet=Sheet(points=2_00, note="省级推广"), done=True)
    save(world, row, "9.2", sheet=Sheet(events=[Event(2_00, 2, "通报", "文号")]), done=True)
    assert (result(world, row, "9.1").points, result(world, row, "9.2").points) == (2_00, 4_00)


def visit(world, row, **more):
    values = {
        "street": world.street,
        "visited_on": START,
        "place": "便民服务大厅",
        "people": "考核组",
        "findings": "窗口已设置",
        "actor": world.clerk,
        **more,
    }
    return visits.record_visit(row, **values)


def test_a_visit_is_recorded_by_the_team_and_changed_by_who_recorded_it(world, row):
    found = visit(world, row, indicators=[indicator(row, "1.2")])
    for person in (world.street_clerk, world.establishment):
        with pytest.raises(NotAllowed):
            visit(world, row, actor=person)
    with pytest.raises(NotAllowed):
        visits.delete_visit(found, actor=world.inspection)
    changed = visits.change_visit(
        found, visited_on=START, place="执法中心", people="考核组", findings="装备齐全", actor=world.clerk
    )
    assert (changed.place, changed.indicators.count()) == ("执法中心", 0)
    visits.delete_visit(found, actor=world.clerk)


@pytest.mark.parametrize(
    ("change", "code"), [({"place": " "}, "required"), ({"visited_on": START.replace(day=3)}, "future")]
)
def test_a_visit_names_place_and_a_day_that_has_been(world, row, change, code):
    assert refusal(lambda: visit(world, row, **change)).code == code


@pytest.mark.sqlite
def test_on_either_database_results_are_the_same(world, row):
    save(world, row, sheet=Sheet(events=[EVENT]), done=True)
    assert result(world, row, "1.2").points == 18_00
