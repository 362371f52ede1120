"""One command runs web, worker and beat in the demonstration, and one signal stops all of them."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import migrated_store
from xianan import environment

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


class Served:
    """`manage.py serve` in a folder of its own; ``output`` collects what it prints."""

    def __init__(self, var_dir: Path, port: int) -> None:
        self.port = port
        self.output = ""
        kept = {
            key: value for key, value in os.environ.items() if key not in environment.DEPLOYMENT_VARIABLES
        }
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--no-story"],
            env={**kept, "VAR_DIR": str(var_dir), "PORT": str(port), "STATIC_ROOT": str(var_dir / "static")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    def wait_for(self, text: str) -> None:
        until = time.monotonic() + PATIENCE
        while text not in self.output:
            assert time.monotonic() < until, self.output
            assert self.process.poll() is None or text in self.output, self.output
            time.sleep(0.1)

    def children(self) -> dict[str, int]:
        """Return the process ids of web, worker and beat."""
        number = self.process.pid
        named = {}
        for child in Path(f"/proc/{number}/task/{number}/children").read_text().split():
            arguments = Path(f"/proc/{child}/cmdline").read_text().split("\0")
            for name in ("gunicorn", "worker", "beat"):
                if name in arguments:
                    named[name] = int(child)
        return named

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(number: int) -> bool:
    try:
        return (Path("/proc") / str(number) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path, free_port())
    running.wait_for("http://127.0.0.1:")
    yield running
    running.end()


def status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
def test_it_answers_and_a_signal_stops_everything_cleanly(served: Served, tmp_path: Path) -> None:
    assert f"http://127.0.0.1:{served.port}" in served.output
    assert status(served.port) < 500
    children = served.children()
    assert sorted(children) == ["beat", "gunicorn", "worker"]
    until = time.monotonic() + PATIENCE
    while not (sign := tmp_path / "beat" / "alive").exists():
        assert time.monotonic() < until, served.output
        time.sleep(0.1)
    assert list(sign.parent.iterdir()) == [sign], (
        "nothing that a power cut could tear keeps beat from starting"
    )
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(PATIENCE) == 0, served.output
    assert not any(alive(number) for number in children.values())
    assert "Traceback" not in served.output
    assert (tmp_path / "portal.sqlite3").exists()


@pytest.fixture
def served_again(tmp_path: Path) -> Iterator[Served]:
    """A start on what an earlier one has left."""
    migrated_store(tmp_path)
    running = Served(tmp_path, free_port())
    running.wait_for("http://127.0.0.1:")
    yield running
    running.end()


@pytest.mark.slow
def test_when_one_part_dies_the_others_stop_and_it_is_an_error(served_again: Served) -> None:
    served = served_again
    children = served.children()
    os.kill(children["beat"], signal.SIGKILL)
    assert served.process.wait(PATIENCE) == 1, served.output
    assert "beat" in served.output
    assert not any(alive(number) for number in children.values())


def test_a_busy_port_is_said_in_words_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        running = Served(tmp_path, taken.getsockname()[1])
        assert running.process.wait(PATIENCE) == 1
    assert "端口可能已被占用" in running.output
    assert "Traceback" not in running.output
    assert not (tmp_path / "portal.sqlite3").exists()
