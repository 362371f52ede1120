"""The part that meets a stranger's PDF or office file, run as a program of its own: file on stdin, verdict as exit code.

Real parsers read it whole. What they make of a file that was built to break them ends this process alone, at its
limit of memory or time. Imports nothing of the portal outside this folder.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from .found import ACTIVE, BOMB, BROKEN, EMBEDDED, ENCRYPTED, HEAVY, MACROS, REMOTE, Found
from .office_file import office
from .pdf_file import pdf

MEMORY = 1024 * 1024 * 1024
SECONDS = 20


def main() -> None:
    logging.disable(logging.CRITICAL)
    looks: dict[str, Callable[[bytes], None]] = {"pdf": pdf, "office": office}
    try:
        looks[sys.argv[1]](sys.stdin.buffer.read())
    except Found as found:
        sys.exit(found.code)
    except MemoryError:
        sys.exit(HEAVY)


__all__ = [
    "ACTIVE",
    "BOMB",
    "BROKEN",
    "EMBEDDED",
    "ENCRYPTED",
    "HEAVY",
    "MACROS",
    "MEMORY",
    "REMOTE",
    "SECONDS",
    "Found",
    "main",
    "office",
    "pdf",
]
