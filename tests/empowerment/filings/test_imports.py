"""A workbook checked against a draft and the list, and imported whole or not at all."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from empowerment.choices import Source
from empowerment.filings.desks import finish_desk, give_opinions
from empowerment.filings.services import add_item, change_item
from empowerment.filings.steps import create_filing, submit_filing
from empowerment.models import FilingItem
from empowerment.resources import export_lines
from tests.empowerment.filings.books import HEAD, book, row
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.models import Entry
from xianan.imports.choices import UploadState
from xianan.imports.files import stored
from xianan.imports.models import Upload
from xianan.imports.registry import kind_of
from xianan.imports.services import check_again, import_upload, upload_workbook
from xianan.jobs import runner
from xianan.jobs.choices import JobState
from xianan.ui import workbook as writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world):
    return create_filing(organization=world.department, title="第二批", actor=world.clerk)


def send(world, draft, data, filename="申报.xlsx"):
    return upload_workbook("filing", draft, data=data, filename=filename, actor=world.clerk)


def counts(upload):
    report = upload.report
    return report["new"], report["changed"], report["unchanged"], report["faulty"]


@pytest.mark.sqlite
def test_new_rows_become_lines_in_the_order_of_the_file(world, draft):
    upload = send(world, draft, book([row("甲处罚"), row("乙许可", kind="许可", source="市直下放")]))
    assert counts(upload) == (2, 0, 0, 0)
    assert not FilingItem.objects.exists()
    done = import_upload(upload, actor=world.clerk)
    assert done.state == UploadState.IMPORTED
    lines = list(draft.lines.order_by("position"))
    assert [(line.position, line.name, line.type.name, line.source) for line in lines] == [
        (1, "甲处罚", "行政处罚", Source.DISTRICT),
        (2, "乙许可", "行政许可", Source.CITY),
    ]
    assert {line.changed_by_id for line in lines} == {world.clerk.pk}
    assert {line.district_id for line in lines} == {world.district.pk}
    assert Entry.objects.filter(action="filing.imported").count() == 1


@pytest.mark.sqlite
def test_a_second_file_changes_the_draft_and_leaves_columns_it_lacks(world, draft):
    import_upload(
        send(world, draft, book([row("甲处罚"), row("乙处罚", duties="原来的")])), actor=world.clerk
    )
    head = ("事项名称", "事项类型", "设定依据")
    data = book(
        [("甲处罚", "行政处罚", "《城市道路管理条例》第四十二条"), ("乙处罚", "行政检查", "新的依据")], head
    )
    upload = send(world, draft, data)
    assert counts(upload) == (0, 1, 1, 0)
    changed = next(line for line in upload.report["lines"] if line["outcome"] == "changed")
    assert ["事项类型", "行政处罚", "行政检查"] in changed["differences"]
    done = import_upload(upload, actor=world.clerk)
    assert done.report["done"] == {"new": 0, "changed": 1, "unchanged": 1, "listed": []}
    line = draft.lines.get(name="乙处罚")
    assert (line.type.name, line.basis, line.duties) == ("行政检查", "新的依据", "原来的")
    assert draft.lines.count() == 2


def test_listed_items_are_not_filed_again_and_changed_ones_propose_a_change(world, draft):
    world.listed("甲处罚", "乙处罚")
    data = book(
        [
            row("甲处罚", duties="街道负责巡查和处罚；部门负责业务指导"),
            row("乙处罚", duties="街道全部负责"),
            row("丙处罚"),
        ]
    )
    upload = send(world, draft, data)
    assert counts(upload) == (1, 1, 1, 0)
    done = import_upload(upload, actor=world.clerk)
    assert done.report["done"]["listed"] == [[2, "甲处罚"]]
    lines = list(draft.lines.order_by("position"))
    assert [(line.name, line.item and line.item.number) for line in lines] == [
        ("乙处罚", 2),
        ("丙处罚", None),
    ]


def test_a_change_of_a_listed_item_keeps_what_the_file_does_not_say(world, draft):
    item = world.listed("甲处罚")[0]
    data = book([("甲处罚", "行政检查", item.basis)], ("事项名称", "事项类型", "设定依据"))
    import_upload(send(world, draft, data), actor=world.clerk)
    line = draft.lines.get()
    assert (line.item, line.type.name, line.duties, line.source) == (
        item,
        "行政检查",
        item.duties,
        item.source,
    )


def test_a_file_with_one_fault_is_not_imported_at_all(world, draft):
    upload = send(world, draft, book([row("甲处罚"), row("乙处罚", basis="")]))
    assert counts(upload) == (1, 0, 0, 1)
    assert [fault["cell"] for fault in upload.report["errors"]] == ["D3"]
    with pytest.raises(DomainError) as refused:
        import_upload(upload, actor=world.clerk)
    assert refused.value.code == "faulty"
    assert not FilingItem.objects.exists()


def test_rows_that_differ_only_in_a_foreign_department_are_a_fault(world, draft):
    head = (*HEAD, "赋权部门")
    data = book([[*row("甲处罚"), "区城市管理执法局"], [*row("甲处罚"), ""]], head)
    upload = send(world, draft, data)
    assert upload.report["faulty"] == 1
    assert [fault["cell"] for fault in upload.report["errors"]] == ["B3"]


def test_a_check_is_stale_once_the_draft_or_the_list_has_changed(world, draft):
    upload = send(world, draft, book([row("甲处罚")]))
    add_item(draft, actor=world.clerk, values=world.values("乙处罚"))
    with pytest.raises(DomainError) as refused:
        import_upload(upload, actor=world.clerk)
    assert refused.value.code == "stale"
    assert list(draft.lines.values_list("name", flat=True)) == ["乙处罚"]
    fresh = check_again(upload, actor=world.clerk)
    world.listed("丙处罚")
    with pytest.raises(DomainError) as refused:
        import_upload(fresh, actor=world.clerk)
    assert refused.value.code == "stale"
    import_upload(check_again(fresh, actor=world.clerk), actor=world.clerk)
    assert draft.lines.count() == 2


def test_a_file_is_imported_once_and_a_replaced_one_never(world, draft):
    first = send(world, draft, book([row("甲处罚")]))
    second = send(world, draft, book([row("乙处罚")]))
    first.refresh_from_db()
    assert first.state == UploadState.REPLACED
    import_upload(second, actor=world.clerk)
    for upload in (first, second):
        with pytest.raises(DomainError) as refused:
            import_upload(Upload.objects.get(pk=upload.pk), actor=world.clerk)
        assert refused.value.code == "wrong_upload"


def test_a_file_that_was_exchanged_on_the_disk_is_refused(world, draft):
    upload = send(world, draft, book([row("甲处罚")]))
    stored(upload.path).write_bytes(book([row("乙处罚")]))
    with pytest.raises(DomainError) as refused:
        import_upload(upload, actor=world.clerk)
    assert refused.value.code == "file_damaged"


def test_only_the_clerk_of_the_department_uploads_and_only_into_a_draft(world, draft):
    data = book([row("甲处罚")])
    for person in (world.head, world.reader, world.other_clerk, world.establishment, world.street_clerk):
        with pytest.raises(NotAllowed):
            upload_workbook("filing", draft, data=data, filename="a.xlsx", actor=person)
    import_upload(send(world, draft, data), actor=world.clerk)
    submit_filing(draft, actor=world.head)
    draft.refresh_from_db()
    with pytest.raises(DomainError) as refused:
        send(world, draft, data)
    assert refused.value.code == "wrong_state"


def test_a_file_that_is_no_workbook_is_refused_in_words(world, draft):
    with pytest.raises(DomainError) as refused:
        send(world, draft, b"%PDF-1.7", "报表.xlsx")
    assert refused.value.field == "file"
    assert not Upload.objects.exists()


@pytest.mark.sqlite
def test_an_export_reads_back_without_a_change(world, draft):
    names = [street.name for street in world.streets]
    add_item(
        draft,
        actor=world.clerk,
        values=world.values("甲处罚", proposed_streets=names[:2], transition_months=6),
    )
    add_item(
        draft, actor=world.clerk,
        values=world.values("=乙处罚", source="", office="市政股", remarks="说明", decline_reason="执法力量不足"),
    )  # fmt: skip
    data = export_lines(draft)
    columns = [(header, lambda cells, place=place: cells[place]) for place, header in enumerate(data.headers)]
    content = writer.write("申报表", columns, iter(data)).read()
    assert load_workbook(io.BytesIO(content)).active.max_row == 3
    upload = send(world, draft, content)
    assert counts(upload) == (0, 0, 2, 0), upload.report["lines"]
    done = import_upload(upload, actor=world.clerk)
    assert (done.report["done"]["new"], done.report["done"]["changed"]) == (0, 0)


def test_the_export_of_a_reviewed_filing_says_what_became_of_each_item_and_still_reads_back(world, draft):
    filing = world.at_establishment("甲处罚", "乙处罚")
    one, two = filing.lines.order_by("position")
    give_opinions(
        filing, desk="establishment", actor=world.establishment,
        opinions={one.pk: ("pass", ""), two.pk: ("return", "依据不全")},
    )  # fmt: skip
    finish_desk(filing, desk="establishment", actor=world.establishment)
    filing.refresh_from_db()
    data = export_lines(filing)
    assert [(row["办理状态"], row["审核意见"]) for row in data.dict] == [
        ("审核中", "区委编办通过"),
        ("已退回", "区委编办退回：依据不全"),
    ]
    columns = [(header, lambda cells, place=place: cells[place]) for place, header in enumerate(data.headers)]
    upload = send(world, draft, writer.write("申报表", columns, iter(data)).read())
    assert upload.report["rows"] == 2 and not upload.report["errors"]
    assert "unknown_column" not in {fault["code"] for fault in upload.report["warnings"]}


def test_streets_are_columns_whatever_their_number(other_world):
    draft = create_filing(organization=other_world.department, title="第一批", actor=other_world.clerk)
    names = [street.name for street in other_world.streets]
    assert len(names) == 7
    data = book([[*row("甲处罚"), *("√" if n % 2 else "" for n in range(7))]], (*HEAD, *names))
    import_upload(send(other_world, draft, data), actor=other_world.clerk)
    assert draft.lines.get().proposed_streets == names[1::2]


def test_many_rows_are_imported_by_the_worker_in_one_go(world, draft, monkeypatch):
    monkeypatch.setattr(kind_of("filing"), "at_once", 2)
    upload = import_upload(send(world, draft, book([row(f"事项{n}") for n in range(5)])), actor=world.clerk)
    assert upload.state == UploadState.IMPORTING
    assert not draft.lines.exists()
    with pytest.raises(DomainError) as refused:
        add_item(draft, actor=world.clerk, values=world.values())
    assert refused.value.code == "importing"
    assert runner.run(upload.job_id)
    upload.refresh_from_db()
    upload.job.refresh_from_db()
    assert (upload.state, upload.job.state) == (UploadState.IMPORTED, JobState.DONE)
    assert draft.lines.count() == 5
    assert not runner.run(upload.job_id)


def test_a_refused_job_leaves_the_workbook_to_be_checked_again(world, draft, monkeypatch):
    monkeypatch.setattr(kind_of("filing"), "at_once", 2)
    line = add_item(draft, actor=world.clerk, values=world.values("旧事项"))
    upload = import_upload(send(world, draft, book([row(f"事项{n}") for n in range(5)])), actor=world.clerk)
    FilingItem.objects.filter(pk=line.pk).update(duties="改了")
    assert runner.run(upload.job_id)
    upload.refresh_from_db()
    upload.job.refresh_from_db()
    assert upload.job.state == JobState.FAILED
    assert "重新核对" in upload.job.error
    assert upload.state == UploadState.CHECKED
    assert draft.lines.count() == 1
    change_item(line, actor=world.clerk, values={"duties": "再改"})
