"""The table under a header: merged cells filled down, rows that are no data set aside and named."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from .cells import Number, misread_text
from .errors import MAX_ROWS, UnreadableWorkbook, too_many_rows
from .header import Header, Heading, find_header, is_other_header, same_words
from .reader import Sheet, Workbook
from .schema import Schema
from .text import address, column_letter, fold

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|总数|本页小计|本页合计|总合计)(?:[:：,，]?共?计?\d+(?:[项件条个宗].{0,40})?|[:：])?|共计?\d+[项件条个].{0,20}"
)
_COUNT = re.compile(r"(?:.{0,20}?(?<![第\d]))?\d+(?:\.\d+)?[项件条个宗人名次份户处分元天%]?")
_FOOTER = re.compile(
    r"(?:[^:：《》]{0,14}?(?:人|人员|领导|负责人|电话|手机|日期|时间|单位|部门|机构|盖章|公章|签字|签章|签名|邮箱|局长|主任|科长)"
    r"(?:[(（][^)）]{0,10}[)）])*[:：].*)"
    r"|(?:填表|填报|制表|审核|复核|联系|经办|审批|单位负责)人(?:签字|签名|盖章)?|联系电话|填[表报](?:日期|时间|单位)"
)
#: A signature's label with nothing behind it: what was written stands in the next cell.
_LABEL = re.compile(
    r"[^:：《》]{0,10}(?:人|人员|领导|负责人|电话|手机|日期|时间|盖章|公章|签字|签章|签名)(?:[(（][^)）]{0,10}[)）])?[:：]?"
)
_NOTE = re.compile(
    r"(?:注|备注|附注|说明|填[表报写]说明|注意事项|附件?|注释)[\d一二三四五]*[:：.、].*|[※*＊].*"
)
_DATE = re.compile(r"\d{4}[年./-]\d{0,2}[月./-]?\d{0,2}日?|\d{4}年月日|年月日")
_SECTION = re.compile(
    r"(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]|第[一二三四五六七八九十\d]+[章节部]|附件\d*).{0,40}"
)
_ORDINAL = re.compile(r"[(（]?(?:\d{1,2}|[①-⑳]|[甲乙丙丁戊己庚辛壬癸]|[A-Z]|[一二三四五六七八九十])[)）]?")
_NUMBER = re.compile(r"[\d０-９.、．\-—一二三四五六七八九十百（）()]+")


@dataclass(frozen=True)
class Column:
    """A column of the table: 0-based index, header text as it stands, address of the header cell."""

    index: int
    header: str
    cell: str

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(slots=True)
class Row:
    """A row of data: 1-based number, raw text by field and by member, and where filled-down text comes from.

    `numbers` says what stands behind the text of a number cell that is more than its plain digits.
    """

    number: int
    values: dict[str, str]
    members: dict[str, str]
    listing: str = ""
    origin: dict[int, int] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Ignored:
    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class SetAside:
    """A row that was not taken although it says something in a required column, whose key and text these are."""

    row: int
    field: str
    text: str
    reason: str


@dataclass
class Table:
    """What was found: the sheet, the columns by field key, the rows, and everything that was not taken."""

    sheet: str
    header_row: int
    last_header_row: int
    first_cell: Column
    columns: dict[str, Column]
    members: dict[str, Column]
    listing: Column | None
    unknown: list[Column]
    rivals: list[tuple[Column, str]]
    schema: Schema
    grid: list[list[str]]
    rows: list[Row] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    #: The columns of a field that is divided among several, each with the name of its part.
    parts: dict[str, list[tuple[str, Column]]] = field(default_factory=dict)
    #: What is left out of `rows` and may be one after all.
    doubtful: list[SetAside] = field(default_factory=list)
    #: Header row and last row of each further table below.
    other_tables: list[tuple[int, int]] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    def cell(self, row: Row, column: Column) -> str:
        """Address of the cell that holds the row's text in a column: the top one of a merged block."""
        return address(row.origin.get(column.index, row.number - 1), column.index)


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
    sorter = _Sorter(table, header, sheet)
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
        text if _bare(text).startswith((f"{name}：", f"{name}:")) else f"{name}：{text}"
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


_HEADER, _TITLE, _ORDINALS, _SUM = "重复的表头", "重复的标题", "栏次", "合计行"
_OTHER_HEADER, _OTHER_ROW = "另一张表的表头", "属于下方的另一张表，没有读取"
_CERTAIN = frozenset({_HEADER, _TITLE, _ORDINALS, _SUM, _OTHER_HEADER, _OTHER_ROW})
"""Reasons that leave no doubt: word for word what stands above, nothing but counts, or told of the whole table."""


class _Sorter:
    """Says of a row of the body why it is no data, or that it is."""

    def __init__(self, table: Table, header: Header, sheet: Sheet) -> None:
        self.table = table
        self.headings = {heading.column: heading for heading in header.headings if heading.path}
        required = [i for i in table.schema.fields if i.required and i.key in table.columns]
        self.required = [table.columns[item.key].index for item in required]
        self.keys = [item.key for item in required]
        #: Required columns whose own values are known from any other text: types, dates, streets.
        self.telling = [(table.columns[item.key].index, item.fits) for item in required if item.fits]
        self.serial = {
            table.columns[i.key].index for i in table.schema.fields if i.serial and i.key in table.columns
        }
        self.mapped = {column.index for column in (*table.columns.values(), *table.members.values())}
        self.mapped |= {column.index for found in table.parts.values() for _, column in found}
        self.ticks = {column.index for column in table.members.values()}
        if table.listing:
            self.mapped.add(table.listing.index)
        self.above = {_bare(text) for row in sheet.cells[: header.top] for text in row if text}
        self.broad = {
            (top, left): right for top, left, _, right in sheet.merged if right > left and top > header.bottom
        }
        self.in_other = False

    def reason(self, index: int, own: dict[int, str], cells: list[str]) -> str:
        """Why the row is set aside, or "" for a row of data. `own` leaves out what was filled down.

        A row that has what is required, be it through merged cells, is always data.
        """
        if not self.in_other and self._is_plainly_data(own):
            return ""
        same = sum(1 for c, text in own.items() if c in self.headings and same_words(text, self.headings[c]))
        if same and same >= min(2, len(own)) and same >= 0.6 * len(own) and (same > 1 or not self._tick(own)):
            self.in_other = False
            return _HEADER
        if len(own) > 2 and is_other_header(self.table.schema, list(own.values())):
            self.in_other = True
            self.table.other_tables.append((index + 1, index + 1))
            return _OTHER_HEADER
        if self.in_other:
            self.table.other_tables[-1] = (self.table.other_tables[-1][0], index + 1)
            return _OTHER_ROW
        texts = {c: _bare(text) for c, text in own.items()}
        first_column = next(iter(texts))
        first = texts[first_column]
        if len(texts) >= 3 and all(map(_ORDINAL.fullmatch, texts.values())) and self._filled(cells):
            return _ORDINALS
        if self._is_sum(texts):
            return _SUM
        if self._is_data(texts, cells):
            return ""
        alone = len(texts) == 1
        if alone and first in self.above:
            return _TITLE
        if reason := self._closing(texts, first):
            return reason
        if alone and _covers(self.broad.get((index, first_column)), first_column, self.mapped) >= 3:
            return "横跨多列的标题或说明"
        if texts.keys() <= self.serial:
            return "只有序号，没有内容" if _NUMBER.fullmatch(first) else "表外的文字"
        if not texts.keys() & self.mapped:
            return "各列都没有内容，只有表外的文字"
        if alone and _SECTION.fullmatch(first):
            return "分组标题"
        if alone and _DATE.fullmatch(first):
            return "落款日期"
        if alone and first_column not in self.required and first_column not in self.ticks:
            return "只有一格文字"
        return ""

    def doubt(self, own: dict[int, str], reason: str) -> str:
        """The first required field in which a row that is set aside says something, "" without doubt."""
        if reason in _CERTAIN:
            return ""
        return next((key for key, c in zip(self.keys, self.required, strict=True) if c in own), "")

    def _is_plainly_data(self, own: dict[int, str]) -> bool:
        """The usual row, told by two required texts that no header, total or signature has."""
        long = [_bare(own[c]) for c in self.required if c in own and len(own[c]) > 6]
        return len(long) > 1 and not any(
            self.table.schema.knows(text)
            or _TOTAL.fullmatch(text)
            or _COUNT.fullmatch(text)
            or _FOOTER.fullmatch(text)
            for text in long[:2]
        )

    def _filled(self, cells: list[str]) -> bool:
        return all(cells[c] for c in self.required)

    def _is_data(self, texts: dict[int, str], cells: list[str]) -> bool:
        """A row with a value that only data has, with a number of its own, or with all that is required.

        A line of signatures may fill the same columns: 填表人 | 张× | 审核人 | 李×.
        """
        said = [c for c in self.required if c in texts]
        if said and any(c in texts and fits(cells[c]) for c, fits in self.telling) and len(texts) > 1:
            return True
        if said and any(c in texts and texts[c].isdigit() for c in self.serial):
            return True
        if not self._filled(cells):
            return False
        return any(fits(cells[c]) for c, fits in self.telling) or not any(
            map(_LABEL.fullmatch, (_bare(cells[c]) for c in self.required))
        )

    def _tick(self, own: dict[int, str]) -> bool:
        return set(own) <= self.ticks

    def _is_sum(self, texts: dict[int, str]) -> bool:
        """A total: its word in one of the first two cells, and nothing but counts in what is required."""
        return any(map(_TOTAL.fullmatch, list(texts.values())[:2])) and all(
            _TOTAL.fullmatch(texts[c]) or _COUNT.fullmatch(texts[c]) for c in self.required if c in texts
        )

    def _closing(self, texts: dict[int, str], first: str) -> str:
        """Totals, signatures and notes: a row begins with their words and has no real item in it."""
        if _TOTAL.fullmatch(first):
            others = [texts[c] for c in self.required if c in texts and texts[c] != first]
            if sum(not _COUNT.fullmatch(other) for other in others) < 2:
                return "合计或小计，另有文字"
        real = [
            texts[c]
            for c in self.required
            if c in texts
            and len(texts[c]) > 4
            and not _FOOTER.fullmatch(texts[c])
            and not _COUNT.fullmatch(texts[c])
        ]
        if len(real) < 2:
            if _FOOTER.fullmatch(first):
                return "落款行（填表人、审核人、联系方式等）"
            if len(texts) < 3 and _NOTE.fullmatch(first):
                return "表下的说明"
        return ""


def _bare(text: str) -> str:
    return "".join(text.split())


def _covers(right: int | None, left: int, mapped: set[int]) -> int:
    return sum(1 for column in mapped if left <= column <= right) if right is not None else 0
