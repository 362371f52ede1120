"""Two people on a stale page, each on a connection of their own, meeting at a barrier."""

from __future__ import annotations

import pytest

from empowerment.filings.desks import finish_desk, give_opinions
from empowerment.filings.meetings import record_meeting
from empowerment.filings.steps import create_filing, submit_filing
from empowerment.models import Item, ItemList, Meeting
from tests.empowerment.filings.books import book, row
from tests.together import together
from xianan.core import clock
from xianan.imports.services import import_upload, upload_workbook

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_filing_is_submitted_once(world):
    filing = world.draft("甲处罚")
    assert sorted(together(*[lambda: submit_filing(filing, actor=world.head)] * 2)) == ["", "wrong_state"]


def test_a_desk_is_finished_once(world):
    filing = world.at_establishment("甲处罚")
    opinions = {filing.lines.get().pk: ("pass", "")}
    give_opinions(filing, desk="establishment", opinions=opinions, actor=world.establishment)
    codes = sorted(
        together(*[lambda: finish_desk(filing, desk="establishment", actor=world.establishment)] * 2)
    )
    assert codes == ["", "wrong_state"]


def test_a_meeting_is_recorded_once_and_numbers_have_no_gaps(world):
    filing = world.at_deliberation("甲处罚", "乙处罚")
    opinions = dict.fromkeys(filing.lines.values_list("pk", flat=True), ("pass", ""))

    def record() -> None:
        record_meeting(
            name="会议", held_on=clock.today(), opinions=opinions, actor=world.government_office
        )  # fmt: skip

    assert sorted(together(record, record)) == ["", "wrong_state"]
    assert (Meeting.objects.count(), ItemList.objects.count()) == (1, 1)
    assert list(Item.objects.values_list("number", flat=True)) == [1, 2]


def test_a_workbook_is_imported_once(world):
    draft = create_filing(organization=world.department, title="第二批", actor=world.clerk)
    upload = upload_workbook(
        "filing", draft, data=book([row("甲处罚")]), filename="a.xlsx", actor=world.clerk
    )
    assert sorted(together(*[lambda: import_upload(upload, actor=world.clerk)] * 2)) == ["", "wrong_upload"]
    assert draft.lines.count() == 1
