"""How long a newcomer waits: bin/serve and bin/test from a fresh clone of this checkout's last commit."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure

GROUP = "From a fresh clone"
ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 1800


def measure() -> Iterator[Figure]:
    """Clone, serve until the sign-in page answers, serve again, then run every check once."""
    folder = Path(tempfile.mkdtemp(prefix="xianan-clone-"))
    try:
        checkout = folder / "portal"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(checkout)], check=True)
        yield Figure(GROUP, "bin/serve, first start to the first answer", serve(checkout), "s")
        yield Figure(GROUP, "bin/serve, started again", serve(checkout), "s")
        begin = time.monotonic()
        tested = subprocess.run(
            ["bin/test"], cwd=checkout, env=_environment(), capture_output=True, text=True
        )
        seconds = time.monotonic() - begin
        note = tested.stdout.strip().splitlines()[-1] if tested.stdout.strip() else "no output"
        yield Figure(GROUP, "bin/test", seconds, "s", note=note)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def serve(checkout: Path) -> float:
    """Return the seconds from the command to the first answer; the server is stopped again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**_environment(), "PORT": str(port)}
    begin = time.monotonic()
    said = checkout.parent / "serve.log"
    with said.open("wb") as log:
        server = subprocess.Popen(["bin/serve"], cwd=checkout, env=environment, stdout=log, stderr=log)
    try:
        while time.monotonic() - begin < PATIENCE:
            if server.poll() is not None:
                raise SystemExit(f"bin/serve ended with {server.returncode}:\n{said.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=10) as answer:
                    if answer.status == 200:
                        return time.monotonic() - begin
            except OSError:
                time.sleep(0.2)
        raise SystemExit("bin/serve did not answer")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=90)


def _environment() -> dict[str, str]:
    """The caller's environment without this run's own deployment."""
    own = ("SECRET_KEY", "FIELD_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "PLAIN_HTTP", "VAR_DIR")
    gone = {*own, "STATIC_ROOT", "DJANGO_SETTINGS_MODULE", "PORT", "FONTCONFIG_FILE"}
    return {name: value for name, value in os.environ.items() if name not in gone}
