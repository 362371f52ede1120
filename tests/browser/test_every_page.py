"""Every page of the portal on both screens of an office, as somebody who may see it.

The pages are the GET rows of docs/permissions.md, tried as tests/permissions tries them: a new page is
walked as soon as it has its row and its attempt. What is no page but a file or data is known by its type.
KEEP_SCREENSHOTS names a folder for a picture of each page in either size.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.conf import settings
from django.test.signals import template_rendered
from playwright.sync_api import Error

from tests.browser import looks, paper
from tests.effort import THOROUGH
from tests.permissions.requests import REQUESTS, At
from tests.permissions.table import OPEN, Row, read

if TYPE_CHECKING:
    from django.template import Template
    from playwright.sync_api import Browser, Page, ViewportSize
    from pytest_django.live_server_helper import LiveServer

    from tests.permissions.builder import Estate

VISITOR = ""
FEWER_ROWS = {
    # What is to be done, and below it about whom.
    "portal:home": 8,
    "portal:schedule": 8,
    # The same, under tabs as well.
    "deadlines:list": 7,
    # The item, and below it the duties that the street decides by, under a line for each department.
    "empowerment:claim-desk": 5,
}
"""Lists of taller rows, with the number of rows that their first view has to show."""
TECHNICAL = {
    # What the administrator of the server has to look for is called by its own name.
    "portal:status": {"PostgreSQL", "Redis", "SQLite", "HarfBuzz", "libharfbuzz", "subset", "healthz"},
}
"""Words in Latin letters that one page alone may use."""


PAGE, FILE, REFUSAL = "page", "file", "refusal"
"""What is at an address for somebody; a way to another address is a refusal too."""


@dataclass
class Walk:
    """One window that looks at one page after another and notes what is wrong.

    ``rendered`` fills with the templates of what the server answers. axe reads a page with one that it has
    not read yet; ``bin/test --all`` lets it read every page.
    """

    page: Page
    url: str
    estate: Estate
    data: set[str]
    folder: Path | None
    rendered: set[str]
    read: ClassVar[set[str]] = set()
    printed: ClassVar[set[str]] = set()
    pictures: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", lambda line: self._hear(line.type, line.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" or "Content Security Policy" in text or "htmx:" in text:
            self.complaints.append(f"console: {text[:200]}")

    def look(self, row: Row, role: str, path: str) -> str:
        """Go to an address as somebody and tell what there is: PAGE, which is looked at, FILE or REFUSAL."""
        page = self.page
        self.rendered.clear()
        self._enter(role)
        self.complaints.clear()
        self._resize(looks.SMALL)
        # What lies under the pointer looks otherwise than its neighbours.
        page.mouse.move(0, 0)
        try:
            answer = page.goto(self.url + path)
        except Error as fault:
            if "Download is starting" in fault.message:
                return FILE
            raise
        assert answer
        if answer.status >= 500:
            self.faults.append(f"{path} as {role}: answered {answer.status}")
        if answer.status != 200 or answer.request.redirected_from:
            return REFUSAL
        if not answer.headers["content-type"].startswith("text/html"):
            return FILE
        picture = self._picture(row)
        self.pages += 1
        self.faults += [f"{picture} {path}: {line}" for line in self._looked_at(row.name, picture)]
        return PAGE

    def _looked_at(self, name: str, picture: str) -> Iterator[str]:
        page = self.page
        if looks.is_empty(page):
            yield "has nothing in its main part"
        yield from looks.inline_styles(page)
        for word in looks.english(page, self.data | TECHNICAL.get(name, set())):
            yield f"English: {word}"
        yield from looks.short_lists(page, FEWER_ROWS.get(name, looks.ROWS))
        if self.folder is not None and page.locator("iframe").count():
            # The browser's own reader of PDF takes a moment, and the picture should show the letter.
            page.wait_for_timeout(800)
        for width, height in looks.SIZES:
            self._resize((width, height))
            for line in looks.misfits(page):
                yield f"{width}×{height}: {line}"
            if self.folder is not None:
                size = self.folder / f"{width}x{height}"
                size.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=size / f"{picture}.png")
            if (width, height) == looks.SMALL and (THOROUGH or not self.rendered <= self.read):
                self.read.update(self.rendered)
                for line in looks.violations(page):
                    yield f"axe: {line}"
        if name not in self.printed:
            self.printed.add(name)
            for line in paper.faults(page):
                yield f"on paper: {line}"
        yield from self.complaints

    def _resize(self, size: tuple[int, int]) -> None:
        wanted: ViewportSize = {"width": size[0], "height": size[1]}
        if self.page.viewport_size != wanted:
            self.page.set_viewport_size(wanted)

    def _picture(self, row: Row) -> str:
        """What a page's picture is called; rows have more than one page."""
        plain = "-".join(part for part in (row.name.replace(":", "-"), row.case) if part)
        self.pictures[plain] += 1
        return plain if self.pictures[plain] == 1 else f"{plain}-{self.pictures[plain]}"

    def _enter(self, role: str) -> None:
        context = self.page.context
        context.clear_cookies()
        if role != VISITOR:
            session = self.estate.sessions[self.estate.people[role].pk]
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.url, "httpOnly": True}]
            )


def ways_in(estate: Estate, row: Row) -> list[list[str]]:
    """Return who may see a row's pages: visitors, those of the unit, those of the district.

    The first of each group that is shown the page is taken.
    """
    own = [role for role in estate.people if role not in row.anywhere and row.through(role, own=True)]
    groups = [own, [role for role in estate.people if role in row.anywhere]]
    if row.visitor == OPEN:
        groups = [[VISITOR], *groups]
    return [group for group in groups if group]


def walk(window: Walk, row: Row) -> None:
    """Look at a row's pages: as one of each group at a page about no object, at an object's as the first one."""
    estate, way = window.estate, REQUESTS[row.key]
    seen: set[str] = set()
    found: set[str] = set()
    for group in ways_in(estate, row):
        for role in group:
            person = estate.people[role or "department_clerk"]
            paths = way.paths(row.name, At(estate, estate.a, person))
            if way.targets is not None:
                paths = [path for path in paths if path not in seen]
            said = {path: window.look(row, role, path) for path in paths}
            found.update(said.values())
            seen.update(path for path, what in said.items() if what == PAGE)
            if set(said.values()) != {REFUSAL}:
                break
    if found <= {REFUSAL}:
        window.faults.append(f"{row}: nobody is shown this page")


def furnish(estate: Estate) -> None:
    """Give the lists of unit A more rows than their first view shows."""
    from xianan.jobs.services import enqueue

    world = estate.world
    for number in range(1, 11):
        world.draft(f"占用第{number}号道路的处罚", title=f"第{number}批申报")
        enqueue("filing.import", title=f"导入第{number}批", district=world.district, actor=world.clerk)


def names_of(estate: Estate) -> set[str]:
    """Everything in Latin letters that the rows themselves are called."""
    from secondment.models import Session
    from tests.permissions.builder import NAMES
    from xianan.documents.models import Document
    from xianan.organizations.models import User

    states = [*NAMES, *estate.a.filings, *estate.b.filings]
    found = {f"-{state}" for state in states} | set(User.objects.values_list("username", flat=True))
    codes = Document.objects.values_list("code", flat=True)
    found |= {
        part for code in codes for part in (code, *(code[at : at + 4] for at in range(0, len(code), 4)))
    }
    # One in some dozens is drawn without a figure in it.
    return found | set(Session.objects.values_list("code", flat=True))


@pytest.fixture
def estate(transactional_db: None) -> Estate:
    """The rows that the permission matrix walks too, but committed, so that a browser finds them."""
    from tests.permissions import builder

    estate = builder.estate()
    furnish(estate)
    return estate


@pytest.fixture
def window(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A window whose complaints are gathered with the other faults."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def rendered() -> Iterator[set[str]]:
    """The names of the templates that the server renders."""
    names: set[str] = set()

    def note(template: Template, **_: Any) -> None:
        names.add(template.name or "")

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


ROWS = [row for row in read() if row.method == "GET"]
PARTS = 6
"""So that two workers share them; neighbours use the same templates."""


def part_of(name: str) -> int:
    names = list(dict.fromkeys(row.name for row in ROWS))
    return names.index(name) * PARTS // len(names)


def test_no_page_is_an_exception_that_is_not_there() -> None:
    assert FEWER_ROWS.keys() | TECHNICAL.keys() <= {row.name for row in ROWS}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_fits_both_screens_and_can_be_used_by_everybody(
    part: int, estate: Estate, window: Page, live_server: LiveServer, rendered: set[str]
) -> None:
    keep = os.environ.get("KEEP_SCREENSHOTS")
    looking = Walk(window, live_server.url, estate, names_of(estate), Path(keep) if keep else None, rendered)
    for row in ROWS:
        if part_of(row.name) == part:
            walk(looking, row)
    assert looking.pages
    assert not looking.faults, "\n".join([f"faults on {looking.pages} pages:", *looking.faults])
