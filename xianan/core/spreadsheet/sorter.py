"""Says of the rows under a header which are no data: totals, signatures, notes, headings, other tables."""

from __future__ import annotations

import re

from .header import Header, is_other_header, same_words
from .reader import Sheet
from .table import Table

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
_HEADER, _TITLE, _ORDINALS, _SUM = "重复的表头", "重复的标题", "栏次", "合计行"
_OTHER_HEADER, _OTHER_ROW = "另一张表的表头", "属于下方的另一张表，没有读取"
_CERTAIN = frozenset({_HEADER, _TITLE, _ORDINALS, _SUM, _OTHER_HEADER, _OTHER_ROW})
"""Reasons that leave no doubt: word for word what stands above, nothing but counts, or told of the whole table."""


class Sorter:
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
        self.above = {bare(text) for row in sheet.cells[: header.top] for text in row if text}
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
        texts = {c: bare(text) for c, text in own.items()}
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
        long = [bare(own[c]) for c in self.required if c in own and len(own[c]) > 6]
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
            map(_LABEL.fullmatch, (bare(cells[c]) for c in self.required))
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


def bare(text: str) -> str:
    return "".join(text.split())


def _covers(right: int | None, left: int, mapped: set[int]) -> int:
    return sum(1 for column in mapped if left <= column <= right) if right is not None else 0
