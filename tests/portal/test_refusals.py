"""What was refused can be attributed from the log, and nothing private stays in a browser."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xianan.jobs.models import Job
from xianan.jobs.services import enqueue
from xianan.organizations.middleware import told

SignIn = Callable[[Any], Client]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.INFO)

    def read() -> list[str]:
        """Return all that was written of warnings since the last look."""
        found = [
            f"{line.name} {line.getMessage()}" for line in caplog.records if line.levelno >= logging.WARNING
        ]
        caplog.clear()
        return found

    return read


def test_every_kind_of_refusal_is_one_line_with_person_address_role_and_request(
    world: Any, sign_in: SignIn, lines: Any
) -> None:
    letter = world.letter("甲事项")
    outsider, strict = sign_in(world.other_head), Client(enforce_csrf_checks=True)
    strict.force_login(world.clerk)
    job = enqueue("test.page", title="导入", district=world.district, actor=world.other_head)
    Job.objects.filter(pk=job.pk).update(state="done")
    stop = f"/jobs/{job.pk}/cancel/"
    sign, person = f"/agreements/{letter.pk}/sign/", world.other_head.pk
    asked = [
        (lambda: outsider.post(stop), f"409 wrong_state POST {stop} view=portal:job-cancel person={person}"),
        (
            lambda: outsider.get("/status/"),
            f"403 not_allowed GET /status/ view=portal:status person={person}",
        ),
        (
            lambda: outsider.get(f"/agreements/{letter.pk}/?q=王五"),
            f"404 - GET /agreements/{letter.pk}/ view=empowerment:",
        ),
        (lambda: outsider.get(sign), f"405 - GET {sign} view=empowerment:"),
        (lambda: strict.post(sign), f"403 csrf POST {sign} view=empowerment:"),
        (lambda: outsider.get("/名单/421202199001011234"), "404 - GET /??/… view=-"),
        (lambda: Client().post("/logout/", {}), None),
    ]
    for act, says in asked:
        lines()
        answer = act()
        written = lines()
        if says is None:
            assert written == []
            continue
        (line,) = written
        assert line.startswith(f"xianan.refused {says}"), line
        assert line.endswith(f"from=127.0.0.1 request={answer.headers['X-Request-Id']}")
        whose, role = (world.clerk.pk, "department_clerk") if "csrf" in line else (person, "department_head")
        assert f"person={whose} roles={role} " in line
        for private in (world.other_head.name, world.other_head.username, "王五", "421202"):
            assert private not in line


def test_a_lock_has_its_line_though_a_form_shows_it(world: Any, sign_in: SignIn, lines: Any) -> None:
    letter = world.letter("甲事项")
    client = sign_in(world.head)
    typed = {"read": "on", "password": "wrong"}
    lines()
    for _ in range(4):
        client.post(f"/agreements/{letter.pk}/sign/", typed)
    assert not any("locked" in line for line in lines()), "a slip is no refusal"
    client.post(f"/agreements/{letter.pk}/sign/", typed)
    (line,) = lines()
    assert " locked POST " in line and f"person={world.head.pk} " in line
    stranger = Client()
    for _ in range(5):
        stranger.post("/login/", {"username": "clerk", "password": "Wrong-2026"})
    (line,) = lines()
    assert "429 locked POST /login/ view=login person=- roles=- from=127.0.0.1" in line
    assert "clerk" not in line


def test_an_address_in_the_log_holds_no_number_of_a_person_and_makes_no_second_line() -> None:
    assert told("/people/12/") == "/people/12/"
    assert told("/a\n403 x/421202199001011234/13800138000") == "/a?403?x/…/…"


def test_pages_and_files_of_a_signed_in_person_are_kept_nowhere(world: Any, sign_in: SignIn) -> None:
    letter = world.letter("甲事项")
    client = sign_in(world.head)
    for path in (
        "/",
        "/jobs/",
        "/jobs/?_export=xlsx",
        f"/agreements/{letter.pk}/",
        reverse("documents:file", args=[letter.document_id, 1]),
        f"{reverse('documents:file', args=[letter.document_id, 1])}?download",
        "/nothing/",
        "/login/",
    ):
        assert "no-store" in client.get(path).headers["Cache-Control"], path
