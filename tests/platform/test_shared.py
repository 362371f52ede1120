"""What a run makes once is the same for whoever loads it, and a forked program answers as a started one."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests import prepared
from tests.apart import run_forked
from tests.shared import FOLDER, shared
from tests.story import content
from tests.world import XIANAN, World
from xianan.core import clock
from xianan.core.apart import run_apart
from xianan.organizations.models import District

MEMORY = 512 * 1024 * 1024


@pytest.fixture
def _nothing_shared_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))


def world_with_a_file() -> World:
    world = World(XIANAN)
    (Path(settings.VAR_DIR) / "uploads").mkdir(exist_ok=True)
    (Path(settings.VAR_DIR) / "uploads" / "made").write_bytes(b"once")
    return world


def never() -> World:
    raise AssertionError("it was built again")


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_nothing_shared_yet")
def test_what_is_loaded_is_what_was_built() -> None:
    built = shared("tried", world_with_a_file)
    rows = content.digest()
    prepared.empty()
    made = Path(settings.VAR_DIR) / "uploads" / "made"
    made.unlink()

    loaded = shared("tried", never)
    assert content.digest() == rows
    assert made.read_bytes() == b"once"
    assert loaded.clerk == built.clerk and loaded.clerk is not built.clerk
    assert loaded.clerk.organization is loaded.department
    # The next row gets a key of its own.
    assert District.objects.create(code="429999", name="另一区", short_name="另一区").pk > built.district.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_nothing_shared_yet")
def test_at_another_moment_and_into_rows_nothing_is_loaded() -> None:
    shared("tried", world_with_a_file)
    with pytest.raises(AssertionError, match="empty database"):
        shared("tried", never)
    prepared.empty()
    clock.set_to(clock.today().replace(day=1, year=clock.today().year - 1))
    with pytest.raises(AssertionError, match="built again"):
        shared("tried", never)


PROGRAM = """
import sys, time
def main():
    data, way = sys.stdin.buffer.read(), sys.argv[1]
    print(way, len(data))
    if way == "leave":
        sys.exit(7)
    if way == "raise":
        raise ValueError("broken")
    if way == "memory":
        bytearray(2 ** 30)
    if way == "processor":
        while True:
            pass
    if way == "sleep":
        time.sleep(60)
"""


@pytest.mark.parametrize("run", [run_apart, run_forked])
def test_a_program_apart_ends_the_same_either_way(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / f"{run.__name__}_tried.py").write_text(PROGRAM)

    def end(way: str) -> Any:
        return run(
            f"{run.__name__}_tried", way, folder=tmp_path, data=b"x" * 100_000, memory=MEMORY, seconds=1
        )

    assert (end("well").returncode, end("well").stdout) == (0, b"well 100000\n")
    assert (end("leave").returncode, end("leave").stdout) == (7, b"leave 100000\n")
    broken = end("raise")
    assert broken.returncode == 1 and b"ValueError: broken" in broken.stderr
    assert end("memory").returncode == 1
    # Where the machine is busy the clock may be through before the processor's limit is reached.
    busy = next(filter(None, (end("processor") for _ in range(5))))
    assert busy.returncode in (-signal.SIGKILL, -signal.SIGXCPU)
    assert end("sleep") is None
    # One that was ended leaves the next alone.
    assert end("well").returncode == 0
