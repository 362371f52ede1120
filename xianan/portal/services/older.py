"""The store of an older version brought to what is kept today: nothing about people lies open."""

from __future__ import annotations

from typing import Any

from django.db import models

from secondment.services.papers import kept_data
from xianan.core.identity import without_id_numbers
from xianan.documents.models import Attachment
from xianan.documents.services.older import seal_papers
from xianan.imports import files
from xianan.imports.models import Upload
from xianan.jobs import downloads
from xianan.jobs.models import Download, Job

NAMES = ((Attachment, ("filename",)), (Upload, ("filename",)), (Download, ("filename",)))
SAID: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Upload, ("report",)),
    (Job, ("title", "arguments", "error", "log")),
)


def seal_private() -> dict[str, int]:
    """Seal papers, workbooks and downloads, mask numbers in what is kept; return how many of each.

    The log stays as it is: nothing in it is ever changed.
    """
    return {
        "文书": seal_papers(kept_data),
        "上传的工作簿": files.seal_older(),
        "下载文件": downloads.seal_older(),
        "文件名": sum(_mask(model, fields, "_") for model, fields in NAMES),
        "核对结果和任务": sum(_mask(model, fields, "*") for model, fields in SAID),
    }


def _mask(model: type[models.Model], fields: tuple[str, ...], sign: str) -> int:
    changed = 0
    for row in model._default_manager.only(*fields).iterator():
        kept: dict[str, Any] = {name: getattr(row, name) for name in fields}
        masked = without_id_numbers(kept, sign=sign)
        if masked != kept:
            changed += model._default_manager.filter(pk=row.pk).update(**masked)
    return changed
