"""The list of powers: items, and the numbered, frozen versions made of them (P02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse

from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.fields import label_of
from xianan.core.locks import lock
from xianan.deadlines.services.papers import put_aside
from xianan.documents.models import Document
from xianan.documents.selectors import told_from
from xianan.documents.services import Replacing, create_document, supersede
from xianan.documents.services import Source as ToldFrom
from xianan.history.services import build, record, record_many
from xianan.jobs.services import enqueue
from xianan.organizations.models import User
from xianan.organizations.selectors import office

from ..choices import Change, Legality, Source
from ..models import FilingItem, Item, ItemList, ListEntry, Meeting
from ..models.item import CONTENT_FIELDS
from ..rules import legality_mark

DOCUMENT_KIND = "item_list"
PDF_JOB = "item_list.pdf"
_KEYS = ("name_key", "content_key")
_MARK = ("legality", "legality_note", "legality_by", "legality_at")
_LEGAL = ("name", "type_id", "basis", "source")


@transaction.atomic
def publish(meeting: Meeting, *, lines: Sequence[FilingItem], actor: User) -> ItemList:
    """Put passed lines on the list and freeze it as the next version; its PDF is made by a job.

    The caller holds the lock on the district and has checked the right. ``lines`` come in the order in
    which new items are numbered. Errors: conflict (two lines are the same item).
    """
    district = meeting.district
    targets = _targets(lines)
    highest = Item.objects.filter(district=district).aggregate(last=Max("number"))["last"] or 0
    added, changed, entries = [], [], []
    for line in lines:
        item = targets.get(line.pk)
        if item is None:
            highest += 1
            item = Item(
                district=district, organization_id=line.filing.organization_id, number=highest,
                legality=_first_mark(line), **_content(line),
            )  # fmt: skip
            added.append((line, item))
        else:
            entries.append((item, _differences(item, line)))
            _change(item, line)
            changed.append((line, item))
    Item.objects.bulk_create([item for _, item in added], batch_size=1000)
    _save_changed([item for _, item in changed])
    # An upsert: ten times as fast as bulk_update.
    FilingItem.objects.bulk_create(
        _linked(added), batch_size=1000, update_conflicts=True, unique_fields=["id"], update_fields=["item"]
    )
    number = next_number(district.pk)
    version = ItemList(
        district=district, number=number, meeting=meeting, published_on=meeting.held_on,
        title=f"{district.short_name}街道赋权事项清单（第{number}版）",
        added=len(added), changed=len(changed),
    )  # fmt: skip
    version.save(force_insert=True)
    version.total = _freeze(version, {i.pk for _, i in added}, {i.pk for _, i in changed})
    version.save(update_fields=["total"])
    record_many(
        [build(item, "item.listed", f"列入清单{version_word(version)}", actor=actor) for _, item in added]
        + [
            build(item, "item.changed", f"清单{version_word(version)}变更", actor=actor, changes=changes)
            for item, changes in entries
        ]
    )
    record(
        version, "item_list.published", f"公布{version}", actor=actor,
        changes={"事项数": ("", version.total), "新增": ("", version.added), "变更": ("", version.changed)},
    )  # fmt: skip
    put_aside(
        ItemList.objects.filter(district=district, number__lt=number),
        reason=replaced_by(version),
        actor=actor,
        # Letters name the list they were sent under; they are contracts and go on.
        kinds=(DOCUMENT_KIND,),
    )
    enqueue(
        PDF_JOB,
        title=f"生成{version}",
        district=district,
        actor=actor,
        arguments={"item_list": version.pk},
        link=reverse("empowerment:item-list", args=[version.pk]),
    )
    return version


@transaction.atomic
def issue_pdf(item_list: ItemList, *, actor: User | None) -> Document:
    """Make the version's PDF in official format and keep it; a second call returns the first one's."""
    version = lock(item_list)
    if version.document is not None:
        return version.document
    government = office(version.district_id, "government")
    data = list_data(version, issuer=government.formal_name if government else version.district.name)
    versions = ItemList.objects.filter(district=version.district_id)
    before = told_from(versions.filter(number__lt=version.number), kinds=(DOCUMENT_KIND,))
    document = create_document(
        district=version.district,
        kind=DOCUMENT_KIND,
        title=version.title,
        template="empowerment/print/item_list.html",
        data=data,
        sources=[ToldFrom(version, data)],
        replacing=Replacing(list(before), replaced_by(version)),
        actor=actor,
        organization=government,
    )
    # Where the next version was published before this one's job ran.
    later = versions.filter(number__gt=version.number).order_by("-number").select_related("document").first()
    if later is not None:
        supersede([document], reason=replaced_by(later), actor=actor, by=later.document)
    version.document = document
    version.save(update_fields=["document"])
    record(version, "item_list.issued", "生成清单文件", actor=actor)
    return document


def replaced_by(version: ItemList) -> str:
    """Return why the versions before this one no longer hold."""
    return f"公布清单{version_word(version)}"


def list_data(version: ItemList, *, issuer: str) -> dict[str, Any]:
    """Return what the PDF of a version is rendered from, as plain JSON."""
    meeting = version.meeting
    return {
        "issuer": issuer,
        "title": version.title,
        "number": f"第{version.number}版",
        "meeting": meeting.name,
        "reference": meeting.reference,
        "held_on": chinese_date(meeting.held_on),
        "published_on": chinese_date(version.published_on),
        "counts": {
            "version": version.number,
            "total": version.total,
            "added": version.added,
            "changed": version.changed,
        },
        "rows": [
            [
                f"{entry.number:04d}",
                entry.name,
                entry.type_name,
                entry.basis,
                entry.duties,
                entry.department_name,
                "\n".join(_source_words(entry)),
                "" if entry.change == Change.KEPT else str(Change(entry.change).label),
            ]
            for entry in version.entries.select_related("item").order_by("number")
        ],
    }


def _source_words(entry: ListEntry) -> list[str]:
    """Where a power comes from, and the standing mark as long as it is on."""
    source = [str(Source(entry.source).label)] if entry.source else []
    return [*source, entry.item.get_legality_display()] if entry.item.is_marked else source


def next_number(district: int) -> int:
    """Return the number that the next version of a district's list gets."""
    return int(ItemList.objects.filter(district=district).aggregate(last=Max("number"))["last"] or 0) + 1


def version_word(version: ItemList) -> str:
    """Return 第2版."""
    return f"第{version.number}版"


def _targets(lines: Sequence[FilingItem]) -> dict[int, Item]:
    """Return the listed item that each line changes, by line; the others are new.

    A line drawn up as new whose item has come on the list meanwhile changes that one.
    """
    departments = {line.filing.organization_id for line in lines}
    listed = (
        Item.objects.filter(organization__in=departments, is_listed=True)
        .select_related("type")
        .select_for_update(of=("self",))
    )
    wanted = {line.item_id for line in lines if line.item_id}
    by_key = {item.pk: item for item in listed.filter(pk__in=wanted)}
    by_content = {
        (item.organization_id, item.content_key): item
        for item in _in_batches(listed, [line.content_key for line in lines])
    }
    found: dict[int, Item] = {}
    taken: dict[object, FilingItem] = {}
    for line in lines:
        same = (line.filing.organization_id, line.content_key)
        item, alike = by_key.get(line.item_id or 0), by_content.get(same)
        if item is not None and alike is not None and alike.pk != item.pk:
            raise DomainError(
                "conflict",
                f"“{line.name}”改后与清单第 {alike.code} 号的名称、依据相同，不能通过。退回此项。",
            )
        item = item or alike
        for mark in (same, item.pk if item is not None else same):
            twin = taken.setdefault(mark, line)
            if twin is not line:
                raise DomainError(
                    "conflict",
                    f"“{line.filing}”的“{line.name}”与“{twin.filing}”的是同一事项，不能同时通过。退回其中一项。",
                )
        if item is not None:
            found[line.pk] = item
    return found


def _in_batches(rows: QuerySet[Item], keys: Sequence[str], size: int = 2000) -> list[Item]:
    found: list[Item] = []
    for start in range(0, len(keys), size):
        found += rows.filter(content_key__in=keys[start : start + size])
    return found


def _content(line: FilingItem) -> dict[str, Any]:
    return {name: getattr(line, name) for name in (*CONTENT_FIELDS, *_KEYS)}


def _differences(item: Item, line: FilingItem) -> dict[str, tuple[Any, Any]]:
    changes = {}
    for name in CONTENT_FIELDS:
        old, new = getattr(item, name), getattr(line, name)
        if old != new:
            changes[label_of(Item, name)] = (str(old), str(new))
    return changes


def _change(item: Item, line: FilingItem) -> None:
    """Give an item its new content. A legal mark begins anew when what it was about changes."""
    before = tuple(getattr(item, name) for name in _LEGAL)
    for name, value in _content(line).items():
        setattr(item, name, value)
    touched = before != tuple(getattr(item, name) for name in _LEGAL)
    mark = _first_mark(line)
    if touched or mark is Legality.NONE:
        item.legality, item.legality_note, item.legality_by, item.legality_at = mark, "", None, None


def _first_mark(line: FilingItem) -> Legality:
    return Legality.PENDING if legality_mark(line.source, line.type.name) else Legality.NONE


def _save_changed(items: list[Item]) -> None:
    """Write changed items in one statement a thousand rows."""
    fields = [*CONTENT_FIELDS, *_KEYS, *_MARK]
    if items:
        Item.objects.bulk_create(
            items, batch_size=1000, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )


def _linked(added: list[tuple[FilingItem, Item]]) -> list[FilingItem]:
    for line, item in added:
        line.item = item
    return [line for line, _ in added]


def _freeze(version: ItemList, added: set[int], changed: set[int]) -> int:
    """Copy every listed item into the version; return how many there are."""
    rows = (
        Item.objects.filter(district_id=version.district_id, is_listed=True)
        .select_related("type", "organization")
        .order_by("number")
    )
    entries = [
        ListEntry(
            district_id=version.district_id, item_list=version, item=item,
            organization_id=item.organization_id, number=item.number, name=item.name,
            change=Change.ADDED if item.pk in added else Change.CHANGED if item.pk in changed else Change.KEPT,
            type_name=item.type.name, basis=item.basis, duties=item.duties, source=item.source,
            municipal_department=item.municipal_department, department_name=item.organization.name,
        )
        for item in rows
    ]  # fmt: skip
    ListEntry.objects.bulk_create(entries, batch_size=1000)
    return len(entries)
