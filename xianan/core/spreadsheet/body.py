"""The table under a header: merged cells filled down, rows that are no data set aside and named."""

from __future__ import annotations

from collections.abc import Collection

from .cells import misread_text
from .errors import MAX_ROWS, UnreadableWorkbook, too_many_rows
from .header import Header, Heading, find_header
from .reader import Sheet, Workbook
from .schema import Schema
from .sorter import Sorter, bare
from .table import Column, Ignored, Row, SetAside, Table
from .text import address, fold


def find_table(workbook: Workbook, schema: Schema) -> Table:
    """The best table of the workbook; raises `UnreadableWorkbook` (no_header) naming the columns looked for.

    A visible sheet that isn't there to explain goes first, then the one with more of the required
    columns, with rows, with more columns. Other sheets with such a table are named in `other_sheets`.
    """
    found: list[tuple[tuple[bool, bool, int, bool, int, int], Sheet, Header]] = []
    for sheet in workbook.sheets:
        header = find_header(sheet, schema)
        if header is None:
            continue
        aside = any(word in sheet.name for word in schema.side_sheets)
        rows = sum(1 for row in sheet.cells[header.bottom + 1 :] if sum(map(bool, row)) > 1)
        required = sum(1 for item in schema.fields if item.required and item.key in header.fields)
        rank = (not aside, sheet.visible, required, rows > 0, len(header.fields), rows)
        found.append((rank, sheet, header))
    if not found:
        raise _no_header(workbook, schema)
    best = max(found, key=lambda candidate: candidate[0])
    table = read_table(best[1], best[2], schema)
    table.other_sheets = [
        sheet.name for rank, sheet, _ in found if sheet is not best[1] and rank[0] and rank[3]
    ]
    return table


def _no_header(workbook: Workbook, schema: Schema) -> UnreadableWorkbook:
    wanted = "、".join(
        f"{item.label}（也可写“{item.synonyms[0]}”）" if item.synonyms else item.label
        for item in schema.fields
        if item.required
    )
    others = "、".join(item.label for item in schema.fields if not item.required)
    names = "、".join(f"“{sheet.name}”" for sheet in workbook.sheets[:5])
    return UnreadableWorkbook(
        "no_header",
        f"在工作表{names}的前 40 行没有找到表头。必须有的列：{wanted}；可以有的列：{others}。检查列名后重新上传，或下载模板填写。",
    )


def _column(heading: Heading) -> Column:
    return Column(heading.column, heading.text, address(heading.row, heading.column))


def read_table(sheet: Sheet, header: Header, schema: Schema) -> Table:
    """The rows below a header; more than 20,000 of them refuse the file."""
    grid, origin = _fill(sheet, header)
    named = [heading for heading in header.headings if heading.path]
    table = Table(
        sheet=sheet.name,
        header_row=header.top + 1,
        last_header_row=header.bottom + 1,
        first_cell=_column(named[0]),
        columns={
            item.key: _column(header.fields[item.key]) for item in schema.fields if item.key in header.fields
        },
        members={name: _column(heading) for name, heading in header.members.items()},
        listing=_column(header.listing) if header.listing else None,
        unknown=[_column(heading) for heading in header.unknown],
        rivals=[(_column(heading), key) for heading, key in header.rivals],
        schema=schema,
        grid=sheet.cells,
        parts={
            key: [(name, _column(heading)) for name, heading in found] for key, found in header.parts.items()
        },
    )
    fields = [(key, column.index) for key, column in table.columns.items()]
    members = [(name, column.index) for name, column in table.members.items()]
    listing = table.listing.index if table.listing else None
    sorter = Sorter(table, header, sheet)
    for index in range(header.bottom + 1, len(grid)):
        cells = grid[index]
        inherited = origin.get(index, {})
        own = {c: text for c, text in enumerate(cells) if text and inherited.get(c, index) == index}
        if not own:
            continue
        reason = sorter.reason(index, own, cells)
        if reason:
            shown = " ".join(" ".join(text.split()) for text in own.values())
            table.ignored.append(Ignored(index + 1, shown, reason))
            if at := sorter.doubt(own, reason):
                table.doubtful.append(
                    SetAside(index + 1, at, " ".join(own[table.columns[at].index].split()), reason)
                )
            continue
        table.rows.append(
            Row(
                number=index + 1,
                values={
                    key: _joined(cells, table.parts[key]) if key in table.parts else cells[c]
                    for key, c in fields
                },
                members={name: cells[c] for name, c in members},
                listing=cells[listing] if listing is not None else "",
                origin=inherited,
                numbers={
                    key: number
                    for key, c in fields
                    if (number := sheet.numbers.get((inherited.get(c, index), c)))
                }
                if sheet.numbers
                else {},
            )
        )
    if len(table.rows) > MAX_ROWS:
        raise too_many_rows(sheet.name)
    known = {heading.column for heading in named}
    for column in range(len(grid[0]) if grid else 0):
        if column not in known and any(row.number and grid[row.number - 1][column] for row in table.rows):
            table.unknown.append(Column(column, "", address(header.bottom, column)))
    return table


def texts_of(table: Table, row: Row, *, dates: Collection[str] = ()) -> tuple[dict[str, str], list[str]]:
    """The folded texts of a row by field, and in words what of them can't be taken: for kinds without parsers.

    Of the fields in `dates` a cell of Excel's own gives its day in ISO form, however it is shown.
    """
    texts, faults = {}, []
    for name, raw in row.values.items():
        text, number = fold(raw), row.numbers.get(name)
        if table.schema.field(name).serial:
            continue
        if name in dates and number is not None and number.date:
            text, number = number.date, None
        if misread := misread_text(text, number):
            cell = table.cell(row, table.columns[name])
            faults.append(f"{cell}{misread.message}。{misread.remedy}。")
        texts[name] = text
    return texts, faults


def unread(table: Table) -> list[str]:
    """What was left out and may be data after all, in words: for kinds that take a file whole or not at all."""
    return [
        *(
            f"第 {top} 至 {bottom} 行是另一张表，没有读取；把它另存后分次上传。"
            for top, bottom in table.other_tables
        ),
        *(
            f"第 {aside.row} 行没有读取（{aside.reason}）：{aside.text[:40]}。补齐这一行，或删除后重新上传。"
            for aside in table.doubtful
        ),
    ]


_SAYS_NOTHING = frozenset({"", "/", "-", "—", "——", "无"})


def _joined(cells: list[str], parts: list[tuple[str, Column]]) -> str:
    """The text of a divided field, each part under its name: 部门：指导；街道：巡查."""
    said = [(name, cells[column.index].strip()) for name, column in parts]
    said = [(name, text) for name, text in said if text not in _SAYS_NOTHING]
    texts = {text for _, text in said}
    # One cell across all parts, or the same text in each, speaks of them all.
    if len(texts) == 1 and (len(said) > 1 or all(name in said[0][1] for name, _ in parts)):
        return said[0][1]
    return "；".join(
        text if bare(text).startswith((f"{name}：", f"{name}:")) else f"{name}：{text}"
        for name, text in [(name, text.rstrip("；;。")) for name, text in said]
    )


def _fill(sheet: Sheet, header: Header) -> tuple[list[list[str]], dict[int, dict[int, int]]]:
    """The grid with merged cells of the body filled down, and for each filled cell the row it comes from.

    Text is never spread sideways into other fields, only across the columns of members.
    """
    width = max((len(row) for row in sheet.cells), default=0)
    grid = [row + [""] * (width - len(row)) for row in sheet.cells]
    origin: dict[int, dict[int, int]] = {}
    member_columns = {heading.column for heading in header.members.values()}
    budget = 4 * MAX_ROWS * 25
    for top, left, bottom, right in sheet.merged:
        if top <= header.bottom or top >= len(grid) or left >= width:
            continue
        bottom, right = min(bottom, len(grid) - 1), min(right, width - 1)
        budget -= (bottom - top + 1) * (right - left + 1)
        if budget < 0:
            raise UnreadableWorkbook("broken", "合并单元格过多，无法读取。取消多余的合并后重新上传。")
        text = grid[top][left]
        across = member_columns.issuperset(range(left, right + 1))
        for column in range(left, right + 1):
            shown = text if column == left or across else ""
            for row in range(top, bottom + 1):
                grid[row][column] = shown
                if row > top:
                    origin.setdefault(row, {})[column] = top
    return grid, origin
