"""One message a person a day, into a real server that accepts, refuses and hangs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from prove.postbox import Postbox, open_postbox
from tests.deadlines.kit import DAY, TODAY, open_at
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.mail import MailServer, mail_server
from xianan.deadlines import tasks
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.models import Mail, Notice
from xianan.deadlines.rules import backoff
from xianan.deadlines.services.mail import ATTEMPTS, LEASE, send_queued, write_digests
from xianan.deadlines.services.notices import mark_read, notify, set_preference
from xianan.deadlines.services.reminders import remind

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    with open_postbox() as found:
        monkeypatch.setattr(settings, "MAIL_SERVER", found.server)
        yield found


def wants_mail(*people: Any) -> None:
    for person in people:
        set_preference(person, by_mail=True, address=f"{person.username}@mail.example", actor=person)


def tell(world: Any, *people: Any, title: str = "报送材料") -> None:
    notify(
        [person.pk for person in people],
        district=world.district,
        kind=NoticeKind.REMINDER,
        title=title,
        text="到期",
        url="/deadlines/",
    )


def test_a_day_of_reminders_is_one_message_in_chinese(world: Any, box: Postbox) -> None:
    wants_mail(world.street_head)
    with clock.travel(TODAY - DAY * 90):
        open_at(world.street, world.street, TODAY + DAY * 7, title="关于温泉的材料")
        open_at(world.other_street, world.street, TODAY + DAY * 1, title="另一份材料")
    remind(world.district)
    assert write_digests(world.district) == 1
    assert send_queued().sent == 1
    (message,) = box.messages
    assert message["To"] == "street-head@mail.example"
    assert message["From"] == "portal@xianan.example"
    assert message["Subject"] == "咸安区街道赋权工作平台：2026年11月23日 2 条通知"
    text = message.get_content()
    assert "关于温泉的材料" in text
    assert "另一份材料" in text
    assert f"{settings.PUBLIC_URL}/organizations/{world.street.pk}/" in text
    assert Mail.objects.get().state == "sent"


def test_who_wants_the_portal_alone_gets_no_mail(world: Any, box: Postbox) -> None:
    tell(world, world.street_head, world.street_clerk)
    wants_mail(world.street_clerk)
    assert write_digests(world.district) == 1
    assert Mail.objects.get().recipient_id == world.street_clerk.pk


def test_one_person_gets_one_message_a_day_and_the_rest_tomorrow(world: Any, box: Postbox) -> None:
    wants_mail(world.street_head)
    tell(world, world.street_head, title="早上的")
    assert write_digests(world.district) == 1
    tell(world, world.street_head, title="下午的")
    assert write_digests(world.district) == 0
    with clock.travel(TODAY + DAY):
        assert write_digests(world.district) == 1
        assert send_queued().sent == 2
    assert "早上的" not in box.messages[1].get_content()
    assert "下午的" in box.messages[1].get_content()
    assert send_queued().sent == 0


def test_what_was_read_in_the_portal_is_not_mailed(world: Any, box: Postbox) -> None:
    wants_mail(world.street_head)
    tell(world, world.street_head)
    mark_read(world.street_head)
    assert write_digests(world.district) == 0


def test_a_refused_address_is_given_up_and_the_others_get_theirs(world: Any, box: Postbox) -> None:
    people = (world.street_head, world.street_clerk, world.head)
    wants_mail(*people)
    tell(world, *people)
    box.answers["street-head@mail.example"] = "550 no such mailbox"
    write_digests(world.district)
    done = send_queued()
    assert (done.sent, done.failed, done.put_off) == (2, 1, 0)
    refused = Mail.objects.get(recipient=world.street_head)
    assert refused.state == "failed"
    assert "550 no such mailbox" in refused.error
    page = world.client(world.street_head).get("/notices/preference/").content.decode()
    assert "550 no such mailbox" in page


def test_a_mailbox_that_is_busy_is_tried_again_later_with_the_same_id(world: Any, box: Postbox) -> None:
    wants_mail(world.street_head)
    tell(world, world.street_head)
    box.answers["street-head@mail.example"] = "451 try again later"
    write_digests(world.district)
    assert send_queued().put_off == 1
    assert send_queued().put_off == 0
    row = Mail.objects.get()
    assert (row.state, row.attempts, row.lease_until) == ("queued", 1, None)
    box.answers.clear()
    with clock.travel(clock.now() + dt.timedelta(minutes=2)):
        assert send_queued().sent == 1
    assert box.ids == [row.message_id]


def test_a_server_that_hangs_holds_nobody_up_for_long(world: Any, box: Postbox) -> None:
    wants_mail(world.street_head, world.street_clerk)
    tell(world, world.street_head, world.street_clerk)
    box.hang = True
    write_digests(world.district)
    done = send_queued()
    assert done.sent == 0
    assert done.put_off == 1
    assert "超时" in done.fault
    assert Mail.objects.filter(attempts=0).count() == 1
    box.hang = False
    with clock.travel(clock.now() + dt.timedelta(minutes=2)):
        assert send_queued().sent == 2


def test_a_server_that_is_away_is_told_to_whoever_looks_at_the_schedule(
    world: Any, monkeypatch: pytest.MonkeyPatch, box: Postbox
) -> None:
    wants_mail(world.street_head)
    tell(world, world.street_head)
    write_digests(world.district)
    away = MailServer("127.0.0.1", 1, "portal@xianan.example", timeout=0.5)
    monkeypatch.setattr(settings, "MAIL_SERVER", away)
    with pytest.raises(DomainError, match="拒绝连接"):
        tasks.send_mail()
    monkeypatch.setattr(settings, "MAIL_SERVER", box.server)
    with clock.travel(clock.now() + dt.timedelta(minutes=2)):
        assert tasks.send_mail().startswith("发出邮件 1 封")


def test_a_message_whose_answer_was_lost_is_repeated_with_the_same_id(world: Any, box: Postbox) -> None:
    wants_mail(world.street_head)
    tell(world, world.street_head)
    write_digests(world.district)
    box.drop_answer = True
    assert send_queued().put_off == 1
    box.drop_answer = False
    with clock.travel(clock.now() + dt.timedelta(minutes=2)):
        assert send_queued().sent == 1
    assert len(box.ids) == 2
    assert len(set(box.ids)) == 1


def test_a_killed_sender_repeats_only_the_message_in_flight(world: Any, box: Postbox) -> None:
    people = (world.street_head, world.street_clerk, world.head)
    wants_mail(*people)
    tell(world, *people)
    write_digests(world.district)

    class Killed(BaseException):
        """Nothing in the sender may catch what ends the process."""

    from xianan.deadlines.services import mail

    handed = mail._hand_in
    count = 0

    def hand_in(*args: Any) -> None:
        nonlocal count
        handed(*args)
        count += 1
        if count == 2:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mail, "_hand_in", hand_in)
        with pytest.raises(Killed):
            send_queued()
    # The lease of the one in flight still stands: nobody sends it meanwhile.
    assert send_queued().sent == 1
    with clock.travel(clock.now() + LEASE * 2):
        assert send_queued().sent == 1
        assert send_queued().sent == 0
    assert len(box.ids) == 4
    assert len(set(box.ids)) == 3


def test_a_message_nobody_takes_is_given_up_in_the_end(world: Any, box: Postbox) -> None:
    wants_mail(world.street_head)
    tell(world, world.street_head)
    box.answers["street-head@mail.example"] = "451 try again later"
    write_digests(world.district)
    moment = clock.now()
    for attempt in range(1, ATTEMPTS + 1):
        with clock.travel(moment):
            send_queued()
        assert Mail.objects.get().attempts == attempt
        moment += backoff(attempt) + dt.timedelta(seconds=5)
    assert Mail.objects.get().state == "failed"
    assert moment - clock.now() > dt.timedelta(hours=24)


def test_without_a_server_there_is_no_mail_and_the_page_says_so(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAIL_SERVER", None)
    tell(world, world.street_head)
    assert write_digests(world.district) == 0
    assert tasks.send_mail() == "没有配置邮件服务器，不发邮件。"
    client = world.client(world.street_head)
    assert "没有配置邮件服务器，只在平台内通知" in client.get("/notices/preference/").content.decode()
    with pytest.raises(DomainError):
        set_preference(world.street_head, by_mail=True, address="a@b.cn", actor=world.street_head)


def test_wanting_mail_needs_an_address_and_is_ones_own_matter(world: Any, box: Postbox) -> None:
    client = world.client(world.street_head)
    answer = client.post("/notices/preference/", {"by_mail": "on", "address": ""})
    assert "发邮件须填写邮箱" in answer.content.decode()
    answer = client.post("/notices/preference/", {"by_mail": "on", "address": "温泉"})
    assert "不是邮箱地址" in answer.content.decode()
    assert client.post("/notices/preference/", {"by_mail": "on", "address": "a@b.cn"}).status_code == 302
    assert 'value="a@b.cn"' in client.get("/notices/preference/").content.decode()
    with pytest.raises(DomainError):
        set_preference(world.street_clerk, by_mail=False, address="", actor=world.street_head)


def test_news_older_than_a_week_are_not_mailed(world: Any, box: Postbox) -> None:
    wants_mail(world.street_head)
    tell(world, world.street_head)
    Notice.objects.update(created_at=clock.now() - dt.timedelta(days=8))
    assert write_digests(world.district) == 0


# ---- The environment -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"EMAIL_URL": ""}, None),
        (
            {"EMAIL_URL": "smtp+tls://u%40x.cn:p%3A1@mail.x.cn", "MAIL_FROM": "a@x.cn"},
            MailServer("mail.x.cn", 587, "a@x.cn", "u@x.cn", "p:1", "starttls"),
        ),
        (
            {"EMAIL_URL": "smtps://u%40x.cn:p@mail.x.cn"},
            MailServer("mail.x.cn", 465, "u@x.cn", "u@x.cn", "p", "tls"),
        ),
        ({"SMTP_HOST": "10.0.0.1", "MAIL_FROM": "a@x.cn"}, MailServer("10.0.0.1", 25, "a@x.cn")),
        (
            {"SMTP_HOST": "10.0.0.1", "SMTP_PORT": "2525", "SMTP_USER": "a@x.cn", "SMTP_PASSWORD": "p"},
            MailServer("10.0.0.1", 2525, "a@x.cn", "a@x.cn", "p"),
        ),
    ],
)
def test_the_environment_names_the_server(environ: dict[str, str], expected: MailServer | None) -> None:
    assert mail_server(environ) == expected


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"EMAIL_URL": "http://mail.x.cn"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://mail.x.cn:x"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://mail.x.cn"}, "MAIL_FROM"),
        ({"SMTP_HOST": "h", "SMTP_PORT": "x", "MAIL_FROM": "a@x.cn"}, "SMTP_PORT"),
        ({"SMTP_HOST": "h", "SMTP_SECURITY": "ssl", "MAIL_FROM": "a@x.cn"}, "SMTP_SECURITY"),
    ],
)
def test_a_fault_in_the_environment_is_named(environ: dict[str, str], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        mail_server(environ)
