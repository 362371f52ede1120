"""Papers of a version of the portal that kept private ones open: sealed, and their data without numbers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import transaction

from xianan.core.identity import without_id_numbers
from xianan.core.locks import lock
from xianan.documents import registry, store
from xianan.documents.models import Document

from .documents import path_of


def seal_papers(clean: Callable[[str, Any], Any]) -> int:
    """Seal what private kinds have on the disk and mask numbers in what is kept; return how many changed.

    ``clean`` gets kind and data and returns the data to keep. May be run again at any time.
    """
    return sum(_seal(document, clean) for document in Document.objects.select_related("district").iterator())


def _seal(document: Document, clean: Callable[[str, Any], Any]) -> bool:
    data = without_id_numbers(clean(document.kind, document.data))
    title = str(without_id_numbers(document.title))
    private = registry.is_private(document.kind) or (data, title) != (document.data, document.title)
    files = [file for file in document.files.all() if private and not file.sealed]
    if (data, title) == (document.data, document.title) and not files:
        return False
    old = []
    with transaction.atomic():
        fresh = lock(document)
        fresh.data, fresh.title = data, title
        fresh.save(update_fields=["data", "title"])
        for file in files:
            old.append(file.path)
            content = store.read(file.path)
            file.path = store.write(path_of(document, file.sequence, file.label), content, sealed=True)
            file.save(update_fields=["path"])
    for path in old:
        store.discard(path)
        with suppress(OSError):
            # The folder was the paper's own, and may have been named after somebody.
            (store.root() / path).parent.rmdir()
    return True
