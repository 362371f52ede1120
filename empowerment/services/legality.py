"""The standing mark 待合法性复核: 区司法局 looks at a municipal penalty again, and says what it found."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.texts import written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

from ..flows import LEGALITY
from ..models import Item
from .stamps import list_changed

LONGEST_NOTE = 500


@transaction.atomic
def review(item: Item, *, step: str, note: str, actor: User) -> Item:
    """Clear the mark of an item (``pass``) or leave it on with what is to change (``revise``), with a note.

    The department is told. Errors: unknown_step (field step), note_missing and note_long (field note),
    not_allowed, same_person (filed it), wrong_state (passed already, or changed meanwhile), guard (off the list).
    """
    if step not in {each.name for each in LEGALITY.steps}:
        raise DomainError("unknown_step", "未选择复核结论。", field="step")
    note = written("复核说明", note, LONGEST_NOTE, field="note", required=True)
    before = item.get_legality_display()
    fresh = LEGALITY.take(
        item, step, scope_of(actor), reason=note,
        legality_note=note, legality_by=actor, legality_at=clock.now(),
    )  # fmt: skip
    record(
        fresh,
        f"item.legality_{step}",
        LEGALITY[step].done,
        actor=actor,
        organization=actor.organization,
        reason=note,
        changes={"合法性复核": (before, fresh.get_legality_display())},
    )
    notify_organizations(
        [fresh.organization_id],
        district_id=fresh.district_id,
        kind=NoticeKind.WORK,
        title=f"“{fresh.name}”{fresh.get_legality_display()}",
        text=note,
        url=reverse("empowerment:item", args=[fresh.pk]),
        sender=actor,
    )
    list_changed(fresh.district_id)
    return fresh
