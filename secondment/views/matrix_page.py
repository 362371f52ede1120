"""The matrix department × street on a day: what stands in each cell, and the figures over it (P11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse

from secondment.choices import CoverState
from secondment.deadlines.staff import GAP
from secondment.models import Post
from secondment.rules.coverage import Cell
from secondment.selectors.coverage import Coverage, coverage
from xianan.deadlines.models import Deadline
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import departments, streets
from xianan.ui.text import short_date

C = CoverState
ICONS = {C.MISSING: "alert", C.LEAVING: "clock"}
# What stands in an ordinary cell is plain; only exceptions carry a ground.
PLAIN = (C.ENOUGH, C.NONE)
ONLY: dict[str, tuple[str, Callable[[Cell], bool]]] = {
    "owed": ("应派", lambda cell: cell.is_owed),
    "covered": ("已到位", lambda cell: cell.is_covered),
    "missing": ("缺员", lambda cell: cell.state == C.MISSING),
    "leaving": ("即将期满", lambda cell: cell.state == C.LEAVING),
    "awaited": ("待确认到岗", lambda cell: cell.awaited > 0),
    "exempt": ("豁免或例外", lambda cell: cell.state in (C.STATIONED, C.PRINCIPLE)),
}
"""What a figure counts, as a condition of the rows: a department is shown if any of its cells meets it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it is drawn."""

    cell: Cell
    url: str
    words: str
    tone: str
    icon: str
    title: str


@dataclass(slots=True)
class Row:
    """A department with its cells in the order of the streets."""

    organization: Organization
    powers: int
    cells: list[Shown] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return sum(shown.cell.missing for shown in self.cells)


@dataclass(slots=True)
class Matrix:
    """The matrix as a person sees it."""

    known: Coverage
    streets: list[Organization]
    rows: list[Row]
    left_out: int
    """Departments without powers or people anywhere."""
    cells: list[Cell]
    """All cells, also of rows that a condition hides."""


def words_of(cell: Cell) -> str:
    """Return what a cell says: 1 人, 缺 1 人, 12月20日止, 派驻豁免, 例外, or nothing."""
    if cell.state == C.ENOUGH:
        return f"{cell.people} 人"
    if cell.state == C.MISSING:
        return f"缺 {cell.missing} 人"
    if cell.state == C.LEAVING:
        return f"{short_date(cell.until)}止"
    if cell.state == C.NONE:
        return f"{cell.people} 人" if cell.people else ""
    return str(cell.state.label)


def title_of(cell: Cell) -> str:
    """Return the same at length, for those who hover or listen."""
    parts = [str(cell.state.label)]
    if cell.people:
        parts.append(f"在岗 {cell.people} 人")
    if cell.missing:
        parts.append(f"缺 {cell.missing} 人")
    if cell.awaited:
        parts.append(f"待确认到岗 {cell.awaited} 人")
    return "，".join(parts)


def matrix(
    scope: Scope,
    on: dt.date,
    *,
    only: str = "",
    organization: int | None = None,
    street: int | None = None,
) -> Matrix:
    """Return the matrix of a day, cut to what the person may see; eight queries, however large."""
    givers = list(departments(scope.district_id, on=on))
    takers = list(streets(scope.district_id, on=on))
    if not scope.whole_district("view_secondment"):
        own = scope.organization_ids("view_secondment")
        # A department sees its row, a street its column.
        if any(place.pk in own for place in takers):
            takers = [place for place in takers if place.pk in own]
        else:
            givers = [place for place in givers if place.pk in own]
    givers = [place for place in givers if organization in (None, place.pk)]
    takers = [place for place in takers if street in (None, place.pk)]
    known = coverage(scope.district_id, on)
    base = reverse("secondment:coverage")
    rows, left_out, cells = [], 0, []
    condition = ONLY[only][1] if only in ONLY else None
    for place in givers:
        found = [known.cell(place.pk, taker.pk) for taker in takers]
        cells += found
        if not any(cell.state != C.NONE or cell.people or cell.awaited for cell in found):
            left_out += 1
            continue
        if condition is not None and not any(map(condition, found)):
            continue
        powers = sum(
            known.powers[place.pk, taker.pk].powers
            for taker in takers
            if (place.pk, taker.pk) in known.powers
        )
        row = Row(place, powers)
        for taker, cell in zip(takers, found, strict=True):
            row.cells.append(
                Shown(
                    cell,
                    f"{base}{place.pk}/{taker.pk}/?on={on:%Y-%m-%d}",
                    words_of(cell),
                    "" if cell.state in PLAIN else cell.state.tone,
                    ICONS.get(cell.state, ""),
                    f"{place}，{taker}：{title_of(cell)}",
                )
            )
        rows.append(row)
    return Matrix(known, takers, rows, left_out, cells)


def figures(found: Matrix, link: Callable[[str], str], today: bool) -> list[dict[str, Any]]:
    """Return the figures over the matrix, each with the address of its rows."""
    cells = found.cells
    owed = [cell for cell in cells if cell.is_owed]
    covered = [cell for cell in owed if cell.is_covered]
    short = [cell for cell in owed if cell.state == C.MISSING]
    leaving = [cell for cell in owed if cell.state == C.LEAVING]
    exempt = sum(cell.state in (C.STATIONED, C.PRINCIPLE) for cell in cells)
    awaited = sum(cell.awaited for cell in cells)
    soonest = min((cell.until for cell in leaving if cell.until), default=None)
    share = f"{100 * len(covered) / len(owed):.1f}%" if owed else ""
    return [
        {
            "key": "owed",
            "label": "应派（部门×街道）",
            "value": len(owed),
            "small": f"另有 {exempt} 处豁免或例外" if exempt else "没有豁免",
        },
        {
            "key": "covered",
            "label": "已到位",
            "value": len(covered),
            "more": share,
            "small": f"街道已确认到岗 {sum(cell.people for cell in owed)} 人",
        },
        {
            "key": "missing",
            "label": "缺员",
            "value": len(short),
            "tone": "red" if short else "",
            "small": f"共缺 {sum(cell.missing for cell in short)} 人" if short else "没有缺员",
        },
        {
            "key": "leaving",
            "label": f"{found.known.figures.leaving_days} 天内期满且无人接续",
            "value": len(leaving),
            "tone": "amber" if leaving else "",
            "small": f"最早 {short_date(soonest)}" if soonest else "没有",
        },
        {
            "key": "awaited",
            "label": "待确认到岗",
            "value": awaited,
            "more": "人",
            "small": "确认后计入" if awaited else "没有",
        },
    ]


def gap_deadlines(found: Matrix) -> list[int]:
    """Return the open dates of the gaps shown, by key: what 催办 is about."""
    pairs = [
        (row.organization.pk, taker.pk)
        for row in found.rows
        for taker, shown in zip(found.streets, row.cells, strict=True)
        if shown.cell.state == C.MISSING
    ]
    if not pairs:
        return []
    posts = {
        (post.organization_id, post.street_id): post.pk
        for post in Post.objects.filter(
            Q(organization__in={pair[0] for pair in pairs}), Q(street__in={pair[1] for pair in pairs})
        )
    }
    keys = [posts[pair] for pair in pairs if pair in posts]
    rows = Deadline.objects.filter(kind=GAP, object_id__in=keys, closed_at__isnull=True)
    return list(rows.order_by("due_on", "pk").values_list("pk", flat=True))


def exporters(places: Sequence[Organization]) -> list[tuple[str, Callable[[Row], Any]]]:
    """Return the columns of the workbook: what is seen, and how many are missing."""

    def of_street(index: int) -> Callable[[Row], Any]:
        return lambda row: row.cells[index].words or "无职权"

    return [
        ("赋权部门", lambda row: row.organization.name),
        ("事项数", lambda row: row.powers),
        *[(place.name, of_street(index)) for index, place in enumerate(places)],
        ("缺员人数", lambda row: row.missing),
    ]
