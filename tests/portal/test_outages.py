"""The portal without one of the programs it stands on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from xianan.celery import app
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job

pytestmark = pytest.mark.sqlite
NOWHERE = {"postgresql": {"HOST": "127.0.0.1", "PORT": "1"}, "sqlite": {"NAME": "/nowhere/portal.sqlite3"}}


def without_a_database(act: Callable[[], Any]) -> Any:
    """Do something on a connection that leads nowhere."""
    found: list[Any] = []

    def run() -> None:
        connection.settings_dict = {**connection.settings_dict, **NOWHERE[connection.vendor]}
        try:
            found.append(act())
        except BaseException as fault:
            found.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def test_without_the_database_every_page_says_that_the_portal_recovers(world: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.clerk)
    for path in ("/", "/login/", "/jobs/", "/people/", reverse("documents:verify"), "/agreements/1/"):
        answer = without_a_database(lambda path=path: client.get(path))
        assert answer.status_code == 503, path
        assert "平台正在恢复" in answer.content.decode()
        assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("60", "no-store")
    sent = without_a_database(lambda: client.post("/login/", {"username": "clerk", "password": "x"}))
    assert sent.status_code == 503 and "没有保存" in sent.content.decode()
    assert without_a_database(lambda: Client().get("/healthz")).json()["database"] == "fail"
    assert client.get("/").status_code == 200, "and it is there again with the database"


def test_a_fault_of_the_portal_is_not_called_an_outage(
    world: Any, monkeypatch: pytest.MonkeyPatch, sign_in: Callable[[Any], Client]
) -> None:
    from xianan.portal.views.jobs import JobList

    def broken(*_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    client = sign_in(world.clerk)
    client.raise_request_exception = False
    monkeypatch.setattr(JobList, "queryset", broken)
    answer = client.get("/jobs/")
    assert answer.status_code == 500 and "平台出错" in answer.content.decode()


def test_without_the_broker_people_sign_in_read_and_ask_for_work(
    world: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS}
    client = Client()
    with app.connection_for_write("redis://127.0.0.1:1/0", transport_options=options) as nowhere:
        pools = app.amqp.producer_pool
        monkeypatch.setattr(app.amqp, "_producer_pool", pools.__class__(nowhere.Pool(1), limit=1))
        entered = client.post("/login/", {"username": "establishment", "password": world.password})
        assert entered.status_code == 302
        for path in ("/", "/jobs/", "/people/", "/status/"):
            assert client.get(path).status_code == 200, path
        with django_capture_on_commit_callbacks(execute=True):
            asked = client.post(reverse("portal:schedule-run", args=["jobs.tidy"]))
        assert asked.status_code == 302
    assert Job.objects.get().state == JobState.QUEUED
