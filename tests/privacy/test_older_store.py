"""A store of an older version, with private things lying open, is brought to what is kept today."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from secondment.services import papers
from tests.empowerment.filings.books import book
from tests.privacy.finder import Finder, in_files, in_names, in_tables
from tests.privacy.story import SENT, scan
from tests.secondment.staff.support import TODAY, person, registered
from tests.secondment.staff.test_workbook import HEAD, line
from xianan.core import clock
from xianan.documents import store
from xianan.documents.models import Document
from xianan.documents.selectors import newest_file
from xianan.documents.verification import verify
from xianan.imports.files import read_stored, stored
from xianan.imports.models import Upload
from xianan.imports.services import upload_workbook
from xianan.jobs import downloads
from xianan.jobs.models import Download

pytestmark = pytest.mark.sqlite
NUMBER = SENT["form"]


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    clock.set_to(TODAY)
    return tmp_path


def opened_up(world) -> tuple[Document, bytes]:
    """A personal file, a workbook and a download as they were kept: open, the first named after somebody."""
    row = registered(world, particulars=person(1, name="欧阳测验", id_number=NUMBER, born_on=None))
    document = papers.print_file(row.person, purpose="考察", actor=world.head).document
    file = newest_file(document)
    pdf = store.read(file.path)
    (store.root() / file.path).unlink()
    file.path = store.write(f"2026/{world.district.code}/欧阳测验的档案/1-原件.pdf", pdf)
    file.save()
    document.data["person"] |= {"number": NUMBER, "born": "1984年2月"}
    document.save()
    workbook = book([line(1, 身份证号码=NUMBER)], HEAD)
    upload = upload_workbook(
        "seconded", world.department, data=workbook, filename="登记表.xlsx", actor=world.clerk
    )
    stored(upload.path).write_bytes(workbook)
    upload.report["errors"] = [{"value": NUMBER}]
    upload.save()
    (downloads.folder() / "old.pdf").write_bytes(scan(NUMBER, "x.pdf").read())
    Download.objects.create(
        user=world.head, filename=f"{NUMBER}.pdf", path="old.pdf", size=1, expires_at=clock.now()
    )
    return document, pdf


def test_everything_private_is_sealed_and_reads_as_before(world, folder: Path) -> None:
    document, pdf = opened_up(world)
    finder = Finder([NUMBER])
    assert len({hit.where.split("/")[0] for hit in in_files(finder, folder)}) == 3
    assert len({hit.where.split(" of row")[0] for hit in in_tables(finder)}) == 3
    out = StringIO()
    call_command("seal_private", stdout=out)
    assert "文书 1，上传的工作簿 1，下载文件 1，文件名 1，核对结果和任务 1" in out.getvalue()
    assert not in_files(finder, folder) and not in_tables(finder) and not in_names(["欧阳测验"], folder)

    assert store.read(newest_file(document).path) == pdf and verify(pdf).verdict == "valid"
    assert read_stored(Upload.objects.get()).startswith(b"PK")
    assert downloads.open_file(Download.objects.get()).read().startswith(b"%PDF")
    assert Client().get(f"/verify/{document.code}/").status_code == 200
    call_command("seal_private", stdout=out)
    assert "文书 0，上传的工作簿 0，下载文件 0，文件名 0，核对结果和任务 0" in out.getvalue()
