"""manage.py check_filing: what it prints, how it ends, and that it writes nothing."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.empowerment.workbook.builder import csv_bytes, xlsx

HEAD = ["名称", "类型", "依据", "职责边界", "来源"]
FILES = Path(__file__).parent / "files"


def run(path: Path, department: str, *options: str):
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_filing", str(path), "--department", department, *options, stdout=out, stderr=err)
    return ended.value.code, out.getvalue() or err.getvalue()


def found(path: Path, department: str) -> tuple[int, dict]:
    code, text = run(path, department, "--json")
    return code, json.loads(text)


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_the_raw_report_ends_with_1_and_names_every_cell(world) -> None:
    (path,) = FILES.glob("02-*")
    before = counts()
    code, report = found(path, world.department.name)
    assert code == 1
    assert [fault["cell"] for fault in report["errors"]] == ["D25", "B33", "D33", "C34", "C35", "D36"]
    assert (report["header_row"], report["rows"], report["new"]) == (3, 32, 27)
    assert report["columns"]["streets"] == {
        street.name: letter for street, letter in zip(world.streets, "HIJ", strict=True)
    }
    assert [item["row"] for item in report["ignored"]] == [37, 38]
    assert counts() == before


def test_a_clean_file_ends_with_0_also_with_warnings(world) -> None:
    (path,) = FILES.glob("01-*")
    code, report = found(path, world.department.name)
    assert (code, report["errors"], len(report["warnings"])) == (0, [], 4)


def test_a_row_that_may_have_been_left_out_ends_with_1_though_nothing_is_wrong(world, tmp_path) -> None:
    path = tmp_path / "申报.xlsx"
    good = ["占道处罚", "处罚", "《条例》第一条", "街道负责", "区直"]
    path.write_bytes(xlsx([HEAD, good, ["第三章 只写了名称"]]))
    code, report = found(path, world.department.name)
    assert (code, report["errors"], report["ignored"][0]["row"]) == (1, [], 3)
    assert (report["warnings"][0]["cell"], report["warnings"][0]["value"]) == ("A3", "第三章 只写了名称")


def test_rows_are_compared_with_the_draft_and_the_list(world, tmp_path) -> None:
    (item,) = world.listed("占道处罚")
    line = world.draft("露天烧烤处罚").lines.get()
    rows = [
        [item.name, "处罚", item.basis, item.duties, item.get_source_display()],
        [line.name, "许可", line.basis, line.duties, line.get_source_display()],
        ["全新的事项", "处罚", "《条例》第一条", "街道负责", "区直"],
    ]
    path = tmp_path / "申报.csv"
    path.write_bytes(csv_bytes([HEAD, *rows], encoding="gbk"))
    code, report = found(path, world.department.name)
    assert (code, report["new"], report["changed"], report["unchanged"]) == (0, 1, 1, 1)


def test_an_item_of_another_department_is_warned_of(world, tmp_path) -> None:
    (item,) = world.listed("占道处罚")
    path = tmp_path / "申报.xlsx"
    path.write_bytes(xlsx([HEAD, [item.name, "处罚", item.basis, "街道负责", "区直"]]))
    code, report = found(path, world.other_department.name)
    assert (code, report["new"]) == (0, 1)
    assert [fault["cell"] for fault in report["warnings"]] == ["A2"]
    assert world.department.name in report["warnings"][0]["message"]


def test_what_cannot_be_read_ends_with_2_and_says_why(world, tmp_path) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    code, report = found(broken, world.department.name)
    assert (code, report["code"]) == (2, "broken")
    assert "已损坏" in report["unreadable"]
    code, report = found(tmp_path / "没有.xlsx", world.department.name)
    assert (code, report["code"]) == (2, "no_file")
    prose = tmp_path / "通知.csv"
    prose.write_text("关于填报的通知\n请各部门按时填报\n", encoding="utf-8")
    code, report = found(prose, world.department.name)
    assert (code, report["code"]) == (2, "no_header")
    assert "事项名称" in report["unreadable"]


def test_a_department_is_found_by_any_name_and_a_wrong_one_is_answered_with_near_ones(world) -> None:
    (path,) = FILES.glob("01-*")
    assert found(path, f" {world.department.name}")[0] == 0
    code, report = found(path, world.department.name[:-1] + "所")
    assert (code, report["code"]) == (2, "unknown_department")
    assert world.department.name in report["unreadable"]
    assert found(path, world.street.name)[1]["code"] == "unknown_department"


def test_people_get_the_same_in_words(world) -> None:
    (path,) = FILES.glob("02-*")
    code, text = run(path, world.department.name)
    assert code == 1
    assert "错误 D25 设定依据“（空）”：缺少必填内容：设定依据" in text
    assert "忽略第 37 行（合计行）" in text


def test_queries_do_not_grow_with_the_rows(world, tmp_path) -> None:
    few, many = tmp_path / "few.csv", tmp_path / "many.csv"
    for path, count in ((few, 2), (many, 400)):
        rows = [[f"事项{n}", "处罚", f"《条例》第{n}条", "街道负责", "区直"] for n in range(count)]
        path.write_bytes(csv_bytes([HEAD, *rows]))
    with CaptureQueriesContext(connection) as first:
        run(few, world.department.name, "--json")
    with CaptureQueriesContext(connection) as second:
        run(many, world.department.name, "--json")
    assert len(first) == len(second)


def test_an_empty_database_is_answered_in_words(db) -> None:
    (path,) = FILES.glob("01-*")
    code, report = found(path, "区民政局")
    assert (code, report["code"]) == (2, "unknown_department")
    assert "bin/serve" in report["unreadable"]
