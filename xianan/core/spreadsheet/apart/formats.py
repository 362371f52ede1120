"""How the format of a cell shows its number: what Excel in Chinese puts on the sheet."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

#: What a number cell is: shown in full, a percentage, a date or time, with digits lost, in another format.
NUMBER, PERCENT, DATE, LOST, OTHER = "number", "percent", "date", "lost", "format"

GENERAL = "General"
#: Formats that a file names by number alone, as Excel in Chinese shows them.
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"￥"#,##0', 6: '"￥"#,##0', 7: '"￥"#,##0.00', 8: '"￥"#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0_);(#,##0)", 38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);(#,##0.00)", 41: "#,##0", 42: '"￥"#,##0', 43: "#,##0.00",
    44: '"￥"#,##0.00', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_SYSTEM = {"F800": 'yyyy"年"m"月"d"日"', "F400": "h:mm:ss"}
_GENERAL = re.compile(r"([^#0?]*?)(?:general|g/通用格式|@)([^#0?]*)", re.IGNORECASE)
_EXPONENT = re.compile(r"[0#?](?:\.([0#?]*))?[eE][+-]")
_DATE_LETTER = re.compile(r"[ymdhs]|aaa|上午/下午", re.IGNORECASE)
_FIGURES = re.compile(r"([^#0?.,%]*)((?:[#0]|,(?=[#0]))*)(\.[#0]*)?(%?)([^#0?.,%]*)")
_DATE_PART = re.compile(
    r"am/pm|a/p|上午/下午|\[[hms]\]|y+|e+|m+|d+|h+|s+|aaaa?|\.0+|.", re.IGNORECASE | re.DOTALL
)
_HALVES = ("am/pm", "a/p", "上午/下午")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_CHINESE = "〇一二三四五六七八九"


class Shown(NamedTuple):
    """What a cell shows; its number in plain digits; the day or moment in ISO form if it is one."""

    kind: str
    text: str
    number: str
    date: str = ""


def plain(value: float) -> str:
    """The number in plain digits: a number cell keeps 15, so more are shown with an exponent."""
    if value == int(value) and abs(value) < 1e16:
        return str(int(value))
    return f"{value:.15G}" if abs(value) >= 1e16 else f"{value:.15g}"


def moment(serial: float, from_1904: bool) -> dt.datetime | None:
    """The moment that a serial number counts from the epoch of its workbook, None outside the calendar."""
    # 1900 had no 29 February, but the serial numbers of Excel have one.
    base = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30 if serial >= 60 else 31)  # noqa: DTZ001
    try:
        return base + dt.timedelta(seconds=round(serial * 86400)) if serial >= 0 else None
    except OverflowError:
        return None


def iso(found: dt.datetime) -> str:
    """A day, or a moment of it, in ISO form."""
    return found.date().isoformat() if found.time() == dt.time() else found.isoformat(" ")


class Format:
    """One format code, understood once for all cells that have it."""

    def __init__(self, code: str) -> None:
        self._sections = _split(code)

    def show(self, value: float, from_1904: bool = False) -> Shown:
        """What a cell of this format shows of a number."""
        sections = self._sections
        at = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
        section = sections[at]
        if section.is_date:
            return section.show_date(value, plain(value), from_1904)
        kind, text = section.show_figures(value, signed=at == 0)
        return Shown(LOST if abs(value) >= 1e14 else kind, text.strip(), plain(value))


class _Section:
    """One part of a format code between semicolons."""

    def __init__(self) -> None:
        self.parts: list[tuple[bool, str]] = []  # whether it is meant literally, and the text
        self.brackets: list[str] = []
        self.is_date = self.is_general = self.elapsed = self.chinese = self.strange = False
        self.before = self.after = self.whole = self.decimals = self.percent = ""
        self.exponent = 0

    def close(self) -> _Section:
        """Say what the section is once all of it is there."""
        for inner in self.brackets:
            word = inner.upper()
            if word[:2] == "$-" and word[2:] in _SYSTEM:
                return _split(_SYSTEM[word[2:]])[0]
            self.chinese |= word.startswith("DBNUM")
            self.strange |= word[:1] in ("<", ">", "=") or (word[:1] == "$" and word[1:2] != "-")
        # Literal texts stand as one private character each while the code around them is read.
        code = "".join(chr(0xE000 + n) if literal else text for n, (literal, text) in enumerate(self.parts))
        if found := _GENERAL.fullmatch(code):
            self.is_general = True
            self.before, self.after = map(self._literal, found.groups())
        elif found := _EXPONENT.search(code):
            self.exponent = max(len(found[1] or ""), 1)
        elif self.elapsed or _DATE_LETTER.search(code):
            self.is_date = True
        elif (found := _FIGURES.fullmatch(code)) and (found[2] or found[3]):
            self.whole, self.decimals, self.percent = found[2], (found[3] or "")[1:], found[4]
            self.before, self.after = self._literal(found[1]), self._literal(found[5])
        else:
            self.strange = True
        return self

    def _literal(self, text: str) -> str:
        return "".join(self.parts[ord(c) - 0xE000][1] if 0xE000 <= ord(c) < 0xF8FF else c for c in text)

    def show_figures(self, value: float, *, signed: bool) -> tuple[str, str]:
        """The kind of a number and its text."""
        if self.exponent:
            return LOST, f"{value:.{self.exponent}E}"
        if self.is_general:
            kind, text = _general(value if signed else abs(value))
        elif self.strange or self.chinese:
            return OTHER, _general(value)[1]
        else:
            kind = PERCENT if self.percent else NUMBER
            text = ("-" if signed and value < 0 else "") + self._figures(value) + self.percent
        if f"{self.before}{self.after}".strip() not in ("", "-") and kind != LOST:
            kind = OTHER
        return kind, f"{self.before}{text}{self.after}"

    def _figures(self, value: float) -> str:
        amount = abs(Decimal(f"{value:.15g}")) * (100 if self.percent else 1)
        text = format(amount.quantize(Decimal(1).scaleb(-len(self.decimals)), ROUND_HALF_UP), "f")
        digits, _, decimals = text.partition(".")
        least = len(self.decimals.rstrip("#"))
        decimals = decimals[:least] + decimals[least:].rstrip("0")
        digits = digits.lstrip("0").rjust(self.whole.count("0"), "0")
        if "," in self.whole:
            digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
        return digits + (f".{decimals}" if decimals else "")

    def show_date(self, value: float, number: str, from_1904: bool) -> Shown:
        found = moment(value, from_1904)
        if found is None or self.strange:
            return Shown(OTHER, number, number)
        parts: list[tuple[bool, str]] = []
        for literal, text in self.parts:
            parts += [(True, text)] if literal else [(False, each) for each in _DATE_PART.findall(text)]
        letters = {
            n: text.casefold()
            for n, (literal, text) in enumerate(parts)
            if not literal and text[:1].casefold() in ("y", "m", "d", "h", "s", "e", "a", "上", "[")
        }
        half = any(code in _HALVES for code in letters.values())
        order = [n for n, code in letters.items() if code not in _HALVES and code[0] != "a"]
        whole_day = False
        texts = []
        for n, (literal, text) in enumerate(parts):
            code = letters.get(n, "")
            if literal or not code:
                texts.append(self._fraction(text, value) if re.fullmatch(r"\.0+", text) else text)
                continue
            if code[0] == "m" and len(code) < 3 and self._is_minute(n, order, letters):
                code = "n" * len(code)
            whole_day |= code[0] in "yedm"
            texts.append(self._piece(code, text, found, value, half))
        day = iso(found) if whole_day else ""
        return Shown(DATE, "".join(texts).strip(), number, day)

    @staticmethod
    def _is_minute(n: int, order: list[int], letters: dict[int, str]) -> bool:
        at = order.index(n)
        before = letters[order[at - 1]] if at else ""
        after = letters[order[at + 1]] if at + 1 < len(order) else ""
        return before.startswith(("h", "[h")) or after.startswith(("s", "[s"))

    @staticmethod
    def _fraction(text: str, value: float) -> str:
        places = len(text) - 1
        return f".{round(value * 86400 % 1 * 10**places) % 10**places:0{places}d}"

    def _piece(self, code: str, text: str, found: dt.datetime, value: float, half: bool) -> str:
        first, size = code[0], len(code)
        if code.startswith("["):
            seconds = round(value * 86400)
            return str(seconds // {"h": 3600, "m": 60, "s": 1}[code[1]])
        if code in _HALVES:
            names = text.split("/")
            return names[found.hour >= 12]
        if first == "a":
            return ("星期" if size > 3 else "") + "一二三四五六日"[found.weekday()]
        if first in "ye":
            year = f"{found.year:04d}"
            year = year[2:] if first == "y" and size < 3 else year
            return "".join(_CHINESE[int(digit)] for digit in year) if self.chinese else year
        if first == "m" and size > 2:
            return _MONTHS[found.month - 1][: 3 if size == 3 else 1 if size == 5 else None]
        if first == "d" and size > 2:
            return _DAYS[found.weekday()][: 3 if size == 3 else None]
        amount = {
            "m": found.month,
            "d": found.day,
            "h": (found.hour % 12 or 12) if half else found.hour,
            "n": found.minute,
            "s": found.second,
        }[first]
        if self.chinese:
            tens, ones = divmod(amount, 10)
            ten = ("" if tens == 1 else _CHINESE[tens]) + "十" if tens else ""
            return ten + (_CHINESE[ones] if ones or not tens else "")
        return f"{amount:0{min(size, 2)}d}"


def _split(code: str) -> list[_Section]:
    """The sections of a format code, with quoted, escaped and bracketed text told apart."""
    sections = [_Section()]
    position = 0
    while position < len(code):
        here, rest = code[position], code[position + 1 :]
        section = sections[-1]
        position += 1
        if here == '"':
            text, _, _ = rest.partition('"')
            section.parts.append((True, text))
            position += len(text) + 1
        elif here == "\\":
            section.parts.append((True, rest[:1]))
            position += 1
        elif here in "_*":
            position += 1
        elif here == "[":
            inner, _, _ = rest.partition("]")
            position += len(inner) + 1
            if re.fullmatch(r"h+|m+|s+", inner, re.IGNORECASE):
                section.elapsed = True
                section.parts.append((False, f"[{inner[0]}]"))
            else:
                section.brackets.append(inner)
        elif here == ";":
            sections.append(_Section())
        else:
            if section.parts and not section.parts[-1][0] and not section.parts[-1][1].startswith("["):
                section.parts[-1] = (False, section.parts[-1][1] + here)
            else:
                section.parts.append((False, here))
    return [section.close() for section in sections]


def _general(value: float) -> tuple[str, str]:
    """As a wide column shows it: up to 11 places, then an exponent."""
    size = abs(value)
    if size and (size >= 1e11 or size < 1e-9):
        mantissa, _, power = f"{value:.5E}".partition("E")
        return LOST, f"{mantissa.rstrip('0').rstrip('.')}E{power}"
    if value == int(value):
        return NUMBER, str(int(value))
    places = max(0, 10 - len(str(int(size))))
    return NUMBER, f"{value:.{places}f}".rstrip("0").rstrip(".")
