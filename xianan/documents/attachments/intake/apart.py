"""Has a file looked through by a process of its own, with limits of memory and time; see `look`."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from xianan.core.apart import run_apart

from . import look
from .faults import Fault, active, bomb, broken, encrypted, heavy, macros, programs, remote

_FAULTS = {
    look.BROKEN: broken,
    look.ENCRYPTED: encrypted,
    look.ACTIVE: active,
    look.EMBEDDED: programs,
    look.MACROS: macros,
    look.REMOTE: remote,
    look.BOMB: bomb,
    look.HEAVY: heavy,
}
# A form judges a file, and the service judges it once more.
_passed: OrderedDict[bytes, None] = OrderedDict()
_lock = Lock()
_KEPT = 64


def looked_through(kind: str, data: bytes) -> None:
    """Return when nothing is wrong with a "pdf" or an "office" file. Raises Fault."""
    digest = hashlib.sha256(kind.encode() + data).digest()
    with _lock:
        if digest in _passed:
            _passed.move_to_end(digest)
            return
    fault = _fault(kind, data)
    if fault is not None:
        raise fault
    with _lock:
        _passed[digest] = None
        while len(_passed) > _KEPT:
            _passed.popitem(last=False)


def _fault(kind: str, data: bytes) -> Fault | None:
    beside = Path(__file__).parent
    done = run_apart("look", kind, folder=beside, data=data, memory=look.MEMORY, seconds=look.SECONDS)
    if done is None or done.returncode < 0:
        return heavy()
    return _FAULTS.get(done.returncode, broken)() if done.returncode else None
