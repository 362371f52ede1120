"""No identity number lies in clear anywhere, whatever people send in and have made (P11, P30, P33)."""

from __future__ import annotations

from pathlib import Path

import pytest

from secondment.models import Attendance, Person
from tests.privacy.finder import Finder, copies, in_broker, in_files, in_names, in_tables, protected
from tests.privacy.story import SENT, Story
from xianan.documents.models import Attachment, Document
from xianan.imports.models import Upload
from xianan.jobs.models import Download
from xianan.ui import exports

pytestmark = pytest.mark.sqlite


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_after_every_road_is_walked_no_number_lies_in_clear(
    world, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(exports, "LONG", 0)
    Story(world)
    # The roads were walked: what they leave behind is there to be searched.
    assert Document.objects.count() >= 6 and Download.objects.count() >= 6
    assert Upload.objects.count() == 5 and Attachment.objects.filter(private=True).count() == 2
    assert {SENT["form"], SENT["imported"], SENT["account"]} <= protected()

    finder = Finder(protected() | set(SENT.values()))
    found = in_tables(finder) + in_broker(finder) + in_files(finder, folder) + finder.look(caplog.text, "log")
    assert not found, "\n".join(sorted({str(hit) for hit in found}))

    names = {
        *Person.objects.values_list("name", flat=True),
        *Attendance.objects.values_list("name", flat=True),
    }
    assert not in_names(names, folder)
    private = {
        *Attachment.objects.filter(private=True).values_list("sha256", flat=True),
        *Upload.objects.values_list("sha256", flat=True),
    }
    assert not copies(private, folder)
