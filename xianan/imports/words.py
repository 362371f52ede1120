"""What people write into cells that have nothing to say, that say yes or no, or whose formula broke."""

from __future__ import annotations

from collections.abc import Iterable

from xianan.core.spreadsheet import key, words

NOTHING = frozenset(
    {"", "/", "-", "--", "---", "\\", "无", "暂无", "空", "—", "——", "*", "?", "待定", "待补"}
)

_YES = words("√ ✓ ✔ ☑ 🗸 ✅ (√) [√] ● ■ ü r v y yes ok t true 1 是 有 对 勾 打√ 可 可以")
_NO = words("× ✗ ✘ ☒ □ ☐ x n no f false none 0 / - -- ∕ 否 无 空 不 没有")


class Ticks:
    """Words for yes and no beyond the usual ones."""

    def __init__(self, yes: Iterable[str] = (), no: Iterable[str] = ()) -> None:
        self._yes = frozenset(map(key, (*_YES, *yes)))
        self._no = frozenset(map(key, ("", *_NO, *no)))

    def read(self, text: str) -> bool | None:
        """Whether a text says yes; None when it says neither."""
        word = key(text)
        if word in self._yes:
            return True
        if word in self._no or not word.strip("-_/\\"):
            return False
        return None
