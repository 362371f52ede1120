"""The items of a draft one by one: added, changed, taken out, filed again (P01)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from empowerment.choices import LineState
from empowerment.filings.steps import EDIT, create_filing
from empowerment.models import Filing, FilingItem, Item
from empowerment.rules import mark_of
from empowerment.services.content import clean_values, listed_matcher, same_content
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.history.services import differences, record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

RESUBMITTABLE = (LineState.RETURNED, LineState.DEFERRED)


@transaction.atomic
def add_item(filing: Filing, *, actor: User, values: Mapping[str, Any]) -> FilingItem:
    """Add one item to a draft. A listed one with changes becomes a proposal to change it.

    Errors: not_allowed, wrong_state, importing, duplicate (name), unchanged (name), and those of
    ``clean_values``.
    """
    fresh = EDIT.hold(filing, actor=actor)
    cleaned = clean_values(values, organization=fresh.organization)
    line = FilingItem(
        district_id=fresh.district_id,
        filing=fresh,
        position=next_position(fresh),
        changed_by=actor,
        item=_listed(fresh, cleaned),
        **cleaned,
    )
    _refuse_double(line)
    line.save(force_insert=True)
    record(
        fresh, "filing.item_added", "新增申报事项", actor=actor, organization=fresh.organization,
        changes={"事项": ("", line.name)},
    )  # fmt: skip
    return line


@transaction.atomic
def change_item(
    line: FilingItem, *, actor: User, values: Mapping[str, Any], expected: str = ""
) -> FilingItem:
    """Change one item of a draft. ``expected`` is the mark (``line_mark``) of what the page showed.

    Errors as for ``add_item``, gone, and stale: somebody has saved the item since.
    """
    filing = EDIT.hold(line.filing, actor=actor)
    fresh = lock(line)
    if expected and expected != line_mark(fresh):
        raise DomainError(
            "stale",
            f"页面打开以后，此项已由{fresh.changed_by.name}改动，没有保存。对照现有内容，核对后再保存。",
        )
    cleaned = clean_values(values, organization=filing.organization, line=fresh)
    changes = differences(fresh, {k: v for k, v in cleaned.items() if not k.endswith("_key")})
    if not changes:
        return fresh
    fresh.item = _listed(filing, cleaned)
    for name, value in cleaned.items():
        setattr(fresh, name, value)
    fresh.changed_by = actor
    _refuse_double(fresh)
    fresh.save(update_fields=[*cleaned, "item", "changed_by"])
    record(
        filing, "filing.item_changed", f"修改申报事项“{fresh.name}”"[:200], actor=actor,
        organization=filing.organization, changes=changes,
    )  # fmt: skip
    return fresh


@transaction.atomic
def remove_item(line: FilingItem, *, actor: User) -> None:
    """Take one item out of a draft. Errors: not_allowed, wrong_state, importing, gone."""
    filing = EDIT.hold(line.filing, actor=actor)
    fresh = lock(line)
    record(
        filing, "filing.item_removed", "移出申报事项", actor=actor, organization=filing.organization,
        changes={"事项": (fresh.name, "")},
    )  # fmt: skip
    fresh.delete()


@transaction.atomic
def resubmit(line: FilingItem, *, filing: Filing | None, actor: User) -> FilingItem:
    """Copy a returned or deferred item into a draft of its department; None opens a new one.

    Errors: not_allowed, wrong_state, already_resubmitted, wrong_filing, duplicate.
    """
    old = lock(line)
    organization = old.filing.organization
    scope_of(actor).require("draft_filing", organization, label="修改并重新申报")
    if old.state not in RESUBMITTABLE:
        raise DomainError("wrong_state", "只有已退回或暂缓的事项可以重新申报。")
    if FilingItem.objects.filter(previous=old).exists():
        raise DomainError("already_resubmitted", f"“{old.name}”已经重新申报，在新的申报中修改。")
    if filing is None:
        filing = create_filing(
            organization=organization, title=f"{old.filing.title}（退回事项重新申报）"[:120], actor=actor
        )
    elif filing.organization_id != organization.pk:
        raise DomainError("wrong_filing", "只能在本部门的申报中重新申报。")
    fresh = EDIT.hold(filing, actor=actor)
    values = {name: getattr(old, name) for name in ("type", "item", *COPIED)}
    copy = FilingItem(
        district_id=old.district_id, filing=fresh, previous=old, position=next_position(fresh),
        changed_by=actor, **values,
    )  # fmt: skip
    _refuse_double(copy)
    copy.save(force_insert=True)
    record(
        fresh, "filing.item_resubmitted", "重新申报退回事项", actor=actor, organization=organization,
        changes={"事项": ("", copy.name)},
    )  # fmt: skip
    record(
        old.filing, "filing.line_resubmitted", f"重新申报“{old.name}”"[:200], actor=actor,
        organization=organization,
    )  # fmt: skip
    return copy


COPIED = (
    *("name", "basis", "duties", "source", "municipal_department", "office", "remarks"),
    *("name_key", "content_key", "transition_months", "proposed_streets", "decline_reason"),
)


def line_mark(line: FilingItem) -> str:
    """Return a mark of what a line says, to find it changed later."""
    return mark_of(f"{name}={getattr(line, name)!r}" for name in ("type_id", *COPIED))


def next_position(filing: Filing) -> int:
    """Return the place of the next line, from 1."""
    return int(filing.lines.aggregate(last=Max("position"))["last"] or 0) + 1


def _listed(filing: Filing, cleaned: Mapping[str, Any]) -> Item | None:
    key = listed_matcher(filing.organization).find(cleaned["name_key"], cleaned["content_key"])
    item = Item.objects.get(pk=key) if key else None
    if item is not None and same_content(cleaned, item):
        raise DomainError("unchanged", f"清单第 {item.code} 号已有此事项且无变化，无需再报。", field="name")
    return item


def _refuse_double(line: FilingItem) -> None:
    others = FilingItem.objects.filter(filing=line.filing).exclude(pk=line.pk)
    if others.filter(content_key=line.content_key).exists():
        raise DomainError("duplicate", "本次申报已有名称、依据相同的事项。", field="name")
    if line.item_id and others.filter(item=line.item_id).exists():
        raise DomainError("duplicate", "本次申报已有一项要变更清单中的同一事项。", field="name")
