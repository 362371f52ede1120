"""Department × quarter: which quarters have their session, and how a street took part (P14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from secondment.deadlines.training import quarter_link
from secondment.rules.training import (
    Attended,
    Cell,
    Needs,
    Quarter,
    Standing,
    StreetCell,
    needs_words,
    quarters_of,
)
from secondment.selectors import matrix
from secondment.selectors.duties import needs as needs_in
from secondment.selectors.training import VIEW
from secondment.sessions.page import WAITS, may_plan
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.core.outside import whole
from xianan.organizations.choices import Kind
from xianan.organizations.models import Organization, active
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import every_street
from xianan.ui import workbook
from xianan.ui.templatetags.ui import query_with
from xianan.ui.text import short_date

CRUMBS = (("人员与培训", ""),)
EARLIEST, LATEST = 2020, 2100
MISSED = (Standing.MISSING, Standing.MADE_UP)
OPEN = (Standing.UNPLANNED, Standing.UNRECORDED)
NOTHING_IN_FORCE = "本季度末没有施行中的实施方案"


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it is drawn: words, tone ("" is plain), symbol, what a pointer is told, where it leads."""

    words: str
    tone: str = ""
    icon: str = ""
    title: str = ""
    url: str = ""


def cell_words(cell: Cell) -> Shown:
    """Return a department's quarter in words."""
    day = short_date(cell.planned_on)
    held = f"{cell.held} 场"
    match cell.standing:
        case Standing.HELD:
            return Shown(held)
        case Standing.MISSING:
            late = f"，{day}的场次未登记举办情况" if day else ""
            waits = f"，{cell.unproven} 场未计入" if cell.unproven else ""
            why = f"，补登的 {cell.unproven} 场{WAITS}" if cell.unproven else ""
            return Shown(
                f"缺 {cell.lacking} 场{waits}", "red", "alert", f"已举办 {held}，本季度已结束{late}{why}"
            )
        case Standing.MADE_UP:
            return Shown(f"缺 {cell.lacking} 场，已补训", "amber", "check", "本季度未办，以后已补训")
        case Standing.UNRECORDED:
            return Shown(f"{day}待登记", "amber", "clock", "培训日期已过，还没有登记举办情况")
        case Standing.PLANNED:
            return Shown(f"已排期 {day}", "blue", "calendar")
        case Standing.UNPLANNED:
            words = f"{held}，缺 {cell.lacking} 场" if cell.held else "未排"
            return Shown(words, "red" if cell.urgent else "amber", "alert" if cell.urgent else "clock")
        case Standing.COMING:
            return Shown("未排", title="本季度还没有开始")
        case Standing.NOT_APPLICABLE:
            return Shown("不适用", "grey", "", NOTHING_IN_FORCE)
        case _:
            return Shown(
                held if cell.held else "不涉及", "" if cell.held else "grey", "", "本季度没有在用的赋权事项"
            )


def street_words(cell: StreetCell) -> Shown:
    """Return a department's quarter for one street in words."""
    match cell.standing:
        case Attended.ATTENDED:
            return Shown(f"参加 {cell.attended} 场")
        case Attended.PARTLY:
            return Shown(f"参加 {cell.attended}/{cell.held} 场", "amber", "clock")
        case Attended.ABSENT:
            return Shown("未参加", "red", "alert", f"已举办 {cell.held} 场")
        case Attended.PLANNED:
            return Shown(f"已排期 {short_date(cell.planned_on)}", "blue", "calendar")
        case Attended.NOT_HELD:
            return Shown("部门未办", "grey", "", "部门本季度没有举办，不计街道")
        case Attended.COMING:
            return Shown("待举办")
        case Attended.NOT_APPLICABLE:
            return Shown("不适用", "grey", "", NOTHING_IN_FORCE)
        case _:
            return Shown("不涉及", "grey", "", "本街道没有该部门的赋权事项，也没有受邀")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over the matrix; a click leaves the rows that it counts."""

    label: str
    value: int
    unit: str
    small: str
    key: str
    tone: str = ""


@login_required
@require_safe
def trainings(request: Request) -> HttpResponseBase:
    """The matrix of a year, of the departments or of one street, with figures; also as a workbook."""
    scope = request.scope
    if not scope.holds(VIEW):
        raise NotAllowed("您没有查看“培训”的权限。")
    year = _year(request)
    # Those there were in the year, also when it has passed.
    there = active(dt.date(year, 1, 1), until=dt.date(year, 12, 31))
    every = list(every_street(scope.district_id).filter(there))
    street = _street(request, scope, every)
    needs = needs_in(scope.district_id)
    page = _of_street(scope, street, year, needs) if street else _of_departments(scope, year, needs)
    only = request.GET.get("only", "")
    rows = [(department, cells) for department, cells, keys in page["rows"] if not only or only in keys]
    if request.GET.get("export") == "xlsx":
        return _export(page["title"], year, rows)
    own_view = scope.organization.kind in (Kind.STREET, Kind.STATION)
    context = {
        **page,
        "rows": rows,
        "crumbs": CRUMBS,
        "year": year,
        "years": [
            (year - 1, query_with(request, year=year - 1, only=None)),
            (year + 1, query_with(request, year=year + 1, only=None)),
        ],
        "quarters": quarters_of(year),
        "streets": every,
        "street": street,
        "departments_url": query_with(request, street="all" if own_view else None, only=None),
        "figures": [
            (one, one.key == only, query_with(request, only=None if one.key == only else one.key))
            for one in page["figures"]
        ],
        "only": only,
        "export_url": query_with(request, export="xlsx"),
        "coverage_url": reverse("secondment:coverage") if scope.holds("view_secondment") else "",
        "may_plan": may_plan(scope),
        "facts": (f"{needs_words(quarters_of(year), needs, '次')}，边培训边移交", "P14、P17"),
    }
    return render(request, "secondment/training/matrix.html", context)


def _year(request: Request) -> int:
    asked = whole(request.GET.get("year"), most=LATEST)
    return asked if asked is not None and asked >= EARLIEST else clock.today().year


def _street(request: Request, scope: Scope, every: list[Organization]) -> Organization | None:
    """Return the street asked for; without a word of it that of a person who works in one."""
    asked = request.GET.get("street", "")
    if asked:
        return next((row for row in every if str(row.pk) == asked), None)
    own = scope.organization
    return next((row for row in every if row.pk in (own.pk, own.parent_id)), None)


def _of_departments(scope: Scope, year: int, needs: Needs) -> dict[str, Any]:
    found = matrix.of_year(scope.district_id, year, needs=needs)
    quarter = matrix.focus(year)
    rows, tally, missed, missing_departments = [], dict.fromkeys(("owed", "held", "planned", "open"), 0), 0, 0
    for row in found:
        now = row.cells[quarter.number - 1].standing
        lost = sum(cell.standing in MISSED for cell in row.cells)
        keys = set()
        if now is not Standing.NOT_OWED:
            keys.add("owed")
        if now is Standing.HELD:
            keys.add("held")
        if now is Standing.PLANNED:
            keys.add("planned")
        if now in OPEN or now is Standing.COMING:
            keys.add("open")
        for key in keys:
            tally[key] += 1
        if lost:
            keys.add("missed")
        missed += lost
        missing_departments += bool(lost)
        rows.append((row.department, _cells(row.department, row.cells, year, cell_words), keys))
    word = quarter.label
    return {
        "title": "培训",
        "rows": rows,
        "figures": [
            Figure(f"{word}应办部门", tally["owed"], "个", "有赋权事项在用的部门", "owed"),
            Figure(f"{word}已举办", tally["held"], "个部门", _share(tally["held"], tally["owed"]), "held"),
            Figure(f"{word}已排期", tally["planned"], "个部门", "日期未到", "planned"),
            Figure(f"{word}未排、待登记", tally["open"], "个部门", f"{quarter.last.month}月{quarter.last.day}日截止", "open", "amber" if tally["open"] else ""),
            Figure("全年缺训季度", missed, "个", f"涉及 {missing_departments} 个部门", "missed", "red" if missed else ""),
        ],
        "legend": (("red", "缺训"), ("amber", "待办、已补训"), ("blue", "已排期"), ("grey", "不涉及")),
        "is_street": False,
    }  # fmt: skip


def _of_street(scope: Scope, street: Organization, year: int, needs: Needs) -> dict[str, Any]:
    found = matrix.of_street(scope.district_id, street.pk, year, needs=needs)
    rows, tally = [], dict.fromkeys(("held", "attended", "absent", "planned", "not_held"), 0)
    for row in found:
        keys = set()
        for cell in row.cells:
            tally["held"] += cell.held
            tally["attended"] += cell.attended
            tally["absent"] += cell.held - cell.attended
            tally["planned"] += cell.standing is Attended.PLANNED
            tally["not_held"] += cell.standing is Attended.NOT_HELD
            if cell.held:
                keys.add("held")
            if cell.attended:
                keys.add("attended")
            if cell.held > cell.attended:
                keys.add("absent")
            if cell.standing is Attended.PLANNED:
                keys.add("planned")
            if cell.standing is Attended.NOT_HELD:
                keys.add("not_held")
        rows.append((row.department, _cells(row.department, row.cells, year, street_words, street), keys))
    return {
        "title": f"{street}参训",
        "rows": rows,
        "figures": [
            Figure("部门已举办", tally["held"], "场", f"邀请{street.label}或涉及其事项", "held"),
            Figure("本街道已参加", tally["attended"], "场", _share(tally["attended"], tally["held"]), "attended"),
            Figure("未参加", tally["absent"], "场", "已举办而没有到场", "absent", "red" if tally["absent"] else ""),
            Figure("已排期", tally["planned"], "个季度", "按计划参加", "planned"),
            Figure("部门未办", tally["not_held"], "个季度", "计部门，不计街道", "not_held"),
        ],
        "legend": (("red", "未参加"), ("amber", "部分参加"), ("blue", "已排期"), ("grey", "不涉及、部门未办")),
        "is_street": True,
    }  # fmt: skip


def _cells(
    department: Organization,
    cells: Iterable[Any],
    year: int,
    words: Callable[[Any], Shown],
    street: Organization | None = None,
) -> list[Shown]:
    found = []
    for quarter, cell in zip(quarters_of(year), cells, strict=True):
        shown = words(cell)
        url = quarter_link(department.pk, quarter.year, quarter.number)
        if street is not None:
            url += f"&street={street.pk}"
        found.append(Shown(shown.words, shown.tone, shown.icon, shown.title, url))
    return found


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "没有应办的"


def _export(title: str, year: int, rows: list[tuple[Organization, list[Shown]]]) -> FileResponse:
    def reader(index: int) -> Callable[[Any], str]:
        return lambda row: row[1][index].words

    columns: list[tuple[str, Callable[[Any], Any]]] = [("赋权部门", lambda row: str(row[0]))]
    columns += [(_head(quarter), reader(quarter.number - 1)) for quarter in quarters_of(year)]
    name = f"{year}年{title}季度情况{clock.today():%Y-%m-%d}.xlsx"
    content = workbook.write(f"{year}年{title}季度情况", columns, rows)
    return FileResponse(content, as_attachment=True, filename=name, content_type=workbook.XLSX)


def _head(quarter: Quarter) -> str:
    return str(quarter)
