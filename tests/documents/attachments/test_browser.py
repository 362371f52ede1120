"""Files on a page as hands, eyes and screen readers meet them."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import SIZES, inline_styles, misfits, violations
from tests.documents.attachments import papers
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import attach

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "关于2026年街道承接赋权事项所需执法力量和经费保障情况的调研报告（征求意见后修改稿）.pdf"


@pytest.fixture
def window(world, plan, page: Page, live_server, settings) -> Page:
    """The page of the plan, seen by the office that draws it up."""
    settings.ROOT_URLCONF = "tests.documents.attachments.page"
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(Path(__file__).resolve().parent / "templates")
    settings.TEMPLATES = templates
    client = world.client(world.government_office)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"/attached/{plan.pk}/")
    return page


def file(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_files_fit_a_main_column_and_a_reading_column(window, world, plan):
    for slot, name in (("certificate", "执法证.pdf"), ("papers", LONG), ("papers", "名册.pdf")):
        attach(plan, slot, data=papers.pdf(name), filename=name, actor=world.government_office)
    for width, height in SIZES:
        window.set_viewport_size({"width": width, "height": height})
        window.reload()
        assert misfits(window) == []
    assert inline_styles(window) == []
    assert violations(window) == []


def test_a_file_is_chosen_refused_put_right_opened_and_removed(window, plan):
    window.set_input_files("#id_file_papers", [file("名册.gif", b"GIF89a")])
    window.get_by_role("button", name="上传佐证材料").click()
    slot = window.locator("#attachments-papers")
    expect(slot.get_by_role("alert")).to_contain_text("“名册.gif”是 GIF 图片，这里接收")
    expect(slot.get_by_role("alert")).to_be_focused()

    two = [file("报告.pdf", papers.pdf("甲")), file("名册.xlsx", papers.xlsx())]
    window.set_input_files("#id_file_papers", two)
    expect(slot.locator("[data-drop-name]")).to_contain_text("报告.pdf（1 KB）、名册.xlsx")
    window.get_by_role("button", name="上传佐证材料").click()
    expect(slot.get_by_role("status")).to_have_text("已上传 2 个文件。")

    with window.expect_download() as saved:
        slot.get_by_role("link", name="名册.xlsx").click()
    assert saved.value.suggested_filename == "名册.xlsx"

    slot.get_by_role("button", name="移除 报告.pdf").click()
    dialog = window.get_by_role("dialog")
    expect(dialog).to_contain_text("报告.pdf")
    dialog.get_by_role("button", name="移除附件").click()
    expect(slot.get_by_role("status")).to_have_text("已移除“报告.pdf”。")
    assert [kept.filename for kept in attachments_of(plan)] == ["名册.xlsx"]


def test_a_picture_opens_in_a_window_of_its_own(window, world, plan):
    attach(
        plan,
        "photo",
        data=papers.picture(size=(320, 200)),
        filename="照片.jpg",
        actor=world.government_office,
    )
    window.reload()
    with window.context.expect_page() as opened:
        window.get_by_role("link", name="照片.jpg", exact=True).click()
    picture = opened.value.locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 320
