"""Collecting faults by cell, each once; and what is said of whole columns and sheets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from xianan.core.spreadsheet import Column, Row, Table, address, fold

from .report import OTHER_TABLE, SET_ASIDE, UNSURE, Fault

UNKNOWN = "unknown_column"


class Faults:
    """Faults of one weight. The same fault of a merged block is kept once, at the cell that holds the text."""

    def __init__(self, table: Table, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self._table = table
        self._found: dict[tuple[str, str], Fault] = {}

    def put(self, fault: Fault) -> None:
        self._found.setdefault((fault.cell, fault.code), fault)

    def has(self, cell: str, code: str) -> bool:
        return (cell, code) in self._found

    def column(
        self,
        column: Column,
        code: str,
        message: str,
        remedy: str,
        *,
        field: str = "",
        label: str = "",
        value: str = "",
    ) -> None:
        """A fault of a whole column or sheet, at its header cell."""
        self.put(Fault(column.cell, label, value, message, code, 0, remedy, "", field))

    def cell(self, row: Row, name: str, code: str, message: str, remedy: str, context: str = "") -> None:
        """A fault of one cell of a field."""
        column = self._table.columns[name]
        cell = self._table.cell(row, column)
        self.put(
            Fault(cell, self.labels[name], row.values[name], message, code, row.number, remedy, context, name)
        )

    def missing(self, name: str) -> None:
        """The column of a required field is not there, so each row is faulty."""
        label = self.labels[name]
        message = f"表中没有“{label}”列，每行都缺少必填内容"
        remedy = f"增加“{label}”列并逐行填写"
        self.column(self._table.first_cell, f"no_{name}", message, remedy, field=name, label=label)

    def unread(
        self,
        noun: str,
        *,
        passed_over: Collection[str] = (),
        reason: Callable[[str], str] = lambda header: "",
    ) -> None:
        """Name the columns, tables and rows that were not read, and an empty table. For warnings.

        Headers in `passed_over` need no word; `reason` may say why a header is not known.
        """
        table = self._table
        for column, name in table.rivals:
            used = table.columns[name]
            self._unknown(
                column,
                f"不能识别的列：“{self.labels[name]}”已取自 {used.letter} 列（{fold(used.header)}），本列不导入",
                "需要导入本列的，删去另一列或改列名",
            )
        for column in table.unknown:
            header = fold(column.header)
            if header in passed_over:
                continue
            message = f"{column.letter} 列没有列名，列中的内容不导入"
            if header:
                message = reason(header) or f"不能识别的列“{header}”，本列不导入"
            self._unknown(column, message, "不需要的可以保留；需要导入的改列名")
        first = table.first_cell
        if not table.rows:
            self.column(
                first, "no_rows", f"表头下面没有数据行，没有可以导入的{noun}", f"逐行填写{noun}后重新上传",
                label=first.header, value=first.header,
            )  # fmt: skip
        for name in table.other_sheets:
            message = f"只读取了工作表“{table.sheet}”；工作表“{name}”里也有{noun}，没有读取"
            remedy = "把各表合并到一张工作表，或另存后分次上传"
            self.column(first, f"other_sheet {name}", message, remedy, label="工作表", value=name)
        for top, bottom in table.other_tables:
            rows = f"第 {top} 行起" if top == bottom else f"第 {top} 至 {bottom} 行"
            message = f"{rows}是另一张表，没有读取"
            remedy = "把另一张表另存后分次上传"
            self.put(Fault(address(top - 1, 0), "工作表", "", message, OTHER_TABLE, top, remedy))
        for aside in table.doubtful:
            message = f"第 {aside.row} 行没有作为{noun}读取（{aside.reason}）"
            cell = address(aside.row - 1, table.columns[aside.field].index)
            remedy = f"是{noun}的，补齐这一行的必填内容后重新上传；不是的，可以保留"
            label = self.labels[aside.field]
            self.put(Fault(cell, label, aside.text, message, SET_ASIDE, aside.row, remedy, field=aside.field))

    def _unknown(self, column: Column, message: str, remedy: str) -> None:
        self.column(column, UNKNOWN, message, remedy, label=column.header, value=column.header)

    def in_order(self) -> list[Fault]:
        return sorted(self._found.values(), key=_place)


def _place(fault: Fault) -> tuple[bool, int, int, str]:
    letters = fault.cell.rstrip("0123456789")
    return fault.code not in UNSURE, int(fault.cell[len(letters) :]), len(letters), letters
