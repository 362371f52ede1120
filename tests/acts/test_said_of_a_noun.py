"""What a noun says besides its steps: when a row is valid, what of it can be put right, which papers tell of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from secondment.exemptions.model import Exemption
from secondment.exemptions.steps import EXEMPTION
from secondment.models import ProposalAnswer
from secondment.proposals import steps as proposals
from secondment.proposals.paper import print_proposal
from secondment.proposals.steps import PROPOSAL
from tests.secondment.appraisal.kit import person, serve
from tests.secondment.staff.test_exemptions import submit
from tests.world import World
from xianan.acts import DISTRICT, Correctable
from xianan.core import clock

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE), still=True)


@pytest.mark.parametrize(
    ("ends_in", "first", "last", "counts"),
    [
        (None, 0, None, True),
        (None, -9, -1, False),
        (None, -9, 0, True),
        (4, 4, None, True),
        (4, 5, None, False),
        (4, 4, 90, True),
        (4, 2, 3, True),
        (4, 5, 9, False),
    ],
)
def test_a_row_is_valid_from_its_first_day_to_its_last_both_inclusive(
    world: World, ends_in: int | None, first: int, last: int | None, counts: bool
) -> None:
    row = submit(world, starts_on=TODAY)
    Exemption.objects.filter(pk=row.pk).update(
        ends_on=None if ends_in is None else TODAY + dt.timedelta(days=ends_in)
    )
    days = [None if each is None else TODAY + dt.timedelta(days=each) for each in (first, last)]
    assert days[0] is not None
    assert Exemption.objects.filter(EXEMPTION.valid(days[0], days[1])).exists() is counts


def test_a_fact_is_put_right_by_two_sides() -> None:
    assert {each.fact.field.name for each in EXEMPTION.correctable} == {
        "starts_on", "ends_on", "agency", "reference",
    }  # fmt: skip
    assert all(
        each.asks[1] == "organization" and each.agrees[1] == DISTRICT for each in EXEMPTION.correctable
    )


@pytest.mark.parametrize("side", ["organization", "street", DISTRICT])
def test_nobody_agrees_to_what_the_own_side_asks(side: str) -> None:
    with pytest.raises(TypeError, match="reason"):
        Correctable(
            fact=Exemption.reason, asks=("register_secondment", side), agrees=("agree_exception", side)
        )


def test_the_page_of_a_row_lists_the_papers_told_from_it_also_those_put_aside(
    world: World, client: Client
) -> None:
    """P48: the sheet printed before the answer is superseded by the one printed after it."""
    row = proposals.draft_proposal(
        secondment=serve(world, person(world, "张甲", serial=1)), kind="promote", text="建议提拔使用。",
        actor=world.street_clerk,
    )  # fmt: skip
    row = proposals.send_proposal(row, actor=world.street_head)
    client.force_login(world.street_head)
    page = PROPOSAL.url(row)
    assert "印制的文书" not in client.get(page).content.decode()
    first = print_proposal(row, actor=world.street_head)
    answer = ProposalAnswer.objects.get(proposal=row, is_office=False)
    proposals.answer_proposal(answer, verdict="adopted", text="同意。", actor=world.head)
    second = print_proposal(row, actor=world.street_head)
    shown = client.get(page).content.decode()
    assert "2 份" in shown and shown.count("已被替代") == 1
    for paper in (first, second):
        assert reverse("documents:document", args=[paper.pk]) in shown
