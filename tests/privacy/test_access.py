"""Numbers in full and private files: who gets them, and what is written down about it (P11, P30, P33)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from secondment.services import papers
from tests.documents.attachments.papers import pdf
from tests.secondment.staff.support import TODAY, id_number, registered
from tests.secondment.training import support as training
from xianan.core import clock
from xianan.documents.models import Attachment
from xianan.documents.selectors import newest_file
from xianan.documents.services.attachments import attach
from xianan.history.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NUMBER = id_number()
WHOLE = ("clerk", "head", "establishment", "personnel", "other_personnel")
"""Those who get a number of the department's people in full."""
UNITS = (*WHOLE, "street_clerk", "street_head")
"""Those who open a scan of somebody sent from the department to the first street."""


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


@pytest.fixture
def sign_in() -> Callable[[Any], Client]:
    """One browser for everybody: each new one costs a look through all static files."""
    client = Client()

    def sign_in(user: Any) -> Client:
        client.force_login(user, backend="xianan.organizations.middleware.AccountBackend")
        return client

    return sign_in


def opened(action: str) -> list[tuple[str, str, str]]:
    """Who did it, for which organization, to what; and nothing in the log tells the number."""
    rows = Entry.objects.filter(action=action).order_by("pk").select_related("organization")
    assert not any(NUMBER in f"{row.label}{row.object_text}{row.changes}{row.reason}" for row in rows)
    return [(row.actor_name, str(row.organization), row.object_text) for row in rows]


def test_no_page_and_no_list_shows_a_number_before_it_is_asked_for(world, sign_in) -> None:
    row = registered(world)
    addresses = [
        reverse("secondment:secondment", args=[row.pk]),
        reverse("secondment:secondments") + "?cols=id_number,born_on",
        reverse("secondment:personal-files"),
        reverse("secondment:personal-file", args=[row.person_id]),
    ]
    for who in ("clerk", "establishment", "personnel", "street_head"):
        client = sign_in(getattr(world, who))
        for address in addresses:
            shown = client.get(address)
            assert shown.status_code == 200 and NUMBER not in shown.content.decode(), (who, address)
        assert row.person.masked_id_number in shown.content.decode()
        for address in (addresses[1] + "&export=xlsx", addresses[2] + "?export=xlsx"):
            answer = client.get(address)
            sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
            cells = [cell for line in sheet.values for cell in line]
            assert NUMBER not in cells and row.person.masked_id_number in cells
    assert not Entry.objects.filter(action="identity.shown").exists()


def test_the_button_shows_a_number_to_those_with_the_right_and_the_log_says_so(world, sign_in) -> None:
    row = registered(world)
    address = reverse("secondment:identity", args=[row.person_id])
    page = reverse("secondment:secondment", args=[row.pk])
    for each in world.everybody:
        client = sign_in(each.user)
        answer = client.post(address)
        if each.key in WHOLE:
            assert answer.status_code == 200 and NUMBER in answer.content.decode(), each.key
            assert "no-store" in answer["Cache-Control"]
            assert address in client.get(page).content.decode()
        else:
            assert answer.status_code in (403, 404) and NUMBER not in answer.content.decode(), each.key
    assert opened("identity.shown") == [
        (each.user.name, str(each.user.organization), str(row.person))
        for each in world.everybody
        if each.key in WHOLE
    ]


def test_with_htmx_the_number_alone_takes_the_place_of_the_mask(world, sign_in) -> None:
    row = registered(world)
    address = reverse("secondment:identity", args=[row.person_id])
    answer = sign_in(world.clerk).post(address, headers={"HX-Request": "true"})
    assert answer.content.decode() == NUMBER and "no-store" in answer["Cache-Control"]
    gone = Client()
    assert gone.post(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert gone.post(address).status_code == 302
    assert len(opened("identity.shown")) == 1


def test_a_department_that_gave_somebody_away_is_shown_the_number_no_more(world, sign_in) -> None:
    row = registered(world)
    row.person.organization = world.other_department
    row.person.save()
    address = reverse("secondment:identity", args=[row.person_id])
    assert sign_in(world.clerk).post(address).status_code == 403
    assert (
        address
        not in sign_in(world.clerk).get(reverse("secondment:secondment", args=[row.pk])).content.decode()
    )


def test_scans_open_for_the_two_units_and_the_offices_that_decide_and_each_opening_is_logged(
    world, sign_in
) -> None:
    row = registered(world)
    scan = Attachment.objects.get()
    page = reverse("secondment:secondment", args=[row.pk])
    for each in world.everybody:
        client = sign_in(each.user)
        answer = client.get(scan.get_absolute_url())
        assert (answer.status_code == 200) is (each.key in UNITS), each.key
        shown = client.get(page)
        if shown.status_code == 200:
            assert (scan.get_absolute_url() in shown.content.decode()) is (each.key in UNITS), each.key
    assert opened("attachment.opened") == [
        (each.user.name, str(each.user.organization), str(row))
        for each in world.everybody
        if each.key in UNITS
    ]


def test_a_signed_sheet_opens_for_those_who_keep_the_list(world, sign_in) -> None:
    session = training.add(world)
    sheet = attach(session, "sheet", actor=world.clerk, data=pdf("名单"), filename="签到表.pdf")
    opens = {
        each.key
        for each in world.everybody
        if sign_in(each.user).get(sheet.get_absolute_url()).status_code == 200
    }
    assert opens == {"clerk", "head"}


def test_opening_a_paper_about_somebody_is_logged_and_a_look_without_content_is_not(world, sign_in) -> None:
    row = registered(world)
    document = papers.print_file(row.person, purpose="考察", actor=world.head).document
    address = reverse("documents:file", args=[document.pk, newest_file(document).sequence])
    client = sign_in(world.personnel)
    assert client.head(address).status_code == 200 and not opened("document.opened")
    answer = client.get(address)
    assert answer.content.startswith(b"%PDF") and "no-store" in answer["Cache-Control"]
    assert opened("document.opened") == [(world.personnel.name, "区委组织部", str(document))]
