"""The finder finds a planted number in every sort of container before it is believed about the portal."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import pickle
import uuid
import zipfile
import zlib
from pathlib import Path

import pymupdf
import pytest
import xlwt
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from redis import Redis

from tests.empowerment.filings.books import book
from tests.privacy.finder import Finder, copies, in_broker, in_files, in_names, in_tables, protected
from tests.secondment.appraisal.kit import person
from xianan.core import sealing
from xianan.history.models import Entry
from xianan.jobs.models import Job

NUMBER = "421202198605200017"
FINDER = Finder([NUMBER])
OPEN = f"张某，身份证号{NUMBER}，已核对"


def _paper(text: str = "", **metadata: str) -> bytes:
    with pymupdf.open() as paper:
        paper.new_page().insert_text((72, 72), text)
        paper.set_metadata(metadata)
        return bytes(paper.tobytes(deflate=True))


def _embedding(data: bytes, name: str = "附件.txt") -> bytes:
    with pymupdf.open() as paper:
        paper.new_page()
        paper.embfile_add(name, data, filename=name)
        return bytes(paper.tobytes(deflate=True))


def _archive(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def _old_workbook() -> bytes:
    made, stream = xlwt.Workbook(), io.BytesIO()
    made.add_sheet("人员").write(0, 0, NUMBER)
    made.save(stream)
    return stream.getvalue()


def _session() -> bytes:
    return SessionStore().encode({"typed": OPEN}).encode()


CONTAINERS = {
    "text": OPEN.encode(),
    "GBK": OPEN.encode("gbk"),
    "UTF-16": OPEN.encode("utf-16"),
    "full-width digits": NUMBER.translate(str.maketrans("0123456789", "０１２３４５６７８９")).encode(),
    "groups of digits": f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}".encode(),
    "digits with marks between": f"<td><b>{NUMBER[:6]}</b><i>{NUMBER[6:]}</i></td>".encode(),
    "JSON": json.dumps({"data": [{"号": OPEN}]}).encode(),
    "JSON in JSON": json.dumps({"data": json.dumps([OPEN])}).encode(),
    "a number in JSON": json.dumps([int(NUMBER)]).encode(),
    "base64": base64.b64encode(OPEN.encode()),
    "base64 for addresses": b"next=" + base64.urlsafe_b64encode(OPEN.encode() * 3).rstrip(b"="),
    "hex": OPEN.encode().hex().encode(),
    "gzip": gzip.compress(OPEN.encode()),
    "zlib": zlib.compress(OPEN.encode()),
    "pickle": pickle.dumps({"person": [OPEN]}),
    "cached": pickle.dumps(1893456000.0) + zlib.compress(pickle.dumps(OPEN)),
    "session": _session(),
    "xlsx": book([["张某", NUMBER]], ("姓名", "身份证号码")),
    "xls": _old_workbook(),
    "archive": _archive("甲.txt", OPEN.encode()),
    "archive in an archive": _archive("甲.zip", _archive("乙.txt", OPEN.encode())),
    "name in an archive": _archive(f"{NUMBER}.txt", b"x"),
    "text of a PDF": _paper(NUMBER),
    "metadata of a PDF": _paper(title=OPEN),
    "file in a PDF": _embedding(OPEN.encode()),
    "workbook in a PDF": _embedding(book([["张某", NUMBER]], ("姓名", "身份证号码")), "名册.xlsx"),
    "name of a file in a PDF": _embedding(b"x", f"{NUMBER}.txt"),
    "PDF in an archive": _archive("甲.pdf", _paper(NUMBER)),
    "PDF in base64 in JSON": json.dumps({"file": base64.b64encode(_paper(NUMBER)).decode()}).encode(),
}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_planted_number_is_found_in(kind: str) -> None:
    assert {hit.value for hit in FINDER.look(CONTAINERS[kind], kind)} == {NUMBER}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_what_is_sealed_is_not_found_in(kind: str) -> None:
    secret = "a-secret-for-this-test-alone-0123456789"
    assert not FINDER.look(sealing.seal(CONTAINERS[kind], secret, use="test"), kind)


def test_a_mask_is_no_number() -> None:
    assert not FINDER.look("421*************17 4212021986052000", "a mask")


def test_a_file_is_found_by_its_content_its_name_and_that_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / NUMBER).mkdir()
    (tmp_path / NUMBER / "a.pdf").write_bytes(_paper("nothing"))
    (tmp_path / "b.bin").write_bytes(CONTAINERS["xlsx"])
    (tmp_path / "李明的登记表").mkdir()
    found = {hit.where.split(" > ")[0] for hit in in_files(FINDER, tmp_path)}
    assert found == {f"name of {NUMBER}", f"name of {NUMBER}/a.pdf", "b.bin"}
    assert {hit.where for hit in in_names(["李明"], tmp_path)} == {"李明的登记表"}
    assert copies([hashlib.sha256(CONTAINERS["xlsx"]).hexdigest()], tmp_path) == ["b.bin"]


@pytest.mark.sqlite
def test_a_row_is_found_in_any_table_even_one_of_no_model(world) -> None:
    Job.objects.create(district=world.district, kind="x", title="x", arguments={"query": f"q={NUMBER}"})
    Entry.objects.create(
        district=world.district, actor_name="x", action="x", label="x", object_type="x", object_id=1,
        object_text="x", changes={"号码": ["", OPEN]},
    )  # fmt: skip
    session = SessionStore()
    session["typed"] = OPEN
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE beside (id integer, content varchar(200))")
        cursor.execute("INSERT INTO beside VALUES (1, %s)", [base64.b64encode(OPEN.encode()).decode()])
    found = {hit.where.split(" of row")[0] for hit in in_tables(FINDER)}
    assert found == {
        "jobs_job.arguments", "history_entry.changes", "django_session.session_data", "beside.content",
    }  # fmt: skip


def test_a_message_that_waits_is_found() -> None:
    key = f"privacy-{uuid.uuid4().hex}"
    with Redis.from_url(settings.CELERY_BROKER_URL) as broker:
        broker.lpush(key, json.dumps({"body": base64.b64encode(json.dumps([[OPEN], {}]).encode()).decode()}))
        try:
            assert {hit.value for hit in in_broker(FINDER)} == {NUMBER}
        finally:
            broker.delete(key)


def test_every_encrypted_column_says_what_must_not_be_found(world) -> None:
    number = person(world, "张甲", serial=7).id_number
    assert number in protected()
    assert not in_tables(Finder([number]))
