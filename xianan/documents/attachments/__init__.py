"""Attachments: what the apps above register, so that a row of theirs can have files.

Nothing here touches the database: models, services and pages of attachments ask this registry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .kinds import (
    DOC,
    DOCX,
    IMAGES,
    JPEG,
    OFFICE,
    PAPERS,
    PDF,
    PNG,
    PPTX,
    SCANS,
    XLS,
    XLSX,
    ZIP,
    Kind,
    listed,
)

if TYPE_CHECKING:
    from django.db import models

    from xianan.organizations.scope import Scope

MayRead = Callable[["Scope", Any], bool]
MayChange = Callable[["Scope", Any], str]
"""Returns "" or the Chinese reason why files can't be added or removed now; raises NotAllowed for a missing right."""

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for files of one sort.

    ``most``: how many files it holds; ``private``: encrypted at rest, each opening is logged; ``largest``:
    bytes of one file. The rights are the owner's unless the slot has its own. ``follows`` is what comes of a
    file that came or went, in the same transaction, given the locked row.
    """

    key: str
    label: str
    accept: tuple[Kind, ...] = SCANS
    most: int = 1
    private: bool = False
    required: bool = False
    hint: str = ""
    largest: int = LARGEST
    may_read: MayRead | None = None
    may_change: MayChange | None = None
    follows: Callable[[Any], object] | None = None

    @property
    def field(self) -> str:
        """The name of its field in forms and refusals."""
        return f"file_{self.key}"

    @property
    def endings(self) -> str:
        """What the file dialog of a browser offers: .pdf,.jpg."""
        return ",".join(f".{ending}" for kind in self.accept for ending in kind.endings)

    @property
    def terms(self) -> str:
        """What is taken, in words: PDF、JPG，不超过 20 MB，最多 3 个。"""
        many = f"，最多\u00a0{self.most}\u00a0个" if self.most > 1 else ""
        return f"{listed(self.accept)}，单个不超过 {self.largest // MEGABYTE}\u00a0MB{many}"


@dataclass(frozen=True, slots=True)
class Owner:
    """A model whose rows have files. ``url`` is where a row's files are shown."""

    model: type[models.Model]
    label: str
    slots: tuple[Slot, ...]
    may_read: MayRead
    may_change: MayChange
    url: Callable[[Any], str]

    def slot(self, key: str) -> Slot:
        """Return a slot by its key. Raises KeyError."""
        for slot in self.slots:
            if slot.key == key:
                return slot
        raise KeyError(f"{self.model._meta.label} has no slot {key!r}")

    def readable(self, scope: Scope, row: Any, slot: Slot) -> bool:
        """Whether the person may see the files of a slot; never across districts."""
        return scope.district_id == row.district_id and (slot.may_read or self.may_read)(scope, row)

    def refusal(self, scope: Scope, row: Any, slot: Slot) -> str:
        """Return why files can't be added or removed now, or "". Raises NotAllowed."""
        return (slot.may_change or self.may_change)(scope, row)


_owners: dict[str, Owner] = {}


def register(owner: Owner) -> Owner:
    """Add a model. Raises ValueError when a slot is named twice or its key is no identifier."""
    keys = [slot.key for slot in owner.slots]
    if len(set(keys)) != len(keys) or not all(key.isascii() and key.isidentifier() for key in keys):
        raise ValueError(f"bad slots of {owner.model._meta.label}: {keys}")
    _owners[owner.model._meta.label_lower] = owner
    return owner


def owner_of(model: type[models.Model] | models.Model | str) -> Owner:
    """Return what was registered for a model, a row of it or its label in lower case. Raises KeyError."""
    return _owners[model if isinstance(model, str) else model._meta.label_lower]


__all__ = [
    "DOC",
    "DOCX",
    "IMAGES",
    "JPEG",
    "LARGEST",
    "OFFICE",
    "PAPERS",
    "PDF",
    "PNG",
    "PPTX",
    "SCANS",
    "XLS",
    "XLSX",
    "ZIP",
    "Kind",
    "Owner",
    "Slot",
    "owner_of",
    "register",
]
