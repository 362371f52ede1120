"""The parts of the papers of a result: headings, tables, charts, as documents/paper.html prints them (P40). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xianan.ui.charts import Series, bars

from ..choices import IndicatorKind
from ..snapshot import Snapshot, StreetLine
from .paper_words import none_due_lines, numeral
from .points import short_points, show_points
from .scoring import FULL, half_up

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A line of the list of problems, as it is printed."""

    street: str
    indicator: str
    text: str
    demand: str
    measure: str
    owner: str
    due: str
    state: str


# ---- Blocks ----------------------------------------------------------------------------------------------


def heading(place: int, text: str) -> Block:
    return {"kind": "heading", "text": f"{numeral(place)}、{text}"}


def paragraphs(lines: Iterable[str]) -> list[Block]:
    return [{"kind": "paragraph", "text": line.strip()} for line in lines if line.strip()]


def chart(svg: str, caption: str) -> Block:
    return {"kind": "chart", "svg": svg, "caption": caption}


def right(text: str) -> dict[str, str]:
    return {"text": text, "align": "right"}


def centre(text: str) -> dict[str, str]:
    return {"text": text, "align": "centre"}


FILL_IN = ["填表人", "审核人", "单位负责人（盖章）", "日期"]


def totals_table(snapshot: Snapshot, *, wide: bool = False, title: str = "", fill_in: bool = False) -> Block:
    """Return streets as rows, groups as columns, total, place and evaluation points."""
    beside = any(row.bonus or row.penalty for row in snapshot.streets)
    extra = [{"label": "加分"}, {"label": "扣分"}] if beside else []
    rows = []
    for line in snapshot.ranked:
        more = [right(show_points(line.bonus)), right(show_points(line.penalty))] if beside else []
        rows.append(
            [
                centre(f"{line.place}{'（并列）' if line.is_tied else ''}"),
                line.name,
                *(right(show_points(value)) for value in line.groups),
                *more,
                right(show_points(line.total)),
                right(show_points(line.evaluation)),
            ]
        )
    return {
        "kind": "table",
        "wide": wide,
        "small": True,
        "title": title,
        "columns": [
            {"label": "名次", "width": "8%"},
            {"label": "街道", "width": "16%"},
            *({"label": f"{group.name}（{short_points(group.points)}分）"} for group in snapshot.groups),
            *extra,
            {"label": "总分"},
            {"label": f"计入综合考评（{snapshot.evaluation_points}分）"},
        ],
        "rows": rows,
        "fill_in": FILL_IN if fill_in else [],
    }


def cells_table(snapshot: Snapshot, streets: Sequence[StreetLine], *, title: str, fill_in: bool) -> Block:
    """Return indicators as rows and these streets as columns, with subtotals and the total."""
    rows: list[list[Any]] = []
    for place, group in enumerate(snapshot.groups):
        # A line of its own keeps the group together with its rows where a page ends.
        rows.append([{"text": f"{group.name}（{short_points(group.points)}分）", "span": 2 + len(streets)}])
        for row in group.indicators:
            mark = {IndicatorKind.BONUS: "（加分）", IndicatorKind.PENALTY: "（扣分）"}
            rows.append(
                [
                    f"{row.code} {row.name}{mark.get(IndicatorKind(row.kind), '')}",
                    centre(short_points(row.points)),
                    *(right(show_points(street.cell(row.id).points)) for street in streets),
                ]
            )
        rows.append(
            [
                centre("小计"),
                centre(short_points(group.points)),
                *(right(show_points(street.groups[place])) for street in streets),
            ]
        )
    width = f"{56 / max(len(streets), 3):.1f}%"
    return {
        "kind": "table",
        "wide": True,
        "small": True,
        "title": title,
        "columns": [
            {"label": "考评指标", "width": "34%"},
            {"label": "分值", "width": "8%"},
            *({"label": street.name, "width": width} for street in streets),
        ],
        "rows": rows,
        "footer": [
            centre("总分"),
            centre(short_points(FULL)),
            *(right(show_points(street.total)) for street in streets),
        ],
        "notes": none_due_lines(snapshot, streets),
        "fill_in": FILL_IN if fill_in else [],
    }


def problems_table(rows: Sequence[ProblemRow], *, title: str, with_street: bool = True) -> Block:
    """Return the list of problems as a landscape table with its signature row."""
    columns = [{"label": "序号", "width": "5%"}]
    if with_street:
        columns.append({"label": "整改单位", "width": "9%"})
    columns += [
        {"label": "考评指标", "width": "12%"},
        {"label": "问题", "width": "19%" if with_street else "24%"},
        {"label": "整改要求", "width": "16%"},
        {"label": "整改措施", "width": "15%" if with_street else "19%"},
        {"label": "责任人", "width": "7%"},
        {"label": "整改时限", "width": "9%"},
        {"label": "完成情况", "width": "8%"},
    ]
    return {
        "kind": "table",
        "wide": True,
        "small": True,
        "title": title,
        "columns": columns,
        "rows": [
            [
                centre(str(place)),
                *([row.street] if with_street else []),
                row.indicator,
                row.text,
                row.demand,
                row.measure or "",
                row.owner or "",
                centre(row.due),
                centre(row.state),
            ]
            for place, row in enumerate(rows, 1)
        ],
        "fill_in": FILL_IN,
    }


def total_chart(snapshot: Snapshot, previous: Snapshot | None) -> str:
    """Return the totals of all streets as bars, beside last year's where there is one."""
    labels = [row.name for row in snapshot.ranked]
    series = [Series(f"{snapshot.year}年度", [row.total for row in snapshot.ranked])]
    if previous is not None:
        before = {row.id: row.total for row in previous.streets}
        series.append(Series(f"{previous.year}年度", [before.get(row.id) for row in snapshot.ranked]))
    return bars("各街道总分", labels, series, full=FULL)


def group_chart(snapshot: Snapshot) -> str:
    """Return the rate of points by group: a bar a street, of many streets the best, the mean and the last."""
    labels = [group.name for group in snapshot.groups]
    full = [group.points for group in snapshot.groups]

    def rate(points: int, place: int) -> int:
        return half_up(points * 10_000, full[place]) if full[place] else 0

    if len(snapshot.streets) <= 4:
        series = [
            Series(row.name, [rate(points, place) for place, points in enumerate(row.groups)])
            for row in snapshot.ranked
        ]
    else:
        columns = list(zip(*(row.groups for row in snapshot.streets), strict=True))
        series = [
            Series("最高", [rate(max(column), place) for place, column in enumerate(columns)]),
            Series(
                "平均",
                [rate(half_up(sum(column), len(column)), place) for place, column in enumerate(columns)],
            ),
            Series("最低", [rate(min(column), place) for place, column in enumerate(columns)]),
        ]
    return bars("各考评项目得分率", labels, series, full=10_000, unit="%")
