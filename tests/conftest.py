"""The harness all tests share.

Without deployment variables the tests run in demonstration mode on SQLite; bin/test gives them a
private PostgreSQL and Redis. Each process of pytest-xdist gets a VAR_DIR and a Redis database of its own.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def _private_environment() -> Path:
    """Give this process its own VAR_DIR, and a worker of pytest-xdist its own Redis database."""
    folder = Path(tempfile.mkdtemp(prefix=f"xianan-test-{WORKER}-"))
    os.environ["VAR_DIR"] = str(folder)
    redis = os.environ.get("REDIS_URL", "")
    if redis and WORKER.startswith("gw"):
        os.environ["REDIS_URL"] = f"{redis.rstrip('/').rsplit('/', 1)[0]}/{int(WORKER[2:]) + 1}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "xianan.settings"
    return folder


_var_dir = _private_environment()
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def pytest_configure() -> None:
    # Playwright keeps an event loop in the thread of the test, which is not a reason to refuse the ORM.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_unconfigure() -> None:
    shutil.rmtree(_var_dir, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever opens a browser is marked so."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _passwords_are_cheap(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _clock_stands_where_it_stood() -> Iterator[None]:
    """Fail a test that leaves the clock moved, and put it back for the next one."""
    from xianan.core import clock

    yield
    reset = getattr(clock, "reset", None)
    if reset is not None:
        reset()
