"""The harness all tests share.

Without deployment variables the tests run in demonstration mode on SQLite; bin/test gives them a
private PostgreSQL and Redis. Each process of pytest-xdist gets a VAR_DIR and a Redis database of its own.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

    from tests.world import World

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
WINDOW = (1366, 768)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]

hypothesis_settings.register_profile("portal", deadline=None, print_blob=True)
hypothesis_settings.load_profile("portal")


def _private_environment() -> Path:
    """Give this process its own VAR_DIR, and a worker of pytest-xdist its own Redis database."""
    folder = Path(tempfile.mkdtemp(prefix=f"xianan-test-{WORKER}-"))
    os.environ["VAR_DIR"] = str(folder)
    redis = os.environ.get("REDIS_URL", "")
    if redis and WORKER.startswith("gw"):
        os.environ["REDIS_URL"] = f"{redis.rstrip('/').rsplit('/', 1)[0]}/{int(WORKER[2:]) + 1}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "xianan.settings"
    # The processes of one run look for what another has made already.
    os.environ.setdefault("TEST_SHARED", str(folder / "shared"))
    shared = Path(os.environ["TEST_SHARED"])
    (shared / "keys").mkdir(parents=True, exist_ok=True)
    # What one has sealed or signed in opens for the others.
    (folder / "keys").symlink_to(shared / "keys")
    # Playwright keeps an event loop in the thread of the test, which is no reason to refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return folder


# Before anything reads the settings; pytest-django looks for them only after this file.
_var_dir = _private_environment()
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def pytest_configure() -> None:
    import django
    from django.conf import settings

    django.setup()
    # bin/test has migrated it; on PostgreSQL a copy takes a moment.
    if template := os.environ.get("TEST_TEMPLATE"):
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let no worker inherit the name of the settings: it would read them before its own environment."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    shutil.rmtree(_var_dir, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever opens a browser is marked so; the long tests come first, lest one core waits for the last."""
    from django.conf import settings

    if not settings.DEMO:
        items[:] = [item for item in items if not _is_for_sqlite_alone(item)]
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _is_for_sqlite_alone(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("sqlite")
    return mark is not None and mark.kwargs.get("alone", False)


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end, and look less often: a seventh of Python's time goes with it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    from tests import prepared

    prepared.begin(item)


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _middleware_is_made_once() -> None:
    """Every client of a test would make it anew, as a server does once when it starts: each time whitenoise
    looks at every static file. A test that has changed anything gets its own."""
    from django.core.handlers.base import BaseHandler
    from django.test.client import ClientHandler

    from tests import prepared

    made: dict[str, object] = {}

    def load_middleware(self: ClientHandler, is_async: bool = False) -> None:
        if is_async or prepared.has_changed_anything():
            BaseHandler.load_middleware(self, is_async)
            return
        if not made:
            first = ClientHandler()
            BaseHandler.load_middleware(first)
            made.update({name: value for name, value in vars(first).items() if "middleware" in name})
        vars(self).update(made)

    setattr(ClientHandler, "load_middleware", load_middleware)  # noqa: B010


@pytest.fixture(scope="session", autouse=True)
def _fonts_are_cut_once() -> None:
    """Cutting a font down to the characters of a paper and packing it takes a third of the paper's time, and most
    papers of the tests need the same ones."""
    from weasyprint.pdf.fonts import Font

    from xianan.documents import pdf

    cut, made = Font.subset, {}

    def subset(self: Font, to_unicode: dict[int, str], hinting: bool) -> None:
        whole = (self.hash, self.index, self.weight, len(self.file_content), tuple(self.variations.items()))
        key = (whole, frozenset(to_unicode), hinting, bool(self.missing))
        if key not in made:
            cut(self, to_unicode, hinting)
            made[key] = self.file_content
        self.file_content = made[key]

    setattr(Font, "subset", subset)  # noqa: B010
    setattr(pdf, "_packed", lru_cache(maxsize=None)(pdf._packed))  # noqa: B010


@pytest.fixture(scope="session", autouse=True)
def _programs_apart_are_ready() -> None:
    from tests.apart import run_forked
    from xianan.core.spreadsheet import reader
    from xianan.documents.attachments.intake import apart

    for module in (apart, reader):
        setattr(module, "run_apart", run_forked)  # noqa: B010


@pytest.fixture
def started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the programs apart as the portal does, for tests of their limits."""
    from xianan.core.apart import run_apart
    from xianan.core.spreadsheet import reader
    from xianan.documents.attachments.intake import apart

    for module in (apart, reader):
        monkeypatch.setattr(module, "run_apart", run_apart)


@pytest.fixture(autouse=True)
def _clock_is_put_back() -> Iterator[None]:
    from xianan.core import clock

    yield
    clock.set_to(None)


@pytest.fixture(autouse=True)
def _heart_beats_where_it_can_be_seen(request: pytest.FixtureRequest) -> Iterator[None]:
    """A job's sign of life goes over a connection of its own, which doesn't see what a test never commits:
    on a slow machine the first one, after two seconds, would find no job and end it."""
    from xianan.jobs import lease

    mark = request.node.get_closest_marker("django_db")
    commits = mark and mark.kwargs.get("transaction")
    if commits or {"transactional_db", "live_server", "page"} & set(request.fixturenames):
        yield
        return
    kept = lease.BEAT
    lease.BEAT = 3600.0
    yield
    lease.BEAT = kept


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Migrate; that wrote much, but none of it in the test that happened to come first."""
    from django.test import TransactionTestCase

    from tests import prepared

    prepared.database_is_ready()
    setattr(TransactionTestCase, "_fixture_teardown", lambda _: prepared.empty())  # noqa: B010


@pytest.fixture
def monkeypatch(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The one of pytest, known to the preparations."""
    from tests import prepared

    prepared.patched_by(monkeypatch)
    return monkeypatch


@pytest.fixture
def world(db: None) -> "World":
    """咸安区 with three streets and a person for each role; see tests/world.py."""
    from tests.world import begun

    return begun()


@pytest.fixture
def other_world(db: None) -> "World":
    """A district of seven streets with other names, figures and people."""
    from tests.world import SEVEN, begun

    return begun(SEVEN)


@pytest.fixture(scope="session")
def live_server() -> "Iterator[LiveServer]":
    """Serve the portal in a thread, with the database, the clock and the process of the test.

    In production mode the static files have digests in their names, which Django's finders do not
    know: they are served as collected.
    """
    from django.conf import settings
    from django.test.testcases import _StaticFilesHandler
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("localhost", start=False)
    if not settings.DEMO:
        server.thread.static_handler = _StaticFilesHandler
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium, headless, in Chinese and with the fonts of the portal."""
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium-headless-shell")
    assert program, "chromium-headless-shell is missing: run bin/setup --test"
    environment = {**os.environ, "LANGUAGE": "zh_CN", "LANG": "C.UTF-8"}
    if settings.FONTS_CONF.exists():
        environment["FONTCONFIG_FILE"] = str(settings.FONTS_CONF)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS, env=environment)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser", live_server: "LiveServer") -> "Iterator[Page]":
    """A fresh window on the portal; the test fails when a page reports an error of script or policy.

    Addresses are relative to the portal: ``page.goto("/")``.
    """
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": WINDOW[0], "height": WINDOW[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
    )
    context.set_default_timeout(10_000)
    window = context.new_page()
    complaints: list[str] = []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on("console", lambda line: complaints.append(line.text) if _is_complaint(line.text) else None)
    yield window
    context.close()
    assert complaints == []


def _is_complaint(text: str) -> bool:
    return "Content Security Policy" in text or "htmx:evalDisallowedError" in text or "Uncaught" in text
