"""Every page of the portal on both screens of an office, as somebody who may see it.

The pages are the GET rows of docs/permissions.md, tried as tests/permissions tries them: a new page is
walked as soon as it has its row and its attempt. What is no page but a file or data is known by its type.
KEEP_SCREENSHOTS names a folder for a picture of each page in either size.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.conf import settings
from django.test.signals import template_rendered
from django.urls import NoReverseMatch

from tests.browser import looks, paper
from tests.permissions.alike import EVERYBODY
from tests.permissions.requests import REQUESTS, At
from tests.permissions.table import OPEN, Row, read

if TYPE_CHECKING:
    from django.template import Template
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

    from tests.permissions.builder import Estate
    from xianan.organizations.models import User

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


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it."""

    name: str
    role: str
    path: str
    picture: str


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
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", lambda line: self._hear(line.type, line.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" or "Content Security Policy" in text or "htmx:" in text:
            self.complaints.append(f"console: {text[:200]}")

    def look(self, visit: Visit) -> None:
        """Look at a page on both screens; axe reads it on the small one."""
        page = self.page
        self.rendered.clear()
        self._enter(visit.role)
        self.complaints.clear()
        width, height = looks.SMALL
        page.set_viewport_size({"width": width, "height": height})
        # What lies under the pointer looks otherwise than its neighbours.
        page.mouse.move(0, 0)
        answer = page.goto(self.url + visit.path)
        found = [] if answer and answer.status == 200 else [f"answered {answer and answer.status}"]
        if looks.is_empty(page):
            found.append("has nothing in its main part")
        found += looks.inline_styles(page)
        found += [
            f"English: {word}" for word in looks.english(page, self.data | TECHNICAL.get(visit.name, set()))
        ]
        found += looks.short_lists(page, FEWER_ROWS.get(visit.name, looks.ROWS))
        if self.folder is not None and page.locator("iframe").count():
            # The browser's own reader of PDF takes a moment, and the picture should show the letter.
            page.wait_for_timeout(800)
        for width, height in looks.SIZES:
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{width}×{height}: {line}" for line in looks.misfits(page)]
            if self.folder is not None:
                size = self.folder / f"{width}x{height}"
                size.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=size / f"{visit.picture}.png")
        width, height = looks.SMALL
        page.set_viewport_size({"width": width, "height": height})
        if EVERYBODY or not self.rendered <= self.read:
            self.read.update(self.rendered)
            found += [f"axe: {line}" for line in looks.violations(page)]
        if visit.name not in self.printed:
            self.printed.add(visit.name)
            found += [f"on paper: {line}" for line in paper.faults(page)]
        found += self.complaints
        self.faults += [f"{visit.picture} {visit.path}: {line}" for line in found]

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


def visits(estate: Estate, rows: list[Row]) -> tuple[list[Visit], list[str]]:
    """Return every page with a person who sees it, and the rows that nobody does."""
    found: list[Visit] = []
    unseen: list[str] = []
    for row in rows:
        try:
            pages = list(_visits(estate, row))
        except (NoReverseMatch, KeyError) as fault:
            unseen.append(f"{row}: no such address or no attempt at it: {fault}")
            continue
        if not pages and not any(_is_file(estate, role, path) for role, path in _tries(estate, row)):
            unseen.append(f"{row}: nobody is shown this page")
        names: dict[str, int] = {}
        for role, path in pages:
            plain = "-".join(part for part in (row.name.replace(":", "-"), row.case) if part)
            count = names[plain] = names.get(plain, 0) + 1
            found.append(Visit(row.name, role, path, plain if count == 1 else f"{plain}-{count}"))
    return found, unseen


def _tries(estate: Estate, row: Row) -> Iterator[tuple[str, str]]:
    for group in ways_in(estate, row):
        for role in group:
            for path in _paths(estate, row, role):
                yield role, path


def _paths(estate: Estate, row: Row, role: str) -> list[str]:
    person = estate.people[role or "department_clerk"]
    return REQUESTS[row.key].paths(row.name, At(estate, estate.a, person))


def _visits(estate: Estate, row: Row) -> Iterator[tuple[str, str]]:
    """One person of each group for a page about no object, whose rows differ; for an object the first one."""
    objects = REQUESTS[row.key].targets is not None
    seen: set[str] = set()
    for group in ways_in(estate, row):
        for role in group:
            shown = [path for path in _paths(estate, row, role) if _is_page(estate, role, path)]
            yield from ((role, path) for path in shown if not objects or path not in seen)
            seen.update(shown)
            if shown:
                break


def _answer(estate: Estate, role: str, path: str) -> tuple[int, str]:
    person: User | None = estate.people[role] if role else None
    answer: Any = estate.client(person).get(path)
    if answer.streaming:
        answer.close()
    return answer.status_code, answer.headers.get("Content-Type", "").partition(";")[0]


def _is_page(estate: Estate, role: str, path: str) -> bool:
    return _answer(estate, role, path) == (200, "text/html")


def _is_file(estate: Estate, role: str, path: str) -> bool:
    status, kind = _answer(estate, role, path)
    return status == 200 and kind != "text/html"


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
    pages, faults = visits(estate, [row for row in ROWS if part_of(row.name) == part])
    assert pages
    walk = Walk(window, live_server.url, estate, names_of(estate), Path(keep) if keep else None, rendered)
    for visit in pages:
        walk.look(visit)
    faults += walk.faults
    assert not faults, "\n".join([f"{len(faults)} faults on {len(pages)} pages:", *faults])
