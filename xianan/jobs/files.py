"""The broker of files, for the mode without Redis: what another process reads is always whole.

kombu's own transport opens a message or a table and writes it then; a process that reads in between
finds nothing in it, and the worker ends. Here a file gets its name when it is complete.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.transport import filesystem, virtual
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever opens it finds the old content or the new one, never a part."""
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    part.write_bytes(data)
    part.replace(path)


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # as kombu's own channel of files
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, str_to_bytes(dumps(payload)))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError:
            # Left by a disk that was full or a machine that was switched off; the sweep wakes its job.
            logger.warning("A message of the queue %s could not be read and is dropped", queue)
            raise Empty from None

    # ---- Which queue listens to which exchange -------------------------------------------------------

    def get_table(self, exchange: str) -> list[exchange_queue_t]:
        try:
            rows = loads(bytes_to_str(self._exchange_file(exchange).read_bytes()))
        except FileNotFoundError:
            return []
        except ValueError:
            logger.warning("The table of the exchange %s could not be read and is made anew", exchange)
            return []
        return [exchange_queue_t(*row) for row in rows]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            rows = self.get_table(exchange)
            if row not in rows:
                self._store(exchange, [row, *rows])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        virtual.Channel._delete(self, queue, exchange, routing_key, pattern, *args, **kwargs)
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            rows = self.get_table(exchange)
            if row in rows:
                self._store(exchange, [other for other in rows if other != row])

    def _store(self, exchange: str, rows: Iterable[exchange_queue_t]) -> None:
        write_whole(self._exchange_file(exchange), str_to_bytes(dumps(list(rows))))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from changing the tables meanwhile."""
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    Channel = Channel
