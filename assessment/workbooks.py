"""The tables of a result as workbooks: totals, every indicator, problems (P40)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from xianan.ui import workbook

from .rules.costs import lost
from .rules.paper_blocks import ProblemRow
from .rules.paper_words import cause_words
from .snapshot import CellLine, GroupLine, IndicatorLine, Snapshot, StreetLine

Columns = list[tuple[str, Callable[[Any], Any]]]


def totals(snapshot: Snapshot) -> bytes:
    """Return the table of totals: place, street, groups, beside the hundred, total, evaluation points."""

    def group(place: int) -> Callable[[StreetLine], float]:
        return lambda row: row.groups[place] / 100

    columns: Columns = [
        ("名次", lambda row: row.place),
        ("并列", lambda row: row.is_tied),
        ("街道", lambda row: row.name),
        *((line.name, group(place)) for place, line in enumerate(snapshot.groups)),
        ("加分", lambda row: row.bonus / 100),
        ("扣分", lambda row: row.penalty / 100),
        ("总分", lambda row: row.total / 100),
        ("计入综合考评", lambda row: row.evaluation / 100),
    ]
    return _bytes("考核得分表", columns, snapshot.ranked)


def workings(snapshot: Snapshot) -> bytes:
    """Return every indicator of every street with what its points stand on."""
    rows: list[tuple[StreetLine, GroupLine, IndicatorLine, CellLine]] = [
        (street, group, indicator, street.cell(indicator.id))
        for street in snapshot.ranked
        for group in snapshot.groups
        for indicator in group.indicators
    ]
    columns: Columns = [
        ("街道", lambda row: row[0].name),
        ("考评项目", lambda row: row[1].name),
        ("编号", lambda row: row[2].code),
        ("考评指标", lambda row: row[2].name),
        ("分值", lambda row: row[2].points / 100),
        ("自评得分", lambda row: None if row[3].self_points is None else row[3].self_points / 100),
        ("得分", lambda row: row[3].points / 100),
        ("更正前得分", lambda row: row[3].computed / 100 if row[3].is_corrected else None),
        ("扣分原因", lambda row: cause_words(row[2], row[3]) if lost(row[2], row[3]) else ""),
        ("评分人", lambda row: "、".join(f"{line.name}（{line.organization}）" for line in row[3].scorers)),
    ]
    return _bytes("逐项得分和依据", columns, rows)


def problems(rows: Sequence[ProblemRow]) -> bytes:
    """Return the list of problems."""
    columns: Columns = [
        ("整改单位", lambda row: row.street),
        ("考评指标", lambda row: row.indicator),
        ("问题", lambda row: row.text),
        ("整改要求", lambda row: row.demand),
        ("整改措施", lambda row: row.measure),
        ("责任人", lambda row: row.owner),
        ("整改时限", lambda row: row.due),
        ("完成情况", lambda row: row.state),
    ]
    return _bytes("问题整改清单", columns, rows)


def books(snapshot: Snapshot, rows: Sequence[ProblemRow]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each workbook."""
    yield "考核得分表.xlsx", totals(snapshot)
    yield "逐项得分和依据.xlsx", workings(snapshot)
    yield "问题整改清单.xlsx", problems(rows)


def _bytes(title: str, columns: Columns, records: Sequence[Any]) -> bytes:
    with workbook.write(title, columns, records) as file:
        content: bytes = file.read()
    return content
