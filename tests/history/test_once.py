"""The same form sent twice makes one thing, in two presses, two processes, on both databases."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from empowerment.models import Filing
from tests.together import together
from xianan.core import clock
from xianan.history.models import SentForm
from xianan.history.once import ALREADY, forget_sent_forms


def signed_in(person) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def opened(client: Client) -> dict[str, str]:
    """The form as a page renders it, filled in."""
    page = client.get(reverse("empowerment:filing-create")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.split("<main")[1])
    assert token
    return {"csrfmiddlewaretoken": token[1], "title": "第一批", "feasibility": "研究过"}


def send(client: Client, form: dict[str, str]):
    return client.post(reverse("empowerment:filing-create"), form)


@pytest.mark.django_db
@pytest.mark.sqlite
def test_the_second_of_two_identical_posts_is_answered_as_the_first_and_makes_nothing(world):
    client = signed_in(world.clerk)
    form = opened(client)
    first, second = send(client, form), send(client, form)
    made = Filing.objects.get()
    assert first.url == second.url == reverse("empowerment:filing", args=[made.pk])
    assert ALREADY in client.get(second.url).content.decode()


@pytest.mark.django_db
@pytest.mark.sqlite
def test_another_text_another_page_or_another_person_makes_another_thing(world):
    client = signed_in(world.clerk)
    form = opened(client)
    send(client, form)
    send(client, form | {"title": "第二批"})
    send(client, opened(client))
    assert [filing.title for filing in Filing.objects.order_by("pk")] == ["第一批", "第二批", "第一批"]


@pytest.mark.django_db
@pytest.mark.sqlite
def test_a_refused_form_may_be_sent_again_as_it_is(world):
    client = signed_in(world.clerk)
    form = opened(client) | {"title": ""}
    assert send(client, form).status_code == send(client, form).status_code == 200
    assert not SentForm.objects.exists()
    # Refused by the page it leads to: what was lacking may have been put right elsewhere.
    filing = world.draft()
    filing.lines.all().delete()
    head = signed_in(world.head)
    page = head.get(reverse("empowerment:filing", args=[filing.pk])).content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    submit = reverse("empowerment:filing-submit", args=[filing.pk])
    head.post(submit, {"csrfmiddlewaretoken": token})
    other = world.draft("乙处罚")
    other.lines.update(filing=filing)
    head.post(submit, {"csrfmiddlewaretoken": token})
    filing.refresh_from_db()
    assert filing.state == "establishment"


@pytest.mark.django_db
@pytest.mark.sqlite
def test_the_names_of_sendings_are_forgotten_after_a_day(world):
    client = signed_in(world.clerk)
    send(client, opened(client))
    assert SentForm.objects.count() == 1
    forget_sent_forms()
    assert SentForm.objects.count() == 1
    clock.set_to(clock.now() + dt.timedelta(days=1, minutes=1))
    forget_sent_forms()
    assert not SentForm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_identical_posts_at_the_same_moment_make_one_thing(world):
    client = signed_in(world.clerk)
    form = opened(client)
    answers = []

    def press() -> None:
        window = Client(enforce_csrf_checks=True)
        window.cookies = client.cookies.copy()
        answers.append(send(window, form).url)

    together(press, press, press)
    made = Filing.objects.get()
    assert answers == [reverse("empowerment:filing", args=[made.pk])] * 3
