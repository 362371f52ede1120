"""Reads of filings: what a person may see, what waits for whom, what is wrong with a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.policy.late import Entry, reading

from ..choices import Desk, FilingState, LineState, Verdict
from ..models import Filing, FilingItem, Meeting, Opinion
from ..models.item import CONTENT_FIELDS
from ..rules import Tally, mark_of

DESK_OF = {FilingState.ESTABLISHMENT: Desk.ESTABLISHMENT, FilingState.JUSTICE: Desk.JUSTICE}
RIGHT_OF = {FilingState.ESTABLISHMENT: "review_filing", FilingState.JUSTICE: "check_legality"}
RETURNED = Q(state__in=(LineState.RETURNED, LineState.DEFERRED), resubmission=None)
"""Lines that wait for the department to propose them again."""


MET = Entry("held_on", "recorded_at")


def meetings(scope: Scope) -> QuerySet[Meeting]:
    """Return the meetings of the district for those who see its filings."""
    return reading(Meeting.objects.filter(district_id=scope.district_id), MET)


def being_written(scope: Scope) -> QuerySet[Filing]:
    """Return the filings that the person's department is still writing."""
    own = scope.organization_ids("draft_filing") | scope.organization_ids("submit_filing")
    return Filing.objects.filter(organization__in=own, state=FilingState.DRAFT)


def to_review(scope: Scope) -> QuerySet[Filing]:
    """Return the filings at the desks that the person sits at."""
    desks = [state for state, right in RIGHT_OF.items() if scope.holds(right)]
    return Filing.objects.filter(district_id=scope.district_id, state__in=desks)


def to_deliberate(scope: Scope) -> QuerySet[Filing]:
    """Return the filings that wait for the district government, for those who record its decisions."""
    rows = Filing.objects.filter(district_id=scope.district_id, state=FilingState.DELIBERATION)
    return rows if scope.holds("record_decision") else rows.none()


@dataclass(slots=True)
class LineCounts:
    """The lines of a filing by state."""

    by_state: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    def of(self, state: str) -> int:
        return self.by_state.get(state, 0)


def line_counts(filings: Iterable[Filing]) -> dict[int, LineCounts]:
    """Return the counts of lines by filing, in one query."""
    keys = [filing.pk for filing in filings]
    found = {key: LineCounts() for key in keys}
    rows = (
        FilingItem.objects.filter(filing__in=keys)
        .order_by()
        .values_list("filing_id", "state")
        .annotate(count=Count("pk"))
    )
    for key, state, count in rows:
        found[key].by_state[state] = count
    return found


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with the lines of a draft: the first two keep it from being submitted."""

    total: int = 0
    no_basis: int = 0
    no_change: int = 0
    no_duties: int = 0
    no_source: int = 0
    no_municipal: int = 0

    @property
    def blocking(self) -> str:
        """Why the filing can't be submitted, or ""."""
        if not self.total:
            return "还没有事项"
        parts = []
        if self.no_basis:
            parts.append(f"{self.no_basis} 项缺少设定依据")
        if self.no_change:
            parts.append(f"{self.no_change} 项与清单相比没有变化")
        return "，".join(parts)


def unchanged_lines(filing: Filing) -> QuerySet[FilingItem]:
    """Return lines that propose to change a listed item and change nothing in it."""
    same = {f"item__{name}": F(name) for name in CONTENT_FIELDS}
    return FilingItem.objects.filter(filing=filing, item__is_listed=True, **same)


def faults(filing: Filing) -> Faults:
    """Count what is wrong with the lines of a draft."""
    found = (
        FilingItem.objects.filter(filing=filing)
        .order_by()
        .aggregate(
            total=Count("pk"),
            no_basis=Count("pk", filter=Q(basis="")),
            no_duties=Count("pk", filter=Q(duties="")),
            no_source=Count("pk", filter=Q(source="")),
            no_municipal=Count("pk", filter=Q(source="city", municipal_department="")),
        )
    )
    return Faults(no_change=unchanged_lines(filing).count(), **found)


def drafts(organization: Organization) -> QuerySet[Filing]:
    """Return the department's drafts, the youngest first."""
    return Filing.objects.filter(organization=organization, state=FilingState.DRAFT).order_by("-id")


def desk_tally(filing: Filing, desk: str) -> Tally:
    """Return where a desk stands with the lines in review, in one query."""
    given = Opinion.objects.filter(line=OuterRef("pk"), desk=desk)
    lines = FilingItem.objects.filter(filing=filing, state=LineState.REVIEW).order_by()
    found = lines.aggregate(
        total=Count("pk"),
        **{
            f"n_{verdict}": Count("pk", filter=Exists(given.filter(verdict=verdict)))
            for verdict in Verdict.values
        },
    )
    passed, returned, deferred = (found[f"n_{v}"] for v in (Verdict.PASS, Verdict.RETURN, Verdict.DEFER))
    return Tally(passed, returned, deferred, found["total"] - passed - returned - deferred)


def desk_mark(filing: Filing, desk: str) -> str:
    """Return a mark of what a desk says now to all lines in review; "0" when it says nothing."""
    lines = FilingItem.objects.filter(filing=filing, state=LineState.REVIEW).order_by().values("pk")
    rows = Opinion.objects.filter(line__in=lines, desk=desk).order_by("line_id")
    return mark_of(str(row) for row in rows.values_list("line_id", "verdict", "reason"))


def returned_lines(scope: Scope) -> QuerySet[FilingItem]:
    """Return the returned and deferred lines that a person's department has not proposed again."""
    return FilingItem.objects.filter(
        RETURNED, filing__organization__in=scope.organization_ids("draft_filing")
    )
