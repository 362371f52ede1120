"""What people write where a legal basis or duties should stand, and what makes two items look alike. Pure.

The vocabulary stands here alone; workbooks and forms judge by it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from xianan.core.spreadsheet import key, words

#: Texts that say nothing, as `key` has them: whole cells only.
_FILLERS = frozenset(
    map(
        key,
        words("""
            略 从略 （略） 见附件 详见附件 详附件 附件 附后 后附 另附 见附表 详见附表 见附页 详见附页 见备注 详见备注
            待补充 待补 待定 待核实 待确认 待完善 待查 待填 暂缺 暂略 缺 空 不详 未知
            无 暂无 没有 暂时没有 无依据 暂无依据 无法律依据 暂无法律依据 没有法律依据 无明确依据 暂无明确依据
            无明确法律依据 暂无明确法律依据 同上 同前 同左 同右 同下 同上行 同上格 如上 上同 〃 ″ " ″″ 〃〃 '' 々
            / // \\ - -- --- — —— * ** ? ？ . … …… N/A NA none null 依据 法律依据 设定依据 职责 职责边界
        """),
    )
)
_LIKE_FILLER = (
    re.compile(r"(?:具体)?(?:详见|参见|另见|见|同)(?:本表)?(?:附件|附表|附页|附后|备注|后附|上述|上一?[行格条项]|前一?[行格条项]|第?\d+[行项号])[\d一二三四五六七八九十]*"),
    re.compile(r"[^《》第;]{0,8}待.{0,12}(?:补充|补填|核实|核定|确认|确定|明确|完善|研究|提供)"),
    re.compile(r"暂?(?:时)?(?:无|没有|缺少?)(?:相关|明确|直接|具体)*(?:的)?(?:法律|法规|规章|政策|文件|设定)*(?:、?(?:法规|规章))*(?:的)?(?:依据|规定|支撑)"),
)  # fmt: skip
_NUMBER = re.compile(r"[\d.,，、:：()（）\-/％%\s]*\d[\d.,，、:：()（）\-/％%\s]*")
_DATE = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{0,2})?\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?|\d{4}年|\d{1,2}月(?:\d{1,2}日)?"
    r"|[〇零一二三四五六七八九]{4}年(?:[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?)?"
)
_ARTICLE = re.compile(r"第\s*[〇零一二两三四五六七八九十百千\d]+\s*条")

BASIS_REMEDY = "写明法律、法规、规章的名称和条、款、项；确无依据的不得申报"
DUTIES_REMEDY = "写明街道负责什么、部门负责什么；还没有划分的留空"
REMEDIES = {"basis": BASIS_REMEDY, "duties": DUTIES_REMEDY}


@lru_cache(maxsize=4096)
def filler(text: str) -> str:
    """Return what a text is that says nothing as a basis or as duties: 数字, 日期, 空话; "" for a real one."""
    if not text or len(text) > 40:
        return ""
    if bare := bare_number(text):
        return bare
    word = key(text)
    if (
        word in _FILLERS
        or not re.search(r"\w", word)
        or any(pattern.fullmatch(word) for pattern in _LIKE_FILLER)
    ):
        return "空话"
    return ""


@lru_cache(maxsize=4096)
def bare_number(text: str) -> str:
    """Return 数字 or 日期 for a text that is nothing else, "" for any other."""
    if len(text) > 24:
        return ""
    return "日期" if _DATE.fullmatch(text) else "数字" if _NUMBER.fullmatch(text) else ""


def filler_message(label: str, text: str) -> str:
    """Return what is said of a filler."""
    kind = filler(text)
    said = f"{label}只写了“{text}”"
    return f"{said}，是{kind}" if kind != "空话" else f"{said}，没有写明内容"


def names_article(basis: str) -> bool:
    """Return whether a basis goes down to an article."""
    return _ARTICLE.search(basis) is not None


# ---- Items that may be one --------------------------------------------------------------------------

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile(r"(?<=第)[〇零一二两三四五六七八九十百千]+(?=[条款项章节])")
_MARKS = re.compile(r"[\W_]+")
_ADMINISTRATIVE = re.compile(r"行政(?=处罚|许可|检查|强制|确认|给付|征收|奖励|裁决|征用)")


def _arabic(numeral: re.Match[str]) -> str:
    total = part = 0
    for sign in numeral[0]:
        if sign in _UNITS:
            total += (part or 1) * _UNITS[sign]
            part = 0
        else:
            part = part * 10 + _DIGITS[sign]
    return str(total + part)


@lru_cache(maxsize=4096)
def loose_basis(word: str) -> str:
    """Return the `key` of a basis without what is only another way of writing: numerals, brackets, the country's name."""
    return _MARKS.sub("", _NUMERAL.sub(_arabic, word)).replace("中华人民共和国", "")


def loose_name(word: str) -> str:
    """Return the `key` of a name without marks and without 行政 before what is done: …的处罚 is …的行政处罚."""
    return _ADMINISTRATIVE.sub("", _MARKS.sub("", word))
