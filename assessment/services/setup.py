"""The scoring scheme that a district starts with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from assessment.models import Group, Indicator, Scheme
from assessment.rules.scheme import indicator_faults
from assessment.schemes.steps import DEFAULTS, INDICATOR_FIELDS, renumber
from assessment.selectors.schemes import measure_labels
from xianan.core.errors import DomainError
from xianan.history.services import record
from xianan.organizations.models import District


@transaction.atomic
def create_first_scheme(
    district: District, *, year: int, title: str, note: str, rows: Iterable[Mapping[str, Any]]
) -> Scheme:
    """Create a year's scheme while the district is set up, marked 草案 (P38).

    Each row has group (the name), and the fields of an indicator: points and per_count in hundredths.
    Errors: invalid, naming the indicator.
    """
    scheme = Scheme.objects.create(district=district, year=year, title=title, note=note, is_draft_text=True)
    groups: dict[str, Group] = {}
    known = measure_labels()
    made = []
    for row in rows:
        name = row["group"]
        if name not in groups:
            groups[name] = Group.objects.create(
                district=district, scheme=scheme, name=name, position=len(groups) + 1
            )
        values = {**DEFAULTS, **{key: row[key] for key in INDICATOR_FIELDS if key in row}}
        faults = indicator_faults(values, measures=known)
        if faults:
            raise DomainError("invalid", f"指标 {values.get('code')}：{faults[0].message}")
        made.append(Indicator(district=district, scheme=scheme, group=groups[name], position=0, **values))
    Indicator.objects.bulk_create(made)
    renumber(scheme)
    record(scheme, "scheme.create", "载入考评细则草案", actor=None)
    return scheme
