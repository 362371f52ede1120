"""Programs that the portal runs in processes of their own, without the start of an interpreter for each.

Most tests that attach a file ask nothing of the process that looks through it, whose start takes a third of a
second. One process a program stays ready with everything imported and forks for each file: the
same code, a process of its own, the same limits. Tests of the limits themselves start it as the portal does.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from threading import Lock

# Reads a request, forks, answers with the exit code; the files of stdin, stdout and stderr come with the request.
_READY = """
import importlib, os, pickle, resource, signal, socket, struct, sys
folder, program, number = sys.argv[1:]
sys.path.append(folder)
module = importlib.import_module(program)
for name in ("pypdf", "pypdf.generic", "python_calamine", "xlrd"):
    importlib.import_module(name)
wire = socket.socket(fileno=int(number))
while True:
    data, files, _, _ = socket.recv_fds(wire, 65536, 3)
    if not data:
        break
    memory, seconds, arguments = pickle.loads(data)
    child = os.fork()
    if not child:
        wire.close()
        for place, file in enumerate(files):
            os.dup2(file, place)
        sys.argv[1:] = arguments
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(2 * seconds)
        code = 1
        try:
            module.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        os._exit(code)
    for file in files:
        os.close(file)
    _, status = os.waitpid(child, 0)
    wire.send(struct.pack("i", os.waitstatus_to_exitcode(status)))
"""


class Ready:
    """A process that waits with a program imported."""

    def __init__(self, program: str, folder: Path) -> None:
        self.wire, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        number = theirs.fileno()
        # Ends with this process, whose end of the wire closes.
        subprocess.Popen(
            [sys.executable, "-I", "-c", _READY, str(folder), program, str(number)],
            pass_fds=[number],
            env={"LANG": "C.UTF-8"},
        )
        theirs.close()
        self.turn = Lock()

    def run(
        self, arguments: tuple[str, ...], data: bytes, memory: int, seconds: int
    ) -> subprocess.CompletedProcess[bytes] | None:
        files = [os.memfd_create(name) for name in ("stdin", "stdout", "stderr")]
        try:
            with os.fdopen(os.dup(files[0]), "wb") as stdin:
                stdin.write(data)
            os.lseek(files[0], 0, os.SEEK_SET)
            with self.turn:
                socket.send_fds(self.wire, [pickle.dumps((memory, seconds, list(arguments)))], files)
                (code,) = struct.unpack("i", self.wire.recv(4))
            said = [_read(file) for file in files[1:]]
        finally:
            for file in files:
                os.close(file)
        if code == -signal.SIGALRM:
            return None
        return subprocess.CompletedProcess(list(arguments), code, *said)


def _read(file: int) -> bytes:
    return os.pread(file, os.fstat(file).st_size, 0)


_ready: dict[tuple[str, Path, int], Ready] = {}


def run_forked(
    program: str, *arguments: str, folder: Path, data: bytes, memory: int, seconds: int
) -> subprocess.CompletedProcess[bytes] | None:
    """Do what ``xianan.core.apart.run_apart`` does."""
    key = (program, folder, os.getpid())
    if key not in _ready:
        _ready[key] = Ready(program, folder)
    return _ready[key].run(arguments, data, memory, seconds)
