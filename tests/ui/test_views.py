import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.django_db
def test_every_answer_carries_a_policy_without_exceptions(signed_in: Client) -> None:
    for address in ("/", "/refuse/", "/no-such-page/"):
        policy = signed_in.get(address).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
    assert signed_in.get("/").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_a_refusal_nobody_caught_becomes_a_page_that_says_why_and_leads_back(signed_in: Client) -> None:
    answer = signed_in.post("/refuse/", headers={"Referer": "http://testserver/detail/?tab=x"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "区司法局已于 09:44 退回该事项。" in text
    assert 'href="/detail/?tab=x">载入最新内容' in text


@pytest.mark.django_db
def test_a_page_elsewhere_is_never_offered_as_the_way_back(signed_in: Client) -> None:
    answer = signed_in.post("/refuse/", headers={"Referer": "http://evil.example/detail/"})
    assert "evil" not in answer.content.decode()
    for target in ("http://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        assert signed_in.get("/back/", {"next": target}).content == b"/default/"
    for referer in (
        "http://[",
        "http://testserver//evil.example/",
        "http://testserver\\evil",
        "http://testserver.evil/",
    ):
        answer = signed_in.post("/refuse/", headers={"Referer": referer})
        assert answer.status_code == 409 and "载入最新内容" not in answer.content.decode()
    assert signed_in.get("/back/", {"next": "/detail/?a=b"}).content == b"/detail/?a=b"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target",
    ["home", "login", "ui:x", "../x/", "?tab=x", "/\\evil.example/", "/x\\y", "/\t/evil.example/", "/x\r\ny",
     "/x\x00", " /x/", "/\u202e", "http://testserver/detail/", "/" + "甲" * 400],
)  # fmt: skip
def test_only_a_path_of_the_portal_is_gone_back_to(signed_in: Client, target: str) -> None:
    """A word was taken for the name of a view: the act was saved and the answer was a 500."""
    assert signed_in.get("/back/", {"next": target}).content == b"/default/"
    assert signed_in.post("/back/", {"next": target}).content == b"/default/"


@pytest.mark.django_db
def test_an_address_takes_no_number_beyond_what_a_key_can_be(signed_in: Client) -> None:
    assert signed_in.get(f"/detail/{2**63 - 1}/").status_code == 200
    for number in (2**63, 2**64, "9" * 300, "-1", "%D9%A1", "1.0"):
        assert signed_in.get(f"/detail/{number}/").status_code == 404


@pytest.mark.django_db
def test_a_missing_right_is_403_and_a_missing_page_404_in_words(signed_in: Client) -> None:
    forbidden, missing = signed_in.get("/forbid/"), signed_in.get("/no-such-page/")
    assert (forbidden.status_code, missing.status_code) == (403, 404)
    assert "您没有“签署”的权限。" in forbidden.content.decode()
    assert "找不到这个页面" in missing.content.decode()
    assert "回到工作台" in missing.content.decode()


@pytest.mark.django_db
def test_a_crash_shows_a_page_in_chinese(signed_in: Client) -> None:
    signed_in.raise_request_exception = False
    answer = signed_in.get("/crash/")
    assert answer.status_code == 500
    assert "平台出错，您的操作没有保存" in answer.content.decode()


def test_the_page_for_a_crash_needs_neither_request_nor_database() -> None:
    assert "平台出错" in render_to_string("500.html")


@pytest.mark.django_db
def test_an_old_form_is_told_to_reload(pages: None, person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    answer = client.post("/person/", {})
    assert answer.status_code == 403
    assert "页面已过期，内容没有提交" in answer.content.decode()


@pytest.mark.django_db
def test_the_frame_names_district_and_person_and_offers_only_what_exists(signed_in: Client) -> None:
    answer = signed_in.get("/detail/").content.decode()
    assert "咸安区街道赋权工作平台" in answer
    assert "区委编办 王×" in answer
    assert "data-search" not in answer
    assert "修改密码" not in answer
