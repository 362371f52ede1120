"""The pages of the import: whose they are, what they say, and where they lead."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.empowerment.filings.books import book
from tests.imports.kind import HEAD, Member, id_number, person
from xianan.imports.models import Upload
from xianan.imports.registry import kind_of
from xianan.imports.services import import_upload

pytestmark = pytest.mark.django_db


def url(name, owner, upload=None, kind="members"):
    return reverse(f"imports:{name}", args=[kind, owner.pk, *([upload.pk] if upload else [])])


def text(answer):
    return answer.content.decode()


def post_file(client, owner, data, name="人员.xlsx"):
    return client.post(url("upload", owner), {"file": SimpleUploadedFile(name, data)})


def test_a_clerk_uploads_checks_and_imports(world):
    clerk = world.client(world.clerk)
    page = text(clerk.get(url("upload", world.department)))
    assert "上传并核对" in page and "下载人员登记表模板" in page and "返回人员名册" in page
    assert "加密保存，导入后即从平台删除" in page
    answer = post_file(clerk, world.department, book([person(1), person(2)], HEAD))
    upload = Upload.objects.get()
    assert answer.url == url("check", world.department, upload)
    page = text(clerk.get(answer.url))
    assert "导入 2 行到人员名册" in page and "人员名册中没有" in page
    answer = clerk.post(url("confirm", world.department, upload), follow=True)
    assert "已导入：新写入 2 人，修改 0 人，无变化 0 人。" in text(answer)
    assert "回到人员名册" in text(answer)
    assert Member.objects.count() == 2


def test_faults_stand_with_cell_value_rule_and_remedy_and_private_values_are_masked(world):
    clerk = world.client(world.clerk)
    wrong = id_number(1)[:-1] + ("0" if id_number(1)[-1] != "0" else "1")
    rows = [person(1, 身份证号=wrong), person(2, 到岗日期="2026年2月30日")]
    answer = post_file(clerk, world.department, book(rows, HEAD))
    page = text(clerk.get(answer.url))
    for words in (
        "B2",
        "与末位校验码不符",
        "对照证件重新填写",
        "E3",
        "2026年2月30日",
        "不是实际存在的日期",
        "本行人员：张三2",
    ):
        assert words in page
    assert "disabled>导入 2 行到人员名册" in page
    assert wrong not in page and id_number(2) not in page
    for show in ("rows", "new", "changed", "unchanged", "error", "warnings"):
        assert clerk.get(answer.url, {"show": show}).status_code == 200
    assert clerk.get(answer.url, {"show": "nonsense"}).status_code == 404
    assert "温泉街道" in text(clerk.get(answer.url, {"show": "rows"}))


def test_differences_stand_field_by_field(world, send):
    import_upload(send([person(1)]), actor=world.clerk)
    upload = send([person(1, 姓名="李四", 联系电话="13900000009")])
    page = text(world.client(world.clerk).get(url("check", world.department, upload)))
    assert "张三1" in page and "李四" in page and "138******01" in page and "13900000009" not in page


def test_a_stale_check_offers_to_be_made_anew(world, send):
    clerk = world.client(world.clerk)
    upload = send([person(1)])
    Member.objects.create(
        organization_id=world.department.pk, name="别人", id_number="1", street=world.street.pk
    )
    page = text(clerk.get(url("check", world.department, upload)))
    assert "核对之后，人员名册已有改动" in page and "重新核对" in page
    answer = clerk.post(url("confirm", world.department, upload), follow=True)
    assert "原来的核对结果不再适用" in text(answer)
    answer = clerk.post(url("again", world.department, upload), follow=True)
    assert "已按现在的人员名册重新核对。" in text(answer)
    assert "被后来上传的文件替换" in text(clerk.get(url("check", world.department, upload)))


def test_many_rows_lead_to_the_page_of_the_job(world, send, monkeypatch):
    monkeypatch.setattr(kind_of("members"), "at_once", 1)
    upload = send([person(1), person(2)])
    clerk = world.client(world.clerk)
    answer = clerk.post(url("confirm", world.department, upload))
    upload.refresh_from_db()
    assert answer.url == reverse("portal:job", args=[upload.job_id])
    assert "正在导入" in text(clerk.get(url("check", world.department, upload)))
    assert upload.job.link == url("check", world.department, upload)


def test_a_file_that_cannot_be_read_is_refused_beside_the_field(world):
    answer = post_file(world.client(world.clerk), world.department, b"no workbook")
    assert answer.status_code == 200 and 'role="alert"' in text(answer)
    assert not Upload.objects.exists()


def test_the_template_is_named_after_its_kind_and_owner(world):
    answer = world.client(world.clerk).get(url("template", world.department))
    assert load_workbook(io.BytesIO(answer.content)).active.title == "人员登记表"
    assert "%E4%BA%BA%E5%91%98%E7%99%BB%E8%AE%B0%E8%A1%A8" in answer["Content-Disposition"]


def test_another_units_owner_is_not_found_and_without_the_right_it_is_forbidden(world, other_world, send):
    upload = send([person(1)])
    reads = [url("check", world.department, upload), url("template", world.department)]
    writes = [("get", url("upload", world.department)), ("post", url("upload", world.department))]
    writes += [("post", url(name, world.department, upload)) for name in ("confirm", "again")]
    for person_ in (world.other_clerk, world.street_clerk, world.nobody, other_world.clerk):
        client = world.client(person_)
        assert {client.get(address).status_code for address in reads} == {404}
        assert {getattr(client, method)(address).status_code for method, address in writes} == {404}
    reader = world.client(world.reader)
    assert {reader.get(address).status_code for address in reads} == {200}
    assert {getattr(reader, method)(address).status_code for method, address in writes} == {403}
    assert "导入 1 行" not in text(reader.get(reads[0]))
    assert Upload.objects.count() == 1 and not Member.objects.exists()


def test_a_workbook_is_found_under_its_own_owner_and_kind_alone(world, send):
    upload = send([person(1)])
    clerk = world.client(world.clerk)
    filing = world.draft("甲处罚")
    assert clerk.get(url("check", filing, upload, kind="filing")).status_code == 404
    assert clerk.get(url("upload", world.department, kind="unknown")).status_code == 404
    assert (
        clerk.get(reverse("imports:check", args=["members", world.department.pk, upload.pk + 1])).status_code
        == 404
    )
    assert clerk.get(reverse("imports:upload", args=["members", 2**70])).status_code == 404


def test_the_page_of_results_asks_the_same_number_of_queries_whatever_the_rows(world, send):
    clerk = world.client(world.clerk)
    counted = []
    for rows in (1, 40):
        upload = send([person(n, 性别="x") for n in range(rows)])
        clerk.get(url("check", world.department, upload))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            clerk.get(url("check", world.department, upload))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 15
