"""The versions of the two documents that a district starts with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from xianan.core.errors import DomainError
from xianan.history.services import record
from xianan.organizations.models import District
from xianan.policy.models import Parameter, PolicyVersion
from xianan.policy.rules import clean_parameter


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
    rows = []
    for order, values in enumerate(parameters, 1):
        try:
            value = clean_parameter(
                values["kind"], values["value"], minimum=values["minimum"], maximum=values["maximum"]
            )
        except ValueError as error:
            raise DomainError("invalid", f"{values['label']}：{error}") from None
        rows.append(
            Parameter(
                district=district,
                version=version,
                display_order=10 * order,
                **{**values, "value": value},
            )
        )
    Parameter.objects.bulk_create(rows)
    record(version, "policy.add", "增设文件版本", actor=None)
    return version
