"""SQLite is set up so that web, worker and beat can write at the same time."""

import json
import threading
import time

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests.platform.test_settings import manage

PRAGMAS = """
import json
from django.db import connection
def ask(name):
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]
print(json.dumps({name: ask(name) for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")}))
"""


def test_the_demonstration_writes_ahead_and_waits_for_a_lock(tmp_path) -> None:
    result = manage("shell", "--no-imports", "-c", PRAGMAS, var_dir=tmp_path)
    assert json.loads(result.stdout.splitlines()[-1]) == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 20_000,
        "foreign_keys": 1,
    }, result.stderr
    assert (tmp_path / "portal.sqlite3").exists()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_reads_first_waits_for_a_writer_and_then_writes() -> None:
    """Without IMMEDIATE this fails at once on SQLite: a read cannot become a write behind another's back."""
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.create(app_label="trial", model="first")
    writing = threading.Event()
    faults: list[Exception] = []

    def other() -> None:
        try:
            with transaction.atomic():
                ContentType.objects.filter(pk=kind.pk).update(model="other")
                writing.set()
                time.sleep(0.3)
        except Exception as error:
            faults.append(error)
        finally:
            writing.set()
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    writing.wait(10)
    with transaction.atomic():
        ContentType.objects.get(pk=kind.pk)
        ContentType.objects.filter(pk=kind.pk).update(app_label="mine")
    thread.join()
    kind.refresh_from_db()
    assert faults == []
    assert (kind.app_label, kind.model) == ("mine", "other")


def test_nothing_is_written_outside_var_dir() -> None:
    from xianan.jobs import heartbeat

    for place in (
        heartbeat.SIGN_OF_BEAT,
        settings.FILE_UPLOAD_TEMP_DIR,
        settings.LOGGING["handlers"]["file"]["filename"],
        settings.STORAGES["default"]["OPTIONS"]["location"],
    ):
        assert str(place).startswith(str(settings.VAR_DIR))
