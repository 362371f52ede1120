"""A correction names what becomes of events; the cell tells what stands and can be proved again (P38, P40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.rules.costs import lost, told
from assessment.rules.results import explained, recomputed, revised, scored_events, with_events
from assessment.snapshot import (
    CellLine,
    CorrectionLine,
    EventChange,
    EventLine,
    GivenLine,
    GroupLine,
    IndicatorLine,
    Snapshot,
    from_data,
    to_data,
)
from tests.assessment.papers.support import snapshot

DAY = dt.date(2027, 1, 12)
Given = Sequence[tuple[int | None, Sequence[tuple[int, int, str]]]]
"""What each scorer gave by hand, and the events; the first one leads."""


def indicator(mode: str, points: int = 10_00, kind: str = "normal") -> IndicatorLine:
    return IndicatorLine(1, "3.5", "执法规范", kind, points, "", mode, 0, False)


def result(what: IndicatorLine, scorers: Given, *, consolidation: str = "mean", forged: str = "") -> Snapshot:
    """One street, one indicator, scored by the rule itself."""
    place, given_by = 0, []
    for row, (by_hand, taken) in enumerate(scorers):
        events = []
        for amount, times, cause in taken:
            place += 1
            events.append(EventLine(place, amount, times, cause, f"案卷{place}"))
        given_by.append(GivenLine(f"评{row}", "编办", not row, by_hand, 0, "", forged, bool(forged), events))
    cell = CellLine(1, 0, 0, what.points, False, True, None, given_by, [], None, "")
    made = snapshot([()], names=["浮山街道"])
    made = replace(
        made, consolidation=consolidation, groups=[GroupLine("执法", what.points, [what])],
        streets=[replace(made.streets[0], cells=[cell])],
    )  # fmt: skip
    points = [
        replace(
            row,
            points=with_events(replace(made, consolidation="mean"), what, replace(cell, scorers=[row]), []),
        )
        for row in given_by
    ]
    cell = replace(cell, scorers=points)
    came_to = with_events(made, what, cell, [])
    cell = replace(
        cell, points=came_to, computed=came_to, is_forged=bool(forged), deductions=scored_events(made, cell),
        base=0 if what.kind == "penalty" else what.points,
    )  # fmt: skip
    made = replace(made, streets=[replace(made.streets[0], cells=[cell])])
    made = revised(made, corrections=[], decisions=[], objections=[])
    assert recomputed(made) == []
    return made


def the_cell(shot: Snapshot) -> CellLine:
    return shot.streets[0].cells[0]


def correction(shot: Snapshot, *changes: EventChange, after: int | None = None) -> CorrectionLine:
    what, cell = shot.indicators[0], the_cell(shot)
    computed = with_events(shot, what, cell, changes)
    return CorrectionLine(
        1, 1, cell.points, computed if after is None else after, "核对", False, DAY, "周×",
        events=list(changes), is_computed=after is None, checked_by="萧×", decided_on=DAY, decision="会议纪要",
    )  # fmt: skip


def corrected(shot: Snapshot, *rows: CorrectionLine) -> Snapshot:
    return revised(shot, corrections=rows, decisions=[], objections=[])


def change(shot: Snapshot, pk: int, amount: int = 0, times: int = 0, cause: str = "") -> EventChange:
    was = next(event for event in scored_events(shot, the_cell(shot)) if event.pk == pk)
    return EventChange(
        was, replace(was, amount=amount, times=times, cause=cause or was.cause) if times else None
    )


LATE, WRONG = (1_00, 2, "未经法制审核、超期结案"), (4_00, 1, "乱罚")
DEDUCTED = indicator("deductions")


def test_an_event_that_is_struck_out_is_told_no_more_and_its_points_come_back():
    shot = result(DEDUCTED, [(None, [LATE, WRONG])])
    assert the_cell(shot).points == 4_00
    after = corrected(shot, correction(shot, change(shot, 1)))
    assert the_cell(after).points == 6_00 and the_cell(after).computed == 4_00
    assert [event.cause for event in the_cell(after).told] == ["乱罚"]
    assert recomputed(after) == []


def test_a_lowered_event_is_told_with_what_is_left_of_it():
    shot = result(DEDUCTED, [(None, [LATE])])
    after = corrected(shot, correction(shot, change(shot, 1, 1_00, 1, "未经法制审核")))
    (event,) = the_cell(after).told
    assert (event.cause, event.taken, the_cell(after).points) == ("未经法制审核", 1_00, 9_00)
    assert recomputed(after) == []


def test_the_last_of_several_corrections_holds_and_may_let_an_event_stand_again():
    shot = result(DEDUCTED, [(None, [LATE, WRONG])])
    first = correction(shot, change(shot, 1), change(shot, 2))
    second = replace(correction(shot, change(shot, 2)), before=first.after)
    after = corrected(shot, first, second)
    assert [event.pk for event in the_cell(after).told] == [1] and the_cell(after).points == 8_00
    assert recomputed(after) == []


@pytest.mark.parametrize(("consolidation", "points"), [("mean", 9_00), ("lead", 10_00)])
def test_what_several_scorers_come_to_follows_the_cycle(consolidation, points):
    """The lead took off 2, the other 2 for something else: the lead's is struck out."""
    shot = result(DEDUCTED, [(None, [LATE]), (None, [(1_00, 2, "缺卷")])], consolidation=consolidation)
    assert the_cell(shot).points == 8_00
    after = corrected(shot, correction(shot, change(shot, 1)))
    assert the_cell(after).points == points and recomputed(after) == []


def test_of_events_that_come_to_more_than_there_is_one_struck_out_may_leave_the_points_as_they_are():
    shot = result(DEDUCTED, [(None, [(15_00, 1, "甲"), (12_00, 1, "乙")])])
    assert [row.cost for row in told(DEDUCTED, the_cell(shot))] == [10_00, 0]
    after = corrected(shot, correction(shot, change(shot, 1)))
    assert the_cell(after).points == 0
    assert [(row.event.cause, row.cost) for row in told(DEDUCTED, the_cell(after))] == [("乙", 10_00)]
    assert recomputed(after) == []


def test_forgery_is_taken_back_by_a_figure_and_by_nothing_else():
    shot = result(DEDUCTED, [(None, [LATE])], forged="台账造假")
    assert the_cell(shot).is_forged and the_cell(shot).points == 0
    assert the_cell(corrected(shot, correction(shot, change(shot, 1)))).is_forged
    after = corrected(shot, correction(shot, after=8_00))
    assert not the_cell(after).is_forged and recomputed(after) == []


@pytest.mark.parametrize(
    ("what", "scorers", "changes", "most"),
    [
        (DEDUCTED, [(None, [LATE])], (), 8_00),
        (DEDUCTED, [(None, [LATE])], (1,), 10_00),
        (indicator("hand"), [(5_00, [LATE])], (), 8_00),
        (indicator("hand"), [(5_00, [LATE]), (4_00, [])], (), 9_00),
        (indicator("deductions", kind="penalty"), [(None, [LATE])], (), 2_00),
        (indicator("deductions", kind="penalty"), [(None, [LATE])], (1,), 0),
    ],
)
def test_a_figure_is_allowed_as_far_as_the_events_that_stand_leave_room(what, scorers, changes, most):
    shot = result(what, scorers)
    rows = [change(shot, pk) for pk in changes]
    assert explained(shot, what, the_cell(shot), rows) == most
    allowed = corrected(shot, correction(shot, *rows, after=most))
    too_much = most - 1 if what.kind == "penalty" else most + 1
    assert recomputed(allowed) == []
    if too_much >= 0:
        assert recomputed(corrected(shot, correction(shot, *rows, after=too_much))) == ["correction 1"]


@pytest.mark.parametrize("spoil", ["points", "event", "raised", "standing"])
def test_a_correction_that_does_not_follow_is_found(spoil):
    shot = result(DEDUCTED, [(None, [LATE, WRONG])])
    row = correction(shot, change(shot, 1))
    if spoil == "points":
        row = replace(row, after=row.after - 1)
    elif spoil == "event":
        row = replace(row, events=[replace(row.events[0], was=replace(row.events[0].was, amount=50))])
    elif spoil == "raised":
        row = correction(shot, change(shot, 1, 1_00, 3))
    after = corrected(shot, row)
    if spoil == "standing":
        cell = replace(the_cell(after), deductions=the_cell(shot).deductions)
        after = replace(after, streets=[replace(after.streets[0], cells=[cell])])
    assert recomputed(after)


def test_a_result_from_before_events_were_named_is_read_and_follows_as_it_did():
    shot = result(DEDUCTED, [(None, [LATE])])
    data = to_data(corrected(shot, replace(correction(shot, after=9_00), decided_on=None)))
    for key in ("events", "is_computed", "checked_by", "decided_on", "decision"):
        del data["corrections"][0][key]
    del data["streets"][0]["cells"][0]["put_right"]
    old = from_data(data)
    assert old.corrections[0].events == [] and recomputed(old) == []
    assert the_cell(old).points == 9_00 and len(the_cell(old).told) == 1


events = st.lists(st.tuples(st.integers(1, 6_00), st.integers(1, 3), st.sampled_from("甲乙丙")), max_size=4)
kinds = st.sampled_from([("deductions", "normal"), ("deductions", "penalty"), ("hand", "normal")])


@given(
    kinds, st.lists(st.tuples(st.integers(0, 10_00), events), min_size=1, max_size=3),
    st.sampled_from(["mean", "lead"]), st.data(),
)  # fmt: skip
def test_whatever_is_struck_out_or_lowered_in_whatever_order_the_last_correction_is_what_counts(
    how, scorers, consolidation, data
):
    mode, kind = how
    what = indicator(mode, kind=kind)
    shot = result(
        what,
        [(by_hand if mode == "hand" else None, own) for by_hand, own in scorers],
        consolidation=consolidation,
    )
    rows: list[CorrectionLine] = []
    for _ in range(data.draw(st.integers(1, 3))):
        chosen = []
        for event in scored_events(shot, the_cell(shot)):
            left = data.draw(st.sampled_from(["stands", "out", "lowered"]))
            if left == "out":
                chosen.append(EventChange(event, None))
            elif left == "lowered" and event.amount > 1:
                amount = data.draw(st.integers(1, event.amount - 1))
                chosen.append(EventChange(event, replace(event, amount=amount)))
        rows.append(correction(shot, *data.draw(st.permutations(chosen))))
    after = corrected(shot, *rows)
    cell = the_cell(after)
    assert recomputed(after) == [] and from_data(to_data(after)) == after
    assert cell == the_cell(corrected(shot, rows[-1]))
    # Less is taken off than was, and what is told costs no more than was lost.
    better = (
        cell.points <= the_cell(shot).points if kind == "penalty" else cell.points >= the_cell(shot).points
    )
    assert better
    assert sum(row.cost for row in told(what, cell)) <= lost(what, cell) <= what.points
    gone = {row.was.pk for row in rows[-1].events if row.now is None}
    assert not gone & {event.pk for event in cell.told}
    assert the_cell(corrected(shot, replace(rows[-1], events=[], after=the_cell(shot).points))) == the_cell(
        shot
    )
