"""Writing the log. Called by services inside the transaction of the change they describe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

from xianan.core import clock
from xianan.core.identity import without_id_numbers

from .canonical import plain
from .context import request_id
from .models import Entry

if TYPE_CHECKING:
    from xianan.organizations.models import Organization, User

Changes = Mapping[str, Sequence[Any]]
"""Field label → (old, new)."""


def record(
    row: models.Model,
    action: str,
    label: str,
    *,
    actor: User | None,
    organization: Organization | None = None,
    changes: Changes | None = None,
    reason: str = "",
) -> Entry:
    """Write what ``actor`` did to ``row``; ``organization`` is on whose behalf (the actor's by default)."""
    entry = build(row, action, label, actor=actor, organization=organization, changes=changes, reason=reason)
    entry.save(force_insert=True)
    return entry


def record_many(entries: Iterable[Entry]) -> None:
    """Write entries made by ``build`` in one statement a thousand rows."""
    Entry.objects.bulk_create(entries, batch_size=1000)


def build(
    row: models.Model,
    action: str,
    label: str,
    *,
    actor: User | None,
    organization: Organization | None = None,
    changes: Changes | None = None,
    reason: str = "",
) -> Entry:
    """Return an unsaved entry for ``row``, for writing many at once. It holds no identity number."""
    is_district = row._meta.label_lower == "organizations.district"
    district_id = row.pk if is_district else getattr(row, "district_id", None)
    if district_id is None and actor is not None:
        district_id = actor.district_id
    if district_id is None:
        raise ValueError(f"{row!r} belongs to no district")
    on_behalf = organization.pk if organization else (actor.organization_id if actor else None)
    return Entry(
        district_id=district_id,
        at=clock.now(),
        actor_id=actor.pk if actor else None,
        actor_name=actor.name if actor else "系统",
        organization_id=on_behalf,
        action=action,
        label=without_id_numbers(label),
        object_type=row._meta.label_lower,
        object_id=row.pk,
        object_text=without_id_numbers(str(row))[:300],
        changes=without_id_numbers(plain(dict(changes or {}))),
        reason=without_id_numbers(reason.strip()),
        request_id=request_id.get(),
    )


def differences(row: models.Model, new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return {field label: (old, new)} for the values of ``new`` that differ from ``row``."""
    found: dict[str, tuple[Any, Any]] = {}
    for name, value in new.items():
        old = getattr(row, name)
        if old != value:
            field = row._meta.get_field(name)
            shown = [_shown(field, item) for item in (old, value)]
            found[str(getattr(field, "verbose_name", name))] = (shown[0], shown[1])
    return found


def _shown(field: Any, value: Any) -> Any:
    """A value as the log shows it; a field with content that no log may hold says so itself."""
    if hasattr(field, "shown_in_log"):
        return field.shown_in_log(value)
    if isinstance(value, models.Model):
        return str(value)
    labels = dict(getattr(field, "flatchoices", ()))
    return labels.get(value, value) if labels else value
