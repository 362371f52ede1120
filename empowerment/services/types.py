"""The types of powers, kept by 区委编办 (P08)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError

from empowerment.models import ItemType
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.spreadsheet import key
from xianan.history.services import differences, record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

LONGEST_NAME = 20
LONGEST_SYNONYM = 30


def _clean(
    row: ItemType | None, *, district_id: int, name: str, synonyms: Iterable[str]
) -> tuple[str, list[str]]:
    """Return name and synonyms as they are kept; a word may mean one type only, however it is spaced."""
    name = "".join(name.split())
    if not name:
        raise DomainError("invalid", "未填写名称。", field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError("invalid", f"名称不超过 {LONGEST_NAME} 字。", field="name")
    others = ItemType.objects.filter(district_id=district_id)
    if row is not None:
        others = others.exclude(pk=row.pk)
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    for other in others:
        names[key(other.name)] = other.name
        taken.update({key(word): other.name for word in (other.name, *other.synonyms)})
    if key(name) in taken:
        owner = taken[key(name)]
        message = "已有同名的事项类型。" if key(name) in names else f"“{name}”已是“{owner}”的同义词。"
        raise DomainError("name_taken", message, field="name")
    kept: dict[str, str] = {}
    for word in synonyms:
        folded = key(word)
        if not folded or folded == key(name):
            continue
        if len(word.strip()) > LONGEST_SYNONYM:
            raise DomainError("invalid", f"同义词“{word[:10]}…”超过 {LONGEST_SYNONYM} 字。", field="synonyms")
        if folded in taken:
            raise DomainError(
                "synonym_taken",
                f"“{word.strip()}”已用于“{taken[folded]}”，一个写法只能对应一个类型。",
                field="synonyms",
            )
        kept.setdefault(folded, word.strip())
    return name, list(kept.values())


@transaction.atomic
def create_type(*, name: str, synonyms: Iterable[str], display_order: int, actor: User) -> ItemType:
    """Add a type to the actor's district. Errors: invalid, name_taken, synonym_taken, not_allowed."""
    scope_of(actor).require("edit_item_types", actor.district, label="维护事项类型")
    # Everybody who changes the words of a district waits here, so that two can't take the same one.
    district = lock(actor.district)
    name, words = _clean(None, district_id=district.pk, name=name, synonyms=synonyms)
    row = ItemType.objects.create(district=district, name=name, synonyms=words, display_order=display_order)
    record(row, "item_type.create", "增设事项类型", actor=actor)
    return row


@transaction.atomic
def change_type(
    row: ItemType, *, name: str, synonyms: Iterable[str], display_order: int, actor: User
) -> ItemType:
    """Change name, synonyms and order of a type; the seven of the document keep their names.

    Errors: invalid, name_taken, synonym_taken, named_by_policy, not_allowed.
    """
    fresh = _open(row, actor)
    name, words = _clean(fresh, district_id=fresh.district_id, name=name, synonyms=synonyms)
    if fresh.named_by_policy and name != fresh.name:
        raise DomainError("named_by_policy", f"“{fresh.name}”是文件列明的类型，不能改名。", field="name")
    values = {"name": name, "synonyms": words, "display_order": display_order}
    changes = differences(fresh, values)
    if changes:
        for field, value in values.items():
            setattr(fresh, field, value)
        fresh.save(update_fields=list(values))
        record(fresh, "item_type.change", "修改事项类型", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def switch_type(row: ItemType, *, is_active: bool, actor: User) -> ItemType:
    """Take a type out of use, or into use again; items that have it keep it.

    Errors: named_by_policy, wrong_state, not_allowed.
    """
    fresh = _open(row, actor)
    if fresh.is_active == is_active:
        raise DomainError("wrong_state", f"该类型已是“{'在用' if is_active else '已停用'}”，请刷新页面。")
    if fresh.named_by_policy and not is_active:
        raise DomainError("named_by_policy", f"“{fresh.name}”是文件列明的类型，不能停用。")
    fresh.is_active = is_active
    fresh.save(update_fields=["is_active"])
    record(
        fresh,
        "item_type.open" if is_active else "item_type.close",
        "恢复使用事项类型" if is_active else "停用事项类型",
        actor=actor,
    )
    return fresh


@transaction.atomic
def delete_type(row: ItemType, *, actor: User) -> None:
    """Delete a type that was never used. Errors: named_by_policy, in_use, not_allowed."""
    fresh = _open(row, actor)
    if fresh.named_by_policy:
        raise DomainError("named_by_policy", f"“{fresh.name}”是文件列明的类型，不能删除。")
    record(fresh, "item_type.delete", "删除事项类型", actor=actor)
    try:
        with transaction.atomic():
            fresh.delete()
    except ProtectedError:
        raise DomainError("in_use", f"已有事项使用“{fresh.name}”，不能删除。不再使用的可以停用。") from None


def _open(row: ItemType, actor: User) -> ItemType:
    scope_of(actor).require("edit_item_types", row, label="维护事项类型")
    lock(actor.district)
    return lock(row)
