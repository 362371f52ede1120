"""Text of a cell: how it is addressed, folded for keeping, and compared."""

from __future__ import annotations

import re
import unicodedata

# Digits and letters that are typed full width, and the radicals and compatibility forms that come out of
# a PDF in place of the ordinary character. Chinese punctuation stays as it was typed.
_PLAIN = {
    code: unicodedata.normalize("NFKC", chr(code))
    for block in (
        range(0xFF10, 0xFF1A),
        range(0xFF21, 0xFF3B),
        range(0xFF41, 0xFF5B),
        range(0x2E80, 0x2FE0),
        range(0xF900, 0xFAFF),
    )
    for code in block
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
_INVISIBLE = dict.fromkeys(
    [
        *range(0x09),
        0x0E,
        *range(0x0F, 0x1C),
        0x7F,
        0xAD,
        0x200B,
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
    ],
    "",
)
_TABLE = str.maketrans(
    {**_PLAIN, **_INVISIBLE, 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
)
_BREAK = re.compile(r"(?:_x000D_)?(?:\r\n|\r|\n)|_x000D_")
_BLANK = re.compile(r"\s+")
_WIDE = "\u2010-\u206f\u2e80-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff"
_BLANK_BY_WIDE = re.compile(rf"(?<=[{_WIDE}])\s+|\s+(?=[{_WIDE}])")
_ODD = re.compile(r"[^!-~\u4e00-\u9fa5，。；：、（）《》〈〉“”？！]")
_NEW_CLAUSE = re.compile(
    r"《|街道(?:负责|：|:)|(?:区)?部门(?:负责|：|:)|[甲乙]方|[（(]?\d{1,2}[)）.、．](?!\d)|[（(][一二三四五六七八九十]+[)）]|"
    r"[一二三四五六七八九十]+、|[①-⑳]"
)
_OPEN_END = re.compile(r"[；;，,、。：:（(《“—]$|(?:根据|依据|按照|依照|以及|及|和|与|或|或者)$")

_KEY = str.maketrans(
    {
        **{ord(a): b for a, b in zip("【】〔〕［］｛｝", "[][][]{}", strict=True)},
        **dict.fromkeys(map(ord, "“”„‟＂「」『』"), '"'),
        **dict.fromkeys(map(ord, "‘’＇｀"), "'"),
        **dict.fromkeys(map(ord, "—–―－‐‑−"), "-"),
        ord("。"): ".",
        ord("〈"): "<",
        ord("〉"): ">",
        ord("、"): "、",
    }
)


def column_letter(index: int) -> str:
    """Letters of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Address in A1 form of a 0-based row and column."""
    return f"{column_letter(column)}{row + 1}"


def fold(text: str, *, separate: bool = False) -> str:
    """One line of text: no line breaks, no blanks beside Chinese characters, letters and digits half width.

    A line break inside Chinese text is a wrapped line and is dropped. With `separate`, one before a new
    law, a numbered clause or the other party's duties ends a clause and becomes "；". Folding what is
    folded changes nothing.
    """
    if _is_plain(text):
        return text
    text = text.translate(_TABLE)
    if separate:
        lines = [line for part in _BREAK.split(text) if (line := part.strip())]
        text = lines[0] if lines else ""
        for line in lines[1:]:
            joint = "；" if _NEW_CLAUSE.match(line) and not _OPEN_END.search(text) else "\n"
            text += joint + line
    else:
        text = _BREAK.sub("\n", text)
    text = _BLANK_BY_WIDE.sub("", text.strip())
    return _BLANK.sub(" ", text)


def _is_plain(text: str) -> bool:
    """True of the usual cell, in which there is nothing to fold."""
    return _ODD.search(text) is None and "_x000D_" not in text


def key(text: str) -> str:
    """What two texts share when they differ only in blanks, in the width of punctuation or in a final stop."""
    if not _is_plain(text):
        text = _BREAK.sub("", text).translate(_TABLE)
    text = unicodedata.normalize("NFKC", text.translate(_KEY))
    return "".join(text.split()).rstrip(".;,").casefold()
