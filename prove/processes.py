"""Real processes: workers, beats and a Redis that can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

PATIENCE = 300.0


class Process:
    """One program in a session of its own, so that it can be killed with all its children."""

    def __init__(self, *command: str) -> None:
        self.command = command
        self.start()

    def start(self) -> None:
        log = (Path(settings.VAR_DIR) / "log" / "prove.log").open("ab")
        self.program = subprocess.Popen(
            self.command, cwd=settings.BASE_DIR, stdout=log, stderr=log, start_new_session=True
        )
        log.close()

    def kill(self) -> None:
        """kill -9, children too."""
        os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait()

    def children(self) -> list[int]:
        try:
            found = Path(f"/proc/{self.program.pid}/task/{self.program.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(pid) for pid in found.split()]

    def end(self) -> None:
        if self.program.poll() is None:
            self.kill()

    @contextmanager
    def kept_alive(self) -> Iterator[list[int]]:
        """Start it again whenever it ends by itself, as the compose file says; yield the exit codes."""
        codes: list[int] = []
        stop = threading.Event()

        def watch() -> None:
            while not stop.wait(1):
                code = self.program.poll()
                if code is not None:
                    codes.append(code)
                    self.start()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield codes
        finally:
            stop.set()
            watcher.join()


def worker() -> Process:
    return Process(
        *(sys.executable, "-m", "celery", "-A", "prove.app", "worker", "--concurrency=2"),
        *(
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "-n",
            f"w{time.monotonic_ns()}@proof",
        ),
    )


def beat() -> Process:
    return Process(
        sys.executable, "-m", "celery", "-A", "prove.app", "beat", "--loglevel=WARNING", "--pidfile="
    )


class Redis(Process):
    """A Redis without persistence: what was in it is gone when it comes back."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.command = (
            *("redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""),
            *("--appendonly", "no", "--dir", str(folder)),
        )
        self.start()

    def start(self) -> None:
        # Django is not set up yet when the first one starts.
        self.program = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, start_new_session=True)
        until(self._answers, 20)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(check: Callable[[], object], seconds: float = PATIENCE, step: float = 0.2) -> bool:
    """Wait until the check holds; False when it did not within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(step)
    return False
