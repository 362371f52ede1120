"""Lines of a filing as a workbook that reads back without a change (P01).

What writes the rows of a workbook is beside the services, in ``services/rows.py``.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from import_export import fields
from tablib import Dataset

from xianan.organizations.selectors import streets

from .choices import FilingState
from .models import Filing, FilingItem, Opinion
from .services.rows import LineResource, Number
from .workbook.columns import LABELS, REVIEW_COLUMNS


class Tick(fields.Field):
    """A column that says √ where the street of its name is proposed."""

    def export(self, instance: FilingItem, **kwargs: Any) -> str:
        return "√" if self.column_name in instance.proposed_streets else ""


class Said(fields.Field):
    """What the desks said to a line, in their order."""

    def export(self, instance: FilingItem, **kwargs: Any) -> str:
        return "；".join(
            f"{row.get_desk_display()}{row.get_verdict_display()}{f'：{row.reason}' if row.reason else ''}"
            for row in instance.opinions.all()
        )


class Stands(fields.Field):
    """The state of a line as a word."""

    def export(self, instance: FilingItem, **kwargs: Any) -> str:
        return str(instance.get_state_display())


class LineExport(LineResource):
    """The same columns for reading back: with a number, without keys, the streets side by side."""

    def __init__(self, filing: Filing) -> None:
        super().__init__(filing)
        middle = {
            name: field
            for name, field in self.fields.items()
            if name not in ("id", "item_id", "proposed_streets")
        }
        ticks = {f"street_{row.pk}": Tick(column_name=row.name) for row in streets(filing.district_id)}
        self.fields = {"position": fields.Field("position", LABELS["number"], Number()), **middle, **ticks}
        if filing.state != FilingState.DRAFT:
            stands, said = REVIEW_COLUMNS
            self.fields |= {"stands": Stands(column_name=stands), "said": Said(column_name=said)}


def export_lines(filing: Filing) -> Dataset:
    """Return the lines of a filing under the headers of the template; it imports back without a change."""
    rows = filing.lines.order_by("position", "id")
    if filing.state != FilingState.DRAFT:
        rows = rows.prefetch_related(Prefetch("opinions", Opinion.objects.order_by("id")))
    return LineExport(filing).export(queryset=rows)
