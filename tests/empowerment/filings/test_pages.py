"""The pages of filings and reviews as people use them."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from empowerment.choices import FilingState
from empowerment.models import Filing, FilingItem, Meeting
from tests.empowerment.filings.books import book, row
from tests.empowerment.workbook.builder import xlsx
from xianan.core import clock
from xianan.imports.models import Upload

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"empowerment:{name}", args=args)


def text(answer):
    return answer.content.decode()


def send(client, filing, data, name="申报.xlsx"):
    return client.post(url("filing-upload", filing.pk), {"file": SimpleUploadedFile(name, data)})


def test_a_clerk_opens_a_filing_uploads_imports_and_the_head_submits(world):
    clerk = world.client(world.clerk)
    answer = clerk.post(url("filing-create"), {"title": "第一批", "feasibility": ""})
    filing = Filing.objects.get()
    assert answer.url == url("filing", filing.pk)
    answer = send(clerk, filing, book([row("甲处罚"), row("乙处罚")]))
    upload = Upload.objects.get()
    assert answer.url == url("filing-check", filing.pk, upload.pk)
    assert "导入 2 行到申报" in text(clerk.get(answer.url))
    clerk.post(url("filing-import", filing.pk, upload.pk))
    page = text(clerk.get(url("filing", filing.pk)))
    assert "甲处罚" in page
    assert "提交申报并报送区委编办" not in page
    head = world.client(world.head)
    assert "提交申报并报送区委编办" in text(head.get(url("filing", filing.pk)))
    head.post(url("filing-submit", filing.pk))
    filing.refresh_from_db()
    assert filing.state == FilingState.ESTABLISHMENT


def test_a_faulty_workbook_shows_cell_value_rule_and_remedy_and_cannot_be_imported(world):
    filing = world.draft("旧事项")
    clerk = world.client(world.clerk)
    answer = send(clerk, filing, book([row("甲处罚", kind="行政奖励"), row("乙处罚", basis="")]))
    page = text(clerk.get(answer.url))
    for words in (
        "B",
        "C2",
        "行政奖励",
        "不在事项类型字典内",
        "D3",
        "缺少必填内容：设定依据",
        "改好后重新上传",
    ):
        assert words in page
    assert "disabled>导入 2 行到申报" in page
    clerk.post(url("filing-import", filing.pk, Upload.objects.get().pk))
    assert filing.lines.count() == 1
    for show in ("rows", "new", "changed", "unchanged", "error", "warnings"):
        assert clerk.get(answer.url, {"show": show}).status_code == 200
    assert clerk.get(answer.url, {"show": "nonsense"}).status_code == 404


def test_a_file_that_cannot_be_read_is_refused_beside_the_field(world):
    filing = world.draft()
    answer = send(world.client(world.clerk), filing, b"no workbook", "报表.xlsx")
    assert answer.status_code == 200
    assert 'role="alert"' in text(answer)
    assert not Upload.objects.exists()


def test_the_template_reads_back_as_an_empty_filing(world):
    answer = world.client(world.clerk).get(url("filing-template"))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    heads = [cell.value for cell in sheet[1]]
    assert {street.name for street in world.streets} <= set(heads)
    assert world.client(world.street_clerk).get(url("filing-template")).status_code == 403


def test_what_was_typed_stays_when_a_form_is_refused(world):
    filing = world.draft("甲处罚")
    clerk = world.client(world.clerk)
    data = {
        "name": "甲处罚", "type": world.types["行政处罚"].pk, "basis": "《城市道路管理条例》第四十二条",
        "duties": "很长的职责", "source": "district",
    }  # fmt: skip
    answer = clerk.post(url("filing-item-create", filing.pk), data)
    assert "本次申报已有名称、依据相同的事项" in text(answer)
    assert "很长的职责" in text(answer)
    assert filing.lines.count() == 1


def test_an_item_without_a_basis_stays_a_draft_and_keeps_the_filing_from_being_submitted(world):
    filing = world.draft("甲处罚")
    clerk = world.client(world.clerk)
    data = {"name": "无依据事项", "type": world.types["行政处罚"].pk, "basis": ""}
    assert clerk.post(url("filing-item-create", filing.pk), data).status_code == 302
    head = world.client(world.head)
    assert "1 项缺少设定依据" in text(head.get(url("filing", filing.pk)))
    answer = head.post(url("filing-submit", filing.pk), follow=True)
    assert "“无依据事项”缺少设定依据，不能提交" in text(answer)
    filing.refresh_from_db()
    assert filing.state == FilingState.DRAFT


@pytest.mark.parametrize(
    ("field", "value"), [("basis", "详见附件"), ("basis", "34"), ("duties", "同上"), ("duties", "无")]
)
def test_filler_is_no_basis_and_no_duties_in_a_form_either(world, field, value):
    filing = world.draft("甲处罚")
    data = {
        "name": "乙处罚", "type": world.types["行政处罚"].pk, "basis": "《城市道路管理条例》第四十二条",
        "duties": "街道负责巡查", "source": "district", field: value,
    }  # fmt: skip
    answer = world.client(world.clerk).post(url("filing-item-create", filing.pk), data)
    assert f"只写了“{value}”" in text(answer)
    assert filing.lines.count() == 1


def test_a_form_says_of_a_basis_without_an_article_what_the_workbook_says(world):
    filing = world.draft("甲处罚")
    data = {
        "name": "乙处罚",
        "type": world.types["行政处罚"].pk,
        "basis": "《城市绿化条例》",
        "source": "district",
    }
    answer = world.client(world.clerk).post(url("filing-item-create", filing.pk), data, follow=True)
    assert "设定依据没有写到条" in text(answer)
    assert filing.lines.count() == 2


def test_an_empty_filing_is_not_submitted(world):
    from empowerment.filings.steps import create_filing

    filing = create_filing(organization=world.department, title="空", actor=world.clerk)
    answer = world.client(world.head).post(url("filing-submit", filing.pk), follow=True)
    assert "还没有事项，不能提交" in text(answer)


def test_other_departments_and_streets_do_not_find_a_filing(world):
    filing = world.at_establishment()
    for person in (world.other_clerk, world.other_head, world.street_head, world.nobody):
        assert world.client(person).get(url("filing", filing.pk)).status_code == 404
    assert world.client(world.establishment).get(url("filing", filing.pk)).status_code == 200


@pytest.mark.parametrize("name", ["filing-submit", "filing-delete"])
def test_a_reader_of_the_department_may_not_act(world, name):
    filing = world.draft()
    before = FilingItem.objects.count()
    assert world.client(world.reader).post(url(name, filing.pk)).status_code == 403
    assert (Filing.objects.count(), FilingItem.objects.count()) == (1, before)


def test_a_desk_saves_opinions_and_sends_on(world):
    filing = world.at_establishment("甲处罚", "乙处罚")
    first, _second = filing.lines.order_by("position")
    desk = world.client(world.establishment)
    page = text(desk.get(url("filing-review", filing.pk)))
    assert "还差 2 项" in page
    answer = desk.post(
        url("filing-review", filing.pk),
        {"desk": "establishment", f"verdict_{first.pk}": "return", f"reason_{first.pk}": ""},
    )
    assert "第 1 项“甲处罚”退回须填写理由" in text(answer)
    answer = desk.post(
        url("filing-review", filing.pk),
        {
            "desk": "establishment", f"verdict_{first.pk}": "return", f"reason_{first.pk}": "依据不全",
            "pass_rest": "1",
        },
        follow=True,
    )  # fmt: skip
    assert "通过 1 项、退回 1 项" in text(answer)
    desk.post(url("filing-review", filing.pk), {"desk": "establishment", "finish": "1"})
    filing.refresh_from_db()
    assert filing.state == FilingState.JUSTICE
    page = text(world.client(world.clerk).get(url("filing", filing.pk)))
    assert "区委编办：依据不全" in page
    assert "修改并重新申报" in page
    world.client(world.clerk).post(url("filing-resubmit", filing.pk, first.pk))
    assert FilingItem.objects.get(previous=first).filing.state == FilingState.DRAFT


def test_an_old_sheet_of_opinions_is_refused_as_such(world):
    filing = world.at_justice("甲处罚")
    line = filing.lines.get()
    answer = world.client(world.establishment).post(
        url("filing-review", filing.pk), {"desk": "establishment", f"verdict_{line.pk}": "pass"}
    )
    assert answer.status_code == 409
    assert "可能已有人先行办理" in text(answer)


def test_the_government_office_records_a_decision_on_all_that_waits(world):
    filing = world.at_deliberation("甲处罚", "乙处罚")
    other = world.at_deliberation("丙处罚", organization=world.other_department)
    _first, second = filing.lines.order_by("position")
    office = world.client(world.government_office)
    page = text(office.get(url("meeting-create")))
    assert "丙处罚" in page and "乙处罚" in page
    data = {
        "name": "第3次常务会议", "held_on": clock.today().isoformat(), "filing": [filing.pk, other.pk],
        f"verdict_{second.pk}": "defer", f"reason_{second.pk}": "暂无能力承接",
    }  # fmt: skip
    asked = text(office.post(url("meeting-create"), data))
    assert "通过 2 项、暂缓 1 项" in asked and "登记决定并公布第 1 版清单" in asked
    assert not Meeting.objects.exists()
    answer = office.post(url("meeting-create"), data | {"version": "1"})
    meeting = Meeting.objects.get()
    assert answer.url == url("meeting", meeting.pk)
    assert (meeting.item_list.total, meeting.item_list.added) == (2, 2)
    second.refresh_from_db()
    assert second.state == "deferred"
    for name, args in (
        ("meetings", []),
        ("meeting", [meeting.pk]),
        ("item-lists", []),
        ("item-list", [meeting.item_list.pk]),
    ):
        assert office.get(url(name, *args)).status_code == 200
    assert world.client(world.establishment).get(url("meeting-create")).status_code == 403


def test_a_filing_left_out_of_a_meeting_keeps_waiting(world):
    filing = world.at_deliberation("甲处罚")
    other = world.at_deliberation("丙处罚", organization=world.other_department)
    world.client(world.government_office).post(
        url("meeting-create"),
        {"name": "会议", "held_on": clock.today(), "filing": [filing.pk], "version": "1"},
    )
    other.refresh_from_db()
    assert other.state == FilingState.DELIBERATION


@pytest.mark.parametrize("name", ["filings", "filing-reviews"])
def test_a_list_of_filings_costs_the_same_queries_whatever_its_length(world, name):
    desk = world.client(world.establishment)
    world.at_establishment("甲处罚")
    desk.get(url(name))
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert desk.get(url(name)).status_code == 200
    for number in range(6):
        world.at_establishment(f"事项{number}")
    with CaptureQueriesContext(connection) as many:
        assert desk.get(url(name)).status_code == 200
    assert len(many) == len(one)
    assert len(many) <= 14, [q["sql"][:120] for q in many]


def test_the_lists_are_exported_as_seen(world):
    world.at_establishment("甲处罚")
    answer = world.client(world.establishment).get(url("filings"), {"export": "xlsx"})
    content = b"".join(answer.streaming_content)
    assert load_workbook(io.BytesIO(content)).active.max_row == 2


def test_an_exported_list_is_set_up_for_paper_and_its_times_have_no_seconds(world):
    world.at_establishment("甲处罚")
    answer = world.client(world.establishment).get(url("filings"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.oddHeader.center.text == "事项申报"
    assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    times = [cell.value for cell in sheet[2] if isinstance(cell.value, dt.datetime)]
    assert times and all(time.second == 0 for time in times)


def test_a_list_is_put_on_paper_whole(world):
    for number in range(21):
        world.draft(title=f"第{number:02}份")
    clerk = world.client(world.clerk)
    page = text(clerk.get(url("filings")))
    assert "打印全部" in page and page.count("第00份") == 0
    page = text(clerk.get(url("filings"), {"size": "all"}))
    assert all(f"第{number:02}份" in page for number in range(21))
    assert "共 21 份" in page


def test_an_item_is_taken_out_only_after_a_question(world):
    filing = world.draft("甲处罚")
    clerk = world.client(world.clerk)
    page = text(clerk.get(url("filing", filing.pk)))
    assert 'data-dialog="remove-line"' in page and "移出后，此项所填内容不再保留" in page
    assert f' action="{url("filing-item-delete", filing.pk, filing.lines.get().pk)}"' not in page
    page = text(clerk.get(url("filing-item", filing.pk, filing.lines.get().pk)))
    assert "移出后，此项所填内容不再保留" in page


def test_reviewers_find_a_filing_under_their_own_menu_line(world):
    filing = world.at_establishment("甲处罚")
    page = text(world.client(world.establishment).get(url("filing", filing.pk)))
    assert f'<li><a href="{url("filing-reviews")}">事项审核</a></li>' in page
    assert f'<a href="{url("filing-reviews")}" aria-current="page">' in page
    page = text(world.client(world.clerk).get(url("filing", filing.pk)))
    assert f'<li><a href="{url("filings")}">事项申报</a></li>' in page


def test_who_can_do_nothing_with_an_item_sees_no_column_for_it(world):
    filing = world.draft("甲处罚")
    assert 'class="ops">操作' in text(world.client(world.clerk).get(url("filing", filing.pk)))
    assert 'class="ops">操作' not in text(world.client(world.head).get(url("filing", filing.pk)))


def test_what_is_too_long_or_out_of_range_is_refused_in_words(world):
    filing = world.draft("甲处罚")
    clerk = world.client(world.clerk)
    page = url("filing-item-create", filing.pk)
    kind = filing.lines.get().type_id
    answer = text(clerk.post(page, {"name": "长" * 301, "type": kind, "transition_months": "0"}))
    assert "事项名称有 301 字，不能超过 300 字" in answer
    assert "过渡期（月）须在 1 至 120 之间" in answer
    assert "maxlength" not in answer


def test_the_check_says_what_each_column_was_taken_for_and_how_much_of_the_sheet_is_shown(world):
    filing = world.draft("旧事项")
    clerk = world.client(world.clerk)
    head = ["事项名称", "事项类型", "设定依据", "部门职责", "街道职责", "内部编码"]
    rows = [head, *([f"{n}处罚", "行政处罚", f"《条例》第{n}条", "指导", "巡查", n] for n in range(1, 8))]
    rows[4][2] = ""
    page = text(clerk.get(send(clerk, filing, xlsx(rows)).url))
    assert "D 列“部门职责”、E 列“街道职责”" in page
    assert "所示 3 行、3 列，数据共 7 行、6 列" in page
    assert 'href="#C5"' in page and 'href="#F1"' not in page
    page = text(clerk.get(send(clerk, filing, xlsx(rows[:4])).url))
    assert "换一个工作簿" in page and "改好后重新上传" not in page and "0 格" not in page


def test_a_merged_cell_shows_its_text_in_every_row_of_the_sheet(world):
    filing = world.draft("旧事项")
    clerk = world.client(world.clerk)
    rows = [
        ["事项名称", "事项类型", "设定依据"],
        ["甲", "行政处罚", ""],
        ["乙", "", ""],
        ["丙", "", "《条例》第一条"],
    ]
    page = text(clerk.get(send(clerk, filing, xlsx(rows, [(1, 1, 3, 1)])).url))
    sheet = page[page.index('id="sheet"') :]
    assert sheet[: sheet.index("</table>")].count(">行政处罚<") == 3
