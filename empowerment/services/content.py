"""Judging what is said about a power, before it is written as a line of a filing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from xianan.core.errors import DomainError
from xianan.core.fields import label_of
from xianan.core.spreadsheet import fold
from xianan.organizations.models import Organization
from xianan.organizations.selectors import streets

from ..choices import Source
from ..fillers import REMEDIES, filler, filler_message
from ..models import FilingItem, Item, ItemType
from ..models.item import CONTENT_FIELDS
from ..rules import ExistingItem, Matcher, content_key, name_key

LINE_FIELDS = (*CONTENT_FIELDS, "transition_months", "proposed_streets", "decline_reason")
_EMPTY: dict[str, Any] = {
    **dict.fromkeys(LINE_FIELDS, ""),
    "transition_months": None,
    "proposed_streets": (),
}
_TEXTS = ("name", "basis", "duties", "municipal_department", "office", "remarks", "decline_reason")
# In these a line break between two laws or duties separates them.
_SEPARATE = {"basis", "duties", "remarks", "decline_reason"}


def clean_values(
    values: Mapping[str, Any], *, organization: Organization, line: FilingItem | None = None
) -> dict[str, Any]:
    """Return the fields of a line as they are stored, with their keys, texts folded as on import.

    What ``values`` lacks stays as in ``line``. Errors by field: missing (name, type), too_long, unknown_type,
    unknown_source, months, unknown_street, filler (basis, duties).
    """
    found: dict[str, Any] = {
        name: getattr(line, name) if line is not None else _EMPTY[name]
        for name in LINE_FIELDS
        if name != "type"
    }
    found["proposed_streets"] = list(found["proposed_streets"])
    found["type"] = line.type if line is not None else None
    for name in LINE_FIELDS:
        if name in values:
            value = values[name]
            found[name] = fold(str(value or ""), separate=name in _SEPARATE) if name in _TEXTS else value
    _check_texts(found)
    _refuse_fillers({name: found[name] for name in REMEDIES if name in values})
    kind = found["type"]
    if kind is None:
        raise DomainError("missing", "未选择事项类型。", field="type")
    if not isinstance(kind, ItemType) or kind.district_id != organization.district_id:
        raise DomainError("unknown_type", "事项类型须从列出的各项中选择。", field="type")
    if found["source"] not in ("", *Source.values):
        raise DomainError("unknown_source", "权力来源层级须从列出的各项中选择。", field="source")
    months = found["transition_months"]
    if months is not None and not (isinstance(months, int) and 0 < months <= 120):
        raise DomainError("months", "过渡期须填 1 至 120 的整数（月）。", field="transition_months")
    found["proposed_streets"] = _clean_streets(found["proposed_streets"], organization)
    found["name_key"] = name_key(found["name"])
    found["content_key"] = content_key(found["name"], found["basis"])
    return found


def _check_texts(found: dict[str, Any]) -> None:
    for name in _TEXTS:
        field = FilingItem._meta.get_field(name)
        limit = getattr(field, "max_length", None)
        if limit and len(found[name]) > limit:
            label = label_of(FilingItem, name)
            raise DomainError(
                "too_long", f"{label}有 {len(found[name])} 字，不能超过 {limit} 字。", field=name
            )
    if not found["name"]:
        raise DomainError("missing", "未填写事项名称。", field="name")


def _refuse_fillers(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        if text and filler(text):
            label = label_of(FilingItem, name)
            raise DomainError("filler", f"{filler_message(label, text)}。{REMEDIES[name]}。", field=name)


def _clean_streets(names: Iterable[str] | None, organization: Organization) -> list[str]:
    wanted = set(names or ())
    if not wanted:
        return []
    known = list(streets(organization.district_id).values_list("name", flat=True))
    unknown = wanted - set(known)
    if unknown:
        raise DomainError(
            "unknown_street", f"没有名为“{'、'.join(sorted(unknown))}”的街道。", field="proposed_streets"
        )
    return [name for name in known if name in wanted]


def listed_matcher(organization: Organization) -> Matcher:
    """Return what finds the department's items on the current list."""
    rows = Item.objects.filter(organization=organization, is_listed=True).order_by("number")
    return Matcher(ExistingItem(*row) for row in rows.values_list("pk", "name_key", "content_key"))


def same_content(line: Mapping[str, Any], item: Item) -> bool:
    """Whether a proposal says nothing that the list doesn't say already."""
    return all(
        line["type"].pk == item.type_id if name == "type" else line[name] == getattr(item, name)
        for name in CONTENT_FIELDS
    )
