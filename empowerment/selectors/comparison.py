"""What a department's workbook is read with and compared with. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from empowerment.choices import FilingState, LineState
from empowerment.models import Filing, FilingItem, Item, ItemType
from empowerment.rules import name_key
from empowerment.workbook.check import FilingCheck
from empowerment.workbook.report import OtherItem
from xianan.core.spreadsheet import Table
from xianan.imports.report import Existing
from xianan.organizations.models import Organization
from xianan.organizations.selectors import streets
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameters

_TEXTS = ("name", "basis", "duties", "source", "municipal_department", "office", "remarks")


def type_words(organization: Organization) -> dict[str, list[str]]:
    """Return the types of power in use in the district, each with its further words (P08)."""
    types = ItemType.objects.filter(district_id=organization.district_id, is_active=True)
    return dict(types.values_list("name", "synonyms"))


def street_names(organization: Organization) -> dict[str, list[str]]:
    """Return the streets of the district, each with its other names."""
    return {
        street.name: [word for word in (street.short_name, street.full_name, *street.aliases) if word]
        for street in streets(organization.district_id)
    }


def transition_months(organization: Organization) -> int:
    """Return the months of transition that the document in force prescribes (P13)."""
    return int(parameters(organization.district_id, DocumentKey.PLAN).get("transition_months", 6))


def newest_draft(organization: Organization) -> Filing | None:
    """Return the department's youngest filing that is still a draft."""
    return organization.filings.filter(state=FilingState.DRAFT).order_by("-id").first()


def existing_items(draft: Filing) -> list[Existing]:
    """Return the items a workbook is compared with: a draft's, and those of the list that it doesn't change.

    Keys are line:ID and item:ID. A draft that is not kept has no lines.
    """
    lines = list(draft.lines.select_related("type")) if draft.pk else []
    changed = {line.item_id for line in lines if line.item_id}
    listed = Item.objects.filter(organization=draft.organization, is_listed=True).exclude(pk__in=changed)
    return [
        *(
            _existing(
                line, "line", {"decline_reason": line.decline_reason, "streets": tuple(line.proposed_streets)}
            )
            for line in lines
        ),
        *(_existing(item, "item", {}) for item in listed.select_related("type").order_by("number")),
    ]


def _existing(row: FilingItem | Item, prefix: str, more: dict[str, Any]) -> Existing:
    values = {name: getattr(row, name) for name in _TEXTS}
    return Existing(f"{prefix}:{row.pk}", {**values, "type": row.type.name, **more})


def items_elsewhere(organization: Organization, names: Iterable[str]) -> list[OtherItem]:
    """Return items of these names that other departments of the district have on the list or in review."""
    return list(_elsewhere(organization, sorted({name_key(name) for name in names if name})))


def _elsewhere(organization: Organization, keys: list[str]) -> Iterator[OtherItem]:
    seen = set[tuple[str, str]]()
    listed = Item.objects.filter(district_id=organization.district_id, is_listed=True)
    filed = FilingItem.objects.filter(
        district_id=organization.district_id,
        state__in=(LineState.REVIEW, LineState.PASSED, LineState.DEFERRED),
    )
    sources: tuple[tuple[QuerySet[Any], str], ...] = (
        (listed, "organization"),
        (filed, "filing__organization"),
    )
    for rows, path in sources:
        others = rows.exclude(**{path: organization})
        for some in (keys[start : start + 500] for start in range(0, len(keys), 500)):
            found = others.filter(name_key__in=some).values_list("name_key", "name", "basis", f"{path}__name")
            for digest, name, basis, department in found.iterator():
                if (digest, department) not in seen:
                    seen.add((digest, department))
                    yield OtherItem(name, basis, department)


def checker(table: Table, organization: Organization) -> FilingCheck:
    """Return what holds a table against the rules of a district, for one of its departments."""
    return FilingCheck(
        table,
        department_name=organization.name,
        department_aliases=[
            n for n in (organization.short_name, organization.full_name, *organization.aliases) if n
        ],
        types=type_words(organization),
        streets=street_names(organization),
        other_items=items_elsewhere(organization, (row.values.get("name", "") for row in table.rows)),
        transition_months=transition_months(organization),
    )
