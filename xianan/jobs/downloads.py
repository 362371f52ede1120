"""我的下载: what long work made for a person lies ready for 30 days, then it is cleared away.

Every file lies there sealed: it was made for one person, and most are about people.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from xianan.core import clock, sealing
from xianan.core.identity import without_id_numbers

from .models import Download
from .run import Run

USE = "xianan.jobs.downloads"
DAYS = 30
# A file without a row is a run's that died; one that is still being written is younger than this.
ORPHAN = dt.timedelta(days=1)


def folder() -> Path:
    """Return the folder of the downloads, under VAR_DIR."""
    place = Path(settings.VAR_DIR) / "downloads"
    place.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def stored(run: Run, filename: str, content: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Put a file among the downloads of the person who asked for the job, as the job's effect.

    Yields the job's result. The row commits with the job; without it the file goes away again.
    """
    user = run.job.created_by
    if user is None:
        raise ValueError("nobody asked for this job")
    name = f"{uuid.uuid4().hex}.sealed"
    path = folder() / name
    try:
        with path.open("xb") as file:
            sealing.seal_file(content, file, settings.FIELD_KEY, use=USE)
        with run.effect() as result:
            now = clock.now()
            result["download"] = Download.objects.create(
                user=user,
                job=run.job,
                filename=re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", str(without_id_numbers(filename)))[:200],
                path=name,
                size=content.tell(),
                created_at=now,
                expires_at=now + dt.timedelta(days=DAYS),
            ).pk
            yield result
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def file_of(download: Download) -> Path:
    """Return where the file lies."""
    return folder() / download.path


def open_file(download: Download) -> IO[bytes]:
    """Open what was put there, unsealed as it is read. Raises OSError when it is gone, ValueError when damaged."""
    return sealing.open_file(file_of(download).open("rb"), settings.FIELD_KEY, use=USE)


def fetched(download: Download) -> None:
    """Remember when it was first fetched."""
    Download.objects.filter(pk=download.pk, fetched_at__isnull=True).update(fetched_at=clock.now())


def seal_older() -> int:
    """Seal files that an older version of the portal left open; return how many."""
    sealed = 0
    for download in Download.objects.all():
        path = file_of(download)
        if path.exists() and sealing.seal_in_place(path, settings.FIELD_KEY, use=USE):
            sealed += 1
    return sealed


def clear() -> tuple[int, int]:
    """Delete expired downloads and files that belong to none; return how many of each.

    The row goes first: a file without its row is cleared later, a row without its file would be a
    promise that is not kept.
    """
    now = clock.now()
    expired = list(Download.objects.filter(expires_at__lt=now))
    for download in expired:
        download.delete()
        file_of(download).unlink(missing_ok=True)
    known = set(Download.objects.values_list("path", flat=True))
    orphans = 0
    for path in folder().iterdir():
        age = dt.datetime.fromtimestamp(path.stat().st_mtime, clock.ZONE)
        if path.name not in known and age < now - ORPHAN:
            path.unlink(missing_ok=True)
            orphans += 1
    return len(expired), orphans
