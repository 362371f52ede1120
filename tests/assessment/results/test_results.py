"""From the leading group to the archive: ties, publicity, objections, corrections, frozen versions (P40, P43)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from assessment.choices import ObjectionState, Phase
from assessment.corrections.steps import answer_objection, correct_points
from assessment.cycles import services
from assessment.cycles import steps as moves
from assessment.cycles.services import settle_tie
from assessment.cycles.steps import CYCLE
from assessment.models import Correction, Objection, ResultVersion, TieDecision
from assessment.objections.steps import raise_objection
from assessment.rules.results import recomputed
from assessment.selectors import cycles, results
from assessment.services.scores import Sheet
from assessment.snapshot import from_data, to_data
from tests.assessment.results.support import (
    answered,
    change,
    corrected,
    event,
    give,
    public,
    published,
    scored,
)
from tests.assessment.support import START, cycle, indicator, scheme
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


def refusal(act) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def settle(world, row, points, order=None, **more):
    values = {"reason": "赋权承接得分高者在前", "decided_on": clock.today(), "actor": world.establishment}
    return settle_tie(row, points=points, order=order, **{**values, **more})


def streets(row):
    return cycles.streets(row)


def placed(row) -> list[tuple[str, int, bool]]:
    return [(line.name, line.place, line.is_tied) for line in results.snapshot_of(row).ranked]


@pytest.fixture
def apart(world):
    """Two streets with different totals: 温泉 100, 浮山 95."""
    return scored(world, {str(world.other_street): 55_00}, streets=[world.street, world.other_street])


@pytest.fixture
def tied(world):
    return scored(world, {}, streets=[world.street, world.other_street])


# ---- Totals and ties --------------------------------------------------------------------------------------


def test_totals_places_and_evaluation_points_follow_from_the_scores(world, apart):
    snapshot = results.snapshot_of(apart)
    first, second = snapshot.ranked
    assert (first.name, first.total, first.place, first.evaluation) == (str(world.street), 100_00, 1, 5_00)
    assert (second.total, second.place, second.evaluation) == (95_00, 2, 4_75)
    assert second.groups == [95_00] and sum(group.points for group in snapshot.groups) == 100_00
    assert recomputed(snapshot) == []


def test_a_tie_keeps_the_result_from_publicity_until_the_leading_group_decides(world, tied):
    refused = refusal(lambda: moves.to_publicity(tied, actor=world.establishment))
    assert refused.code == "guard" and "同为 100.00 分" in refused.message
    settle(world, tied, 100_00)
    assert placed(tied) == [(str(row), 1, True) for row in streets(tied)]
    order = [row.pk for row in reversed(streets(tied))]
    settle(world, tied, 100_00, order)
    assert [name for name, _, _ in placed(tied)] == [str(row) for row in reversed(streets(tied))]
    assert TieDecision.objects.count() == 1
    assert public(world, tied).phase == Phase.PUBLICITY


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"points": 99_00}, "no_tie", ""),
        ({"reason": " "}, "required", "reason"),
        ({"reason": "长" * 301}, "too_long", "reason"),
        ({"decided_on": START + dt.timedelta(days=1)}, "future", "decided_on"),
        ({"order": [0, 1]}, "order", "order"),
    ],
)
def test_a_decision_that_breaks_a_rule_is_refused(world, tied, change, code, field):
    values = {"points": 100_00, **change}
    refused = refusal(lambda: settle(world, tied, **values))
    assert (refused.code, refused.field or "") == (code, field)
    assert not TieDecision.objects.exists()


def test_only_the_establishment_office_settles_corrects_and_publishes(world, apart):
    row = public(world, apart)
    for person in (world.head, world.street_head, world.government_office, world.clerk):
        for act in (
            lambda who=person: settle(world, row, 100_00, actor=who),
            lambda who=person: moves.publish(row, actor=who),
            lambda who=person: correct_points(
                row,
                street=world.street,
                indicator=indicator(row, "1.1"),
                change=change(after=0),
                reason="误",
                actor=who,
            ),
        ):
            with pytest.raises(NotAllowed):
                act()


# ---- Publicity, objections, corrections -------------------------------------------------------------------


def test_publicity_waits_for_its_days_and_tells_every_street(world, apart):
    clock.set_to(cycles.days_of(apart)["publicity"].ends_on + dt.timedelta(days=1))
    refused = refusal(lambda: moves.to_publicity(apart, actor=world.establishment))
    assert "已经过去" in refused.message
    row = public(world, apart)
    assert Notice.objects.filter(recipient=world.street_head, title__contains="得分公示").count() == 1
    refused = refusal(lambda: moves.publish(row, actor=world.establishment))
    assert "期满后公布结果" in refused.message


def test_days_of_publicity_can_be_moved_while_it_runs_but_not_into_the_past(world, apart):
    row = public(world, apart)
    days = {key: (each.starts_on, each.ends_on) for key, each in cycles.days_of(row).items()}
    today = clock.today()
    clock.set_to(today + dt.timedelta(days=2))
    days["publicity"] = (today, today + dt.timedelta(days=1))
    refused = refusal(lambda: services.set_phases(row, days=days, actor=world.establishment))
    assert (refused.code, refused.field) == ("period", "publicity_ends_on")
    days["publicity"] = (today, today + dt.timedelta(days=30))
    services.set_phases(row, days=days, actor=world.establishment)
    assert cycles.due_of(row, Phase.PUBLICITY) == today + dt.timedelta(days=30)


def object_to(world, row, code="1.1", **more):
    values = {"street": world.other_street, "text": "通报文件已在 3 月印发，见附件。", **more}
    values.setdefault("actor", _head(world, values["street"]))
    return raise_objection(row, indicator=indicator(row, code), **values)


def _head(world, street):
    return world.street_head if street == world.street else world.other_street_head


def test_a_street_objects_to_its_own_points_once_and_the_office_owes_an_answer(world, apart):
    row = public(world, apart)
    made = object_to(world, row)
    due = Deadline.objects.get(kind="assessment_objection", object_id=made.pk)
    assert due.organization == world.establishment_bureau and due.closed_at is None
    assert refusal(lambda: object_to(world, row)).code == "twice"
    with pytest.raises(NotAllowed):
        object_to(world, row, street=world.street, actor=_head(world, world.other_street))
    assert refusal(lambda: object_to(world, row, "1.2", text=" ")).code == "required"
    refused = refusal(lambda: moves.publish(row, actor=world.establishment))
    assert refused.code == "guard"


def test_before_and_after_the_period_nobody_objects(world, apart):
    assert refusal(lambda: object_to(world, apart)).code == "closed"
    row = public(world, apart)
    clock.set_to(cycles.days_of(row)["publicity"].ends_on)
    object_to(world, row)
    clock.set_to(cycles.days_of(row)["publicity"].ends_on + dt.timedelta(days=1))
    assert refusal(lambda: object_to(world, row, "1.2")).code == "closed"


def test_an_objection_is_upheld_or_leads_to_a_correction_with_its_log_line(world, apart):
    row = public(world, apart)
    first, other = object_to(world, row), object_to(world, row, "1.2")
    upheld = answer_objection(other, change=None, answer="核对无误。", actor=world.establishment)
    assert upheld.state == ObjectionState.UPHELD and not Correction.objects.exists()
    first = answered(world, first, "补交材料属实。", after=58_00)
    assert (first.state, first.answer) == (ObjectionState.CORRECTED, "补交材料属实。")
    made = Correction.objects.get()
    assert (made.before, made.after, made.objection, made.version) == (55_00, 58_00, first, None)
    line = results.snapshot_of(row).street(world.other_street.pk)
    assert line.total == 98_00 and line.cell(made.indicator_id).computed == 55_00
    assert (
        refusal(lambda: answer_objection(first, change=None, answer="再议", actor=world.establishment)).code
        == "wrong_state"
    )
    assert not Deadline.objects.filter(kind="assessment_objection", closed_at=None).exists()
    assert (
        Notice.objects.filter(
            recipient=_head(world, world.other_street), title__contains="申诉已答复"
        ).count()
        == 2
    )


@pytest.mark.parametrize(
    ("after", "reason", "code", "field"),
    [(60_01, "误", "above", "after"), (55_00, "误", "same", "after"), (58_00, " ", "required", "reason")],
)
def test_a_correction_needs_other_points_within_the_indicator_and_a_reason(
    world, apart, after, reason, code, field
):
    row = public(world, apart)
    refused = refusal(
        lambda: correct_points(
            row,
            street=world.other_street,
            indicator=indicator(row, "1.1"),
            change=change(after=after),
            reason=reason,
            actor=world.establishment,
        )
    )
    assert (refused.code, refused.field) == (code, field) and not Correction.objects.exists()


def test_a_correction_that_makes_a_tie_asks_the_leading_group_again(world, apart):
    row = public(world, apart)
    corrected(world, row, world.other_street, "1.1", after=60_00)
    clock.set_to(cycles.days_of(row)["publicity"].ends_on + dt.timedelta(days=1))
    assert "同为 100.00 分" in refusal(lambda: moves.publish(row, actor=world.establishment)).message
    settle(world, row, 100_00)
    assert moves.publish(row, actor=world.establishment).phase == Phase.PUBLISHED


# ---- Publication -----------------------------------------------------------------------------------------


def test_publishing_freezes_all_workings_and_they_can_be_computed_again(world):
    """The snapshot alone gives every point again: reading, scorers, forgery, caps, places (P37, P40)."""
    rows = (
        ("1.1", 60_00, "hand", {}),
        ("1.2", 30_00, "deductions", {}),
        ("2.1", 10_00, "ratio", {"measure_key": "letters_signed_street", "with_deductions": True}),
        ("3.1", 5_00, "hand", {"kind": "bonus"}),
        ("3.2", 5_00, "deductions", {"kind": "penalty"}),
    )
    made = scheme(world, rows)
    from assessment.schemes.steps import change_scheme

    change_scheme(
        made, title=made.title, note="", bonus_cap=2_00, penalty_cap=1_00, actor=world.establishment
    )
    row = cycle(world, "to_scoring", made=made, streets=[world.street, world.other_street])
    for place, street in enumerate(cycles.streets(row)):
        give(world, row, street, "1.1", Sheet(points=50_00 - place, note="有欠缺"))
        give(
            world,
            row,
            street,
            "1.2",
            Sheet(events=[event(2_00, 2)]) if place else Sheet(is_forged=True, forged_note="台账造假"),
        )
        give(world, row, street, "2.1", Sheet(events=[event(50)]))
        give(world, row, street, "3.1", Sheet(points=3_00, note="省级表彰"))
        give(world, row, street, "3.2", Sheet(events=[event(4_00)]))
    row = moves.to_leading(row, actor=world.establishment)
    row = published(world, row)
    version = ResultVersion.objects.get(number=1)
    snapshot = results.read(version)
    assert snapshot == replace(results.snapshot_of(row), version=1, published_on=clock.today())
    assert recomputed(snapshot) == [] and to_data(from_data(version.data)) == version.data
    forged, other = (snapshot.street(street.pk) for street in cycles.streets(row))
    assert (
        forged.cell(indicator(row, "1.2").pk).points == 0 and forged.cell(indicator(row, "1.2").pk).is_forged
    )
    assert (other.bonus, other.penalty, other.cell(indicator(row, "1.2").pk).points) == (2_00, 1_00, 26_00)
    assert other.total == 49_99 + 26_00 + other.cell(indicator(row, "2.1").pk).points + 2_00 - 1_00


@pytest.mark.parametrize("spoil", ["points", "reading", "total", "place", "evaluation"])
def test_a_kept_result_that_was_touched_says_what_does_not_follow(world, spoil):
    rows = (("1.1", 60_00, "hand", {}), ("2.1", 40_00, "ratio", {"measure_key": "letters_signed_street"}))
    row = cycle(world, "to_scoring", made=scheme(world, rows), streets=[world.street, world.other_street])
    for street, points in zip(cycles.streets(row), (60_00, 50_00), strict=True):
        give(world, row, street, "1.1", Sheet(points=points, note="有欠缺"))
    row = published(world, moves.to_leading(row, actor=world.establishment))
    data = ResultVersion.objects.get(number=1).data
    line = data["streets"][0]
    if spoil == "points":
        line["cells"][0]["points"] -= 1
    elif spoil == "reading":
        line["cells"][1]["reading"]["points"] -= 1
    else:
        line[spoil] += 1
    assert recomputed(from_data(data))


def test_a_later_correction_makes_a_new_version_that_names_its_cause_and_the_old_stays(world, apart):
    row = published(world, apart)

    def republish(reason="申诉漏办"):
        return moves.republish(row, reason=reason, actor=world.establishment)

    assert "没有更正" in refusal(republish).message
    corrected(world, row, world.other_street, "1.1", after=57_00)
    assert "还没有公布" in refusal(lambda: moves.archive(row, actor=world.establishment)).message
    assert refusal(lambda: republish(" ")).code == "reason_missing"
    first = ResultVersion.objects.get(number=1)
    assert results.read(first).street(world.other_street.pk).total == 95_00
    republish()
    second = results.latest(row)
    assert (second.number, second.cause) == (2, "申诉漏办")
    assert results.read(second).street(world.other_street.pk).total == 97_00
    first.refresh_from_db()
    assert results.read(first).street(world.other_street.pk).total == 95_00
    assert Correction.objects.get().version == second and not results.is_behind(row)


def test_an_archived_cycle_changes_by_nothing(world, apart):
    row = published(world, apart)
    row = moves.archive(row, actor=world.establishment)
    office = world.establishment
    days = {key: (each.starts_on, each.ends_on) for key, each in cycles.days_of(row).items()}
    acts = [
        lambda: correct_points(row, street=world.street, indicator=indicator(row, "1.1"), change=change(after=1), reason="误", actor=office),
        lambda: moves.republish(row, reason="误", actor=office),
        lambda: moves.publish(row, actor=office),
        lambda: moves.back_to_scoring(row, reason="误", actor=office),
        lambda: settle(world, row, 100_00),
        lambda: services.set_phases(row, days=days, actor=office),
    ]  # fmt: skip
    assert {refusal(act).code for act in acts} == {"wrong_state"}
    assert refusal(lambda: object_to(world, row)).code == "closed"


@pytest.mark.parametrize(
    ("step", "phase"),
    [
        ("to_publicity", Phase.SCORING),
        ("to_publicity", Phase.PUBLICITY),
        ("publish", Phase.LEADING),
        ("publish", Phase.PUBLISHED),
        ("republish", Phase.PUBLICITY),
        ("archive", Phase.PUBLICITY),
        ("archive", Phase.ARCHIVED),
        ("back_to_scoring", Phase.PUBLICITY),
        ("back_to_scoring", Phase.PUBLISHED),
    ],
)
def test_no_step_is_taken_out_of_turn(world, apart, step, phase):
    type(apart).objects.filter(pk=apart.pk).update(phase=phase)
    assert (
        refusal(lambda: CYCLE.steps[step](apart, reason="理由", actor=world.establishment)).code
        == "wrong_state"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"number": 1, "cause": "更正"},
        {"number": 2, "cause": ""},
    ],
)
def test_the_database_asks_the_cause_of_every_version_but_the_first(world, apart, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        ResultVersion.objects.create(
            district=apart.district,
            cycle=apart,
            data={},
            digest="0" * 64,
            published_by=world.establishment,
            **change,
        )


def test_the_database_keeps_one_objection_an_indicator_and_no_answer_without_words(world, apart):
    values = {
        "district": apart.district, "cycle": apart, "street": world.street,
        "indicator": indicator(apart, "1.1"), "raised_by": world.street_head, "text": "异议",
    }  # fmt: skip
    Objection.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.update(state=ObjectionState.UPHELD)
