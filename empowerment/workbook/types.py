"""What the words in a department's workbook mean: types, sources, ticks and months."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from empowerment.choices import Source
from xianan.core.spreadsheet import key, words
from xianan.imports.words import Ticks

OTHER = "其他行政权力"

#: Words for a type beyond those that follow from its name.
_USUAL = {
    "行政许可": ("行政审批", "审批", "审批类", "行政许可审批", "许可审批"),
    "行政检查": ("监督检查", "行政监督检查", "监督检查类", "行政监督", "检查监督"),
    "行政强制": ("行政强制措施", "强制措施", "行政强制执行", "强制执行", "行政强制措施类"),
    OTHER: words("""
            其他 其它 其他职权 其它职权 其他权力 其它权力 其他行政职权 其它行政权力 其它行政职权
            其他权力类 其他职权类 其他行政类 其他类别 其他类型 其他事项 其他行政权利 其他权利 其他行政权
        """),
}
_SOURCES = {
    Source.GUIDE: words("""
            省指导清单 省级指导清单 省指导目录 省级指导目录 省清单 省级清单 省赋权清单 省级赋权清单
            省指导 省级 省指导事项 省定 省定清单 省街道赋权事项指导清单 街道赋权事项指导清单
            省级赋权指导目录 省赋权指导清单 指导清单 省目录 省级目录 省直 省下放 省级下放
        """),
    Source.CITY: words("""
            市直下放 市直 市级下放 市直部门 市级 市下放 市直部门下放 市级部门 市级部门下放 市直赋权
            市级赋权 市赋权 市委托 市直事项 市级事项
        """),
    Source.DISTRICT: words("""
            区直 区直部门 区级 区直下放 区级下放 区下放 区直部门下放 区级部门 县级 县区级 区县级
            区赋权 区直赋权 区级赋权 区直事项 区级事项 本级 区本级 区级部门下放
        """),
}
_TICKS = Ticks(
    yes=words("""
        承接 认领 同意 愿意 同意承接 同意认领 可承接 能承接 拟承接 愿意承接 已认领 已承接
    """),
    no=words("""
        暂缓 不认领 不承接 不同意 不愿意 未认领 未承接 不能承接 暂不承接 暂不认领
    """),
)
_SOURCE_KEYS = {key(word): source.value for source, forms in _SOURCES.items() for word in forms}
_NUMBERING = re.compile(
    r"^(?:[(（]?[\d一二三四五六七八九十]+[)）]?[、.．\s]|[(（][\d一二三四五六七八九十]+[)）])"
)
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]$")
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


class TypeWords:
    """The types of a district and every way of writing them."""

    def __init__(self, types: Mapping[str, Sequence[str]] | Sequence[str]) -> None:
        given = types if isinstance(types, Mapping) else dict.fromkeys(types, ())
        self.names = tuple(given)
        self._words: dict[str, str] = {}
        self._found: dict[str, str | None] = {}
        for name in given:
            self._words[key(name)] = name
        for name, synonyms in given.items():
            bare = name.removeprefix("行政")
            for word in (*synonyms, *_USUAL.get(name, ()), bare, f"行政{bare}"):
                for form in (
                    word,
                    f"{word}类",
                    f"{word}权",
                    f"{word}事项",
                    f"{word}类事项",
                    f"{word}权力",
                    f"{word}职权",
                ):
                    self._words.setdefault(key(form), name)

    def find(self, text: str) -> str | None:
        """The type a text means: as written, else without numbering, else without its last bracket."""
        if text not in self._found:
            bare = _NUMBERING.sub("", text)
            forms = (text, bare, _BRACKETS.sub("", bare))
            self._found[text] = next((self._words[k] for k in map(key, forms) if k in self._words), None)
        return self._found[text]


_LIKELY = TypeWords(
    (
        "行政许可",
        "行政给付",
        "行政确认",
        "行政处罚",
        "行政检查",
        "行政强制",
        "行政征收",
        OTHER,
        "行政奖励",
        "行政裁决",
        "行政征用",
        "公共服务",
    )
)


def looks_like_type(text: str) -> bool:
    return _LIKELY.find(text) is not None


@lru_cache(maxsize=1024)
def find_source(text: str) -> str | None:
    """The value of `Source` that a text means, or None."""
    for form in (text, _BRACKETS.sub("", text)):
        if found := _SOURCE_KEYS.get(key(form)):
            return found
    return None


def looks_like_source(text: str) -> bool:
    return find_source(text) is not None


@lru_cache(maxsize=1024)
def read_tick(text: str) -> bool | None:
    """Whether a tick column says yes; None when the text says neither."""
    return _TICKS.read(text)


@lru_cache(maxsize=1024)
def read_months(text: str) -> int | None:
    """Whole months that a text such as 6, 6个月, 六个月, 半年 or 1年 says, or None."""
    word = re.sub(r"(?:\.0+)?(?:个?月)?$", "", key(text))
    if word.isascii() and word.isdigit() and len(word) < 4:
        return int(word)
    if word in ("半年",):
        return 6
    if match := re.fullmatch(r"([\d一二两三四五六七八九])年", word):
        return 12 * (int(match[1]) if match[1].isdigit() else _DIGITS[match[1]])
    if match := re.fullmatch(r"([一二两三四五六七八九])?(十)?([一二三四五六七八九])?", word):
        tens, ten, ones = match.groups()
        if ten:
            return 10 * _DIGITS.get(tens or "一", 1) + (_DIGITS[ones] if ones else 0)
        if tens and not ones:
            return _DIGITS[tens]
        if ones and not tens:
            return _DIGITS[ones]
    return None
