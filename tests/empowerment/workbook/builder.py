"""Workbooks made by a generator that knows what is in them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import openpyxl
import xlwt
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from empowerment.workbook.check import FilingCheck
from empowerment.workbook.columns import COLUMNS, filing_schema
from xianan.core.spreadsheet import address, find_table, read_workbook
from xianan.imports.report import Report

TYPES = ("行政许可", "行政给付", "行政确认", "行政处罚", "行政检查", "行政强制", "行政征收", "其他行政权力")
STREETS = ("温泉街道", "浮山街道", "永安街道")
DEPARTMENT = "区城市管理执法局"
TYPE_WORDS = {
    "行政许可": ("行政许可", "行政许可类", "许可", "许可类"),
    "行政处罚": ("行政处罚", "处罚", "行政处罚类", "处罚类", "行政 处罚", "1.行政处罚"),
    "行政确认": ("行政确认", "确认类", "确认"),
    "其他行政权力": ("其他行政权力", "其他类", "其他职权", "其他", "其它", "其他权力"),
}
SOURCE_WORDS = {"guide": ("省指导清单", "省级指导目录"), "district": ("区直", "区级")}


def check(content: bytes, filename: str, **more) -> Report:
    """Read, find and check as the portal does."""
    streets, existing = more.pop("streets", STREETS), more.pop("existing", ())
    table = find_table(read_workbook(content, filename), filing_schema(streets))
    known = {"department_name": DEPARTMENT, "types": TYPES, "streets": streets, **more}
    return FilingCheck(table, **known).report(existing)


def xlsx(rows, merged=(), *, title="Sheet1", before=(), after=(), hidden=(), from_1904=False) -> bytes:
    """A workbook of values; a pair is a value and its number format."""
    book = openpyxl.Workbook()
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    book.remove(book.active)
    for name, cells, areas in (*before, (title, rows, merged), *after):
        sheet = book.create_sheet(name)
        for r, row in enumerate(cells, 1):
            for c, value in enumerate(row, 1):
                if isinstance(value, tuple):
                    sheet.cell(r, c, value[0]).number_format = value[1]
                elif value not in ("", None):
                    sheet.cell(r, c, value)
        for top, left, bottom, right in areas:
            sheet.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
        if name in hidden:
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(rows, merged=(), *, title="Sheet1", before=(), after=(), from_1904=False) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = from_1904
    for name, cells, areas in (*before, (title, rows, merged), *after):
        sheet = book.add_sheet(name)
        held = {(r, c) for t, l, b, e in areas for r in range(t, b + 1) for c in range(l, e + 1)}  # noqa: E741
        for r, row in enumerate(cells):
            for c, value in enumerate(row):
                if isinstance(value, tuple):
                    sheet.write(r, c, value[0], xlwt.easyxf(num_format_str=value[1]))
                elif value not in ("", None) and (r, c) not in held:
                    sheet.write(r, c, value)
        for top, left, bottom, right in areas:
            sheet.write_merge(top, bottom, left, right, cells[top][left])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_bytes(rows, *, encoding="utf-8-sig", delimiter=",") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


@dataclass
class Made:
    """A generated workbook and the truth about it."""

    content: bytes = field(repr=False)
    filename: str
    header_row: int
    columns: dict[str, str]
    streets: dict[str, str]
    rows: int
    faulty: int
    errors: set[str]
    unknown: set[str]
    ignored: set[int]
    types: dict[int, str] = field(default_factory=dict)
    proposed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


def _dress(draw, word: str) -> str:
    """The same header as people type it: blanks, line breaks, marks."""
    kind = draw(st.sampled_from(("plain", "plain", "must", "star", "spaced", "broken")))
    if kind == "must":
        return f"{word}（必填）"
    if kind == "star":
        return f"*{word}"
    if kind == "spaced":
        return "　".join(word)
    if kind == "broken" and len(word) > 2:
        return f"{word[:2]}\n{word[2:]}"
    return word


_UNKNOWN = ("追责情形", "执法范围", "县级", "乡级系统端口", "办理时限", "收费标准")
_TITLES = (
    "咸安区街道赋权事项申报表（区城市管理执法局）",
    "填报单位：区城市管理执法局（盖章）　　填报时间：2026年11月　日",
    "附件2",
    "拟下放街道事项一览",
)
_FOOTERS = (
    ("合计", "", "共12项"),
    ("合　计",),
    ("填表人：张×　　审核人：李×　　联系电话：0715-8888888",),
    ("填表人", "张×", "审核人", "李×"),
    ("注：本表一式三份",),
    ("单位负责人（签字）：",),
    ("小计", "3项"),
    ("2026年11月23日",),
)


@st.composite
def workbooks(draw) -> Made:
    """Any order of columns, place and depth of header, words, merges, sheets and file kind."""
    kind = draw(st.sampled_from(("xlsx", "xlsx", "xls", "csv-utf8", "csv-gbk", "csv-plain")))
    merging = not kind.startswith("csv")
    optional = draw(st.sets(st.sampled_from([f.key for f in COLUMNS if not f.required])))
    mode = draw(st.sampled_from(("none", "plain", "grouped", "listed")))
    unknown = draw(st.lists(st.sampled_from(_UNKNOWN), unique=True, max_size=2))
    words = {}
    for item in COLUMNS:
        if item.required or item.key in optional:
            words[item.key] = _dress(draw, draw(st.sampled_from((item.label, *item.synonyms))))
    blocks = [(key,) for key in words] + [(f"?{word}",) for word in unknown]
    if mode in ("plain", "grouped"):
        blocks.append(tuple(f"@{name}" for name in STREETS))
    elif mode == "listed":
        blocks.append(("@list",))
    order = [key for block in draw(st.permutations(blocks)) for key in block]
    left = draw(st.integers(0, 2))
    place = {key: left + index for index, key in enumerate(order)}
    width = left + len(order)
    grid: list[list[object]] = []
    merged: list[tuple[int, int, int, int]] = []

    def line(texts: dict[int, object] | None = None) -> int:
        grid.append([""] * width)
        for column, text in (texts or {}).items():
            grid[-1][column] = text
        return len(grid) - 1

    for title in draw(st.lists(st.sampled_from(_TITLES), unique=True, max_size=3)):
        row = line({left: title})
        if merging and draw(st.booleans()):
            merged.append((row, left, row, width - 1))
        if draw(st.integers(0, 3)) == 0:
            line()
    # The header: one line, or two with everything but the streets merged downwards (not so in CSV).
    two = mode == "grouped" or (merging and draw(st.integers(0, 4)) == 0)
    top = line()
    under = line() if two else top
    for key, column in place.items():
        if key.startswith("@") and key != "@list":
            word = key[1:] if draw(st.booleans()) else key[1:-2]
            grid[under][column] = word
            if two and mode == "plain" and merging:
                grid[under][column] = ""
                grid[top][column] = word
                merged.append((top, column, under, column))
        else:
            grid[top][column] = "承接街道" if key == "@list" else key[1:] if key[0] == "?" else words[key]
            if two and merging:
                merged.append((top, column, under, column))
    if mode == "grouped":
        start = place[f"@{STREETS[0]}"]
        grid[top][start] = draw(st.sampled_from(("承接街道（打√）", "认领（打√）", "承接街道", "赋权街镇")))
        if merging:
            merged.append((top, start, top, start + 2))

    made = Made(b"", "", top + 1, {}, {}, 0, 0, set(), set(), set())
    made.columns = {k: address(0, c)[:-1] for k, c in place.items() if k[0] not in "@?"}
    made.unknown = {address(top, c) for k, c in place.items() if k[0] == "?"}
    if mode in ("plain", "grouped"):
        made.streets = {name: address(0, place[f"@{name}"])[:-1] for name in STREETS}
    elif mode == "listed":
        made.streets = dict.fromkeys(STREETS, address(0, place["@list"])[:-1])

    good: list[dict[str, str]] = []
    count = draw(st.integers(0, 9))
    typing: tuple[int, str] | None = None
    for number in range(1, count + 1):
        if draw(st.integers(0, 7)) == 0:
            line()
            typing = None
        if draw(st.integers(0, 11)) == 0:
            line({c: grid[top][c] for c in place.values()})
            if mode == "grouped":
                start = place[f"@{STREETS[0]}"]
                for c in range(start, start + 3):
                    grid[-1][c] = grid[under][c]
            made.ignored.add(len(grid))
            typing = None
        kind_of_fault = draw(
            st.sampled_from(("", "", "", "", "name", "basis", "type", "unknown", "twin", "type+basis"))
        )
        if kind_of_fault == "twin" and not good:
            kind_of_fault = ""
        row = line()
        made.rows += 1
        base = draw(
            st.sampled_from(
                (
                    "对擅自占用第{}号道路的行为",
                    "合计{}类登记",
                    "负责人变更备案{}",
                    "《证{}》核发",
                    "{}号 permit A",
                )
            )
        )
        values = {
            "number": number if draw(st.booleans()) else f"{number:03d}",
            "name": base.format(number),
            "basis": f"《城市道路管理条例》第{number}条",
            "duties": "街道负责受理；部门负责指导",
            "source": draw(st.sampled_from(SOURCE_WORDS[draw(st.sampled_from(("guide", "district")))])),
            "municipal_department": "市住房和城乡建设局" if draw(st.booleans()) else "",
            "transition_months": draw(st.sampled_from((6, "6", "6个月", "六个月", ""))),
            "department": draw(st.sampled_from((DEPARTMENT, "城市管理执法局", "咸安区城市管理执法局", ""))),
            "office": draw(st.sampled_from(("法规股", "综合科", ""))),
            "remarks": draw(st.sampled_from(("", "合计见附件", "无"))),
            "decline_reason": "",
        }
        type_name = draw(st.sampled_from(tuple(TYPE_WORDS)))
        values["type"] = draw(st.sampled_from(TYPE_WORDS[type_name]))
        faults = set(kind_of_fault.split("+")) & {"name", "basis", "type"}
        if kind_of_fault == "twin":
            values.update(draw(st.sampled_from(good)))
            faults = set()
            made.errors.add(address(row, place["name"]))
        elif not faults:
            good.append({"name": values["name"], "basis": values["basis"]})
        for key in faults:
            values[key] = draw(st.sampled_from(("", "　", " ")))
            made.errors.add(address(row, place[key]))
        if kind_of_fault == "unknown":
            values["type"] = draw(st.sampled_from(("行政奖励", "行政裁决", "公共服务事项")))
            made.errors.add(address(row, place["type"]))
        made.faulty += bool(kind_of_fault)
        if kind_of_fault in ("", "name", "basis", "twin"):
            made.types[row + 1] = type_name
        if "name" not in faults:
            made.names[row + 1] = (
                "".join(values["name"].split()) if "permit" not in values["name"] else f"{number}号permit A"
            )
            if kind_of_fault == "twin":
                del made.names[row + 1]
            elif "permit" not in values["name"] and draw(st.booleans()):
                values["name"] = "　" + values["name"][:4] + "\n" + values["name"][4:] + " "
        for key, value in values.items():
            if key in place:
                grid[row][place[key]] = value
        # A type that stands once for its block.
        if (
            merging
            and typing
            and typing[0] == row - 1
            and kind_of_fault in ("", "name", "basis")
            and draw(st.booleans())
        ):
            start = next(
                (m[0] for m in merged if m[3] == place["type"] and m[2] == row - 1 and m[0] > under), row - 1
            )
            merged = [m for m in merged if not (m[1] == place["type"] and m[2] == row - 1 and m[0] > under)]
            merged.append((start, place["type"], row, place["type"]))
            grid[row][place["type"]] = ""
            made.types[row + 1] = typing[1]
            typing = (row, typing[1])
        else:
            typing = (row, type_name) if kind_of_fault in ("", "name", "basis", "twin") else None
        ticks = {name: draw(st.booleans()) for name in STREETS}
        made.proposed[row + 1] = tuple(name for name in STREETS if ticks[name])
        if mode in ("plain", "grouped"):
            for name in STREETS:
                word = draw(
                    st.sampled_from(
                        ("√", "是", "✓", "1", "Y", "承接") if ticks[name] else ("", "×", "否", "/")
                    )
                )
                grid[row][place[f"@{name}"]] = word
        elif mode == "listed":
            chosen = [name if draw(st.booleans()) else name[:-2] for name in STREETS if ticks[name]]
            everyone = len(chosen) == 3 and draw(st.booleans())
            grid[row][place["@list"]] = "全部街道" if everyone else "、".join(chosen)

    if made.rows:
        for footer in draw(st.lists(st.sampled_from(_FOOTERS), unique=True, max_size=3)):
            row = line({left + i: text for i, text in enumerate(footer) if left + i < width})
            made.ignored.add(row + 1)
            if merging and len(footer) == 1 and draw(st.booleans()):
                merged.append((row, left, row, width - 1))
    cover = ("封面", [["咸安区街道赋权事项申报材料"], ["区城市管理执法局"]], ())
    notes = ("填报说明", [["列名", "说明"], ["事项名称", "填全称"], ["设定依据", "填条款"]], ())
    before = (cover,) if draw(st.booleans()) else ()
    after = (notes,) if draw(st.booleans()) else ()
    if kind == "xlsx":
        made.content, made.filename = xlsx(grid, merged, before=before, after=after), "申报.xlsx"
    elif kind == "xls":
        made.content, made.filename = xls(grid, merged, before=before, after=after), "申报.XLS"
    else:
        encoding = {"csv-utf8": "utf-8-sig", "csv-gbk": "gb18030", "csv-plain": "utf-8"}[kind]
        delimiter = draw(st.sampled_from((",", ";", "\t")))
        made.content, made.filename = csv_bytes(grid, encoding=encoding, delimiter=delimiter), "申报.csv"
    return made
