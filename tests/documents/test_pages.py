"""The public check and the files behind it, as a visitor meets them."""

import dataclasses
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from xianan.documents import limits, registry
from xianan.documents.models import Document
from xianan.documents.selectors import file_bytes, mark_of, newest_file
from xianan.documents.store import root


@pytest.fixture
def visitor(client):
    """Somebody who is not signed in."""
    return client


@pytest.fixture
def agreements(monkeypatch):
    """A kind that lets its two organizations read, with a state."""
    for name in ("_states", "_readers", "_labels", "_holders"):
        monkeypatch.setattr(registry, name, {})
    registry.register_kind(
        "agreement",
        label="承接确认书",
        may_read=lambda scope, document: (
            scope.user.organization_id in [p["organization"] for p in document.parties]
        ),
        state=lambda document: (
            ("已生效", "green") if document.signatures.count() == 2 else ("待签署", "amber")
        ),
    )


def upload(visitor, pdf, name="letter.pdf"):
    return visitor.post(reverse("documents:verify"), {"file": SimpleUploadedFile(name, pdf)})


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def verdict(response) -> str:
    return re.search(r'<h2 id="verdict">([^<]+)</h2>', response.content.decode())[1]


def test_the_qr_leads_to_the_register_without_sign_in(world, visitor, agreements):
    document, _ = world.signed()
    mark = mark_of(document.code)
    assert mark.address.endswith(f"/verify/{document.code}/") and mark.page.endswith("/verify/")
    page = visitor.get(reverse("documents:verify-code", args=[document.code]))
    assert page.status_code == 200 and verdict(page) == "已登记"
    for word in (document.number, "赵喆", "孙珺堃", "咸安区城市管理执法局", "咸安区温泉街道办事处",
                 "2026年7月30日 16:02", "已生效"):  # fmt: skip
        assert word in text(page)
    # Nothing of what the letter says.
    assert "物业查验" not in text(page) and "行政处罚" not in text(page)


def test_a_typed_code_is_read_generously(world, visitor, agreements):
    document = world.letter()
    typed = f" {document.code_shown.lower().replace('0', 'o')} "
    page = visitor.post(reverse("documents:verify"), {"code": typed}, follow=True)
    assert page.redirect_chain and verdict(page) == "未签齐"
    assert 'class="verdict" data-tone="amber"' in page.content.decode()
    assert "待签署" in text(page) and "咸安区温泉街道办事处 尚未签署" in text(page)


def test_an_unknown_code_is_said_calmly(db, visitor):
    page = visitor.get(reverse("documents:verify-code", args=["000000000000"]))
    assert page.status_code == 404 and verdict(page) == "没有查到这个核验码"
    page = visitor.get("/verify/%E6%A0%B8%E9%AA%8C/")
    assert page.status_code == 404


def test_an_uploaded_letter_gets_its_verdict(world, visitor, agreements):
    document, pdf = world.signed()
    page = upload(visitor, pdf)
    assert verdict(page) == "有效" and document.number in text(page)
    page = upload(visitor, pdf + b"\n")
    assert verdict(page) == "签署后被改动" and document.number in text(page)
    page = upload(visitor, b"%PDF-1.7 nothing")
    assert verdict(page) == "无效" and document.number not in text(page)


def test_a_code_alone_says_registered_and_asks_to_compare(world, visitor, agreements):
    document, pdf = world.signed()
    by_code = visitor.get(reverse("documents:verify-code", args=[document.code]))
    assert 'class="verdict" data-tone="blue"' in by_code.content.decode()
    assert "尚未核对手中的文件" in text(by_code) and "签署后没有改动" not in text(by_code)
    by_file = upload(visitor, pdf)
    assert 'class="verdict" data-tone="green"' in by_file.content.decode()
    assert "签署后没有改动" in text(by_file) and "尚未核对" not in text(by_file)


def test_a_damaged_register_is_not_called_registered(world, visitor, agreements):
    document = world.letter()
    path = root() / newest_file(document).path
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")
    page = visitor.get(reverse("documents:verify-code", args=[document.code]))
    assert verdict(page) != "已登记"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "letter.pdf", "文件为空"),
        (b"PK\x03\x04" + b"x" * 2000, "letter.xlsx", "所选文件不是 PDF"),
        (b"\xff\xd8\xff" + b"x" * 2000, "scan.pdf", "所选文件不是 PDF"),
    ],
)
def test_what_is_no_pdf_is_named_and_not_judged(db, visitor, data, name, said):
    page = upload(visitor, data, name)
    assert page.status_code == 200 and said in text(page)
    assert 'id="verdict"' not in page.content.decode()


def test_the_door_and_the_public_page_know_each_other_and_the_district(world, visitor):
    assert f'href="{reverse("documents:verify")}"' in visitor.get(reverse("login")).content.decode()
    page = visitor.get(reverse("documents:verify")).content.decode()
    assert f"{world.district.short_name}街道赋权工作平台</a>" in page
    assert f"- {world.district.short_name}街道赋权工作平台</title>" in page


def test_an_older_version_says_that_there_is_a_newer_one(world, visitor, agreements):
    document = world.letter()
    half = world.sign_first(document)
    world.sign_second(document)
    page = upload(visitor, half)
    assert verdict(page) == "已有新版" and "以新版为准" in text(page)
    assert f"{document.number}（乙方签署）" in text(page) and "这一版未签署" in text(page)


def test_what_is_handed_in_wrong_is_explained_at_its_field(db, visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    address = reverse("documents:verify")
    assert "填写核验码，或选择 PDF 原件" in text(visitor.post(address, {}))
    assert "12 位字母和数字" in text(visitor.post(address, {"code": "123"}))
    page = upload(visitor, b"0" * (20 * 1024 * 1024 + 1))
    assert "超过 20 MB" in text(page)


def test_a_form_from_elsewhere_is_refused(world):
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post(reverse("documents:verify"), {"code": world.letter().code}).status_code == 403


def test_one_address_can_not_ask_without_end(db, visitor, monkeypatch):
    monkeypatch.setattr(limits, "LIMIT", dataclasses.replace(limits.LIMIT, tries=3))
    address = reverse("documents:verify-code", args=["000000000000"])
    answers = [visitor.get(address).status_code for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]
    assert visitor.get(address, REMOTE_ADDR="10.0.0.9").status_code == 404
    assert visitor.post(reverse("documents:verify"), {"code": "0"}).headers["Retry-After"] == "60"


def test_behind_a_proxy_everybody_has_checks_of_his_own(db, visitor, monkeypatch, settings):
    monkeypatch.setattr(limits, "LIMIT", dataclasses.replace(limits.LIMIT, tries=1))
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    address = reverse("documents:verify-code", args=["000000000000"])
    ask = [
        visitor.get(address, headers={"X-Forwarded-For": hop}) for hop in ("10.0.0.1", "10.0.0.2", "10.0.0.2")
    ]
    assert [answer.status_code for answer in ask] == [404, 404, 429]


def test_a_lost_original_is_said_and_not_called_invalid(world, visitor, agreements):
    document = world.letter()
    (root() / newest_file(document).path).unlink()
    page = visitor.get(reverse("documents:verify-code", args=[document.code]))
    assert page.status_code == 503 and verdict(page) == "暂时不能核验"


def test_files_open_for_those_whom_the_kind_lets_read(world, client, agreements):
    document, pdf = world.signed()
    address = reverse("documents:file", args=[document.pk, 3])
    assert client.get(address).headers["Location"] == f"{reverse('login')}?next={address}"
    client.force_login(world.taker)
    page = client.get(address)
    assert (
        page.status_code == 200 and page.content == pdf and page.headers["Content-Type"] == "application/pdf"
    )
    assert page.headers["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert "%E5%92%B8%E8%B5%8B%E6%9D%83%E7%A1%AE" in page.headers["Content-Disposition"]
    assert client.get(address + "?download").headers["Content-Disposition"].startswith("attachment;")
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert client.post(address).status_code == 405
    assert client.get(reverse("documents:file", args=[document.pk, 9])).status_code == 404


def test_files_stay_shut_for_others_and_for_unknown_kinds(world, client, agreements):
    from tests.documents.world import make_world

    document = world.letter()
    address = reverse("documents:file", args=[document.pk, 1])
    stranger = make_world("420683", "枣阳市")
    client.force_login(stranger.giver)
    assert client.get(address).status_code == 404
    client.force_login(world.giver)
    assert client.get(address).status_code == 200
    Document.objects.filter(pk=document.pk).update(kind="unheard-of")
    assert client.get(address).status_code == 404


def test_the_public_page_has_no_inline_style_or_script(world, visitor, agreements):
    _, pdf = world.signed()
    source = upload(visitor, pdf).content.decode()
    assert " style=" not in source and "<style" not in source and " on" + "click" not in source
    assert file_bytes(newest_file(Document.objects.get())) == pdf
