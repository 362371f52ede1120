"""Mail: one message a person a day, at least once, with a Message-ID that never changes.

A message is taken by a lease, handed to the server and marked as sent at once, so that a killed run
repeats at most the one in flight. A server that is away ends the run and the message rests, longer
each time; an address that the server refuses for good is given up.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import ssl
import time
import uuid
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.mail import MailServer
from xianan.deadlines.choices import MailState
from xianan.deadlines.models import Mail, Notice, NoticePreference
from xianan.deadlines.rules import backoff
from xianan.organizations.models import District

logger = logging.getLogger(__name__)

# Longer than a server that answers nothing can hold a message up: some ten steps of ten seconds.
LEASE = dt.timedelta(minutes=3)
ATTEMPTS = 12
OLDEST = dt.timedelta(days=7)
LINES = 50
BATCH = 2000


@dataclass
class Delivery:
    """What a run did; ``fault`` says why it stopped before the end."""

    sent: int = 0
    failed: int = 0
    put_off: int = 0
    fault: str = ""


# ---- Writing ----------------------------------------------------------------------------------------


@transaction.atomic
def write_digests(district: District, *, on: dt.date | None = None) -> int:
    """Write one message for everybody who wants mail, has unread news and has none of this day yet.

    Return how many. News that come after the day's message wait for tomorrow's. Without a mail server
    nothing is written. A constant number of queries.
    """
    server = settings.MAIL_SERVER
    if server is None:
        return 0
    day = on or clock.today()
    District.objects.select_for_update().get(pk=district.pk)
    wanted = dict(
        NoticePreference.objects.filter(district=district, by_mail=True, user__is_active=True)
        .exclude(user_id__in=Mail.objects.filter(district=district, day=day).values("recipient_id"))
        .values_list("user_id", "address")
    )
    news: dict[int, list[Notice]] = defaultdict(list)
    rows = Notice.objects.filter(
        recipient__notice_preference__by_mail=True,
        district=district,
        mail__isnull=True,
        read_at__isnull=True,
        created_at__gte=clock.now() - OLDEST,
    )
    for notice in rows.order_by("id"):
        if notice.recipient_id in wanted:
            news[notice.recipient_id].append(notice)
    mails = [
        Mail(
            district=district,
            recipient_id=key,
            day=day,
            address=wanted[key],
            message_id=f"<{day:%Y%m%d}.{key}.{uuid.uuid4().hex}@{server.sender.rpartition('@')[2]}>",
            subject=f"{district.short_name}{district.portal_name}：{chinese_date(day)} {len(notices)} 条通知",
            body=_body(notices),
        )
        for key, notices in news.items()
    ]
    Mail.objects.bulk_create(mails, batch_size=BATCH)
    told = []
    for mail in mails:
        for notice in news[mail.recipient_id]:
            notice.mail = mail
            told.append(notice)
    Notice.objects.bulk_update(told, ["mail"], batch_size=BATCH)
    return len(mails)


def _body(notices: list[Notice]) -> str:
    lines = []
    for notice in notices[:LINES]:
        lines += [f"{notice.get_kind_display()}　{notice.title}", notice.text]
        if notice.url:
            lines.append(f"{settings.PUBLIC_URL}{notice.url}")
        lines.append("")
    if len(notices) > LINES:
        lines += [f"另有 {len(notices) - LINES} 条，见平台“通知”。", ""]
    lines.append("本邮件由平台每日汇总发出一次，不接收回复。不再接收邮件，可在平台“通知”的“通知方式”中修改。")
    return "\n".join(line for line in lines)


# ---- Sending ----------------------------------------------------------------------------------------


def send_queued(*, seconds: float = 45.0, limit: int = 5000) -> Delivery:
    """Hand the waiting messages to the mail server, for at most so many seconds."""
    server = settings.MAIL_SERVER
    done = Delivery()
    if server is None:
        return done
    until = time.monotonic() + seconds
    connection: smtplib.SMTP | None = None
    try:
        while done.sent + done.failed + done.put_off < limit and time.monotonic() < until:
            mail = _take()
            if mail is None:
                break
            try:
                connection = connection or connect(server)
                _hand_in(connection, server, mail)
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as fault:
                code, text = _answer(fault)
                if code >= 500:
                    _give_up(mail, text)
                    done.failed += 1
                else:
                    done.put_off += _put_off(mail, text)
            except (OSError, smtplib.SMTPException) as fault:
                # The server is away, hangs or wants none of us: the others need not try it now.
                done.fault = f"邮件服务器没有收下：{_words(fault)}"
                done.put_off += _put_off(mail, _words(fault))
                break
            else:
                Mail.objects.filter(pk=mail.pk).update(
                    state=MailState.SENT, sent_at=clock.now(), lease_until=None, error=""
                )
                done.sent += 1
    finally:
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
    return done


def connect(server: MailServer) -> smtplib.SMTP:
    """Open a session. Raises OSError or SMTPException."""
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if server.security == "tls":
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
    except Exception:
        connection.close()
        raise
    return connection


def _take() -> Mail | None:
    """Take the lease of the message that has waited longest, None when none waits."""
    while True:
        now = clock.now()
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        waiting = Mail.objects.filter(free, state=MailState.QUEUED, not_before__lte=now)
        mail = waiting.order_by("not_before", "id").first()
        if mail is None:
            return None
        taken = waiting.filter(pk=mail.pk, attempts=mail.attempts).update(
            lease_until=now + LEASE, attempts=F("attempts") + 1
        )
        if taken == 1:
            mail.attempts += 1
            return mail


def _hand_in(connection: smtplib.SMTP, server: MailServer, mail: Mail) -> None:
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = server.sender
    message["To"] = mail.address
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="base64")
    connection.send_message(message)


def _answer(fault: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> tuple[int, str]:
    text: bytes | str
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(fault.recipients.values()))
    else:
        code, text = fault.smtp_code, fault.smtp_error
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return code, f"{code} {words}"


def _words(fault: Exception) -> str:
    # smtplib hides the timeout of a reply in a message of its own.
    if isinstance(fault, TimeoutError) or "timed out" in str(fault):
        return "没有应答，超时"
    if isinstance(fault, ConnectionRefusedError):
        return "拒绝连接"
    return f"{type(fault).__name__}: {fault}"


def _put_off(mail: Mail, why: str) -> int:
    if mail.attempts >= ATTEMPTS:
        _give_up(mail, why)
        return 1
    logger.warning("Mail %s was not accepted (attempt %s): %s", mail.pk, mail.attempts, why)
    Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED).update(
        not_before=clock.now() + backoff(mail.attempts), lease_until=None, error=why[:300]
    )
    return 1


def _give_up(mail: Mail, why: str) -> None:
    logger.warning("Mail %s is given up: %s", mail.pk, why)
    Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED).update(
        state=MailState.FAILED, lease_until=None, error=why[:300]
    )
