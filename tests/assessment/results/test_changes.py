"""What a corrected result says differently from the one before, sentence for sentence (P40)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assessment.rules.changes import changes
from assessment.snapshot import CellLine, EventLine, GivenLine, Snapshot
from tests.assessment.papers.support import snapshot

Taken = tuple[tuple[int, int, str], ...]
BOTH: Taken = ((1_00, 2, "超期办理"), (50, 1, "缺送达回证"))
HEAD = "浮山街道2.1 执法规范"


def shot(*lost: Taken) -> Snapshot:
    return snapshot(lost or (BOTH, (), ()), names=("浮山街道", "温泉街道", "永安街道")[: len(lost) or 3])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            BOTH,
            BOTH[1:],
            (
                "由37.50分更正为39.50分（撤销扣分“超期办理”）；总分由97.50分变为99.50分；"
                "计入全区年度综合考评由4.88分变为4.98分。"
            ),
        ),
        (
            BOTH,
            ((1_00, 1, "超期办理"), BOTH[1]),
            (
                "由37.50分更正为38.50分（扣分“超期办理”由扣1分×2减为扣1分）；总分由97.50分变为98.50分；"
                "计入全区年度综合考评由4.88分变为4.93分。"
            ),
        ),
        (
            BOTH[1:],
            BOTH,
            (
                "由39.50分更正为37.50分（恢复扣分“超期办理”）；总分由99.50分变为97.50分；"
                "计入全区年度综合考评由4.98分变为4.88分。"
            ),
        ),
    ],
)
def test_a_cell_is_told_with_what_became_of_its_events_and_what_follows(old, new, said):
    def keys(taken: Taken) -> Snapshot:
        """The event keeps its id whatever else is cancelled."""
        made = shot(taken)
        ids = {cause: pk for pk, (_, _, cause) in enumerate(BOTH, 1)}
        (street,) = made.streets
        first, cell = street.cells
        events = [replace(event, pk=ids[event.cause]) for event in cell.deductions]
        return replace(
            made, streets=[replace(street, cells=[first, replace(cell, deductions=events, scorers=[])])]
        )

    assert changes(keys(old), keys(new)) == [HEAD + said]


def test_a_street_of_which_only_the_place_moves_is_told_too():
    one: Taken = ((1_00, 1, "迟报"),)
    first, second, third = changes(shot(BOTH, one, ()), shot((), one, ()))
    streets = [row.id for row in shot((), one, ()).streets]
    # A street is known by its key, whatever it is called since.
    assert changes(shot(BOTH, one, ()), shot((), one, ()), street=streets[0]) == [first]
    (own,) = changes(shot(BOTH, one, ()), shot((), one, ()), street=streets[0], with_places=False)
    assert "名次" in first and own == first.replace(first[first.index("；名次") : first.index("；计入")], "")
    assert first == (
        f"{HEAD}由37.50分更正为40.00分（撤销扣分“超期办理”；撤销扣分“缺送达回证”）；总分由97.50分变为100.00分；"
        "名次由第三名变为并列第一名；计入全区年度综合考评由4.88分变为5.00分。"
    )
    assert (second, third) == ("温泉街道名次由第二名变为第三名。", "永安街道名次由第一名变为并列第一名。")


def test_an_event_struck_out_where_nothing_was_left_to_lose_is_told_though_the_points_stay():
    def empty(*events: EventLine) -> Snapshot:
        made = shot(BOTH)
        (street,) = made.streets
        cells = [street.cells[0], replace(street.cells[1], points=0, deductions=list(events), scorers=[])]
        return replace(made, streets=[replace(street, cells=cells)])

    first, second = EventLine(1, 30_00, 1, "瞒报", "案卷"), EventLine(2, 45_00, 1, "乱罚", "案卷")
    assert changes(empty(first, second), empty(second)) == [f"{HEAD}得分仍为0.00分（撤销扣分“瞒报”）。"]


def test_points_given_by_hand_and_forgery_are_told_without_events():
    def given(points: int, *, forged: bool = False) -> Snapshot:
        made = shot(())
        (street,) = made.streets
        cell: CellLine = replace(street.cells[1], points=points, is_forged=forged)
        return replace(made, streets=[replace(street, cells=[street.cells[0], cell])])

    assert changes(given(0, forged=True), given(38_00)) == [
        f"{HEAD}由0.00分更正为38.00分（撤销弄虚作假的认定）。"
    ]
    assert changes(given(38_00), given(38_00)) == []


def test_of_a_penalty_it_is_what_is_taken_off_that_changes():
    def taken(points: int) -> Snapshot:
        made = shot(())
        (street,) = made.streets
        second = replace(made.groups[1], indicators=[replace(made.groups[1].indicators[0], kind="penalty")])
        cells = [street.cells[0], replace(street.cells[1], points=points)]
        return replace(
            made,
            groups=[made.groups[0], second],
            streets=[replace(street, cells=cells, total=100_00 - points)],
        )

    assert changes(taken(2_00), taken(1_00)) == [
        f"{HEAD}扣分由2.00分更正为1.00分；总分由98.00分变为99.00分。"
    ]


def test_what_two_scorers_took_off_alike_is_struck_out_in_one_word():
    def both(*events: EventLine) -> Snapshot:
        made = shot(())
        (street,) = made.streets
        scorers = [
            GivenLine(
                name, "编办", False, None, 39_00, "", "", False, [EventLine(pk, 1_00, 1, "超期", "案卷")]
            )
            for pk, name in enumerate("甲乙", 1)
        ]
        cells = [street.cells[0], replace(street.cells[1], deductions=list(events), scorers=scorers)]
        return replace(made, streets=[replace(street, cells=cells)])

    twins = [EventLine(pk, 1_00, 1, "超期", "案卷") for pk in (1, 2)]
    assert changes(both(*twins), both()) == [f"{HEAD}得分仍为40.00分（撤销扣分“超期”）。"]


def test_a_street_that_only_one_of_them_knows_is_left_out():
    assert (
        changes(snapshot([()], names=["浮山街道"]), snapshot([(), BOTH], names=["浮山街道", "新设街道"]))
        == []
    )
