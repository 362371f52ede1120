"""Whether the portal can do its work: what the watching machine is told, and what 区委编办 reads."""

from __future__ import annotations

import datetime as dt
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xianan.core import clock
from xianan.documents.models import Certificate
from xianan.documents.services.certificates import ensure_certificates
from xianan.jobs import heartbeat
from xianan.portal import status

pytestmark = pytest.mark.sqlite
SignIn = Callable[[Any], Client]
KEYS = {"database", "broker", "worker", "beat", "disk", "fonts", "harfbuzz", "certificates"}


@pytest.fixture
def alive(db: None) -> None:
    for part in (heartbeat.WORKER, heartbeat.BEAT):
        heartbeat.sign(part)


def failing(client: Client) -> tuple[int, set[str]]:
    answer = client.get("/healthz")
    said = answer.json()
    assert said.keys() == KEYS
    assert set(said.values()) <= {"ok", "fail"}
    return answer.status_code, {key for key, word in said.items() if word == "fail"}


def test_health_says_ok_for_every_part_and_nothing_else(alive: None, client: Client) -> None:
    assert failing(client) == (200, set())
    assert client.post("/healthz").status_code == 405


def test_health_fails_when_the_broker_is_away(
    alive: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xianan.celery import app

    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    assert failing(client) == (503, {"broker"})


def test_worker_and_beat_must_have_given_a_sign_within_a_minute(db: None, client: Client) -> None:
    assert failing(client) == (503, {"worker", "beat"})
    heartbeat.sign(heartbeat.BEAT)
    assert failing(client) == (503, {"worker"})
    heartbeat.sign(heartbeat.WORKER)
    assert failing(client) == (200, set())
    with clock.travel(clock.now() + heartbeat.SILENT + dt.timedelta(seconds=5)):
        heartbeat.sign(heartbeat.WORKER)
        assert failing(client) == (503, {"beat"})


def test_a_full_disk_fails(alive: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(status.shutil, "disk_usage", lambda _: usage(2**40, 2**40 - 2**20, 2**20))
    assert failing(client) == (503, {"disk"})


def test_a_certificate_is_pointed_out_before_its_end_and_fails_after_it(
    alive: None, world: Any, client: Client, sign_in: SignIn
) -> None:
    ensure_certificates(world.district)
    first = Certificate.objects.filter(is_active=True).order_by("not_after").first()
    assert first is not None
    page = sign_in(world.establishment)
    assert "全部正常" in page.get("/status/").content.decode()
    for days, word, code in ((40, "需留意", 200), (-1, "有故障", 503)):
        Certificate.objects.filter(pk=first.pk).update(not_after=clock.now() + dt.timedelta(days=days))
        text = page.get("/status/").content.decode()
        assert word in text
        assert client.get("/healthz").status_code == code
    assert "已过期" in text


def test_the_page_says_what_to_do_and_is_for_the_establishment_office(world: Any, sign_in: SignIn) -> None:
    text = sign_in(world.establishment).get("/status/").content.decode()
    assert "还没有心跳" in text
    assert "重启定时程序；错过的任务会自动补做" in text
    for person in (world.clerk, world.head, world.government_office, world.nobody):
        assert sign_in(person).get("/status/").status_code == 403
