"""Where the types are told to be quiet, few places are, and each says why."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUIET = re.compile(r"# type: *ignore(.*)")
REASON = re.compile(r"\[[\w, -]+\]  # .*\w")
MOST = 40


def quiet_places() -> list[tuple[str, str]]:
    """Each place by name with what follows the sign, in every Python file of ours."""
    folders = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    paths = [*ROOT.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.py"))]
    return [
        (f"{path.relative_to(ROOT)}:{number}", found[1])
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := QUIET.search(line))
    ]


def test_few_complaints_about_types_are_silenced_and_each_says_why() -> None:
    places = quiet_places()
    assert len(places) <= MOST
    assert [place for place, rest in places if not REASON.match(rest)] == []
