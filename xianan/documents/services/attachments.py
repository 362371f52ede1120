"""Putting files into the slots of a row, and taking them out. The log of the row has a line for each."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.documents import store
from xianan.documents.attachments import Owner, Slot, owner_of
from xianan.documents.attachments.intake import Judged, judge, refuse_size
from xianan.documents.attachments.intake.names import shown
from xianan.documents.attachments.selectors import row_of
from xianan.documents.models import Attachment
from xianan.documents.rules import sha256
from xianan.history.services import record
from xianan.organizations.scope import scope_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from xianan.organizations.models import Organization, User

_written: ContextVar[list[str] | None] = ContextVar("attachments_written", default=None)


@contextmanager
def together() -> Iterator[None]:
    """A transaction that takes the files written in it away again when it fails.

    One inside another belongs to the outer one. A process that is killed leaves a file without a row,
    which is harmless.
    """
    if _written.get() is not None:
        with transaction.atomic():
            yield
        return
    paths: list[str] = []
    token = _written.set(paths)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for path in paths:
            store.discard(path)
        raise
    finally:
        _written.reset(token)


def attach(
    row: models.Model,
    slot: str,
    *,
    actor: User,
    file: UploadedFile[bytes] | None = None,
    data: bytes = b"",
    filename: str = "",
    organization: Organization | None = None,
) -> Attachment:
    """Put a file into a slot of ``row`` for ``organization`` (the actor's by default).

    Either ``file`` or ``data`` with ``filename``. The owner is locked, so of two at the last place of a
    slot one gets it. Errors, at field ``file_<slot>``: not_allowed, frozen, no_file, empty, too_big,
    bad_name, wrong_type, wrong_content, broken, encrypted, macros, active, embedded, virus, bomb, twice,
    full, gone. Raises KeyError for a model or slot that nobody registered.
    """
    owner = owner_of(row)
    place = owner.slot(slot)
    if file is not None:
        filename = file.name or ""
        refuse_size(file.size or 0, filename, largest=place.largest, field=place.field)
        file.seek(0)
        data = file.read()
    elif not filename:
        raise DomainError("no_file", f"没有选择{place.label}的文件。", field=place.field, status=400)
    # Looking through a large file takes a second: not under the lock, and for nobody who may not send it.
    _refuse_actor(owner, row, place, actor)
    judged = judge(data, filename, accept=place.accept, largest=place.largest, field=place.field)
    with together():
        fresh = lock(row)
        _refuse_actor(owner, fresh, place, actor)
        return _keep(fresh, place, judged, actor=actor, organization=organization or actor.organization)


def attach_all(
    row: models.Model,
    files: Mapping[str, Sequence[UploadedFile[bytes]]],
    *,
    actor: User,
    organization: Organization | None = None,
) -> list[Attachment]:
    """Put files into slots (slot key → files), all of them or none. Errors as for ``attach``."""
    with together():
        return [
            attach(row, slot, actor=actor, file=file, organization=organization)
            for slot, sent in files.items()
            for file in sent
        ]


@transaction.atomic
def remove(attachment: Attachment, *, actor: User) -> Attachment:
    """Take a file out of its slot. It stays on the disk and in the log.

    Errors: not_allowed, frozen, gone (its row is no more, or somebody has removed it already).
    """
    row = row_of(attachment)
    if row is None:
        raise DomainError("gone", "该附件所属的记录已不存在，请返回列表刷新。")
    owner = owner_of(row)
    place = owner.slot(attachment.slot)
    fresh = lock(row)
    _refuse_actor(owner, fresh, place, actor)
    kept = lock(attachment)
    if kept.removed_at is not None:
        raise DomainError("gone", f"“{kept.filename}”已由{kept.removed_by}移除。", field=place.field)
    _mark_removed(kept, actor)
    record(
        fresh, "attachment.removed", f"移除{place.label}", actor=actor,
        changes={place.label: (kept.filename, "")},
    )  # fmt: skip
    if place.follows is not None:
        place.follows(fresh)
    return kept


@transaction.atomic
def remove_all(row: models.Model, *, actor: User) -> int:
    """Take all files of ``row`` out before an app deletes it; return how many. Asks no right."""
    kind = ContentType.objects.get_for_model(row)
    return Attachment.objects.filter(content_type=kind, object_id=row.pk, removed_at__isnull=True).update(
        removed_at=clock.now(), removed_by=actor
    )


def note_opening(attachment: Attachment, row: models.Model, *, actor: User) -> None:
    """Write down that somebody opened a private file."""
    label = owner_of(row).slot(attachment.slot).label
    record(row, "attachment.opened", f"查看{label}“{attachment.filename}”"[:200], actor=actor)


def _mark_removed(attachment: Attachment, actor: User) -> None:
    attachment.removed_at, attachment.removed_by = clock.now(), actor
    attachment.save(update_fields=["removed_at", "removed_by"])


def _refuse_actor(owner: Owner, row: Any, slot: Slot, actor: User) -> None:
    scope = scope_of(actor)
    if not owner.readable(scope, row, slot):
        raise NotAllowed(f"您没有查看{owner.label}{slot.label}的权限。")
    reason = owner.refusal(scope, row, slot)
    if reason:
        raise DomainError("frozen", reason, field=slot.field)


def _keep(row: Any, slot: Slot, judged: Judged, *, actor: User, organization: Organization) -> Attachment:
    kind = ContentType.objects.get_for_model(row)
    digest = sha256(judged.data)
    present = list(
        Attachment.objects.filter(
            content_type=kind, object_id=row.pk, slot=slot.key, removed_at__isnull=True
        ).values_list("sha256", "filename")
    )
    twin = dict(present).get(digest)
    if twin is not None:
        raise DomainError(
            "twice",
            f"“{shown(judged.name)}”与{slot.label}中已有的“{shown(twin)}”内容相同，没有重复保存。"
            "核对是否选错文件。",
            field=slot.field,
        )
    if len(present) >= slot.most:
        raise DomainError(
            "full",
            f"“{shown(judged.name)}”没有保存：{slot.label}最多 {slot.most} 个文件，已有 {len(present)} 个。"
            "先移除一个，再上传。",
            field=slot.field,
        )
    path = store.write(_path(row, judged), judged.data, sealed=slot.private)
    paths = _written.get()
    if paths is not None:
        paths.append(path)
    attachment = Attachment(
        district_id=row.district_id,
        content_type=kind,
        object_id=row.pk,
        slot=slot.key,
        filename=judged.name,
        path=path,
        media_type=judged.kind.media_type,
        size=len(judged.data),
        sha256=digest,
        private=slot.private,
        uploaded_by=actor,
        organization=organization,
        uploaded_at=clock.now(),
    )
    attachment.save(force_insert=True)
    record(
        row, "attachment.added", f"上传{slot.label}", actor=actor, organization=organization,
        changes={slot.label: ("", judged.name)},
    )  # fmt: skip
    if slot.follows is not None:
        slot.follows(row)
    return attachment


def _path(row: Any, judged: Judged) -> str:
    """Where a file lies. What it is called stands in the database alone, so no name can lead anywhere."""
    folder = f"attachments/{row.district.code}/{clock.today().year}/{row._meta.label_lower}"
    return f"{folder}/{row.pk}-{secrets.token_hex(12)}.{judged.kind.endings[0]}"
