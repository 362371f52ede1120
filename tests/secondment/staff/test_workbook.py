"""People by workbook: the same rules as the form, row by row; what is exported reads back (P11, P12, P28)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from secondment.models import Secondment
from tests.empowerment.filings.books import book
from tests.empowerment.workbook.builder import xlsx
from tests.secondment.staff.support import BORN, TODAY, covered_from, id_number, registered, scan
from xianan.core import clock
from xianan.history.models import Entry
from xianan.imports.registry import kind_of
from xianan.imports.services import import_upload, upload_workbook
from xianan.organizations.scope import Scope
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db
HEAD = (
    "姓名",
    "身份证号码",
    "出生日期",
    "编制",
    "职务",
    "执法证号",
    "执法证有效期至",
    "组织关系",
    "下沉街道",
    "下沉之日",
    "期满之日",
    "经费来源",
    "超过年龄的理由",
)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def line(serial: int = 1, **more: str) -> list[str]:
    values = {
        "姓名": f"张×{serial}",
        "身份证号码": id_number(serial),
        "编制": "公务员",
        "职务": "科员",
        "执法证号": f"鄂L{serial}",
        "执法证有效期至": "2029-06-30",
        "组织关系": "党组织关系",
        "下沉街道": "温泉街道",
        "下沉之日": "2026-12-01",
        "期满之日": "2027年11月30日",
        "经费来源": "派出部门预算",
        **more,
    }
    return [values.get(name, "") for name in HEAD]


def send(world, *lines: list[str]):
    return upload_workbook(
        "seconded",
        world.department,
        data=book(lines, HEAD),
        filename="登记表.xlsx",
        actor=world.clerk,
    )


def faults(upload) -> list[tuple[str, str]]:
    return [(fault["code"], fault["message"]) for fault in upload.report["errors"]]


def test_rows_register_as_the_form_does(world) -> None:
    upload = send(
        world,
        line(1),
        line(2, 下沉街道="浮山", 身份证号码=id_number(2, dt.date(1970, 1, 1)), 超过年龄的理由="业务骨干"),
    )
    assert faults(upload) == []
    import_upload(upload, actor=world.clerk)
    assert dict(Secondment.objects.values_list("person__name", "state")) == {
        "张×1": "registered",
        "张×2": "approval",
    }
    assert Entry.objects.filter(action="secondment.registered").count() == 2


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"出生日期": "1986-05-21"}, "born_on", "与身份证号码所载的"),
        ({"期满之日": "2027-06-30"}, "too_short", "2026年12月1日至 2027年6月30日不足"),
        ({"经费来源": "街道承担"}, "funding", "不得增加街道负担"),
        ({"身份证号码": id_number(1, dt.date(1970, 1, 1))}, "over_age", "下沉之日 56 周岁"),
        ({"执法证号": "", "执法证有效期至": ""}, "certificate_missing", "下沉人员须持有执法证"),
        ({"执法证有效期至": "2026-11-30"}, "certificate_expired", "早于下沉之日"),
        ({"执法证有效期至": ""}, "certificate_pair", "未填写执法证有效期"),
        ({"身份证号码": id_number(1, dt.date(2016, 1, 1))}, "under_age", "不满 18 周岁"),
    ],
)
def test_every_rule_of_the_form_is_named_at_its_cell(world, more, code, words) -> None:
    covered_from(world, dt.date(2026, 10, 1))
    upload = send(world, line(1, **more))
    (found,) = faults(upload)
    assert found[0] == code and words in found[1]
    assert not Secondment.objects.exists()


def test_a_person_stands_once_and_in_one_street_at_a_time(world) -> None:
    upload = send(world, line(1), line(1, 下沉街道="浮山街道", 下沉之日="2027-06-01", 期满之日="2028-05-31"))
    ((code, message),) = faults(upload)
    assert code == "same_time" and "同一时间只能在一个街道" in message
    registered(world)
    upload = send(world, line(1, 下沉街道="浮山街道", 下沉之日="2027-06-01", 期满之日="2028-05-31"))
    assert [code for code, _ in faults(upload)] == ["same_time"]
    upload = send(world, line(1, 姓名="李×", 下沉之日="2028-06-01", 期满之日="2029-05-31"))
    assert [code for code, _ in faults(upload)] == ["other_name"]


def test_identity_is_masked_in_what_is_kept_and_in_the_log(world) -> None:
    bad = line(1, 出生日期="1986-05-21")
    upload = send(world, bad)
    number = id_number()
    assert number not in str(upload.report)
    for entry in Entry.objects.all():
        assert number not in str(entry.changes)


def test_what_is_exported_reads_back_without_a_change_and_a_new_certificate_is_taken(world) -> None:
    registered(world)
    client = world.client(world.clerk)
    answer = client.get(reverse("secondment:secondments-export"))
    assert answer.status_code == 200
    assert Entry.objects.filter(action="seconded.exported", actor=world.clerk).count() == 1
    upload = upload_workbook(
        "seconded", world.department, data=answer.content, filename="导出.xlsx", actor=world.clerk
    )
    assert faults(upload) == []
    assert (upload.report["new"], upload.report["unchanged"]) == (0, 1)
    upload = send(
        world, line(1, 执法证号="鄂L0402新", 执法证有效期至="2031-01-01", 出生日期=BORN.isoformat())
    )
    assert faults(upload) == []
    import_upload(upload, actor=world.clerk)
    row = Secondment.objects.select_related("person").get()
    assert (row.person.certificate_number, row.person.certificate_until) == ("鄂L0402新", dt.date(2031, 1, 1))


def test_columns_that_a_workbook_lacks_leave_what_is_there(world) -> None:
    covered_from(world, dt.date(2026, 10, 1))
    registered(world)
    head = tuple(name for name in HEAD if not name.startswith("执法证"))
    values = dict(zip(HEAD, line(1, 职务="副中队长"), strict=True))
    upload = upload_workbook(
        "seconded",
        world.department,
        data=book([[values[name] for name in head]], head),
        filename="登记表.xlsx",
        actor=world.clerk,
    )
    assert faults(upload) == []
    import_upload(upload, actor=world.clerk)
    person = Secondment.objects.select_related("person").get().person
    assert (person.post, person.certificate_number) == ("副中队长", "鄂L04020001")
    assert person.certificate_until == dt.date(2029, 6, 30)


def test_p12_scans_that_a_workbook_can_not_bring_are_asked_of_the_department(world) -> None:
    covered_from(world, dt.date(2026, 10, 1))
    import_upload(send(world, line(1)), actor=world.clerk)
    row = Secondment.objects.get()

    def asked(user) -> list[str]:
        return [todo.title for todo in todos(Scope(user)) if todo.action == "上传执法证扫描件"]

    assert asked(world.clerk) == [f"张×1（{world.department} → 温泉街道）"]
    assert asked(world.other_clerk) == asked(world.street_clerk) == []
    scan(row, world.clerk)
    assert asked(world.clerk) == []


def test_p12_a_workbook_takes_no_certificate_away_that_is_required(world) -> None:
    covered_from(world, dt.date(2026, 10, 1))
    registered(world)
    ((code, message),) = faults(send(world, line(1, 执法证号="", 执法证有效期至="")))
    assert code == "certificate_missing" and "下沉人员须持有执法证" in message


def test_another_arrangement_for_a_service_that_stands_is_refused(world) -> None:
    registered(world)
    upload = send(world, line(1, 期满之日="2028-11-30"))
    ((code, message),) = faults(upload)
    assert code == "arranged" and "已登记" in message


def test_only_the_own_department_uploads(world, other_world) -> None:
    kind = kind_of("seconded")
    url, template = kind.address("upload", world.department), kind.address("template", world.department)
    assert world.client(world.clerk).get(url).status_code == 200
    for user, status in (
        (world.reader, 403),
        (world.establishment, 403),
        (world.other_clerk, 404),
        (world.street_clerk, 404),
        (other_world.clerk, 404),
    ):
        assert world.client(user).get(url).status_code == status, user
    assert world.client(world.clerk).get(template).status_code == 200
    assert world.client(world.other_clerk).get(template).status_code == 404


def test_numbers_and_days_are_those_that_the_sheet_shows(world) -> None:
    rows = [
        line(1, 执法证号=(1708100001, "00000000000"), 下沉之日=44895, 期满之日=(45259, 'yyyy"年"m"月"d"日"')),
        line(2, 执法证号=(17081000012, '0"号"')),
        line(3, 执法证号=170810000123456789),
    ]
    data = xlsx([HEAD, *rows], from_1904=True)
    upload = upload_workbook("seconded", world.department, data=data, filename="a.xlsx", actor=world.clerk)
    assert [(fault["cell"], fault["value"]) for fault in upload.report["errors"]] == [
        ("F3", "17081000012号"), ("F4", "1.7081E+17"),
    ]  # fmt: skip
    assert all("按文本重填" in fault["message"] for fault in upload.report["errors"])
    data = xlsx([HEAD, rows[0]], from_1904=True)
    upload = upload_workbook("seconded", world.department, data=data, filename="a.xlsx", actor=world.clerk)
    import_upload(upload, actor=world.clerk)
    row = Secondment.objects.get()
    assert (row.person.certificate_number, row.starts_on, row.planned_until) == (
        "01708100001", dt.date(2026, 12, 1), dt.date(2027, 11, 30),
    )  # fmt: skip


def test_one_person_is_one_however_the_name_is_written(world) -> None:
    import_upload(send(world, line(1, 姓名="阿依古丽·买\ue863")), actor=world.clerk)
    again = send(world, line(1, 姓名="阿依古丽 • 买䶮")).report
    differing = [label for label, *_ in again["lines"][0].get("differences", ())]
    assert (again["errors"], "姓名" in differing) == ([], False)
    ((code, message),) = faults(send(world, line(1, 姓名="阿依古丽·买买提")))
    assert code == "other_name" and "“阿依古丽·买买提”" in message and "“阿依古丽·买䶮”" in message
