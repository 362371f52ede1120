"""Names of files as they are kept: one line, one component, readable."""

from __future__ import annotations

import re
import unicodedata

from xianan.core.identity import without_id_numbers

from .faults import Fault

LONGEST = 120
_NOT_IN_NAMES = re.compile(r'[:*?"<>|]+')


def clean_name(name: str) -> str:
    """Return the name to keep. Raises Fault(bad_name) for path parts, control and invisible characters.

    What Windows takes in no name becomes ``_``; a long one is cut before its ending, and somebody's
    identity number is masked: names stand in logs and on pages.
    """
    text = str(without_id_numbers(unicodedata.normalize("NFC", name), sign="_"))
    if re.search(r"[/\\]", text) or text.strip() in (".", ".."):
        raise Fault("bad_name", "的文件名带有路径。文件名中去掉斜线后重新上传。")
    # Cf holds the signs that turn the direction of writing: 附件‮fdp.exe reads 附件exe.pdf.
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in text):
        raise Fault("bad_name", "的文件名带有看不见的控制字符。重新命名后上传。")
    text = _NOT_IN_NAMES.sub("_", text).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if not dot or not stem.strip(" ._"):
        raise Fault("bad_name", "的文件名不完整，须有名称和扩展名，如“执法证.pdf”。重新命名后上传。")
    stem = stem.rstrip()
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if len(ending) <= 10 else text[:LONGEST]


def ending_of(name: str) -> str:
    """Return the ending in lower case, without the dot."""
    return name.rpartition(".")[2].casefold()


def shown(name: str) -> str:
    """Return a name fit for a sentence, whatever was sent."""
    plain = "".join(sign if sign.isprintable() else "□" for sign in name)
    return plain if len(plain) <= 60 else f"{plain[:45]}…{plain[-12:]}"
