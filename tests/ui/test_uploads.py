"""What waits on the disk while a request comes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from xianan.ui.uploads import NamelessUploads


@pytest.mark.sqlite
def test_a_large_upload_has_no_name_on_the_disk_while_it_waits(settings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    waiting = NamelessUploads()
    waiting.new_file("file", "名册.xlsx", "application/octet-stream", 18, None, {})
    waiting.receive_data_chunk(b"11010519491231002X", 0)
    assert not list(tmp_path.iterdir())
    done = waiting.file_complete(18)
    assert (done.name, done.size, done.read()) == ("名册.xlsx", 18, b"11010519491231002X")
    done.close()
    broken = NamelessUploads()
    broken.new_file("file", "名册.xlsx", "application/octet-stream", 18, None, {})
    broken.upload_interrupted()
    assert broken.file.closed
