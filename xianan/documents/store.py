"""The files under VAR_DIR/documents: PDFs of documents with names that people can read, and attachments."""

from __future__ import annotations

import os
import secrets
from pathlib import Path, PurePosixPath

from django.conf import settings


def root() -> Path:
    """Return the folder that all paths are relative to."""
    return Path(settings.VAR_DIR) / "documents"


def write(path: str, data: bytes) -> str:
    """Write a new file and return its path; never touches one that is there.

    The bytes are on the disk when this returns, and the file is never seen half written. A file left by
    a transaction that did not commit stays, and the new one takes another name beside it.
    """
    target = PurePosixPath(path)
    folder = root() / target.parent
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, refuses a name that is taken.
        while True:
            try:
                os.link(draft, folder / target.name)
                break
            except FileExistsError:
                given = PurePosixPath(path)
                target = target.with_name(f"{given.stem}-{secrets.token_hex(3)}{given.suffix}")
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(folder)
    return str(target)


def read(path: str) -> bytes:
    """Return the bytes of a file. Raises OSError when it is gone."""
    return (root() / path).read_bytes()


def discard(path: str) -> None:
    """Take away a file whose row did not come to be."""
    (root() / path).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
