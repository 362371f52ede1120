"""The numbers above the list are kept between pages and yet never out of date."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from empowerment.claims.steps import decide, reopen, submit_claims
from empowerment.models import Claim
from empowerment.selectors.items import tab_counts

pytestmark = pytest.mark.django_db


def test_the_numbers_follow_every_claim_that_is_submitted_or_reopened(world):
    district = world.district.pk
    world.listed("甲事项", "乙事项")
    assert tab_counts(district) == {"all": 2, "unclaimed": 2, "city": 0, "legality": 0}

    people = []
    for street in world.streets:
        person = world.person(f"both-{street.pk}", street, "street_clerk", "street_head")
        people.append(person)
        decide(
            list(Claim.objects.filter(street=street, item__name="甲事项")), decision="claimed", actor=person
        )
        assert tab_counts(district)["unclaimed"] == 2
        submit_claims(street, actor=person)
    assert tab_counts(district)["unclaimed"] == 1

    reopen(Claim.objects.get(street=world.streets[0], item__name="甲事项"), actor=people[0])
    assert tab_counts(district)["unclaimed"] == 2


def test_the_numbers_follow_a_new_version_of_the_list(world):
    world.listed("甲事项")
    assert tab_counts(world.district.pk)["all"] == 1
    world.listed("乙事项", "丙事项")
    assert tab_counts(world.district.pk)["all"] == 3


def test_a_list_that_has_not_changed_is_not_counted_again(world):
    world.listed("甲事项")
    tab_counts(world.district.pk)
    with CaptureQueriesContext(connection) as found:
        tab_counts(world.district.pk)
    assert len(found) == 1
    assert "liststamp" in found[0]["sql"]


def test_two_districts_keep_their_own_numbers(world, other_world):
    world.listed("甲事项")
    other_world.listed("乙事项", "丙事项")
    for _ in range(2):
        assert tab_counts(world.district.pk)["all"] == 1
        assert tab_counts(other_world.district.pk)["all"] == 2
