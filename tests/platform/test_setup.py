"""bin/setup does nothing twice, and says exactly what is missing when it may not install it."""

import os
import subprocess
from pathlib import Path

from tests.effort import spent

ROOT = Path(__file__).resolve().parents[2]


def setup(*arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PATH": path + os.environ["PATH"]}
    return subprocess.run(
        [ROOT / "bin" / "setup", *arguments], env=variables, capture_output=True, text=True, timeout=120
    )


def program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def test_a_second_run_is_silent_and_quick() -> None:
    assert setup("--test").returncode == 0
    begun = spent()
    again = setup("--test")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert spent() - begun < 5


def test_running_the_portal_does_not_take_the_linters_away() -> None:
    assert setup().stdout == ""
    assert (ROOT / ".venv" / "bin" / "ruff").exists()


def test_missing_system_packages_are_named_exactly(tmp_path: Path) -> None:
    program(
        tmp_path,
        "dpkg-query",
        'for name; do :; done; case "$name" in libharfbuzz-subset0|chromium-headless-shell) exit 1;; *) printf installed;; esac',
    )
    program(tmp_path, "apt-get", "exit 100")
    result = setup("--test", path=f"{tmp_path}:")
    assert result.returncode == 1
    assert "could not be installed from here: libharfbuzz-subset0 chromium-headless-shell\n" in result.stderr
    assert (
        "apt-get install -y --no-install-recommends libharfbuzz-subset0 chromium-headless-shell\n"
        in result.stderr
    )


def test_an_unknown_argument_is_refused() -> None:
    assert setup("--everything").returncode == 2
