"""What the eye, the keyboard and the screen reader meet, in headless Chromium."""

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.looks import SIZES, inline_styles, misfits, short_lists, violations
from xianan.organizations.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("pages")]

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "/",
    "/empty/",
    "/detail/",
    "/person/",
    "/no-such-page/",
    "/login/",
    "/public/",
    "/?q=entry&cols=model",
)


@pytest.fixture
def window(page: Page, live_server, person: User) -> Page:
    """A window of somebody signed in."""
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_clean_and_fits_both_screens(window: Page, address: str) -> None:
    for width, height in SIZES:
        window.set_viewport_size({"width": width, "height": height})
        window.goto(address)
        assert misfits(window) == []
    assert inline_styles(window) == []
    assert violations(window) == []


def test_a_list_shows_ten_rows_on_the_small_screen(window: Page) -> None:
    window.set_viewport_size({"width": 1366, "height": 768})
    window.goto("/")
    assert window.locator("tbody tr").count() >= 10
    assert short_lists(window) == []


def test_the_least_column_gives_way_on_the_small_screen_alone(window: Page) -> None:
    window.set_viewport_size({"width": 1366, "height": 768})
    window.goto("/")
    expect(window.get_by_role("columnheader", name="序号")).to_be_hidden()
    window.set_viewport_size({"width": 1920, "height": 1080})
    expect(window.get_by_role("columnheader", name="序号")).to_be_visible()


def test_ticked_rows_bring_the_bulk_bar_without_a_jump_and_a_dialog_acts_on_them(window: Page) -> None:
    window.goto("/?sort=codename")
    before = window.locator("thead").bounding_box()
    boxes = window.locator("[data-row]")
    boxes.nth(0).check()
    boxes.nth(2).check()
    expect(window.locator(".bulk")).to_be_visible()
    expect(window.locator(".toolbar")).to_be_hidden()
    expect(window.locator(".bulk strong")).to_have_text("已选 2 项")
    assert window.locator("thead").bounding_box() == before
    assert violations(window) == []
    keys = sorted(int(boxes.nth(index).input_value()) for index in (0, 2))
    window.get_by_role("button", name="不认领所选…").click()
    dialog = window.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("不认领 2 项")
    assert violations(window) == []
    dialog.get_by_role("button", name="返回，不作处理").click()
    expect(dialog).to_be_hidden()
    window.get_by_role("button", name="不认领所选…").click()
    dialog.get_by_role("button", name="不认领所选各项").click()
    expect(window.locator("body")).to_have_text(",".join(map(str, keys)))


def test_columns_are_chosen_from_the_menu_which_escape_closes(window: Page) -> None:
    window.goto("/?q=entry")
    menu = window.locator("summary", has_text="列设置")
    menu.click()
    assert violations(window) == []
    window.keyboard.press("Escape")
    expect(window.get_by_role("button", name="应用列设置")).to_be_hidden()
    menu.click()
    window.get_by_label("对象", exact=True).last.check()
    window.get_by_role("button", name="应用列设置").click()
    expect(window.get_by_role("columnheader", name="对象")).to_be_visible()
    assert "q=entry" in window.url


def test_a_refused_form_puts_the_eye_on_its_errors_and_the_second_click_does_nothing(window: Page) -> None:
    sent = []
    window.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    window.goto("/person/")
    window.evaluate("const b = document.querySelector('.closing button'); b.click(); b.click(); b.click()")
    expect(window.locator(".summary")).to_be_focused()
    assert sent == ["POST"]
    window.get_by_role("link", name="未填写姓名").click()
    expect(window.locator("#id_name")).to_be_focused()
    assert violations(window) == []


def test_a_chosen_file_is_named_in_the_drop_zone(window: Page) -> None:
    window.goto("/person/")
    window.set_input_files(
        "#id_scan", {"name": "执法证.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2048}
    )
    expect(window.locator("[data-drop-name]")).to_have_text("执法证.pdf（2 KB）")


def for_paper(path: Path) -> bool:
    """Whether a template becomes a PDF, where WeasyPrint needs widths in the markup."""
    return "print" in path.parts or ("documents" in path.parts and path.name != "verify.html")


def test_templates_hold_no_inline_style_or_script() -> None:
    bad = re.compile(
        r"<style|\sstyle=|\son(?!ly=)[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|https?://(?!www\.w3\.org)"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (ROOT / "templates").rglob("*.html")
        if not for_paper(path) and (match := bad.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_the_styles_stay_small_and_use_no_rule_newer_than_the_oldest_browser() -> None:
    sheets = {path: path.read_text(encoding="utf-8") for path in (ROOT / "static" / "css").rglob("*.css")}
    assert sum(len(sheet.encode()) for sheet in sheets.values()) <= 44_500
    newer = re.compile(
        r":has\(|light-dark\(|position-area|anchor\(|@scope|@starting-style|color-mix\(|&[ :.]"
    )
    assert [str(path) for path, sheet in sheets.items() if newer.search(sheet)] == []


def test_every_icon_that_is_used_exists() -> None:
    known = set(
        re.findall(r'<symbol id="(\w+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8"))
    )
    used = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= known


def test_a_text_that_can_hardly_be_read_is_found_among_many_that_are_drawn_alike(page: Page) -> None:
    good = "<tr><td>街道</td><td>事项</td></tr>"
    head = "<!doctype html><html lang=zh><title>页</title><main><h1>页</h1><table><caption>表</caption>"
    page.set_content(f"{head}{good * 30}</table></main>")
    assert violations(page) == []
    for pale in ("color: #ccc", "background: #555", "opacity: .3"):
        row = f'<tr style="{pale}"><td>街道</td><td>事项</td></tr>'
        for _ in range(2):
            page.set_content(f"{head}{good * 30}{row}{good}</table></main>")
            (found,) = violations(page)
            assert found.startswith("color-contrast: ")
