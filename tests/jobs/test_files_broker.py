"""The broker of files under many hands: no process ever reads half a message."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

import xianan.celery  # noqa: F401  (names the transport)

pytestmark = pytest.mark.sqlite


def channel(folder: Path) -> Any:
    (folder / "control").mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control"),
    }  # fmt: skip
    return Connection("files://", transport_options=options).channel()


def drain(box: Any, queue: str = "celery") -> list[Any]:
    found = []
    while True:
        try:
            found.append(box._get(queue))
        except Empty:
            return found


def test_messages_arrive_in_their_order(tmp_path: Path) -> None:
    box = channel(tmp_path)
    for number in range(5):
        box._put("celery", {"number": number})
    box._put("other", {"number": 9})
    assert box._size("celery") == 5
    assert sorted(one["number"] for one in drain(box)) == [0, 1, 2, 3, 4]
    assert box._size("other") == 1


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, ".")
from tests.jobs.test_files_broker import channel
box = channel(Path(sys.argv[1]))
for number in range(400):
    box._put("celery", {"number": number, "ballast": "x" * 20000})
"""


@pytest.mark.slow
def test_a_reader_beside_writers_finds_every_message_whole(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=Path(__file__).parents[2])
        for _ in range(2)
    ]
    box, found = channel(tmp_path), []
    while any(writer.poll() is None for writer in writers):
        found += drain(box)
    found += drain(box)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(found) == 800
    assert all(len(one["ballast"]) == 20000 for one in found)


@pytest.mark.parametrize("content", [b"", b'{"number": 1', b"\xff\xfe"])
def test_what_a_broken_disk_left_is_dropped_and_the_rest_arrives(tmp_path: Path, content: bytes) -> None:
    """What was to be woken stands in the ledger; the sweep wakes it."""
    (tmp_path / "1_a.celery.msg").write_bytes(content)
    box = channel(tmp_path)
    box._put("celery", {"number": 2})
    assert drain(box) + drain(box) == [{"number": 2}]
    assert list(tmp_path.glob("*.msg")) == []


def test_half_a_message_has_no_name_yet(tmp_path: Path) -> None:
    (tmp_path / ".abc.part").write_bytes(b'{"number"')
    box = channel(tmp_path)
    assert (drain(box), box._size("celery")) == ([], 0)


def test_many_who_bind_at_once_are_all_in_the_table(tmp_path: Path) -> None:
    boxes = [channel(tmp_path) for _ in range(8)]
    barrier = threading.Barrier(len(boxes))

    def bind(place: int) -> None:
        barrier.wait(10)
        for number in range(10):
            boxes[place]._queue_bind("news", "", "", f"queue-{place}-{number}")

    threads = [threading.Thread(target=bind, args=(place,)) for place in range(len(boxes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(boxes[0].get_table("news")) == 80
    boxes[0]._delete("queue-3-3", "news", "", "")
    assert len(boxes[1].get_table("news")) == 79
    boxes[0]._queue_bind("news", "", "", "queue-0-0")
    assert len(boxes[1].get_table("news")) == 79


@pytest.mark.parametrize("content", ["", "[[", json.dumps([["", "", "celery"]])[:-1]])
def test_a_table_that_can_not_be_read_is_made_anew(tmp_path: Path, content: str) -> None:
    box = channel(tmp_path)
    (tmp_path / "control" / "celery.exchange").write_text(content)
    assert box.get_table("celery") == []
    box._queue_bind("celery", "celery", "", "celery")
    assert [row.queue for row in box.get_table("celery")] == ["celery"]
