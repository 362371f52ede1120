"""One window that several people use one after another, for the tests of whole roads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Road:
    """One window, in which one person after another signs in."""

    def __init__(
        self, page: Page, people: Mapping[str, tuple[str, ...]], password: str, *, name: str = "road"
    ) -> None:
        """``people`` are account → name and more; screenshots go to a folder of this ``name``."""
        self.page = page
        self.people = people
        self.password = password
        # Papers are made within the request here, the first one while fonts are being read.
        page.set_default_timeout(60_000)
        self.stage = 0
        self.folder = Path(settings.VAR_DIR) / "screenshots" / name
        self.folder.mkdir(parents=True, exist_ok=True)

    def sign_in(self, username: str) -> None:
        page = self.page
        page.goto("/login/")
        page.get_by_label("账号", exact=True).fill(username)
        page.get_by_label("密码", exact=True).fill(self.password)
        page.get_by_role("button", name="登录平台").click()
        page.wait_for_url("**/")
        assert self.people[username][0] in page.locator(".top__tools").inner_text()

    def sign_out(self) -> None:
        self.page.locator(".top__tools summary").click()
        self.page.get_by_role("button", name="退出平台").click()
        self.page.wait_for_url("**/login/")

    def as_(self, username: str, work: Callable[[], None]) -> None:
        self.sign_in(username)
        work()
        self.sign_out()

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the one enabled button of that name and wait for the next page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).and_(self.page.locator(":enabled")).first.click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()

    def todo(self, action: str) -> None:
        """Open from 待办 what is to be done."""
        self.page.goto("/")
        self.follow(action)

    def shot(self, name: str) -> None:
        self.stage += 1
        self.page.screenshot(path=self.folder / f"{self.stage:02d}-{name}.png")

    def sees(self, *texts: str) -> None:
        from playwright.sync_api import expect

        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)
