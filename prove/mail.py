"""Mail under a killed sender, into a real server that refuses, hangs and takes its time."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from functools import partial

from prove.faults import Proof
from prove.postbox import Postbox
from prove.processes import beat, until, worker
from xianan.core import clock
from xianan.deadlines.choices import MailState, NoticeKind
from xianan.deadlines.models import Mail, NoticePreference
from xianan.deadlines.services.mail import write_digests
from xianan.deadlines.services.notices import notify
from xianan.jobs.models import ScheduledRun
from xianan.organizations.models import District, Organization, User

NO_SUCH, NOT_YET = 20, 10
"""One address in so many does not exist; one in so many is taken at the second try (greylisting)."""


def killed_sender(box: Postbox, people: int, rounds: int) -> Proof:
    """The worker dies with a message in hand: the server took it and has not said so, or hangs before.

    Whatever happens, each message gets in, with one Message-ID, and a kill repeats at most the message
    that was in flight.
    """
    proof = Proof("worker killed -9 while it sends mail")
    wanted = _letters(box, people)
    box.pause = 0.25
    held: list[tuple[str, dt.datetime]] = []
    clockwork, running = beat(), worker()
    try:
        proof.need(until(lambda: len(box.messages) >= 3, 120), "no mail was sent")
        for name, words in (("closed", "421"), ("hang", "超时")):
            begin = clock.now()
            setattr(box, name, True)
            heard = until(partial(_said, begin, words), 150)
            setattr(box, name, False)
            proof.need(heard, f"the schedule does not say that the server is {name}")
        for number in range(rounds):
            hangs = number % 2 == 1
            box.hang = hangs
            in_flight: Callable[[], bool] = (lambda: box.waiting) if hangs else (lambda: box.answering)
            if not until(partial(_caught, in_flight), 150, step=0.01):
                break
            if not _queued():
                break
            time.sleep(random.uniform(0.0, 0.1))
            held.append((_at_it(), clock.now()))
            running.kill()
            box.hang = False
            running.start()
            if not hangs:
                until(partial(_has, box, len(box.messages) + 4), 150)
        # Beside the lease of the last one in flight some were put off for a minute or four.
        until(lambda: not _queued(), 900)
    finally:
        running.end()
        clockwork.end()
        box.pause = 0.0
    ids = dict(Mail.objects.values_list("address", "message_id"))
    received = set(box.ids)
    proof.accepted = len(ids)
    proof.lost = sum(1 for address in wanted if ids.get(address) not in received)
    refused = Mail.objects.filter(state=MailState.FAILED).exclude(address__in=wanted).count()
    proof.need(len(ids) == people, f"{len(ids)} messages were written for {people} people")
    proof.need(refused == people - len(wanted), f"{refused} of the addresses that don't exist are given up")
    proof.need(received <= set(ids.values()), "a message came in under an id that is not in the books")
    repeats = sum(box.repeats)
    proof.twice = max(0, repeats - len(held)) + sum(1 for more in box.repeats if more > 1)
    proof.need(len(held) == rounds, f"only {len(held)} of {rounds} kills found a message in flight")
    sent = dict(Mail.objects.filter(state=MailState.SENT).values_list("message_id", "sent_at"))
    times = [(at_last - at).total_seconds() for key, at in held if (at_last := sent.get(key))]
    proof.recovery = max(times, default=None)
    proof.notes.append(
        f"{len(held)} kills with a message in flight, {repeats} of them repeated with the same Message-ID; "
        f"{refused} addresses refused for good"
    )
    return proof


def _letters(box: Postbox, people: int) -> list[str]:
    """Write a message each for so many people; return the addresses that exist."""
    home = District.objects.get()
    office = Organization.objects.create(
        district=home, name="收信局", kind="department", empowering=True, code="MAIL"
    )
    users = User.objects.bulk_create(
        User(username=f"mail-{number}", name="人员", password="!", district=home, organization=office)
        for number in range(people)
    )
    NoticePreference.objects.bulk_create(
        NoticePreference(district=home, user=user, by_mail=True, address=f"{user.username}@mail.example")
        for user in users
    )
    notify([user.pk for user in users], district=home, kind=NoticeKind.REMINDER, title="试邮件")
    write_digests(home)
    addresses = [f"{user.username}@mail.example" for user in users]
    nobody = addresses[::NO_SUCH]
    box.answers = dict.fromkeys(nobody, "550 no such mailbox")
    box.answers_once = dict.fromkeys(addresses[1::NOT_YET], "451 try again later")
    return [address for address in addresses if address not in box.answers]


def _caught(in_flight: Callable[[], bool]) -> bool:
    """Whether a message is on its way, or none will be any more."""
    return in_flight() or not _queued()


def _has(box: Postbox, letters: int) -> bool:
    return len(box.messages) >= letters


def _said(since: dt.datetime, words: str) -> bool:
    runs = ScheduledRun.objects.filter(key="mail.send", state="failed", finished_at__gte=since)
    return runs.filter(outcome__contains=words).exists()


def _queued() -> bool:
    return Mail.objects.filter(state=MailState.QUEUED).exists()


def _at_it() -> str:
    """Return the Message-ID of what was being handed in."""
    rows = Mail.objects.filter(state=MailState.QUEUED, lease_until__gt=clock.now())
    mail = rows.order_by("-lease_until").first()
    return mail.message_id if mail else ""
