"""The standing mark 待合法性复核: 区司法局 looks at a municipal penalty again, and says what it found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from empowerment.choices import Legality as L
from empowerment.models import Item
from empowerment.services.stamps import list_changed
from xianan.acts import DISTRICT, Noun, Step, Wording, note
from xianan.core.errors import DomainError
from xianan.core.parties import Other
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.organizations.models import User
from xianan.organizations.scope import Scope


def _listed(rows: QuerySet[Item], scope: Scope) -> QuerySet[Item]:
    """Everybody who reads the list reads all of it."""
    rows = rows.filter(is_listed=True)
    return rows if scope.holds("view_items") else rows.none()


ITEM: Noun[Item] = Noun(
    model=Item,
    label="事项",
    word="合法性复核",
    states=L,
    attribute="legality",
    view="view_items",
    parties=(),
    sees=_listed,
    page="empowerment:item",
    stands=lambda row: ("", "grey"),
    joins=("type", "organization"),
)


def _filed(row: Item) -> set[int | None]:
    found: set[int | None] = set()
    people = ("changed_by", "filing__created_by", "filing__submitted_by")
    for each in row.proposals.order_by().values_list(*people).distinct():
        found.update(each)
    return found


def _refuse_unlisted(row: Item) -> None:
    if not row.is_listed:
        raise DomainError("guard", "该事项已不在清单上，不再复核。")


def _tell(row: Item, actor: User) -> None:
    notify_organizations(
        [row.organization_id],
        district_id=row.district_id,
        kind=NoticeKind.WORK,
        title=f"“{row.name}”{row.get_legality_display()}",
        text=row.legality_note,
        url=ITEM.url(row),
        sender=actor,
    )
    list_changed(row.district_id)


_FOUND: dict[str, Any] = {
    "right": "check_legality", "by": DISTRICT, "tells": (Item.legality,), "follow": _tell,
    "guards": (_refuse_unlisted,), "others": (Other("代表部门起草、修改或提交这份申报", _filed),),
    "stamp": (Item.legality_by, Item.legality_at),
    "asks": (
        replace(
            note("note", "复核说明", to=Item.legality_note, required=True, logged=True),
            codes=("note_missing", "note_long"), missing="未填写复核说明。",
        ),
    ),
}  # fmt: skip


@ITEM.step("pass", "复核通过", (L.PENDING, L.REVISE), L.PASSED, action="item.legality_pass", wording=Wording(done="合法性复核通过"), **_FOUND)  # fmt: skip
def clear(row: Item, *, actor: User, note: str) -> None:
    """Clear the mark of an item, with a note; the department is told."""


@ITEM.step("revise", "要求修改", L.PENDING, L.REVISE, action="item.legality_revise", wording=Wording(done="合法性复核：须修改"), **_FOUND)  # fmt: skip
def revise(row: Item, *, actor: User, note: str) -> None:
    """Leave the mark on with what is to change."""


def review(item: Item, *, step: str, note: str, actor: User) -> Item:
    """Take one of the two steps. Errors: unknown_step (field step), note_missing and note_long (field note), its own."""
    found: Step[Item, Any] | None = ITEM.steps.get(step)
    if found is None:
        raise DomainError("unknown_step", "未选择复核结论。", field="step")
    return found.take(item, {"actor": actor, "note": note})
