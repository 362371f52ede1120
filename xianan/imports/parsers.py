"""What a cell of each kind may say. Knows no models."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models

from xianan.core.identity import birth_date_of, check_digit, without_id_numbers
from xianan.core.names import person_name
from xianan.core.spreadsheet import DATE, PERCENT, Misread, Number, key, misread_text

from .words import NOTHING, Ticks

_SERIAL_DAYS = range(10_000, 80_000)
"""Serial numbers taken for dates: 1927 to 2119."""
_EPOCH = dt.date(1899, 12, 30)
_DATE = re.compile(
    r"(\d{4})(?:\s*[-/.年·]\s*)(\d{1,2})(?:\s*[-/.月·]\s*)(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
)
_MONTH = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?")
_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LINE = re.compile(r"(0\d{2,3})?-?([2-9]\d{6,7})(?:-(\d{1,6}))?")


class Wrong(Exception):
    """A cell that breaks its column's rule: a stable code, the rule and what to do.

    `kept` is its value all the same; None for that of an empty cell.
    """

    def __init__(self, code: str, message: str, remedy: str, *, kept: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy, self.kept = code, message, remedy, kept


class Doubt(Wrong):
    """A cell that should be looked at: a warning, which keeps nothing out."""


class Parser:
    """How the cells of one column are read, compared and shown.

    `read` is given folded text that says something and raises `Wrong` or `Doubt`. Subclasses say what an
    empty cell gives (`empty`), which texts are none (`nothing`), which words a dropdown offers and whether
    others are refused there.
    """

    empty: Any = None
    nothing: frozenset[str] = NOTHING
    words: Sequence[str] = ()
    lines: bool = False
    """Whether line breaks separate clauses and are kept as such."""
    tells: bool = True
    """Whether values tell this column from others; text may be anything."""
    keeps_text: bool = True
    """Whether the text is what is kept, so that a number cell must show it in full."""
    bears_formula: bool = False
    """Whether a formula without its result is no more than a warning where nothing need be filled in."""
    strict: bool = True
    """Whether the dropdown refuses other words."""

    def misread(self, text: str, number: Number | None) -> Misread | None:
        """Return what is wrong with a cell before it is read; it counts as an empty one then."""
        found = misread_text(text, number if self.keeps_text else None)
        return found if found and (self.keeps_text or found.code == "formula") else None

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def cell(self, text: str, number: Number) -> str:
        """Return what `read` is given of a number cell that shows `text`. Raises `Wrong` where Excel misled."""
        return text

    def show(self, value: Any) -> str:
        """Return a value as the pages and the export write it; reading that gives the value again."""
        return "" if value is None else str(value)

    def fits(self, text: str) -> bool:
        """Whether a value looks like one of this column: decides between columns that compete."""
        try:
            self.read(text)
        except Wrong:
            return False
        return True


class Text(Parser):
    """Text up to `longest` characters, without anybody's identity number: here it would lie in clear."""

    empty = ""
    tells = False

    def __init__(self, longest: int = 200, *, lines: bool = False) -> None:
        self.longest = longest
        self.lines = lines

    def read(self, text: str) -> str:
        if len(text) > self.longest:
            raise Wrong("too_long", f"有 {len(text)} 字，超过 {self.longest} 字的上限", "缩短文字")
        if without_id_numbers(text) != text:
            raise Wrong("id_number_in_text", "写有身份证号码", "删去号码，号码只填在“身份证号码”一列")
        return text


AS_TEXT = "先把单元格设为文本格式，再填编号"
_DATE_LIKE = re.compile(
    r"(?:(?:19|20)\d{2}[-/.年])\d{1,2}[-/.月]\d{1,2}日?|(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?|\d{1,2}-(?:"
    r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:-\d{2})?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2}"
)


class Code(Text):
    """A code with parts, such as 3.10 or 1-1, which Excel likes to take for a number or a date."""

    def cell(self, text: str, number: Number) -> str:
        if number.kind == DATE:
            raise self._date(text)
        if "." in text or "." in number.number:
            message = f"单元格是数字，显示为“{text}”；Excel 把编号当作小数，会把 3.10 存成 3.1，按文本重填"
            raise Wrong("code_decimal", message, AS_TEXT)
        return text

    def read(self, text: str) -> str:
        if _DATE_LIKE.fullmatch(text):
            raise self._date(text)
        return super().read(text)

    @staticmethod
    def _date(text: str) -> Wrong:
        return Wrong(
            "code_date", f"Excel 把编号变成了日期，显示为“{text}”（如 1-1 变成 1月1日），按文本重填", AS_TEXT
        )


class Amount(Parser):
    """What is a number: the cell's own counts, however it is shown; a date or a percentage is asked about."""

    keeps_text = False

    def cell(self, text: str, number: Number) -> str:
        if number.kind == DATE:
            raise Wrong(
                "date_cell", f"单元格是日期，显示为“{text}”，不是数字", "把单元格设为常规格式，重新填数字"
            )
        if number.kind == PERCENT:
            message = f"单元格是百分比，显示为“{text}”，存的却是 {number.number}，分不出要填哪一个"
            raise Wrong("percent_cell", message, f"把单元格设为常规格式，直接填数字，如 {text.rstrip('%')}")
        return number.number


class PersonName(Text):
    """The name of a person, folded as everywhere: dots, blanks and private characters make no other person."""

    def read(self, text: str) -> str:
        return super().read(person_name(text))

    def show(self, value: Any) -> str:
        return person_name(value or "")


class Date(Parser):
    """A day, in any of the ways people write one; a time of day beside it is left out."""

    keeps_text = False

    def cell(self, text: str, number: Number) -> str:
        return number.date or number.number if number.kind != DATE or number.date else text

    def __init__(self, earliest: dt.date | None = None, latest: dt.date | None = None) -> None:
        self.earliest, self.latest = earliest, latest

    def read(self, text: str) -> dt.date:
        day = _read_date(_plain(text))
        if self.earliest and day < self.earliest:
            raise Wrong("too_early", f"{day} 早于 {self.earliest}", "核对日期")
        if self.latest and day > self.latest:
            raise Wrong("too_late", f"{day} 晚于 {self.latest}", "核对日期")
        return day


def _read_date(text: str) -> dt.date:
    how = "写作 2026-03-01 或 2026年3月1日"
    found = _DATE.fullmatch(text) or re.fullmatch(r"((?:19|20)\d{2})(\d{2})(\d{2})", text)
    if found:
        try:
            return dt.date(*(int(part) for part in found.groups()))
        except ValueError:
            raise Wrong("no_such_day", f"“{text}”不是实际存在的日期", how) from None
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and int(text[:5]) in _SERIAL_DAYS:
        return _EPOCH + dt.timedelta(days=int(text[:5]))
    if _MONTH.fullmatch(text):
        raise Wrong("no_day", f"“{text}”没有写到日", how)
    raise Wrong("no_date", f"“{text}”不是日期", how)


class Integer(Amount):
    """A whole number between `least` and `most`; its unit may stand behind it."""

    def __init__(self, least: int | None = None, most: int | None = None, *, unit: str = "") -> None:
        self.least, self.most, self.unit = least, most, unit

    def read(self, text: str) -> int:
        word = _plain(text).removesuffix(self.unit).strip()
        if not re.fullmatch(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.0+)?", word):
            raise Wrong("no_integer", f"“{text}”不是整数", "只填整数")
        number = int(float(word.replace(",", "")))
        if self.least is not None and number < self.least:
            raise Wrong("too_small", f"{number} 小于 {self.least}", "核对数字")
        if self.most is not None and number > self.most:
            raise Wrong("too_large", f"{number} 大于 {self.most}", "核对数字")
        return number


class Choice(Parser):
    """One of a few values, each with its words; the first word is shown and offered."""

    def __init__(self, choices: Mapping[Any, str | Sequence[str]] | type[models.Choices]) -> None:
        given: Mapping[Any, str | Sequence[str]] = (
            choices
            if isinstance(choices, Mapping)
            else {member.value: str(member.label) for member in choices}
        )
        forms = {
            value: (words,) if isinstance(words, str) else tuple(words) for value, words in given.items()
        }
        self._labels = {value: words[0] for value, words in forms.items()}
        self._values = {key(word): value for value, words in forms.items() for word in words}
        self.words = tuple(self._labels.values())
        # As a text column of the database has it, where values are texts.
        self.empty = "" if all(isinstance(value, str) for value in forms) else None
        self.nothing = frozenset(text for text in NOTHING if key(text) not in self._values)

    def read(self, text: str) -> Any:
        found = key(text)
        if found not in self._values:
            raise Wrong("no_choice", f"“{text}”不在可选的各项中（{'、'.join(self.words)}）", "从下拉框中选择")
        return self._values[found]

    def show(self, value: Any) -> str:
        return self._labels.get(value, "" if value is None else str(value))


class Tick(Parser):
    """Yes or no; an empty cell says neither. Further words may be given."""

    nothing = frozenset({""})
    words = ("是", "否")

    def __init__(self, yes: Iterable[str] = (), no: Iterable[str] = ()) -> None:
        self._ticks = Ticks(yes, no)

    def read(self, text: str) -> bool:
        found = self._ticks.read(text)
        if found is None:
            raise Wrong("no_tick", f"“{text}”看不出是或否", "填“是”或“否”，也可以打√")
        return found

    def show(self, value: Any) -> str:
        return "" if value is None else self.words[0] if value else self.words[1]


class Named(Protocol):
    """What an organization has to be told by; `aliases` may be a list of further names."""

    pk: Any
    name: str
    full_name: str
    short_name: str
    aliases: Any


@dataclass(frozen=True)
class _Known:
    key: Any
    name: str


class OrganizationName(Parser):
    """The primary key of one of some organizations, by any of its names."""

    def __init__(self, organizations: Iterable[Named], *, noun: str = "机构") -> None:
        self._noun = noun
        self._names: dict[Any, str] = {}
        self._forms: dict[str, dict[Any, _Known]] = {}
        self._remedies: dict[str, str] = {}
        for row in organizations:
            self._names[row.pk] = row.name
            for form in (row.name, row.full_name, row.short_name, *(row.aliases or ())):
                if form:
                    self._forms.setdefault(key(form), {})[row.pk] = _Known(row.pk, row.name)
        self.words = tuple(self._names.values())

    def read(self, text: str) -> Any:
        found = self._forms.get(key(text), {})
        # A full name that is another's alias means the one that bears it.
        own = [known for known in found.values() if key(known.name) == key(text)]
        if len(own or found) == 1:
            return (own or list(found.values()))[0].key
        if found:
            names = "、".join(known.name for known in found.values())
            raise Wrong("ambiguous", f"“{text}”可以指{names}", "填写全称")
        raise Wrong("unknown_organization", f"“{text}”不是可选的{self._noun}", self._remedy(text))

    def _remedy(self, text: str) -> str:
        # The same wrong name stands in many rows, and looking for near ones is slow.
        if text not in self._remedies:
            near = difflib.get_close_matches(text, self.words, 3, 0.4)
            self._remedies[text] = f"名称相近的有：{'、'.join(near)}" if near else "从下拉框中选择"
        return self._remedies[text]

    def fits(self, text: str) -> bool:
        return key(text) in self._forms

    def show(self, value: Any) -> str:
        return self._names.get(value, "")


class IdNumber(Parser):
    """The number of a resident's identity card: 18 places, the last a check digit. Messages don't quote it."""

    empty = ""

    _TEXT = "把单元格设为文本格式，重新填写全部 18 位"

    def read(self, text: str) -> str:
        number = re.sub(r"[\s'’‘-]", "", _plain(text)).upper()
        if _EXPONENT.fullmatch(number) or (
            len(number) == 18 and number.endswith("000") and number.isdigit() and not self._checks(number)
        ):
            raise Wrong("number_cell", "单元格是数字格式，第 15 位以后的数字已经丢失", self._TEXT)
        if not re.fullmatch(r"\d+X?", number):
            raise Wrong("wrong_letters", "身份证号只有数字，末位可以是 X", "对照证件重新填写")
        if len(number) == 15:
            raise Wrong("old_number", "是 15 位的旧号码", "改填 18 位身份证号")
        if len(number) != 18:
            more = "多" if len(number) > 18 else "少"
            raise Wrong(
                "wrong_length",
                f"有 {len(number)} 位，身份证号是 18 位",
                f"{more}了 {abs(len(number) - 18)} 位，对照证件重新填写",
            )
        if birth_date_of(number) is None:
            raise Wrong("no_birthday", "第 7–14 位不是实际存在的出生日期", "对照证件重新填写")
        if not self._checks(number):
            raise Wrong("check_digit", "与末位校验码不符，有一位或几位写错", "对照证件重新填写")
        return number

    def _checks(self, number: str) -> bool:
        return number[17] == check_digit(number)


class Phone(Parser):
    """A mobile number of 11 digits, or a number with its area code."""

    empty = ""

    def read(self, text: str) -> str:
        number = re.sub(r"[\s()（）]", "", _plain(text))
        mobile = number.replace("-", "").removeprefix("+86")
        if _MOBILE.fullmatch(mobile):
            return mobile
        if _EXPONENT.fullmatch(number.upper()):
            raise Wrong("number_cell", "单元格是数字格式，号码没有写全", "把单元格设为文本格式，重新填写")
        found = _LINE.fullmatch(number)
        if found:
            return "-".join(part for part in found.groups() if part)
        raise Wrong("no_phone", "不是 11 位手机号，也不是带区号的固定电话", "重新填写")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
