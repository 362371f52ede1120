"""A run that ends in time: `-p tests.budget --seconds 60`, as bin/test --fast asks for.

What was changed last comes first, then what is cheap; when the time is up the rest is left out, and
the last line says how many tests that were. Nothing is left out of the whole run.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENDS_AT, LEFT_OUT = pytest.StashKey[float](), pytest.StashKey[int]()
_SAYS = "tests_left_out"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seconds", type=float, default=0, help="stop beginning tests after so long")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ENDS_AT] = time.monotonic() + config.getoption("--seconds")
    config.stash[LEFT_OUT] = 0


def changed_places() -> set[str]:
    """Return the folders under tests/ that belong to what the last commit and the work tree changed."""
    git = ["git", "-C", str(ROOT)]
    found = subprocess.run([*git, "diff", "--name-only", "HEAD~1"], capture_output=True, text=True).stdout
    fresh = subprocess.run([*git, "ls-files", "-o", "--exclude-standard"], capture_output=True, text=True)
    places = set()
    for line in (found + fresh.stdout).splitlines():
        first, *rest = line.split("/")
        places.add(rest[0] if first in ("tests", "xianan") and len(rest) > 1 else first)
    return places


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = changed_places()

    def rank(item: pytest.Item) -> tuple[bool, bool]:
        parts = item.path.relative_to(ROOT).parts
        fixtures = set(getattr(item, "fixturenames", ()))
        return parts[1] not in places, bool(fixtures & {"db", "transactional_db", "world"})

    items.sort(key=rank)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    if time.monotonic() < item.config.stash[ENDS_AT]:
        return None
    item.config.stash[LEFT_OUT] += 1
    return True


def pytest_sessionfinish(session: pytest.Session) -> None:
    # A worker of pytest-xdist tells the one that reports.
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_SAYS] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[LEFT_OUT] += getattr(node, "workeroutput", {}).get(_SAYS, 0)


@pytest.hookimpl(hookwrapper=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> Iterator[None]:
    yield
    left = config.stash[LEFT_OUT]
    if left:
        terminalreporter.write_line(f"{left} tests were left out for want of time; bin/test runs them all")
