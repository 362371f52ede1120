"""What the front page shows one person, gathered from what the apps have registered."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from xianan.core import clock
from xianan.core.periods import Period
from xianan.deadlines import registry as deadline_kinds
from xianan.deadlines.models import Deadline
from xianan.deadlines.selectors import links_of, open_for
from xianan.history.models import Entry
from xianan.history.registry import Shown, object_kind, object_kinds
from xianan.organizations.choices import Kind
from xianan.organizations.models import Organization
from xianan.organizations.roles import rights
from xianan.organizations.scope import Scope
from xianan.policy.measures import Figure, compute, measures
from xianan.ui.todos import Todo, todos

# Signing in and out is in the log, but nobody calls it work.
NOT_WORK = ("user.login", "user.login_failed", "user.logout", "user.password")


def own_organizations(scope: Scope) -> set[int]:
    """Return the organizations for which the person holds any right by name; costs no further query."""
    return set().union(*(scope.organization_ids(right.codename) for right in rights()))


# ---- 待办 ------------------------------------------------------------------------------------------


def waiting(scope: Scope) -> list[Todo]:
    """Return what waits for a person: what apps name, and the open deadlines of the own organizations.

    A deadline of something that an app names already only lends it its date. Deadlines of one kind,
    organization and day stand as one line. Queries: those of the apps, one for the deadlines and
    those that the kinds need for their links.
    """
    named = todos(scope)
    dues = [due for due in open_for(own_organizations(scope)) if _is_near(due)]
    links = links_of(dues)
    urls = {todo.url for todo in named if todo.url}
    soonest: dict[str, dt.date] = {}
    lines: dict[tuple[str, int, dt.date], list[Deadline]] = defaultdict(list)
    for due in dues:
        url = links.get(due.pk, "")
        if url in urls:
            soonest.setdefault(url, due.due_on)
        else:
            lines[(due.kind, due.organization_id, due.due_on)].append(due)
    found = [replace(todo, due_on=_earlier(todo.due_on, soonest.get(todo.url))) for todo in named]
    found += [_line(group, links) for group in lines.values()]
    return sorted(found, key=lambda todo: (todo.due_on is None, todo.due_on or dt.date.max))


def _is_near(due: Deadline) -> bool:
    """Whether a date stands on the desk yet; some kinds lie years ahead."""
    ahead = deadline_kinds.kind(due.kind).ahead
    return ahead is None or due.due_on <= clock.today() + dt.timedelta(days=ahead)


def _earlier(*days: dt.date | None) -> dt.date | None:
    return min((day for day in days if day is not None), default=None)


def _line(group: list[Deadline], links: Mapping[int, str]) -> Todo:
    first = group[0]
    kind = deadline_kinds.kind(first.kind)
    if len(group) == 1:
        return Todo(first.title, links.get(first.pk, ""), kind.action, str(first.organization), first.due_on)
    url = f"{reverse('deadlines:list')}?kind={first.kind}&due={first.due_on:%Y-%m-%d}"
    title = f"{kind.label}：{first.title} 等 {len(group)} 项"
    return Todo(title, url, "查看全部", str(first.organization), first.due_on, len(group))


# ---- 我发起, 已办 ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handled:
    """One object a person acted on, as a line of 我发起 or 已办."""

    shown: Shown
    noun: str
    label: str
    at: dt.datetime


def _objects(user: Any) -> QuerySet[Entry]:
    return Entry.objects.filter(
        actor_id=user.pk, object_type__in=[kind.object_type for kind in object_kinds()]
    ).exclude(action__in=NOT_WORK)


def started_by(user: Any) -> QuerySet[Any, Any]:
    """Return the objects that a person began: object_type, object_id, last (entry)."""
    actions = [kind.start_action for kind in object_kinds() if kind.start_action]
    return _grouped(_objects(user).filter(action__in=actions))


def handled_by(user: Any) -> QuerySet[Any, Any]:
    """Return the objects that a person acted on, the latest act first."""
    return _grouped(_objects(user))


def _grouped(entries: QuerySet[Entry]) -> QuerySet[Any, Any]:
    return entries.order_by().values("object_type", "object_id").annotate(last=Max("id")).order_by("-last")


def handled_count(user: Any) -> tuple[int, int]:
    """Return how many objects a person began and how many were acted on, in one query."""
    actions = [kind.start_action for kind in object_kinds() if kind.start_action]
    found = _objects(user).order_by().values("object_type", "object_id")
    objects = found.annotate(acts=Count("pk", filter=Q(action__in=actions)))
    counted = objects.aggregate(handled=Count("object_id"), started=Count("object_id", filter=Q(acts__gt=0)))
    return counted["started"], counted["handled"]


def show(rows: Iterable[Mapping[str, Any]]) -> list[Handled]:
    """Turn grouped rows into lines: one query for the acts and one for each kind of object."""
    wanted = list(rows)
    entries = Entry.objects.in_bulk([row["last"] for row in wanted])
    by_kind: dict[str, list[int]] = defaultdict(list)
    for row in wanted:
        by_kind[row["object_type"]].append(row["object_id"])
    shown: dict[tuple[str, int], Shown] = {}
    for object_type, ids in by_kind.items():
        kind = object_kind(object_type)
        if kind is not None:
            shown.update({(object_type, pk): line for pk, line in kind.show(ids).items()})
    lines = []
    for row in wanted:
        entry = entries[row["last"]]
        kind = object_kind(row["object_type"])
        line = shown.get((row["object_type"], row["object_id"])) or Shown(entry.object_text, "", "已删除")
        lines.append(Handled(line, kind.noun if kind else "", entry.label, entry.at))
    return lines


# ---- What the documents demand -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Demand:
    """A measure as one organization, or the whole district, stands to it."""

    label: str
    about: str
    figure: Figure
    target: int | None
    unit: str

    @property
    def tone(self) -> str:
        share = self.figure.percent
        if share is None or self.target is None:
            return "grey"
        return "green" if share >= self.target else "red"

    @property
    def verdict(self) -> str:
        share = self.figure.percent
        if not self.figure.applies:
            return "不适用"
        if share is None:
            return "尚无应办"
        fraction = f"{self.figure.numerator}/{self.figure.denominator}"
        if self.target is None:
            return fraction
        return f"{'达标' if share >= self.target else '未达标'} {fraction}"


def demands(scope: Scope) -> list[tuple[str, list[Demand]]]:
    """Return (heading, demands) for the person's own organization, or district sums for an office.

    Stocks as of today, flows of the year so far. The queries grow with the groups of measures alone.
    """
    own = Organization.objects.filter(pk__in=own_organizations(scope) | {scope.organization.pk})
    places = {row.pk: row for row in own}
    found: list[tuple[str, list[Demand]]] = []
    figures = compute(measures(), scope.district, Period.year_to(clock.today()))
    for place in sorted(places.values(), key=lambda row: (row.display_order, row.pk)):
        lines = [
            Demand(
                measure.label,
                measure.clause,
                figures[measure.key].of(place.pk),
                measure.target,
                measure.unit,
            )
            for measure in measures()
            if _concerns(measure.about, place)
        ]
        if lines:
            found.append((f"文件要求{place}做到的", lines))
    if scope.organization.duty:
        lines = [
            Demand(
                f"{measure.label}（{'各街道' if measure.about == 'street' else '各部门'}）",
                measure.clause,
                figures[measure.key].total(),
                measure.target,
                measure.unit,
            )
            for measure in measures()
        ]
        found.append(("文件要求全区做到的", lines))
    return found


def _concerns(about: str, place: Organization) -> bool:
    if about == "street":
        return place.kind == Kind.STREET
    return place.empowering
