"""The versions of the two documents that a district starts with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from xianan.core.errors import DomainError
from xianan.history.services import record
from xianan.organizations.models import District
from xianan.policy.changes import versions_changed
from xianan.policy.models import Parameter, PolicyVersion
from xianan.policy.parameters import clean_value
from xianan.policy.rules import show_parameter


@transaction.atomic
def create_first_version(
    district: District,
    *,
    document: str,
    title: str,
    reference: str,
    issued_on: dt.date,
    valid_from: dt.date,
    valid_until: dt.date | None,
    is_example: bool,
    note: str,
    parameters: Iterable[Mapping[str, Any]],
) -> PolicyVersion:
    """Create a version with its figures while the district is set up (P44).

    Each parameter has key, label, kind, value (as typed in), unit, clause, minimum, maximum.
    Errors: invalid.
    """
    version = PolicyVersion.objects.create(
        district=district,
        document=document,
        title=title,
        reference=reference,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_until=valid_until,
        is_example=is_example,
        note=note,
    )
    _add(version, parameters, after=0)
    record(version, "policy.add", "增设文件版本", actor=None)
    versions_changed(district)
    return version


@transaction.atomic
def add_missing_parameters(version: PolicyVersion, parameters: Iterable[Mapping[str, Any]]) -> list[str]:
    """Add the figures that a version lacks and leave the others alone; return the labels added.

    Errors: invalid.
    """
    present = dict(version.parameters.values_list("key", "display_order"))
    added = _add(
        version,
        [values for values in parameters if values["key"] not in present],
        after=max(present.values(), default=0),
    )
    if added:
        record(
            version,
            "parameter.add",
            "增设参数",
            actor=None,
            changes={row.label: (None, show_parameter(row.kind, row.value)) for row in added},
        )
    return [row.label for row in added]


def _add(version: PolicyVersion, parameters: Iterable[Mapping[str, Any]], *, after: int) -> list[Parameter]:
    rows = []
    for order, values in enumerate(parameters, 1):
        try:
            value = clean_value(
                values["key"],
                values["kind"],
                values["value"],
                minimum=values["minimum"],
                maximum=values["maximum"],
            )
        except ValueError as error:
            raise DomainError("invalid", f"{values['label']}：{error}") from None
        rows.append(
            Parameter(
                district_id=version.district_id,
                version=version,
                display_order=after + 10 * order,
                **{**values, "value": value},
            )
        )
    return Parameter.objects.bulk_create(rows)
