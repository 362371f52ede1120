"""What a look can find, as exit codes, and when a target lies on another machine."""

from __future__ import annotations

import re
from urllib.parse import unquote

#: Exit codes beside 0 for a file that may be kept; HEAVY is also what a process that was ended stands for.
BROKEN, ENCRYPTED, ACTIVE, EMBEDDED, MACROS, REMOTE, BOMB, HEAVY = 10, 11, 12, 13, 14, 15, 16, 17


class Found(Exception):
    """What ends the look; ``code`` is one of the above."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def somewhere_else(target: str) -> bool:
    """Whether a target lies on another machine: an address of the net, or a share in any of its spellings."""
    text = "".join(unquote(target).replace("\\", "/").split()).casefold()
    scheme, colon, rest = text.partition(":")
    if not colon or not re.fullmatch(r"[a-z][a-z0-9+.-]+", scheme):
        return text.startswith("//")
    if scheme != "file":
        return True
    # file:///c:/… names this machine; file://server/… and file:////server/… don't.
    return rest.startswith("//") and (not rest.startswith("///") or rest.startswith("////"))
