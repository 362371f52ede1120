"""The number by which a natural person is known whichever account is used: identity number or 工号."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from xianan.core.fields import blind_index
from xianan.core.identity import id_number_fault, mask_id_number, tidy_id_number

from .choices import KeyKind

_STAFF = re.compile(r"[0-9A-Z][0-9A-Z._/-]{1,29}")
# Old and new identity numbers, with a sign too few or too many: mistyped or under the wrong kind.
_LIKE_AN_IDENTITY = re.compile(r"\d{14,19}X?")


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it was typed, under its kind."""

    kind: str
    number: str

    @property
    def tidied(self) -> str:
        """The number as it is kept: half-width, without blanks, in capitals."""
        return tidy_id_number(unicodedata.normalize("NFKC", self.number))

    def fault(self) -> str:
        """Return what is wrong with it as a Chinese sentence, or ""."""
        number = self.tidied
        if self.kind == KeyKind.IDENTITY:
            return id_number_fault(number)
        if self.kind != KeyKind.STAFF:
            return "人员标识须为身份证号码或工号"
        if _LIKE_AN_IDENTITY.fullmatch(number):
            return f"工号像是身份证号码（{len(number)} 位数字），种类应选“身份证号码”并核对位数"
        if not _STAFF.fullmatch(number):
            return "工号为 2 至 30 位数字、字母，可含 . _ / -"
        return ""

    def index(self, district: str) -> str:
        """Return what two accounts of one person share.

        An identity number means the same person everywhere, also among those seconded; a 工号 in the
        district with the code ``district``.
        """
        number = self.tidied
        return blind_index(number if self.kind == KeyKind.IDENTITY else f"staff:{district}:{number}")


def mask_key(kind: str, number: str) -> str:
    """Return a key with all hidden but what tells it from another."""
    if kind == KeyKind.IDENTITY:
        return mask_id_number(number)
    shown = 2 if len(number) > 4 else 1
    return f"{'*' * (len(number) - shown)}{number[-shown:]}"
