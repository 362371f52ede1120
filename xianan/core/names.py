"""One way to fold the names of people, for every form, workbook and comparison."""

from __future__ import annotations

import re
import unicodedata

#: The dot inside a name, as keyboards, PDFs and other programs write it.
_DOTS = re.compile(r"\s*[·•・･‧∙⋅●᛫ꞏ⸱﹒]\s*")
#: Stops and commas stand for that dot between two Chinese characters only: J. Smith keeps his.
_CHINESE = "\u3400-\u9fff\U00020000-\U0003ffff"
_STOPS = re.compile(rf"(?<=[{_CHINESE}])\s*[.,、。]\s*(?=[{_CHINESE}])")
_BLANKS = re.compile(rf"(?<=[{_CHINESE}·])\s+|\s+(?=[{_CHINESE}·])")
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))


def _private_use() -> dict[int, str]:
    """Characters that older systems kept in the private use area, by the standard character they became.

    GBK gave its places FE50 to FEA0 to U+E815 and following. Python's GB18030 is that of 2000, which knows most
    of them; the rest got their own characters in 2005 and 2022.
    """
    later = {
        0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200cc", 0xE81E: "\u9fb4", 0xE826: "\u9fb5",
        0xE82B: "\u9fb6", 0xE82C: "\u9fb7", 0xE831: "\U000215d7", 0xE832: "\u9fb8", 0xE83B: "\U0002298f",
        0xE843: "\u9fb9", 0xE854: "\u9fba", 0xE855: "\U000241fe", 0xE864: "\u9fbb",
    }  # fmt: skip
    places = [place for place in range(0x50, 0xA1) if place != 0x7F]
    standard = {0xE815 + n: bytes((0xFE, place)).decode("gb18030") for n, place in enumerate(places)}
    return {code: text for code, text in {**standard, **later}.items() if ord(text) != code}


_PRIVATE = _private_use()


def person_name(text: str) -> str:
    """Return a name as it is kept and compared: one dot, no blanks beside Chinese, standard characters.

    王　芳 is 王芳; 阿依古丽•买买提 and 阿依古丽．买买提 have one dot; folding what is folded changes nothing.
    """
    text = unicodedata.normalize("NFKC", text.translate(_PRIVATE).translate(_INVISIBLE))
    text = _STOPS.sub("·", _DOTS.sub("·", text.strip()))
    return " ".join(_BLANKS.sub("", text).split())


def same_person_name(one: str, other: str) -> bool:
    """Return whether two names differ in nothing but how they are written."""
    return person_name(one).casefold() == person_name(other).casefold()
