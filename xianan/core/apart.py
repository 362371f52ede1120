"""A stranger's file meets its parser in a process of its own, with an end to memory and time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_START = """
import importlib, resource, sys
folder, program, memory, seconds = sys.argv[1:5]
del sys.argv[1:5]
resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.path.append(folder)
importlib.import_module(program).main()
"""


def run_apart(
    program: str, *arguments: str, folder: Path, data: bytes, memory: int, seconds: int
) -> subprocess.CompletedProcess[bytes] | None:
    """Run ``main()`` of the module ``program`` that lies in ``folder``, with ``data`` on its stdin.

    It starts without the portal, so the module imports nothing of it; ``arguments`` are its ``sys.argv[1:]``.
    ``memory`` in bytes, ``seconds`` of processor time; None when it took twice as long by the clock. A
    negative exit code says that a limit ended it.
    """
    try:
        return subprocess.run(
            [sys.executable, "-I", "-c", _START, str(folder), program, str(memory), str(seconds), *arguments],
            input=data,
            capture_output=True,
            timeout=2 * seconds,
            env={"LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
