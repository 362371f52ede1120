"""What a confirmation letter says: the plain data its template is filled from, kept with the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from empowerment.models import AgreementLine, ItemList
from empowerment.selectors.agreements import Ground
from xianan.core.dates import chinese_date
from xianan.organizations.choices import Duty
from xianan.organizations.models import District, Organization
from xianan.organizations.selectors import office

TEMPLATE = "empowerment/print/agreement.html"


def letter_name(district: District) -> str:
    """Return the name of the letter: 咸安区街道赋权事项承接确认书."""
    return f"{district.short_name}街道赋权事项承接确认书"


def content(
    *,
    department: Organization,
    street: Organization,
    ground: Ground,
    item_list: ItemList,
    lines: Sequence[AgreementLine],
    months: int,
    copies: int,
) -> dict[str, Any]:
    """Return the letter's data as plain JSON; names and figures as they are on the day of sending."""
    district = department.district
    policy = ground.version
    return {
        "letter": letter_name(district),
        "department": _party(department),
        "street": _party(street),
        "policy": {"title": policy.title, "reference": policy.reference},
        "item_list": {
            "title": item_list.title,
            "number": item_list.number,
            "published_on": chinese_date(item_list.published_on),
        },
        "months": months,
        "copies": copies,
        "establishment": _office(district, Duty.ESTABLISHMENT),
        "justice": _office(district, Duty.JUSTICE),
        "finance": _office(district, Duty.FINANCE),
        "government": _office(district, Duty.GOVERNMENT),
        "lines": [
            {
                "position": line.position,
                "name": line.name,
                "type": line.type_name,
                "basis": line.basis,
                "duties": line.duties,
                "months": line.transition_months,
            }
            for line in lines
        ],
    }


def _party(organization: Organization) -> dict[str, str]:
    return {"name": organization.formal_name, "credit_code": organization.credit_code}


def _office(district: District, duty: Duty) -> str:
    found = office(district, duty)
    return found.formal_name if found is not None else str(duty.label)
