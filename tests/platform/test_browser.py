"""The harness of the browser tests: Chinese is shown in the portal's fonts, static files are served."""

import re
import urllib.request

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage


@pytest.mark.parametrize(
    ("family", "text", "expected"),
    [
        ("sans-serif", "咸安区承接确认书", {"Noto Sans SC"}),
        ("FandolFang", "咸安区承接确认书", {"FandolFang"}),
        ("FandolSong", "喆珺堃昇垚", {"Noto Serif SC", "Noto Sans SC"}),
    ],
)
def test_chromium_finds_the_fonts_of_the_portal(page, family: str, text: str, expected: set[str]) -> None:
    page.set_content(f'<html lang="zh-CN"><p style="font-family: {family}">{text}</p></html>')
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    node = tools.send("DOM.querySelector", {"nodeId": root, "selector": "p"})["nodeId"]
    used = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert sum(font["glyphCount"] for font in used) == len(text)
    assert {re.sub(r" R$", "", font["familyName"]) for font in used} <= expected


def test_the_live_portal_serves_static_files_under_the_names_its_pages_use(live_server) -> None:
    name = "django_htmx/htmx-2.min.js"
    with urllib.request.urlopen(live_server.url + staticfiles_storage.url(name), timeout=10) as answer:
        assert answer.status == 200
        assert b"htmx" in answer.read()
