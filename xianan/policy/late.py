"""What was entered late: the day of what happened beside the day on which somebody said so (补登).

A row tells both days; how many days may lie between them is a figure of the policy, judged by the version
in force on the day of the entry, so that a later version marks and unmarks nothing. The figure is read
along with the rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Case, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, When

from xianan.core import clock
from xianan.core.dates import late_entry

from .choices import DocumentKey
from .models import Parameter, ParameterChange, PolicyVersion

KEY = "late_entry_days"
DAYS = 10
"""Days that an entry may follow what happened where no version says it."""

R = TypeVar("R", bound=Model)


@dataclass(frozen=True, slots=True)
class Entry:
    """A day that somebody types, by the names of its two fields: ``event``, and ``entered`` as a moment."""

    event: str
    entered: str
    district: str = "district_id"

    @property
    def figure(self) -> str:
        """The name under which ``reading`` puts the figure on each row."""
        return f"{self.event}_late_days"

    def late(self, row: Any) -> dt.date | None:
        """Return the day of the entry if it came late, of a row that ``reading`` has read."""
        moment = getattr(row, self.entered)
        entered = clock.local_date(moment) if moment is not None else None
        figure = getattr(row, self.figure)
        return late_entry(getattr(row, self.event), entered, DAYS if figure is None else int(figure))


def reading(rows: QuerySet[R], *entries: Entry) -> QuerySet[R]:
    """Read with each row the figures that its entries are judged by; no further query."""
    return rows.annotate(**{entry.figure: _figure(entry) for entry in entries})


def _figure(entry: Entry) -> Case:
    """Return what the version in force on the day of the entry said then, or the last one that had run out.

    The rule is that of ``in_time.Document.holding``; here it is asked of each row of a list at once.
    """
    day = f"{entry.entered}__date"
    begun = PolicyVersion.objects.filter(
        document=DocumentKey.PLAN, district=OuterRef(entry.district), valid_from__lte=OuterRef(day)
    ).order_by("-valid_from")
    in_force = begun.filter(Q(valid_until=None) | Q(valid_until__gte=OuterRef(day)))
    changes = ParameterChange.objects.filter(parameter=OuterRef("pk"))
    judging = changes.filter(Q(holds_from=None) | Q(holds_from__lte=OuterRef(OuterRef(OuterRef(day)))))
    # A figure that was changed since was another one on the day, or none where it was added.
    said = Parameter.objects.filter(version=OuterRef("pk"), key=KEY).annotate(
        then=Case(
            When(Exists(judging), then=Subquery(judging.order_by("-at", "-pk").values("new")[:1])),
            When(Exists(changes), then=Subquery(changes.order_by("at", "pk").values("old")[:1])),
            default=F("value"),
        )
    )
    figure = Subquery(said.order_by().values("then")[:1])

    def of(versions: QuerySet[PolicyVersion]) -> Subquery:
        return Subquery(versions.annotate(figure=figure).values("figure")[:1])

    # SQLite sorts by nothing of an outer query, hence two questions.
    return Case(When(Exists(in_force), then=of(in_force)), default=of(begun))
