"""A real mail server in a thread, that can be told to refuse, to hang, to be slow or to drop its answer."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from xianan.core.mail import MailServer


class Postbox:
    """What came in, and how the server behaves.

    ``answers`` by address; ``answers_once`` the same for the first try only; ``closed`` refuses every
    sender for now; ``hang`` never answers a recipient; ``drop_answer`` takes a message and ends the
    session; ``pause`` seconds pass between a message and its answer. ``waiting`` and ``answering`` say
    where a session stands at this moment.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.answers_once: dict[str, str] = {}
        self.closed = False
        self.hang = False
        self.drop_answer = False
        self.pause = 0.0
        self.waiting = self.answering = False
        self.server = MailServer("127.0.0.1", 0, "portal@xianan.example")

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.closed:
            return "421 not now"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.hang:
            self.waiting = True
            try:
                await asyncio.sleep(3600)
            finally:
                self.waiting = False
        answer = self.answers_once.pop(address, "") or self.answers.get(address, "")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        if self.drop_answer:
            # The message is in, but whoever handed it in never hears so.
            server.transport.abort()
        self.answering = True
        try:
            await asyncio.sleep(self.pause)
        finally:
            self.answering = False
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        """The Message-ID of everything that came in."""
        return [str(message["Message-ID"]) for message in self.messages]

    @property
    def repeats(self) -> list[int]:
        """How often each message came in beyond once, those that did."""
        return [count - 1 for count in Counter(self.ids).values() if count > 1]


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
