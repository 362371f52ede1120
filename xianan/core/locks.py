"""Rows read again under a lock: what counts is the database, not the page that was read before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.db import models

from .errors import DomainError

M = TypeVar("M", bound=models.Model)


def lock(row: M, *, no_key: bool = False) -> M:
    """Read ``row`` again inside the present transaction, locked against other writers.

    With ``no_key`` rows that point to it may be written meanwhile: for a row that much hangs on.
    """
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=no_key)
    fresh = rows.filter(pk=row.pk).first()
    if fresh is None:
        raise DomainError("gone", "该记录已不存在，请返回列表刷新。")
    return fresh


def lock_all(rows: Sequence[M], *fields: str, joins: Sequence[str] = (), first: str = "") -> list[M]:
    """Lock rows and those that their ``fields`` name in the one order of all steps, kind by kind and key by key.

    The row within which they stand (``first``) is locked before all others, as whoever moves that one does.
    Returns ``rows`` as they are now, in the order of their keys, read with ``joins`` and ``fields``. Errors: gone.
    """
    if not rows:
        return []
    own = type(rows[0])
    wanted: dict[type[models.Model], set[Any]] = {own: {row.pk for row in rows}}
    for name in fields:
        for row in rows:
            other = getattr(row, name)
            wanted.setdefault(type(other), set()).add(other.pk)
    found: dict[tuple[type[models.Model], Any], models.Model] = {}
    above = own._meta.get_field(first).related_model if first else None
    for model, keys in sorted(
        wanted.items(), key=lambda kind: (kind[0] is not above, kind[0]._meta.label_lower)
    ):
        locked = model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        if model is own and joins:
            locked = locked.select_related(*joins)
        found.update({(model, each.pk): each for each in locked})
    columns = [each.name for each in own._meta.fields if each.name in fields]
    fresh = []
    for old in sorted(rows, key=lambda row: row.pk):
        if (own, old.pk) not in found:
            raise DomainError("gone", "该记录已不存在，请返回列表刷新。")
        now = cast(M, found[own, old.pk])
        for name in columns:
            other = getattr(old, name)
            setattr(now, name, found[type(other), other.pk])
        fresh.append(now)
    return fresh
