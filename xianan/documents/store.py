"""The files under VAR_DIR/documents: PDFs of documents, and attachments; private ones are sealed."""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings

from xianan.core import sealing
from xianan.documents.rules import SEALED

USE = "xianan.documents.attachments"
"""What the key of sealed files is derived for; the first to be sealed were attachments."""


def root() -> Path:
    """Return the folder that all paths are relative to."""
    return Path(settings.VAR_DIR) / "documents"


def write(path: str, data: bytes, *, sealed: bool = False) -> str:
    """Write a new file and return its path; never touches one that is there.

    A sealed one is encrypted with FIELD_KEY, and its name says so. The bytes are on the disk when this
    returns, and the file is never seen half written. A file left by a transaction that did not commit
    stays, and the new one takes another name beside it.
    """
    path = f"{path}{SEALED}" if sealed else path
    target = PurePosixPath(path)
    folder = root() / target.parent
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if sealed:
                sealing.seal_file(io.BytesIO(data), file, settings.FIELD_KEY, use=USE)
            else:
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


def open_file(path: str) -> IO[bytes]:
    """Open a file to be read as it was given to ``write``. Raises OSError when it is gone."""
    return sealing.open_file((root() / path).open("rb"), settings.FIELD_KEY, use=USE)


def read(path: str) -> bytes:
    """Return the bytes of a file. Raises OSError when it is gone, damaged or sealed with another FIELD_KEY."""
    try:
        with open_file(path) as file:
            return file.read()
    except ValueError as fault:
        raise OSError(f"{path}: {fault}") from None


def discard(path: str) -> None:
    """Take away a file that no row speaks of."""
    (root() / path).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
