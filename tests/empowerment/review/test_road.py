"""A filing's way from draft to list, through the services."""

from __future__ import annotations

import datetime as dt

import pytest

from empowerment.choices import Change, FilingState, LineState, Source
from empowerment.filings.desks import finish_desk, give_opinions
from empowerment.filings.meetings import record_meeting
from empowerment.filings.services import add_item, change_item, resubmit
from empowerment.filings.steps import create_filing, submit_filing
from empowerment.models import Claim, Item, ItemList, Opinion
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.models import Entry
from xianan.jobs.models import Job

pytestmark = pytest.mark.django_db


def lines_of(filing):
    return list(filing.lines.order_by("position"))


def test_passed_items_are_numbered_frozen_and_put_to_every_street(world):
    filing = world.at_deliberation("甲处罚", "乙处罚")
    meeting = world.meeting(filing)
    version = meeting.item_list
    assert [entry.number for entry in version.entries.all()] == [1, 2]
    assert {entry.change for entry in version.entries.all()} == {Change.ADDED}
    assert (version.number, version.total, version.added, version.changed) == (1, 2, 2, 0)
    assert Claim.objects.count() == 2 * len(world.streets)
    assert Job.objects.get(kind="item_list.pdf").arguments == {"item_list": version.pk}
    filing.refresh_from_db()
    assert filing.state == FilingState.DECIDED
    assert {line.state for line in lines_of(filing)} == {LineState.PASSED}
    assert [line.item.number for line in lines_of(filing)] == [1, 2]


def test_a_returned_item_leaves_at_once_and_does_not_hold_up_the_rest(world):
    filing = world.at_establishment("甲处罚", "乙处罚", "丙处罚")
    first, second, third = lines_of(filing)
    give_opinions(
        filing, desk="establishment", actor=world.establishment,
        opinions={first.pk: ("pass", ""), second.pk: ("return", "依据不全"), third.pk: ("defer", "条件不成熟")},
    )  # fmt: skip
    finish_desk(filing, desk="establishment", actor=world.establishment)
    filing.refresh_from_db()
    assert filing.state == FilingState.JUSTICE
    assert [line.state for line in lines_of(filing)] == ["review", "returned", "deferred"]
    world.meeting(world.pass_desk(filing, "justice", world.justice))
    assert list(Item.objects.values_list("name", flat=True)) == ["甲处罚"]


def test_a_desk_is_not_finished_while_an_item_has_no_opinion(world):
    filing = world.at_establishment("甲处罚", "乙处罚")
    give_opinions(
        filing, desk="establishment", opinions={lines_of(filing)[0].pk: ("pass", "")}, actor=world.establishment
    )  # fmt: skip
    with pytest.raises(DomainError, match="还有 1 项") as refused:
        finish_desk(filing, desk="establishment", actor=world.establishment)
    assert refused.value.code == "undecided"


def test_a_filing_of_which_nothing_passed_is_closed(world):
    filing = world.at_establishment("甲处罚")
    line = lines_of(filing)[0]
    give_opinions(
        filing, desk="establishment", opinions={line.pk: ("return", "无依据")}, actor=world.establishment
    )  # fmt: skip
    finish_desk(filing, desk="establishment", actor=world.establishment)
    filing.refresh_from_db()
    assert filing.state == FilingState.DECIDED
    assert filing.decided_at is not None


@pytest.mark.parametrize("verdict", ["return", "defer"])
def test_a_return_or_deferral_needs_a_reason(world, verdict):
    filing = world.at_establishment("甲处罚")
    line = lines_of(filing)[0]
    with pytest.raises(DomainError) as refused:
        give_opinions(
            filing, desk="establishment", opinions={line.pk: (verdict, " ")}, actor=world.establishment
        )  # fmt: skip
    assert (refused.value.code, refused.value.field) == ("reason_missing", f"reason_{line.pk}")
    assert not Opinion.objects.exists()


def test_an_opinion_can_be_changed_and_taken_back_until_the_desk_is_done(world):
    filing = world.at_establishment("甲处罚")
    line = lines_of(filing)[0]
    for verdict in ("pass", "return", ""):
        stands = give_opinions(
            filing, desk="establishment", opinions={line.pk: (verdict, "理由" if verdict == "return" else "")},
            actor=world.establishment,
        )  # fmt: skip
    assert stands.undecided == 1
    assert not Opinion.objects.exists()


def test_the_wrong_desk_and_the_wrong_person_are_refused(world):
    filing = world.at_establishment("甲处罚")
    opinions = {lines_of(filing)[0].pk: ("pass", "")}
    with pytest.raises(DomainError) as refused:
        give_opinions(filing, desk="justice", opinions=opinions, actor=world.justice)
    assert refused.value.code == "wrong_state"
    for person in (world.clerk, world.head, world.justice, world.street_head, world.government_office):
        with pytest.raises(NotAllowed):
            give_opinions(filing, desk="establishment", opinions=opinions, actor=person)
    assert not Opinion.objects.exists()


def test_nobody_reviews_a_filing_they_worked_on(world):
    """区司法局 files too: whoever drafted, edited or submitted there doesn't check its legality."""
    from xianan.organizations.services.people import assign_role

    for person in (world.justice_clerk, world.justice_head):
        assign_role(
            person, organization=world.justice_bureau, role="justice", actor=None, starts_on=dt.date(2024, 1, 1)
        )  # fmt: skip
    filing = world.at_justice("甲处罚", organization=world.justice_bureau)
    opinions = {lines_of(filing)[0].pk: ("pass", "")}
    for person in (world.justice_clerk, world.justice_head):
        person = type(person).objects.get(pk=person.pk)
        with pytest.raises(DomainError, match="已代表部门起草、修改或提交这份申报，不能再办理“合法性审核”"):
            give_opinions(filing, desk="justice", opinions=opinions, actor=person)
        with pytest.raises(DomainError, match="已代表部门起草、修改或提交这份申报"):
            finish_desk(filing, desk="justice", actor=person)
    give_opinions(filing, desk="justice", opinions=opinions, actor=world.justice)
    finish_desk(filing, desk="justice", actor=world.justice)
    filing.refresh_from_db()
    assert filing.state == FilingState.DELIBERATION


def test_the_next_version_keeps_changes_and_adds(world):
    world.listed("甲处罚", "乙处罚")
    draft = create_filing(organization=world.department, title="第二批", actor=world.clerk)
    changed = add_item(draft, actor=world.clerk, values=world.values("甲处罚", duties="街道负责全部处罚"))
    add_item(draft, actor=world.clerk, values=world.values("丙处罚"))
    assert changed.item.number == 1
    submit_filing(draft, actor=world.head)
    filing = world.pass_desk(draft, "establishment", world.establishment)
    version = world.meeting(world.pass_desk(filing, "justice", world.justice), name="第2次会议").item_list
    assert [(e.number, e.change) for e in version.entries.all()] == [
        (1, Change.CHANGED), (2, Change.KEPT), (3, Change.ADDED),
    ]  # fmt: skip
    assert Item.objects.get(number=1).duties == "街道负责全部处罚"
    first = ItemList.objects.get(number=1)
    assert first.entries.get(number=1).duties != "街道负责全部处罚"
    told = Entry.objects.get(action="item.changed")
    assert told.changes["职责边界"][1] == "街道负责全部处罚"


def test_a_listed_item_without_changes_is_not_filed_again(world):
    world.listed("甲处罚")
    draft = create_filing(organization=world.department, title="第二批", actor=world.clerk)
    with pytest.raises(DomainError, match="无需再报") as refused:
        add_item(draft, actor=world.clerk, values=world.values("甲　处罚"))
    assert (refused.value.code, refused.value.field) == ("unchanged", "name")


def test_a_municipal_penalty_is_marked_for_a_second_legal_look(world):
    draft = create_filing(organization=world.department, title="市直", actor=world.clerk)
    add_item(
        draft,
        actor=world.clerk,
        values=world.values("甲处罚", source=Source.CITY, municipal_department="市住建局"),
    )
    add_item(
        draft, actor=world.clerk,
        values=world.values("乙许可", source=Source.CITY, type=world.types["行政许可"], municipal_department="市住建局"),
    )  # fmt: skip
    submit_filing(draft, actor=world.head)
    filing = world.pass_desk(draft, "establishment", world.establishment)
    world.meeting(world.pass_desk(filing, "justice", world.justice))
    assert list(Item.objects.order_by("number").values_list("legality", flat=True)) == ["pending", "none"]


def test_a_meeting_decides_whole_filings_only(world):
    filing = world.at_deliberation("甲处罚", "乙处罚")
    first, _ = lines_of(filing)
    with pytest.raises(DomainError) as refused:
        record_meeting(
            name="会议", held_on=clock.today(), opinions={first.pk: ("pass", "")}, actor=world.government_office
        )  # fmt: skip
    assert refused.value.code == "undecided"
    assert not ItemList.objects.exists()


def test_a_meeting_that_passes_nothing_makes_no_version(world):
    filing = world.at_deliberation("甲处罚")
    meeting = record_meeting(
        name="会议", held_on=clock.today(), actor=world.government_office,
        opinions={lines_of(filing)[0].pk: ("defer", "暂无能力承接")},
    )  # fmt: skip
    assert not hasattr(meeting, "item_list")
    assert lines_of(filing)[0].state == LineState.DEFERRED


def test_a_meeting_in_the_future_or_by_another_office_is_refused(world):
    filing = world.at_deliberation("甲处罚")
    opinions = {lines_of(filing)[0].pk: ("pass", "")}
    with pytest.raises(DomainError) as refused:
        record_meeting(
            name="会议", held_on=clock.today() + dt.timedelta(days=1), opinions=opinions,
            actor=world.government_office,
        )  # fmt: skip
    assert refused.value.field == "held_on"
    with pytest.raises(NotAllowed):
        record_meeting(name="会议", held_on=clock.today(), opinions=opinions, actor=world.establishment)


def test_two_departments_may_have_items_of_the_same_name_but_one_may_not_have_it_twice(world):
    one, two = world.at_deliberation("甲处罚"), world.at_deliberation("甲处罚")
    other = world.at_deliberation("甲处罚", organization=world.other_department)
    with pytest.raises(DomainError) as refused:
        world.meeting(one, two)
    assert refused.value.code == "conflict"
    world.meeting(one, other)
    assert Item.objects.filter(name="甲处罚").count() == 2


def test_a_returned_item_is_proposed_again_in_a_draft(world):
    filing = world.at_establishment("甲处罚")
    line = lines_of(filing)[0]
    give_opinions(
        filing, desk="establishment", opinions={line.pk: ("return", "职责不清")}, actor=world.establishment
    )
    finish_desk(filing, desk="establishment", actor=world.establishment)
    copy = resubmit(line, filing=None, actor=world.clerk)
    assert copy.previous_id == line.pk
    assert copy.state == LineState.DRAFT
    change_item(copy, actor=world.clerk, values={"duties": "街道负责巡查"})
    with pytest.raises(DomainError) as refused:
        resubmit(line, filing=None, actor=world.clerk)
    assert refused.value.code == "already_resubmitted"
    with pytest.raises(NotAllowed):
        resubmit(line, filing=None, actor=world.other_clerk)


def test_every_step_is_in_the_log(world):
    filing = world.at_deliberation("甲处罚")
    world.meeting(filing)
    actions = list(
        Entry.objects.filter(object_type="empowerment.filing", object_id=filing.pk).order_by("id").values_list("action", flat=True)
    )  # fmt: skip
    assert actions == [
        "filing.created", "filing.item_added", "filing.submitted", "filing.opinions", "filing.to_justice",
        "filing.opinions", "filing.to_deliberation", "filing.decide",
    ]  # fmt: skip
