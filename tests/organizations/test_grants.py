"""Grants follow from role assignments and from nothing else, and nobody reads across districts."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.models import (
    DistrictUserPermission,
    Organization,
    OrganizationUserPermission,
    RoleAssignment,
    User,
)
from xianan.organizations.roles import ROLES, rights, rights_of
from xianan.organizations.scope import Scope, scope_of
from xianan.organizations.services.grants import merged, sync_grants
from xianan.organizations.services.organizations import close_organization, reopen_organization
from xianan.organizations.services.people import assign_role, change_user, end_role

pytestmark = pytest.mark.sqlite


def held(user: User, day: dt.date) -> set[tuple[str, int, str]]:
    """The grants of a person that count on a day, as they stand in guardian's tables."""
    found: set[tuple[str, int, str]] = set()
    for reach, model in (("own", OrganizationUserPermission), ("district", DistrictUserPermission)):
        for row in model.objects.filter(user=user).values_list(
            "content_object_id", "permission__codename", "starts_on", "ends_on"
        ):
            place, codename, first, last = row
            if first <= day and (last is None or day <= last):
                assert (reach, place, codename) not in found, "two grants of one right on one day"
                found.add((reach, place, codename))
    return found


def read(user: User, day: dt.date) -> set[tuple[str, int, str]]:
    """The rights of a person as ``Scope`` reads them on a day."""
    with clock.travel(day):
        organizations, district = Scope(User.objects.get(pk=user.pk))._grants
    found = {("own", place, codename) for codename, places in organizations.items() for place in places}
    return found | {("district", user.district_id, codename) for codename in district}


def due(user: User, day: dt.date) -> set[tuple[str, int, str]]:
    """The grants that the assignments give, worked out again by another road."""
    found: set[tuple[str, int, str]] = set()
    if not user.is_active:
        return found
    for row in RoleAssignment.objects.filter(user=user).select_related("organization"):
        in_force = row.starts_on <= day and (row.ends_on is None or day <= row.ends_on)
        if not in_force or not row.organization.is_active_on(day):
            continue
        for right in rights():
            if row.role in right.own:
                found.add(("own", row.organization_id, right.codename))
            above = row.organization.parent
            if row.role in right.parent and above is not None and above.is_active_on(day):
                found.add(("own", row.organization.parent_id, right.codename))
            if row.role in right.district:
                found.add(("district", row.organization.district_id, right.codename))
    return found


def test_grants_equal_assignments_after_any_sequence_of_changes(world: Any) -> None:
    rng = random.Random(20261123)
    people = [world.person(f"random-{number}", world.department) for number in range(6)]
    places = list(Organization.objects.filter(district=world.district))
    day = clock.today()
    for step in range(200):
        person = rng.choice(people)
        act = rng.random()
        try:
            if act < 0.55:
                start = day + dt.timedelta(days=rng.randint(-40, 20))
                end = rng.choice([None, start + dt.timedelta(days=rng.randint(0, 60))])
                assign_role(
                    person,
                    organization=rng.choice(places),
                    role=rng.choice(list(ROLES)),
                    actor=world.establishment,
                    starts_on=start,
                    ends_on=end,
                )
            elif act < 0.75:
                rows = RoleAssignment.objects.filter(user__in=people).order_by("pk")
                if rows:
                    end_role(rng.choice(rows), actor=world.establishment)
            elif act < 0.9:
                change_user(
                    person, actor=world.establishment, is_active=not User.objects.get(pk=person.pk).is_active
                )
            else:
                place = rng.choice([world.department, world.street, world.station])
                if Organization.objects.get(pk=place.pk).active_until is None:
                    last = day + dt.timedelta(days=rng.randint(-3, 60))
                    close_organization(place, active_until=last, reason="试", actor=world.establishment)
                else:
                    reopen_organization(place, reason="试", actor=world.establishment)
        except DomainError:
            continue
        if step % 10 == 0:
            for each in people:
                assert held(each, day) == due(User.objects.get(pk=each.pk), day)
    for each in User.objects.all():
        assert held(each, day) == due(each, day)
    # Nothing is written from here on: what begins and ends later does so by itself.
    for days in (1, 7, 19, 33, 80):
        later = day + dt.timedelta(days=days)
        for each in User.objects.filter(pk__in=[person.pk for person in people]):
            assert held(each, later) == read(each, later) == due(each, later), days
    assert sync_grants() == 0
    assert RoleAssignment.objects.filter(user__in=people).count() > 10


def test_a_repair_changes_only_what_is_wrong(world: Any) -> None:
    assert sync_grants() == 0
    OrganizationUserPermission.objects.filter(user=world.clerk).first().delete()
    OrganizationUserPermission.objects.filter(pk=held_by(world.street_clerk)).update(ends_on=clock.today())
    row = OrganizationUserPermission.objects.filter(user=world.head).first()
    OrganizationUserPermission.objects.create(
        user=world.nobody, permission=row.permission, content_object=world.street
    )
    # Lost, given, and cut short: the last one is a row too many and one too few.
    assert sync_grants() == 4
    assert held(world.clerk, clock.today()) == due(world.clerk, clock.today())
    assert held(world.nobody, clock.today()) == set()
    assert sync_grants() == 0


def held_by(user: User) -> int:
    return OrganizationUserPermission.objects.filter(user=user).values_list("pk", flat=True)[0]


def test_terms_are_written_as_few_as_say_the_same() -> None:
    def day(number: int) -> dt.date:
        return dt.date(2026, 3, number)

    assert merged([]) == []
    apart = [(day(1), day(3)), (day(5), None)]
    assert merged(reversed(apart)) == apart
    assert merged([(day(1), day(3)), (day(4), day(5))]) == [(day(1), day(5))]
    assert merged([(day(1), day(9)), (day(2), day(3)), (day(8), day(10))]) == [(day(1), day(10))]
    assert merged([(day(2), None), (day(1), day(4)), (day(9), day(9))]) == [(day(1), None)]


def test_a_role_counts_from_its_first_to_its_last_day(world: Any) -> None:
    today = clock.today()
    last = today + dt.timedelta(days=10)
    assign_role(
        world.nobody,
        organization=world.department,
        role="department_clerk",
        actor=world.establishment,
        starts_on=today + dt.timedelta(days=3),
        ends_on=last,
    )
    for days, expected in ((0, False), (2, False), (3, True), (10, True), (11, False)):
        with clock.travel(today + dt.timedelta(days=days)):
            scope = Scope(world.nobody)
            assert scope.can("draft_filing", world.department) is expected, days
            assert scope.person_id == (world.nobody.pk if expected else 0), days


def test_a_role_ends_and_another_begins_at_midnight_without_any_job(world: Any) -> None:
    today = clock.today()
    give = {"organization": world.department, "actor": world.establishment}
    assign_role(world.nobody, role="department_clerk", starts_on=today, ends_on=today, **give)
    assign_role(world.nobody, role="department_head", starts_on=today + dt.timedelta(days=1), **give)
    midnight = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), clock.ZONE)
    for moment, may in (
        (midnight - dt.timedelta(seconds=1), {"draft_filing"}),
        (midnight, {"submit_filing"}),
    ):
        with clock.travel(moment, still=True):
            scope = Scope(world.nobody)
            asked = ("draft_filing", "submit_filing")
            assert {right for right in asked if scope.can(right, world.department)} == may
            # What both roles carry is one grant over both days.
            assert scope.can("view_filing", world.department)
    assert (
        OrganizationUserPermission.objects.filter(
            user=world.nobody, permission__codename="view_filing"
        ).count()
        == 1
    )


def test_two_roles_that_give_one_right_for_different_periods_give_it_for_both(world: Any) -> None:
    today = clock.today()
    give = {"organization": world.department, "actor": world.establishment}
    assign_role(world.nobody, role="department_reader", starts_on=today, ends_on=today, **give)
    later = today + dt.timedelta(days=9)
    assign_role(world.nobody, role="department_clerk", starts_on=later, ends_on=later, **give)
    for days, expected in ((0, True), (1, False), (8, False), (9, True), (10, False)):
        with clock.travel(today + dt.timedelta(days=days)):
            assert Scope(world.nobody).can("view_filing", world.department) is expected, days


def test_a_station_works_inside_its_street_and_not_in_another(world: Any) -> None:
    scope = scope_of(world.station_staff)
    assert scope.can("view_claim", world.street)
    assert not scope.can("view_claim", world.other_street)
    assert not scope.can("decide_claim", world.street)


@pytest.mark.parametrize(
    ("role", "place", "fits"),
    [
        ("department_clerk", "department", True),
        ("department_clerk", "street", False),
        ("department_head", "justice_bureau", True),
        ("department_head", "finance", False),
        ("street_head", "street", True),
        ("street_head", "station", False),
        ("street_clerk", "department", False),
        ("station_staff", "station", True),
        ("station_staff", "street", False),
        ("establishment", "establishment_bureau", True),
        ("establishment", "office", False),
        ("justice", "justice_bureau", True),
        ("justice", "department", False),
        ("government_office", "office", True),
        ("government_office", "government", True),
        ("government_office", "establishment_bureau", False),
        ("district_reader", "finance", True),
        ("district_reader", "department", False),
        ("district_reader", "street", False),
    ],
)
def test_a_role_is_held_only_where_it_fits(world: Any, role: str, place: str, fits: bool) -> None:
    def give() -> None:
        assign_role(world.nobody, organization=getattr(world, place), role=role, actor=world.establishment)

    if fits:
        give()
        assert RoleAssignment.objects.filter(user=world.nobody, role=role).count() == 1
    else:
        with pytest.raises(DomainError) as refusal:
            give()
        assert (refusal.value.code, refusal.value.field) == ("role_does_not_fit", "role")
        assert read(world.nobody, clock.today()) == set()


def test_the_same_role_is_not_held_twice_at_once_but_may_be_held_again(world: Any) -> None:
    today = clock.today()
    give = {"organization": world.department, "role": "department_reader", "actor": world.establishment}
    assign_role(world.nobody, starts_on=today, ends_on=today + dt.timedelta(days=5), **give)
    for start, end in ((-3, 0), (5, None), (2, 3), (-3, None)):
        with pytest.raises(DomainError) as refusal:
            assign_role(
                world.nobody,
                starts_on=today + dt.timedelta(days=start),
                ends_on=None if end is None else today + dt.timedelta(days=end),
                **give,
            )
        assert refusal.value.code == "role_held"
    assign_role(world.nobody, starts_on=today + dt.timedelta(days=6), **give)


def test_an_end_before_the_start_and_an_unknown_role_are_refused(world: Any) -> None:
    today = clock.today()
    with pytest.raises(DomainError) as period:
        assign_role(
            world.nobody,
            organization=world.department,
            role="department_reader",
            actor=world.establishment,
            starts_on=today,
            ends_on=today - dt.timedelta(days=1),
        )
    assert (period.value.code, period.value.field) == ("period", "ends_on")
    with pytest.raises(DomainError) as unknown:
        assign_role(world.nobody, organization=world.department, role="king", actor=world.establishment)
    assert unknown.value.code == "unknown_role"


def test_a_role_that_ends_is_gone_at_once_and_stays_in_the_record(world: Any) -> None:
    row = RoleAssignment.objects.get(user=world.clerk)
    end_role(row, actor=world.establishment, reason="调离")
    row.refresh_from_db()
    assert row.ends_on == clock.today() - dt.timedelta(days=1)
    assert read(world.clerk, clock.today()) == set()
    with pytest.raises(DomainError) as again:
        end_role(row, actor=world.establishment)
    assert again.value.code == "wrong_state"


def test_the_last_account_of_the_establishment_office_keeps_its_role(world: Any) -> None:
    row = RoleAssignment.objects.get(user=world.establishment)
    with pytest.raises(DomainError) as refusal:
        end_role(row, actor=world.establishment)
    assert refusal.value.code == "last_establishment"
    second = world.person("second", world.establishment_bureau)
    assign_role(
        second,
        organization=world.establishment_bureau,
        role="establishment",
        actor=world.establishment,
        starts_on=clock.today() + dt.timedelta(days=30),
    )
    with pytest.raises(DomainError, match="最后一个"):
        end_role(row, actor=world.establishment)
    assign_role(
        world.nobody, organization=world.establishment_bureau, role="establishment", actor=world.establishment
    )
    end_role(row, actor=world.establishment)
    assert read(world.establishment, clock.today()) == set()


def test_a_person_may_hold_roles_in_several_organizations(world: Any) -> None:
    for place in (world.department, world.other_department):
        assign_role(world.nobody, organization=place, role="department_clerk", actor=world.establishment)
    scope = scope_of(world.nobody)
    assert scope.organization_ids("draft_filing") == {world.department.pk, world.other_department.pk}


def test_the_scope_of_a_request_costs_one_query_however_much_is_asked(
    world: Any, django_assert_num_queries: Any
) -> None:
    for place in Organization.objects.filter(empowering=True):
        assign_role(world.nobody, organization=place, role="department_reader", actor=world.establishment)
    person, places = User.objects.get(pk=world.nobody.pk), list(Organization.objects.all())
    with django_assert_num_queries(1):
        scope = scope_of(person)
        for place in places * 10:
            scope.can("view_filing", place)
        assert scope.holds("view_filing")
        assert not scope.holds("review_filing")
        assert len(scope.organization_ids("view_filing")) == 3


def test_the_filter_never_crosses_districts(world: Any, other_world: Any) -> None:
    for codename in {right.codename for right in rights()}:
        for person in (world.establishment, world.clerk, world.street_head, world.district_reader):
            found = scope_of(person).filter(RoleAssignment.objects.all(), codename)
            assert not found.filter(district=other_world.district).exists(), (person, codename)
    seen = scope_of(world.establishment).filter(RoleAssignment.objects.all(), "view_filing")
    assert set(seen) == set(RoleAssignment.objects.filter(district=world.district))
    either = scope_of(world.establishment).filter_any(
        RoleAssignment.objects.all(), [("view_filing", "organization"), ("view_claim", "organization")]
    )
    assert set(either) == set(seen)


def test_a_grant_on_another_district_gives_nothing(world: Any, other_world: Any) -> None:
    row = DistrictUserPermission.objects.filter(user=other_world.establishment).first()
    DistrictUserPermission.objects.create(
        user=world.nobody, permission=row.permission, content_object=other_world.district
    )
    assert not scope_of(world.nobody).holds(row.permission.codename)


def test_a_right_is_asked_about_a_row_and_reaches_none_of_another_district(
    world: Any, other_world: Any
) -> None:
    office, clerk = scope_of(world.establishment), scope_of(world.clerk)
    own, other = (RoleAssignment.objects.get(user=each.clerk) for each in (world, other_world))
    for row in (world.district, world.department, own):
        assert office.can("assign_roles", row)
    assert clerk.can("draft_filing", own, "organization")
    # Without the name of the organization it is asked for the whole district.
    assert not clerk.can("draft_filing", own)
    for row in (other_world.district, other_world.department, other):
        assert not office.can("assign_roles", row)
        with pytest.raises(NotAllowed):
            office.require("assign_roles", row)


@pytest.mark.parametrize("what", [None, 1, "1"])
def test_a_bare_number_is_no_row(world: Any, what: Any) -> None:
    with pytest.raises(TypeError, match="district"):
        scope_of(world.establishment).can("assign_roles", what)


def test_the_filter_shows_the_own_rows_and_nothing_without_the_right(world: Any) -> None:
    rows = RoleAssignment.objects.all()
    own = scope_of(world.clerk).filter(rows, "view_filing")
    assert set(own) == set(rows.filter(organization=world.department))
    assert not scope_of(world.nobody).filter(rows, "view_filing").exists()
    assert not scope_of(world.clerk).filter(rows, "view_claim").exists()


def test_nobody_assigns_roles_across_districts(world: Any, other_world: Any) -> None:
    give = {"organization": other_world.department, "role": "department_clerk", "actor": world.establishment}
    with pytest.raises(NotAllowed):
        assign_role(other_world.clerk, **give)
    with pytest.raises(DomainError) as refusal:
        assign_role(world.nobody, **give)
    assert refusal.value.code == "other_district"


@pytest.mark.parametrize("who", ["clerk", "justice", "street_head", "district_reader", "nobody"])
def test_only_the_establishment_office_assigns_roles(world: Any, who: str) -> None:
    with pytest.raises(NotAllowed):
        assign_role(
            world.nobody, organization=world.department, role="department_clerk", actor=getattr(world, who)
        )


def test_every_right_is_carried_by_a_role_and_every_role_carries_one() -> None:
    for right in rights():
        assert right.own or right.parent or right.district, right.codename
    for role in ROLES:
        assert any(rights_of(role)), role
