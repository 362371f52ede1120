"""What the cells of a filing may say: texts, types, sources and months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from empowerment.choices import Source
from xianan.core.spreadsheet import DATE, Misread, Number, misread_text
from xianan.imports.parsers import Doubt, Parser, Wrong

from ..fillers import filler, filler_message
from .types import TypeWords, find_source, looks_like_source, looks_like_type, read_months

_EMPTY = frozenset({""})
NAMED = Parser.nothing
"""Texts that say nothing where something is asked for, such as 无; elsewhere they are kept as written."""


class Written(Parser):
    """Text up to `longest` characters (0: any), kept as written; `fits` is as in ``core.spreadsheet.Field``."""

    empty = ""
    bears_formula = True

    def __init__(
        self,
        label: str,
        longest: int = 0,
        *,
        nothing: frozenset[str] = _EMPTY,
        lines: bool = False,
        fits: Callable[[str], bool] | None = None,
    ) -> None:
        self.label, self.longest = label, longest
        self.nothing, self.lines, self.tells = nothing, lines, fits is not None
        self._fits = fits

    def read(self, text: str) -> str:
        if self.longest and len(text) > self.longest:
            message = f"{self.label}有 {len(text)} 字，超过 {self.longest} 字的上限"
            raise Wrong("too_long", message, "缩短文字，详细内容放在附件", kept=text)
        return text

    def fits(self, text: str) -> bool:
        return self._fits is None or self._fits(text)


class Argued(Written):
    """A legal basis or duties: words that stand for one and say nothing are refused, with `remedy`."""

    def __init__(self, label: str, longest: int, remedy: str, *, nothing: frozenset[str] = _EMPTY) -> None:
        super().__init__(label, longest, nothing=nothing, lines=True)
        self.remedy = remedy

    def read(self, text: str) -> str:
        if filler(text):
            raise Wrong("filler", filler_message(self.label, text), self.remedy)
        return super().read(text)


class TypeName(Parser):
    """The name of one of the types of power of a district, in any of the ways they are written (P08)."""

    empty = ""

    def __init__(self, types: TypeWords) -> None:
        self.types, self.words = types, types.names

    def read(self, text: str) -> str:
        if (found := self.types.find(text)) is None:
            message = f"“{text}”不在事项类型字典内（{'、'.join(self.types.names)}）"
            raise Wrong("unknown_type", message, "改为字典内的类型，或请区委编办增列类型", kept=text)
        return found

    def fits(self, text: str) -> bool:
        return looks_like_type(text)


class SourceWord(Parser):
    """A value of `Source`; other words are told and passed over."""

    empty = ""
    strict = False
    bears_formula = True
    remedy = "填省指导清单、市直下放或区直"

    def __init__(self, words: Sequence[str] = ()) -> None:
        self.words = words

    def read(self, text: str) -> str:
        if not (found := find_source(text)):
            message = f"“{text}”不是省指导清单、市直下放或区直，按未填写处理"
            raise Doubt("unknown_source", message, self.remedy)
        return found

    def show(self, value: Any) -> str:
        return str(Source(value).label) if value in Source.values else str(value or "")

    def fits(self, text: str) -> bool:
        return looks_like_source(text)


class Figure(Parser):
    """A cell of which the number counts, however it is shown; kept as text."""

    empty: Any = ""
    nothing = _EMPTY
    tells = False
    bears_formula = True

    def misread(self, text: str, number: Number | None) -> Misread | None:
        return misread_text(text if number is None else self.cell(text, number), None)

    def cell(self, text: str, number: Number) -> str:
        return text if number.kind == DATE else number.number

    def read(self, text: str) -> Any:
        return text


class Months(Figure):
    """Months of transition; others than the document prescribes are told (P13)."""

    empty = None
    nothing = NAMED

    def __init__(self, prescribed: int = 0) -> None:
        self.prescribed = prescribed

    def read(self, text: str) -> int | None:
        months = read_months(text)
        if months == self.prescribed:
            return months
        what = f"过渡期写的是 {months} 个月" if months is not None else f"过渡期“{text}”不是月数"
        message = f"{what}，文件规定为 {self.prescribed} 个月，按 {self.prescribed} 个月执行"
        raise Doubt("transition", message, f"改为 {self.prescribed}，或留空", kept=months)
