"""A scheme as a workbook: what is exported reads back unchanged, faults are told by cell, all or nothing (P38)."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from assessment.models import Indicator
from assessment.schemes import steps as services
from tests.assessment.support import cycle, scheme
from tests.empowerment.workbook.builder import xlsx
from xianan.core.errors import DomainError
from xianan.imports.registry import kind_of
from xianan.imports.services import import_upload, upload_workbook

pytestmark = pytest.mark.django_db
FIELDS = ("group__name", *services.INDICATOR_FIELDS, "position")


def book(rows: list[list[object]]) -> bytes:
    found = openpyxl.Workbook()
    for row in rows:
        found.active.append(row)
    target = io.BytesIO()
    found.save(target)
    return target.getvalue()


def upload(world, made, data: bytes):
    return upload_workbook("scheme", made, data=data, filename="细则.xlsx", actor=world.establishment)


def content(made):
    """All of a scheme; blanks beside Chinese are not told apart, since the reading of workbooks drops them."""
    rows = Indicator.objects.filter(scheme=made).values(*FIELDS)
    return [{**row, "rule": row["rule"].replace(" ", "")} for row in rows]


def test_an_exported_scheme_reads_back_without_a_change(world):
    made = scheme(world)
    services.change_indicator(
        made.indicators.get(code="1.1"),
        group=made.groups.first(),
        values={
            "code": "1.1", "name": "领导机构", "points": 40_00, "rule": "缺一项扣 1 分\n未发文扣 1 分",
            "evidence": "文件", "methods": ["report", "visit"], "mode": "hand", "with_deductions": True,
        },
        actor=world.establishment,
    )  # fmt: skip
    before = content(made)
    done = upload(world, made, kind_of("scheme").export(made))
    assert (done.report["errors"], done.report["counts"]["unchanged"] if "counts" in done.report else 4) == (
        [],
        4,
    )
    assert content(made) == before


def test_the_export_fills_an_empty_scheme_with_the_same(world):
    made = scheme(world)
    empty = services.create_scheme(year=2027, title="新", actor=world.establishment)
    import_upload(upload(world, empty, kind_of("scheme").export(made)), actor=world.establishment)
    assert content(empty) == content(made)


def test_a_faulty_row_keeps_the_whole_workbook_out_and_is_told_by_its_cell(world):
    made = scheme(world)
    heads = ["考评项目", "指标编号", "考评指标", "分值", "评分标准", "考评方式", "计分方式"]
    rows = [
        heads,
        ["项目1", "1.5", "好的一行", 4, "缺一项扣 1", "查阅资料", "逐项扣分"],
        ["项目1", "1.6", "分值不对", "四分", "缺一项扣 1", "查阅资料", ""],
        ["项目1", "1.7", "方式不对", 4, "缺一项扣 1", "看一看", ""],
        ["项目1", "1.8", "没有取数指标", 4, "缺一项扣 1", "查阅资料", "按比例自动计分"],
    ]
    done = upload(world, made, book(rows))
    told = str(done.report["errors"])
    for words in ("D3", "四分", "F4", "看一看", "取数指标"):
        assert words in told
    with pytest.raises(DomainError) as refused:
        import_upload(done, actor=world.establishment)
    assert refused.value.code == "faulty" and made.indicators.count() == 4


def test_codes_that_excel_made_dates_or_decimals_of_are_told(world):
    made = scheme(world)
    heads = ["考评项目", "指标编号", "考评指标", "分值", "评分标准", "考评方式"]
    codes = ("3.10", 7, 3.1, (3.1, "0.00"), (46023, 'm"月"d"日"'), "2026-1-2")
    rows = [["项目1", code, f"指标{n}", 4, "缺一项扣 1", "查阅资料"] for n, code in enumerate(codes)]
    done = upload(world, made, xlsx([heads, *rows]))
    assert [(fault["cell"], fault["value"]) for fault in done.report["errors"]] == [
        ("B4", "3.1"), ("B5", "3.10"), ("B6", "1月1日"), ("B7", "2026-1-2"),
    ]  # fmt: skip
    assert all("Excel" in fault["message"] for fault in done.report["errors"])


def test_a_scheme_in_use_takes_no_workbook_by_any_address(world):
    used = cycle(world).scheme
    data = kind_of("scheme").export(used)
    with pytest.raises(DomainError) as refused:
        upload(world, used, data)
    assert refused.value.code == "wrong_state"


def test_only_the_office_imports_and_the_district_alone_sees(world, other_world):
    made = scheme(world)
    address = reverse("imports:upload", args=["scheme", made.pk])
    seen = [
        world.client(person).get(address).status_code
        for person in (world.establishment, world.street_head, world.nobody, other_world.establishment)
    ]
    assert seen == [200, 403, 404, 404]
