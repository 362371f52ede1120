"""A real mail server in a thread, that can be told to refuse or to hang."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from xianan.core.mail import MailServer


class Postbox:
    """What came in, and how the server behaves: ``answers`` by address, ``hang``, ``drop_after``."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.answers: dict[str, str] = {}
        self.hang = False
        self.drop_answer = False
        self.server = MailServer("127.0.0.1", 0, "portal@xianan.example")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.hang:
            await asyncio.sleep(3600)
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        if self.drop_answer:
            # The message is in, but whoever handed it in never hears so.
            server.transport.abort()
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    """Run a server on a free port of this machine."""
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.server = MailServer("127.0.0.1", port, "portal@xianan.example", timeout=0.5)
    try:
        yield box
    finally:
        controller.stop(no_assert=True)
