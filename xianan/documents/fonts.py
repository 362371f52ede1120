"""The fonts of official documents and whether this machine has them.

A missing font leaves blanks in a PDF without any error, so what will be used is asked of fontconfig,
the same library that WeasyPrint asks.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# An office that has licensed fonts gets its own; Fandol looks alike and is free; the last ones are
# complete, for the rare characters in people's names.
COMPLETE_SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
COMPLETE_SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
FANGSONG = ("仿宋_GB2312", "FangSong_GB2312", "FangSong", "仿宋", "FandolFang", *COMPLETE_SERIF)
TITLE = ("方正小标宋_GBK", "方正小标宋简体", "FZXiaoBiaoSong-B05S", "FandolSong", *COMPLETE_SERIF)
HEI = ("黑体", "SimHei", "FandolHei", *COMPLETE_SANS)
KAI = ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "FandolKai", *COMPLETE_SERIF)
SONG = ("宋体", "SimSun", "FandolSong", *COMPLETE_SERIF)

STACKS = {"正文仿宋": FANGSONG, "标题小标宋": TITLE, "黑体": HEI, "楷体": KAI, "宋体": SONG}
RARE = "喆珺堃昇垚"

_SUBSETTER = (
    "libharfbuzz-subset.so.0",
    "libharfbuzz-subset.0.dylib",
    "libharfbuzz-subset-0.dll",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``ok``, what was looked at, and what to do when it is not well."""

    ok: bool
    label: str
    message: str


def look(stacks: dict[str, tuple[str, ...]] | None = None, *, rare: str = RARE) -> list[Finding]:
    """Look at the fonts and the subsetter. Never raises; reports one finding a subject."""
    try:
        fonts = _Fontconfig()
    except OSError:
        return [Finding(False, "fontconfig", "未找到 libfontconfig，无法生成 PDF，请安装 libpango-1.0-0。")]
    findings = []
    for label, stack in (stacks or STACKS).items():
        found = [name for name in stack if fonts.has(name)]
        complete = [name for name in found if fonts.covers(name, rare)]
        if not found:
            message = f"没有可用的{label}字体（{'、'.join(stack)} 均未安装），PDF 中的文字会缺失。"
        elif not complete:
            message = f"{label}字体 {found[0]} 不含生僻字，且没有补字字体，人名用字（{rare}）会缺失。"
        else:
            message = f"{found[0]}，生僻字用 {complete[0]}。"
        findings.append(Finding(bool(complete), label, message))
    findings.append(_look_at_subsetter())
    return findings


def _look_at_subsetter() -> Finding:
    if _loads(_SUBSETTER):
        return Finding(True, "字体子集", "libharfbuzz-subset 可用。")
    return Finding(
        False, "字体子集", "缺少 libharfbuzz-subset，生成 PDF 会慢四十倍，请安装 libharfbuzz-subset0。"
    )


def _loads(names: Iterable[str]) -> bool:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        library = ctypes.CDLL(ctypes.util.find_library("fontconfig") or "libfontconfig.dylib")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("FcInitLoadConfigAndFonts", pointer, ()),
        ("FcConfigDestroy", None, (pointer,)),
        ("FcNameParse", pointer, (text,)),
        ("FcPatternDestroy", None, (pointer,)),
        ("FcObjectSetCreate", pointer, ()),
        ("FcObjectSetAdd", number, (pointer, text)),
        ("FcObjectSetDestroy", None, (pointer,)),
        ("FcFontList", pointer, (pointer, pointer, pointer)),
        ("FcFontSetDestroy", None, (pointer,)),
        ("FcPatternGetCharSet", number, (pointer, text, number, pointer)),
        ("FcCharSetHasChar", number, (pointer, ctypes.c_uint32)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class _FontSet(ctypes.Structure):
    _fields_ = (
        ("count", ctypes.c_int),
        ("size", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    )


class _Fontconfig:
    """The fonts that this process would use, by family."""

    def __init__(self) -> None:
        self._library = _library()
        self._config = self._library.FcInitLoadConfigAndFonts()

    def __del__(self) -> None:
        if getattr(self, "_config", None):
            self._library.FcConfigDestroy(self._config)

    def has(self, family: str) -> bool:
        """Whether a font of exactly this family is installed."""
        return self._any(family, "")

    def covers(self, family: str, signs: str) -> bool:
        """Whether a font of the family has all these characters."""
        return self._any(family, signs)

    def _any(self, family: str, signs: str) -> bool:
        library = self._library
        escaped = "".join(f"\\{sign}" if sign in "\\-:," else sign for sign in family)
        pattern = library.FcNameParse(escaped.encode())
        wanted = library.FcObjectSetCreate()
        library.FcObjectSetAdd(wanted, b"charset")
        listed = library.FcFontList(self._config, pattern, wanted)
        try:
            fonts = ctypes.cast(listed, ctypes.POINTER(_FontSet)).contents
            return any(self._has_all(fonts.fonts[index], signs) for index in range(fonts.count))
        finally:
            library.FcFontSetDestroy(listed)
            library.FcObjectSetDestroy(wanted)
            library.FcPatternDestroy(pattern)

    def _has_all(self, font: int, signs: str) -> bool:
        charset = ctypes.c_void_p()
        if self._library.FcPatternGetCharSet(font, b"charset", 0, ctypes.byref(charset)) != 0:
            return not signs
        return all(self._library.FcCharSetHasChar(charset, ord(sign)) for sign in signs)
