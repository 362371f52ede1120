"""What stands behind a cell's text, and what is said of a text that misleads. One judgement for all kinds."""

from __future__ import annotations

import re
from typing import NamedTuple

from .apart.formats import DATE, LOST, NUMBER, OTHER, PERCENT

__all__ = ["DATE", "LOST", "NO_RESULT", "NUMBER", "OTHER", "PERCENT", "Misread", "Number", "misread_text"]

#: Stands in the grid for a formula that has no saved result.
NO_RESULT = "#公式没有保存结果"
_BROKEN = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|GETTING_DATA)")
_EXPONENT = re.compile(r"-?\d(?:\.\d+)?E\+\d{2,3}")
_REMEDY = "先把单元格设为文本格式，再把内容填全"


class Number(NamedTuple):
    """A number cell: its kind, the number in plain digits, and the day it stands for in ISO form, if any."""

    kind: str
    number: str
    date: str = ""


class Misread(NamedTuple):
    """Why the text of a cell can't be taken, and what to do."""

    code: str
    message: str
    remedy: str


def misread_text(text: str, number: Number | None) -> Misread | None:
    """What is wrong with a cell whose text is to be kept: no result of a formula, digits lost, a format of its own.

    `text` is folded.
    """
    if text[:1] == "#":
        if text == NO_RESULT:
            return Misread("formula", "公式没有保存结果，用 Excel 打开后另存", "另存后重新上传")
        if _BROKEN.fullmatch(text):
            return Misread("formula", f"单元格公式出错（{text}），没有取到内容", "改为直接填写的文字")
    if number is None:
        if "E+" in text and _EXPONENT.fullmatch(text):
            return Misread("number_cell", f"显示为“{text}”，数字的后几位已经丢失，按文本重填", _REMEDY)
        return None
    if number.kind == LOST:
        return Misread(
            "number_cell", f"单元格是数字，显示为“{text}”，有几位已经丢失或没有显示，按文本重填", _REMEDY
        )
    if number.kind == OTHER:
        message = f"单元格是数字 {number.number}，靠数字格式显示为“{text}”，按文本重填"
        return Misread("number_cell", message, _REMEDY)
    return None
