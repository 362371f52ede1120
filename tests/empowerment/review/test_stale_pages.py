"""Two people, or one person in two tabs, on the same page of a filing, a desk or a meeting."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from empowerment.choices import FilingState
from empowerment.filings.meetings import record_meeting
from empowerment.models import Filing, Meeting, Opinion
from xianan.core import clock
from xianan.core.errors import DomainError

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"empowerment:{name}", args=args)


def text(answer):
    return answer.content.decode()


def fields(answer):
    """The hidden marks of a page, by name."""
    return dict(
        re.findall(r'<input type="hidden" name="(was_\d+|expected|version)" value="([^"]*)"', text(answer))
    )


def lines_of(filing):
    return list(filing.lines.order_by("position"))


def verdicts(filing):
    rows = Opinion.objects.filter(line__filing=filing, desk="establishment").order_by("line__position")
    return list(rows.values_list("verdict", "reason"))


@pytest.fixture
def sheet(world):
    """A desk's sheet of three items, opened before somebody else saved opinions on all of them."""
    filing = world.at_establishment("甲处罚", "乙处罚", "丙处罚")
    one, two, three = lines_of(filing)
    desk = world.client(world.establishment)
    opened = {
        key: value
        for key, value in fields(desk.get(url("filing-review", filing.pk))).items()
        if key != "expected"
    }
    desk.post(
        url("filing-review", filing.pk),
        opened
        | {
            f"verdict_{one.pk}": "pass", f"verdict_{two.pk}": "return", f"reason_{two.pk}": "依据不全",
            f"verdict_{three.pk}": "defer", f"reason_{three.pk}": "待研究",
        },
    )  # fmt: skip
    assert verdicts(filing) == [("pass", ""), ("return", "依据不全"), ("defer", "待研究")]
    return filing, opened, desk


def test_an_old_sheet_does_not_write_over_an_opinion_given_since(sheet):
    filing, opened, desk = sheet
    one, two, three = lines_of(filing)
    answer = desk.post(
        url("filing-review", filing.pk),
        opened
        | {
            f"verdict_{one.pk}": "return", f"reason_{one.pk}": "重复", f"reason_{two.pk}": "", f"reason_{three.pk}": "",
        },
    )  # fmt: skip
    assert answer.status_code == 409
    assert verdicts(filing) == [("pass", ""), ("return", "依据不全"), ("defer", "待研究")]
    page = text(answer)
    assert "第 1 项“甲处罚”已由他人改为“通过”" in page
    assert 'value="重复"' in page
    assert 'value="依据不全"' in page
    again = fields(answer)
    again.pop("expected")
    answer = desk.post(
        url("filing-review", filing.pk),
        again
        | {
            f"verdict_{one.pk}": "return", f"reason_{one.pk}": "重复",
            f"verdict_{two.pk}": "return", f"reason_{two.pk}": "依据不全",
            f"verdict_{three.pk}": "defer", f"reason_{three.pk}": "待研究",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert verdicts(filing)[0] == ("return", "重复")


def test_an_old_sheet_that_says_nothing_new_leaves_the_opinions_given_since(sheet):
    filing, opened, desk = sheet
    answer = desk.post(
        url("filing-review", filing.pk), opened | {f"reason_{line.pk}": "" for line in lines_of(filing)}
    )
    assert answer.status_code == 302
    assert verdicts(filing) == [("pass", ""), ("return", "依据不全"), ("defer", "待研究")]


def test_a_desk_sends_on_only_the_opinions_it_has_seen(world):
    filing = world.at_establishment("甲处罚", "乙处罚")
    one, two = lines_of(filing)
    desk = world.client(world.establishment)
    sheet = url("filing-review", filing.pk)
    desk.post(sheet, {f"verdict_{one.pk}": "pass", f"verdict_{two.pk}": "pass"})
    seen = fields(desk.get(sheet))["expected"]
    desk.post(sheet, {f"verdict_{two.pk}": "return", f"reason_{two.pk}": "依据不全"})
    assert desk.post(sheet, {"finish": "1", "expected": seen}).status_code == 409
    filing.refresh_from_db()
    assert filing.state == FilingState.ESTABLISHMENT
    desk.post(sheet, {"finish": "1", "expected": fields(desk.get(sheet))["expected"]})
    filing.refresh_from_db()
    assert filing.state == FilingState.JUSTICE


def test_an_old_page_of_a_meeting_registers_no_second_meeting(world):
    first = world.at_deliberation("甲处罚")
    second = world.at_deliberation("乙处罚")
    office = world.client(world.government_office)
    both = {
        "name": "会议", "held_on": clock.today().isoformat(), "filing": [first.pk, second.pk], "version": "1",
    }  # fmt: skip
    world.meeting(first)
    answer = office.post(url("meeting-create"), both)
    assert answer.status_code == 409
    assert "其余" in text(answer) and "所选申报中有 1 份已不在待审议之列" in text(answer)
    assert Meeting.objects.count() == 1
    assert Filing.objects.get(pk=second.pk).state == FilingState.DELIBERATION


def test_a_meeting_publishes_only_the_version_it_announced(world):
    first = world.at_deliberation("甲处罚")
    second = world.at_deliberation("乙处罚")
    world.meeting(first)
    data = {"name": "会议", "held_on": clock.today().isoformat(), "filing": [second.pk]}
    office = world.client(world.government_office)
    assert office.post(url("meeting-create"), data | {"version": "1"}).status_code == 409
    assert Meeting.objects.count() == 1
    assert office.post(url("meeting-create"), data | {"version": "2"}).status_code == 302


def test_going_back_from_the_check_of_a_meeting_keeps_what_was_typed(world):
    filing = world.at_deliberation("甲处罚", "乙处罚")
    one, _ = lines_of(filing)
    data = {
        "name": "第9次常务会议", "held_on": clock.today().isoformat(), "filing": [filing.pk], "version": "1",
        f"verdict_{one.pk}": "defer", f"reason_{one.pk}": "暂无能力承接", "back": "1",
    }  # fmt: skip
    page = text(world.client(world.government_office).post(url("meeting-create"), data))
    assert "第9次常务会议" in page and "暂无能力承接" in page
    assert not Meeting.objects.exists()


def test_a_meeting_before_the_filing_passed_the_second_desk_is_refused(world):
    filing = world.at_deliberation("甲处罚")
    opinions = {line.pk: ("pass", "") for line in lines_of(filing)}
    for day in (dt.date(1, 1, 1), clock.today() - dt.timedelta(days=1)):
        with pytest.raises(DomainError) as refused:
            record_meeting(name="会议", held_on=day, opinions=opinions, actor=world.government_office)
        assert (refused.value.code, refused.value.field) == ("early", "held_on")
    assert not Meeting.objects.exists()
    assert record_meeting(
        name="会议", held_on=clock.today(), opinions=opinions, actor=world.government_office
    )


def test_an_item_of_a_draft_saved_by_another_since_is_not_written_over(world):
    filing = world.draft("甲处罚")
    line = filing.lines.get()
    clerk = world.client(world.clerk)
    page = url("filing-item", filing.pk, line.pk)
    opened = fields(clerk.get(page))
    values = {"name": "甲处罚", "type": line.type_id, "basis": line.basis, "duties": line.duties}
    assert clerk.post(page, values | opened | {"office": "市容股"}).status_code == 302
    answer = clerk.post(page, values | opened | {"office": "法规股"})
    assert answer.status_code == 409
    assert "法规股" in text(answer) and "市容股" in text(answer)
    line.refresh_from_db()
    assert line.office == "市容股"
    assert clerk.post(page, values | fields(answer) | {"office": "法规股"}).status_code == 302
    line.refresh_from_db()
    assert line.office == "法规股"


def test_a_form_of_an_item_says_that_the_municipal_department_is_missing(world):
    filing = world.draft("甲处罚")
    line = filing.lines.get()
    values = {"name": "甲处罚", "type": line.type_id, "basis": line.basis, "duties": "", "source": "city"}
    page = url("filing-item", filing.pk, line.pk)
    answer = world.client(world.clerk).post(page, values, follow=True)
    assert "市直下放的事项还没有写明市直部门" in text(answer)
    answer = world.client(world.clerk).post(page, values | {"municipal_department": "市住建局"}, follow=True)
    assert "还没有写明市直部门" not in text(answer)


def test_the_reviewers_and_the_meeting_see_where_an_item_is_to_go(world):
    filing = world.draft("甲处罚")
    filing.lines.update(proposed_streets=["温泉街道"])
    Filing.objects.filter(pk=filing.pk).update(feasibility="逐项研究过")
    from empowerment.filings.steps import submit_filing

    submit_filing(filing, actor=world.head)
    page = text(world.client(world.establishment).get(url("filing-review", filing.pk)))
    assert "拟承接街道：温泉街道" in page and "逐项研究过" in page
    world.pass_desk(filing, "establishment", world.establishment)
    world.pass_desk(filing, "justice", world.justice)
    page = text(world.client(world.government_office).get(url("meeting-create")))
    assert "拟承接街道：温泉街道" in page and "逐项研究过" in page
