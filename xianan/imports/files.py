"""Where uploaded workbooks lie: under VAR_DIR/uploads, sealed.

Every kind is: people send the roster where the list was asked for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from xianan.core import clock, sealing
from xianan.core.errors import DomainError

from .models import Upload

USE = "xianan.imports.files"
# A file without a row is that of a request that failed; one that is just being written is younger.
ORPHAN = dt.timedelta(days=1)


def stored(path: str) -> Path:
    """Return where an uploaded file lies."""
    return Path(settings.VAR_DIR) / "uploads" / path


def keep(data: bytes, folder: str, suffix: str) -> str:
    """Write a file into a folder, sealed, and return its path below VAR_DIR/uploads."""
    path = f"{folder}/{uuid.uuid4().hex}{suffix}.sealed"
    target = stored(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        sealing.seal_file(io.BytesIO(data), file, settings.FIELD_KEY, use=USE)
    return path


def read_stored(upload: Upload) -> bytes:
    """Return the uploaded file as it came. Errors: file_gone, file_damaged."""
    if not upload.path:
        raise DomainError("file_gone", "这个工作簿含个人信息，已按规定从平台删除。需要导入的，重新上传。")
    try:
        with sealing.open_file(stored(upload.path).open("rb"), settings.FIELD_KEY, use=USE) as file:
            data = file.read()
    except (OSError, ValueError):
        raise DomainError("file_damaged", "上传的工作簿读不出来，重新上传。") from None
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise DomainError("file_damaged", "上传的工作簿与核对时的内容不一致，重新上传。")
    return data


def remove(paths: Iterable[str]) -> None:
    """Delete files; those that are gone already need no more."""
    for path in paths:
        if path:
            stored(path).unlink(missing_ok=True)


def seal_older() -> int:
    """Seal workbooks that an older version of the portal left open; return how many."""
    paths = Upload.objects.exclude(path="").values_list("path", flat=True)
    there = [stored(path) for path in paths if stored(path).exists()]
    return sum(sealing.seal_in_place(path, settings.FIELD_KEY, use=USE) for path in there)


def remove_orphans() -> int:
    """Delete files that belong to no upload any more; return how many."""
    root = stored("")
    known = set(Upload.objects.exclude(path="").values_list("path", flat=True))
    removed = 0
    for file in sorted(root.rglob("*")) if root.is_dir() else ():
        if not file.is_file() or file.relative_to(root).as_posix() in known:
            continue
        if dt.datetime.fromtimestamp(file.stat().st_mtime, clock.ZONE) < clock.now() - ORPHAN:
            file.unlink(missing_ok=True)
            removed += 1
    return removed
