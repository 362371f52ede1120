"""The demonstration's store is whole after any interruption, and nothing that somebody made is ever lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from demo import store
from demo.store import State

ROOT = Path(__file__).resolve().parents[2]
NOW = {("organizations", "0001"), ("history", "0001"), ("jobs", "0002")}
BEFORE = NOW - {("jobs", "0002")}
ACCOUNTS = {"bianban"}
KILLED = 99


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def make(folder: Path, *, applied: set[store.Migration] = NOW, people: tuple[str, ...] = (), told: bool = True,
         work: str = "") -> None:  # fmt: skip
    """Write a store as the portal does, with WAL; its key is named in the database and in a file."""
    key = (folder / "keys" / "field_key").read_text()
    with contextlib.closing(sqlite3.connect(folder / store.DATABASE)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=OFF")
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.executemany("INSERT INTO django_migrations VALUES (?, ?)", sorted(applied))
        database.execute("CREATE TABLE organizations_district (name)")
        database.execute("CREATE TABLE organizations_user (username)")
        database.execute("CREATE TABLE history_entry (action)")
        database.execute("CREATE TABLE work (text, key)")
        if people:
            database.execute("INSERT INTO organizations_district VALUES ('咸安区')")
        database.executemany("INSERT INTO organizations_user VALUES (?)", [(name,) for name in people])
        if told:
            database.execute(f"INSERT INTO history_entry VALUES ('{store.SEEDED}')")
        database.execute("INSERT INTO work VALUES (?, ?)", (work, key))
        database.commit()
    put(folder / "documents" / "letter.pdf", f"{work} {key}")
    put(folder / "uploads" / "1" / "a.xlsx", f"{work} {key}")


def read(folder: Path) -> str:
    """Return the work in a store after making sure that all of it is there and fits together."""
    with contextlib.closing(sqlite3.connect(folder / store.DATABASE)) as database:
        work, key = database.execute("SELECT text, key FROM work").fetchone()
    assert (folder / "keys" / "field_key").read_text() == key
    for name in ("documents/letter.pdf", "uploads/1/a.xlsx"):
        assert (folder / name).read_text() == f"{work} {key}"
    return str(work)


def keys(folder: Path) -> None:
    """What reading the settings does at every start."""
    if not (folder / "keys" / "field_key").exists():
        put(folder / "keys" / "field_key", os.urandom(8).hex())


def start(var_dir: Path) -> list[str]:
    said: list[str] = []

    def build(folder: Path) -> None:
        keys(folder)
        make(folder, people=("bianban",), work="new")

    keys(var_dir)
    store.prepare(var_dir, build=build, migrations=NOW, accounts=ACCOUNTS, say=said.append)
    return said


def killed(var_dir: Path, moment: int) -> bool:
    """Start in a process that is gone before its ``moment``-th change of the disk; False: it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            left = moment

            def dying(act: Callable[..., object]) -> Callable[..., object]:
                def run(*args: object, **options: object) -> object:
                    nonlocal left
                    left -= 1
                    if left == 0:
                        os._exit(KILLED)
                    return act(*args, **options)

                return run

            acts = [(os, name) for name in ("rename", "replace", "mkdir", "unlink", "rmdir", "utime")]
            for module, name in (*acts, (sqlite3, "connect")):
                setattr(module, name, dying(getattr(module, name)))
            start(var_dir)
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED)
    return code == KILLED


def nothing(var_dir: Path) -> None:
    """The very first start."""


def empty(var_dir: Path) -> None:
    make(var_dir, told=False)
    shutil.rmtree(var_dir / "documents")
    shutil.rmtree(var_dir / "uploads")


def older(var_dir: Path) -> None:
    make(var_dir, applied=BEFORE, people=("bianban",), work="mine")


def of_another_version(var_dir: Path) -> None:
    make(var_dir, applied=NOW | {("jobs", "0003")}, people=("bianban",), work="mine")


def half(var_dir: Path) -> None:
    make(var_dir, people=("bianban",), told=False, work="mine")


@pytest.mark.parametrize("before", [nothing, empty, older])
def test_a_start_after_any_interruption_serves_a_whole_store_and_has_lost_nothing(
    tmp_path: Path, before: Callable[[Path], None]
) -> None:
    kept = before is older
    moment = 1
    while True:
        var_dir = tmp_path / str(moment)
        keys_before = var_dir / "keys" / "field_key"
        keys(var_dir)
        before(var_dir)
        key = keys_before.read_text()
        was_killed = killed(var_dir, moment)
        # Somebody is impatient: some of the next starts are killed as well.
        if was_killed and moment % 5 == 0:
            killed(var_dir, moment // 2 + 1)
        start(var_dir)
        assert read(var_dir) == "new"
        assert store.look(var_dir, NOW, ACCOUNTS)[0] == State.WHOLE
        folders = sorted(path.name for path in var_dir.iterdir() if path.is_dir())
        aside = [name for name in folders if name not in ("documents", "keys", "uploads")]
        if kept:
            (folder,) = aside
            assert folder.startswith("kept-") and read(var_dir / folder) == "mine"
            assert (var_dir / folder / "keys" / "field_key").read_text() == key
            assert not (var_dir / folder / store.MOVING).exists()
        else:
            assert aside == []
        assert start(var_dir) == [], "the next one finds it as it is"
        if not was_killed:
            break
        shutil.rmtree(var_dir)
        moment += 1
    assert moment > 10


@pytest.mark.parametrize(
    ("before", "why"), [(older, "较早版本"), (of_another_version, "另一版本"), (half, "上次没有准备完")]
)
def test_what_is_kept_is_named_with_its_folder_and_why(
    tmp_path: Path, before: Callable[[Path], None], why: str
) -> None:
    keys(tmp_path)
    before(tmp_path)
    first, second = start(tmp_path)
    (folder,) = tmp_path.glob("kept-*")
    assert why in first and str(folder) in first and "没有改动" in first
    assert "准备演示数据" in second
    assert (read(tmp_path / folder), read(tmp_path)) == ("mine", "new")


def test_data_of_ones_own_is_left_in_its_place(tmp_path: Path) -> None:
    keys(tmp_path)
    make(tmp_path, applied=BEFORE, people=("wang",), told=False, work="mine")
    assert start(tmp_path) == []
    assert read(tmp_path) == "mine"


def test_a_file_that_is_no_database_is_kept_too(tmp_path: Path) -> None:
    keys(tmp_path)
    put(tmp_path / store.DATABASE, "not a database, " * 500)
    (first, _) = start(tmp_path)
    assert "无法读取" in first
    (folder,) = tmp_path.glob("kept-*")
    assert (folder / store.DATABASE).read_text().startswith("not a database")
    assert read(tmp_path) == "new"


def test_files_without_a_database_are_kept_too(tmp_path: Path) -> None:
    keys(tmp_path)
    put(tmp_path / "documents" / "letter.pdf", "mine")
    start(tmp_path)
    (folder,) = tmp_path.glob("kept-*")
    assert (folder / "documents" / "letter.pdf").read_text() == "mine"
    assert read(tmp_path) == "new"


def test_a_store_that_is_in_use_is_not_moved_away_under_it(tmp_path: Path) -> None:
    keys(tmp_path)
    older(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / store.DATABASE)) as working:
        working.execute("INSERT INTO work VALUES ('more', '')")
        with pytest.raises(store.InUse, match="正在使用"):
            start(tmp_path)
        working.commit()
    assert (tmp_path / "documents").exists() and (tmp_path / store.DATABASE).exists()
    start(tmp_path)
    assert read(tmp_path) == "new"


def test_what_tells_aside_ends_with_the_start_that_wanted_it_and_not_before() -> None:
    line = "from demo import build; build.end_with_the_starter(); import time; time.sleep({})"
    for seconds, abandoned, code in ((0.2, False, 0), (60, True, 1)):
        telling = subprocess.Popen(
            [sys.executable, "-c", line.format(seconds)], cwd=ROOT, stdin=subprocess.PIPE
        )
        if abandoned:
            assert telling.stdin
            telling.stdin.close()
        assert telling.wait(30) == code


def test_two_starts_never_prepare_one_folder(tmp_path: Path) -> None:
    with store.alone(tmp_path) as first, store.alone(tmp_path) as second:
        assert (first, second) == (True, False)
    with store.alone(tmp_path) as again:
        assert again
