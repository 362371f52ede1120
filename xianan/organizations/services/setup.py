"""What setting up a district writes before anybody has an account who could do it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from xianan.core.errors import DomainError
from xianan.history.services import record
from xianan.organizations.models import District, Organization
from xianan.organizations.rules import successor_fault


@transaction.atomic
def create_district(*, code: str, name: str, short_name: str, portal_name: str) -> District:
    """Create the district that everything else belongs to. Errors: invalid."""
    district = District(code=code, name=name, short_name=short_name, portal_name=portal_name)
    _check(district)
    district.save(force_insert=True)
    record(district, "district.create", "设立行政区", actor=None)
    return district


@transaction.atomic
def create_first_organization(district: District, *, values: Mapping[str, Any]) -> Organization:
    """Create an organization of a district that is being set up. Errors: invalid (names the row)."""
    row = Organization(district=district, **values)
    _check(row)
    if row.successor is not None and (fault := successor_fault(row, row.successor)):
        raise DomainError("successor", f"{row}：{fault}", field="successor")
    row.save(force_insert=True)
    record(row, "organization.create", "增设机构", actor=None)
    return row


def _check(row: District | Organization) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError("invalid", f"{row}：{messages[0]}", field=field) from None
