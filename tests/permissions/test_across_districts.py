"""A right ends at its district: who holds every role of one district is refused every act in another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from xianan.acts.nouns import nouns
from xianan.core.errors import NotAllowed
from xianan.organizations.models import Organization, User
from xianan.organizations.roles import ROLES
from xianan.organizations.scope import scope_of
from xianan.organizations.services.people import assign_role

pytestmark = pytest.mark.django_db
OURS = ("xianan.", "empowerment", "secondment", "assessment")


@pytest.fixture(scope="module")
def stranger(estate: Any) -> Iterator[User]:
    """Somebody of the second district who holds every role there that fits anywhere."""
    world = estate.foreign
    with transaction.atomic():
        person = world.person("everything", world.establishment_bureau)
        for role in ROLES.values():
            for place in Organization.objects.filter(district=world.district):
                if role.fits(place):
                    assign_role(person, organization=place, role=role.key, actor=world.establishment)
        yield person
        transaction.set_rollback(True)


STEPS = {f"{noun.page}-{step.name}": step for noun in nouns() for step in noun.steps.values()}


@pytest.mark.parametrize("name", sorted(STEPS))
def test_no_step_of_a_noun_is_taken_on_a_row_of_another_district(
    estate: Any, stranger: User, name: str
) -> None:
    step, scope = STEPS[name], scope_of(stranger)
    noun = step.noun
    rows = list(noun.model._default_manager.filter(district=estate.world.district)[:20])
    for row in rows or [noun.model(pk=1, district=estate.world.district)]:
        assert scope.holds(step.right), step.right
        setattr(row, noun.attribute, step.sources[0])
        assert noun.offered(row, scope) == [] and not noun.readable(scope, row)
        with pytest.raises(NotAllowed):
            step.refuse(row, scope)


PERMITS = {f"{noun.page} {permit.label} {permit.by}": permit for noun in nouns() for permit in noun.permits}


@pytest.mark.parametrize("name", sorted(PERMITS))
def test_nothing_is_permitted_on_a_row_of_another_district(estate: Any, stranger: User, name: str) -> None:
    permit, scope = PERMITS[name], scope_of(stranger)
    model = permit.noun.model
    rows = list(model._default_manager.filter(district=estate.world.district)[:20])
    for row in rows or [model(pk=1, district=estate.world.district)]:
        assert scope.holds(permit.right), permit.right
        with pytest.raises(NotAllowed):
            permit.why_not(scope, row)
