"""A kind that only says its columns: every fault by cell, differences, template, export."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tests.empowerment.filings.books import book
from tests.imports.kind import HEAD, Member, id_number, person
from xianan.imports.registry import kind_of
from xianan.imports.services import check, import_upload

pytestmark = pytest.mark.django_db

KIND = kind_of("members")


def faults(upload, weight="errors"):
    return {(fault["cell"], fault["code"].split()[0]) for fault in upload.report[weight]}


def counts(upload):
    report = upload.report
    return report["new"], report["changed"], report["unchanged"], report["faulty"]


@pytest.mark.sqlite
def test_rows_without_a_fault_are_written_as_the_parsers_read_them(world, send):
    upload = send(
        [
            person(1, 到岗日期="2026年3月1日", **{"服务期（月）": "24个月", "是否全脱产": "√"}),
            person(2, 下沉街道="浮山街办", 性别="女性", 到岗日期="46082", 备注="一\n二", 是否全脱产=""),
        ]
    )
    assert (counts(upload), upload.report["errors"], upload.report["warnings"]) == ((2, 0, 0, 0), [], [])
    assert not Member.objects.exists()
    done = import_upload(upload, actor=world.clerk)
    assert done.report["done"] == {"new": 2, "changed": 0, "unchanged": 0}
    one, two = Member.objects.order_by("pk")
    assert (one.name, one.id_number, one.street) == ("张三1", id_number(1), world.street.pk)
    assert (one.sex, one.starts_on, one.months, one.full_time) == ("male", dt.date(2026, 3, 1), 24, True)
    assert (two.street, two.sex, two.starts_on, two.full_time) == (
        world.other_street.pk, "female", dt.date(2026, 3, 1), None,
    )  # fmt: skip


def test_every_fault_is_named_at_its_cell_with_value_rule_and_remedy(send):
    upload = send(
        [
            person(1, 姓名="名字有七个字了", 性别="不明", 到岗日期="2026-02-30"),
            person(
                2, 身份证号="4.20123E+17", 下沉街道="火星街道", **{"服务期（月）": "6", "是否全脱产": "也许"}
            ),
            person(3, 姓名="", 到岗日期="2019-12-31", 联系电话="12345"),
            person(4, 姓名="#N/A", 备注="#REF!", 身份证号=id_number(1)),
        ]
    )
    assert faults(upload) == {
        ("A2", "too_long"), ("D2", "no_choice"), ("E2", "no_such_day"),
        ("B3", "number_cell"), ("C3", "unknown_organization"), ("F3", "too_short"), ("G3", "no_tick"),
        ("A4", "missing"), ("E4", "too_early"), ("H4", "no_phone"),
        ("A5", "formula"), ("I5", "formula"), ("B5", "duplicate"),
    }  # fmt: skip
    assert counts(upload) == (0, 0, 0, 4)
    found = {fault["cell"]: fault for fault in upload.report["errors"]}
    assert found["C3"] == {
        "cell": "C3", "column": "下沉街道", "value": "火星街道", "message": "“火星街道”不是可选的机构",
        "code": "unknown_organization", "row": 3, "remedy": found["C3"]["remedy"], "context": "本行人员：张三2",
        "field": "street",
    }  # fmt: skip
    assert found["C3"]["remedy"]
    assert found["B5"]["message"] == "与第 2 行重复（身份证号相同）"
    assert all(fault["remedy"] for fault in upload.report["errors"])


def test_a_missing_column_makes_every_row_faulty_and_an_unknown_one_is_named(send):
    upload = send([("张三", id_number(1), "好"), ("李四", id_number(2), "好")], ("姓名", "身份证号", "评价"))
    assert counts(upload) == (0, 0, 0, 2)
    assert [(fault["cell"], fault["message"]) for fault in upload.report["errors"]] == [
        ("A1", "表中没有“下沉街道”列，每行都缺少必填内容")
    ]
    assert ("C1", "unknown_column") in faults(upload, "warnings")


def test_a_hook_judges_rows_by_more_than_their_cells(send):
    upload = send([person(1, 到岗日期="2031-01-01"), person(2, 联系电话="")])
    assert faults(upload, "warnings") == {("E2", "far_off"), ("H3", "no_phone")}
    assert counts(upload) == (2, 0, 0, 0)


def test_a_line_is_about_the_row_with_its_number_and_leaves_columns_it_lacks(world, send):
    import_upload(send([person(1), person(2)]), actor=world.clerk)
    head = ("姓名", "身份证号", "下沉街道")
    upload = send([("张三1", id_number(1), "温泉街道"), ("李四", id_number(2), "永安")], head)
    assert counts(upload) == (0, 1, 1, 0)
    changed = next(line for line in upload.report["lines"] if line["outcome"] == "changed")
    assert changed["differences"] == [["姓名", "张三2", "李四"], ["下沉街道", "温泉街道", "永安街道"]]
    assert changed["shown"] == ["李四", "永安街道"]
    done = import_upload(upload, actor=world.clerk)
    assert done.report["done"] == {"new": 0, "changed": 1, "unchanged": 1}
    two = Member.objects.get(id_number=id_number(2))
    assert (two.name, two.months, two.sex) == ("李四", 24, "male")


def test_a_name_finds_a_row_only_where_one_side_has_no_number(world, send):
    import_upload(send([person(1), person(2, 身份证号="")]), actor=world.clerk)
    # Another number is another person, however alike the names.
    upload = send([person(1, 身份证号=id_number(9)), person(2, 身份证号=id_number(8))])
    assert counts(upload) == (1, 1, 0, 0)
    # Without a number the name and the street decide.
    assert counts(send([person(1, 身份证号="")])) == (0, 1, 0, 0)
    assert counts(send([person(1, 身份证号="", 下沉街道="永安街道")])) == (1, 0, 0, 0)


def test_two_rows_without_a_number_are_told_apart_by_name_and_street(send):
    upload = send([person(1, 身份证号=""), person(1, 身份证号="", 下沉街道="浮山"), person(1, 身份证号="")])
    assert faults(upload) == {("A4", "duplicate")}


def test_a_number_cell_that_lost_its_digits_is_named_as_such(world, send):
    made = Workbook()
    sheet = made.active
    sheet.append(HEAD)
    sheet.append(person(1, 身份证号=421202199003070012, 联系电话=13812345678, **{"服务期（月）": 24}))
    sheet["E2"] = dt.date(2026, 3, 1)
    stream = io.BytesIO()
    made.save(stream)
    upload = send(data=stream.getvalue())
    assert faults(upload) == {("B2", "number_cell")}


@pytest.mark.sqlite
def test_the_template_reads_back_empty_and_filled_and_keeps_long_numbers_as_text(world, send):
    made = load_workbook(io.BytesIO(KIND.template(world.department)))
    sheet = made.active
    heads = [cell.value for cell in sheet[1]]
    assert heads == [
        "序号",
        *(f"{label}（必填）" if label in ("姓名", "下沉街道") else label for label in HEAD),
    ]
    assert {sheet.cell(2, column).number_format for column in range(1, len(heads) + 1)} == {"@"}
    assert {column.number_format for column in sheet.column_dimensions.values()} == {"@"}
    lists = {str(rule.formula1): str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert lists == {"=list_street": "D2:D2001", "=list_sex": "E2:E2001", "=list_full_time": "H2:H2001"}
    assert [cell.value for cell in made["选项"]["A"]][:3] == [street.name for street in world.streets]
    notes = [str(cell.value) for row in made["填报说明"] for cell in row]
    assert "不少于 12 个月" in notes and f"人员登记表（{world.department}）" in notes
    empty = io.BytesIO()
    made.save(empty)
    upload = send(data=empty.getvalue())
    assert (upload.report["rows"], faults(upload, "warnings")) == (0, {("A1", "no_rows")})
    for column, value in enumerate(person(7), 2):
        sheet.cell(2, column, value)
    filled = io.BytesIO()
    made.save(filled)
    assert counts(send(data=filled.getvalue())) == (1, 0, 0, 0)


@pytest.mark.sqlite
def test_an_export_reads_back_without_a_change(world, send):
    import_upload(
        send(
            [
                person(1),
                person(2, 姓名="甲", 备注="-1", 身份证号="", 性别="", 到岗日期="", 是否全脱产="否"),
                person(3, 联系电话="", **{"服务期（月）": "", "是否全脱产": ""}),
            ]
        ),
        actor=world.clerk,
    )
    Member.objects.filter(name="甲").update(name="=甲", remarks="@说明")
    content = KIND.export(world.department)
    sheet = load_workbook(io.BytesIO(content)).active
    assert [sheet.cell(2, column).value for column in (1, 2, 3)] == ["1", "张三1", id_number(1)]
    upload = send(data=content)
    assert counts(upload) == (0, 0, 3, 0), upload.report["lines"]


CELLS = {
    "姓名": st.sampled_from(["张三", "李四", "王五", "", "/", "名字有七个字了"]),
    "身份证号": st.one_of(
        st.integers(0, 3).map(id_number), st.sampled_from(["", "4.20123E+17", "421202199003071000", "无"])
    ),
    "下沉街道": st.sampled_from(["温泉街道", "浮山", "", "火星"]),
    "性别": st.sampled_from(["男", "女", "", "x"]),
    "到岗日期": st.sampled_from(["2026-03-01", "46082", "2026年3月", ""]),
    "服务期（月）": st.sampled_from(["24", "6", "", "两年"]),
    "是否全脱产": st.sampled_from(["是", "", "×", "?"]),
    "联系电话": st.sampled_from(["13812345678", "", "1"]),
    "备注": st.sampled_from(["", "说明"]),
}
EXTRA = st.sampled_from(
    [["合计", "2"], ["填表人：张三"], list(HEAD), ["注：以上人员均已到岗"], [], ["一、机关干部"]]
)
ROWS = st.lists(
    st.one_of(st.tuples(*CELLS.values()).map(list), EXTRA),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_rows_in_are_new_changed_unchanged_faulty_or_ignored(world, rows):
    Member.objects.all().delete()
    Member.objects.create(
        organization_id=world.department.pk,
        name="张三",
        id_number=id_number(0),
        street=world.street.pk,
        months=24,
    )
    found = check(KIND, world.department, book(rows, HEAD), "人员.xlsx").report
    filled = [number for number, row in enumerate(rows, 2) if any(row)]
    assert sorted([*(line.row for line in found.lines), *(row.row for row in found.ignored)]) == filled
    assert found.rows == found.new + found.changed + found.unchanged + found.faulty
    assert bool(found.faulty) == bool([fault for fault in found.errors if fault.row])
    faulty = {line.row for line in found.lines if line.outcome == "error"}
    assert faulty == {fault.row for fault in found.errors if fault.row}
    assert all(fault.remedy and fault.message and fault.cell for fault in found.errors + found.warnings)
    assert len({(line.match, line.row) for line in found.lines if line.match}) == len(
        {line.match for line in found.lines if line.match}
    )


def test_values_of_private_columns_are_masked_wherever_they_stand(world, send):
    import_upload(send([person(1), person(2)]), actor=world.clerk)
    secrets = [id_number(1), id_number(3), id_number(4), "13812345678", "13800000001", "13900000009"]
    upload = send(
        [
            # A difference, a message that quotes the number, a fault of its own, one beside it, a row set aside.
            person(1, 联系电话="13900000009"),
            person(3, 联系电话=""),
            person(4, 联系电话="13812345678a"),
            person(5, 身份证号=f"{id_number(4)}9", 性别="x"),
            ["合计", "", "", "", "", "", "", "13812345678"],
            [f"填表人：李某13812345678 {id_number(4)}"],
        ]
    )
    stored = json.dumps(upload.report, ensure_ascii=False)
    assert [secret for secret in secrets if secret in stored] == []
    assert upload.report["ignored"] == [[6, "", "合计行"], [7, "", "落款行（填表人、审核人、联系方式等）"]]
    assert next(fault["cell"] for fault in upload.report["warnings"]) == "A7"
    changed = next(line for line in upload.report["lines"] if line["outcome"] == "changed")
    assert changed["differences"] == [["联系电话", "138******01", "139******09"]]
    quoted = next(fault for fault in upload.report["warnings"] if fault["code"] == "no_phone")
    assert quoted["message"] == f"421*************{id_number(3)[-2:]}没有填写联系电话"
    assert "张三1" in stored
