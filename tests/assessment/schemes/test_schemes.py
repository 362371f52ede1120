"""Drawing up a scoring scheme: a hundred points, copies, versions, and nothing after it is in use (P38)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assessment.cycles.services import create_cycle
from assessment.models import Indicator, Scheme
from assessment.schemes import steps as services
from assessment.selectors.schemes import lines, total_of, usable
from tests.assessment.support import cycle, scheme, values
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline

pytestmark = pytest.mark.django_db


def test_indicators_stand_in_the_order_of_their_codes_and_add_up(world):
    made = scheme(world, [("1.10", 10_00, "hand", {}), ("1.2", 89_50, "hand", {})])
    (line,) = lines(made)
    assert [row.code for row in line.indicators] == ["1.2", "1.10"]
    assert (line.total, total_of(made)) == (99_50, 99_50)


def test_only_a_scheme_of_exactly_a_hundred_can_be_used(world):
    short = scheme(world, [("1.1", 99_50, "hand", {})])
    assert list(usable(world.district)) == []
    with pytest.raises(DomainError, match=r"还差 0\.50 分") as refused:
        create_cycle(year=2026, title="考核", scheme=short, actor=world.establishment)
    assert (refused.value.code, refused.value.field) == ("not_hundred", "scheme")
    services.add_indicator(short.groups.get(), values=values("1.2", 50, "hand"), actor=world.establishment)
    assert [row.pk for row in usable(world.district)] == [short.pk]


def test_bonus_and_penalty_items_stand_beside_the_hundred(world):
    made = scheme(
        world,
        [
            ("1.1", 100_00, "hand", {}),
            ("9.1", 3_00, "hand", {"kind": "bonus"}),
            ("9.2", 2_00, "deductions", {"kind": "penalty"}),
        ],
    )
    assert total_of(made) == 100_00


def test_a_copy_holds_all_and_is_the_next_version_of_its_year(world):
    source = scheme(world)
    services.change_scheme(source, title="甲", bonus_cap=2_00, actor=world.establishment)
    source.refresh_from_db()
    again = services.copy_scheme(source, year=2026, title="乙", actor=world.establishment)
    later = services.copy_scheme(source, year=2027, title="丙", actor=world.establishment)
    assert (again.version, later.version, later.bonus_cap) == (2, 1, 2_00)
    fields = ("group__name", "code", "points", "mode", "measure_key", "per_count", "position")
    assert list(later.indicators.values_list(*fields)) == list(source.indicators.values_list(*fields))


@pytest.mark.parametrize(
    "write",
    [
        lambda s, who: services.change_scheme(s, title="改", actor=who),
        lambda s, who: services.delete_scheme(s, actor=who),
        lambda s, who: services.add_group(s, name="新", position=9, actor=who),
        lambda s, who: services.change_group(s.groups.first(), name="改", position=1, actor=who),
        lambda s, who: services.remove_group(s.groups.first(), actor=who),
        lambda s, who: services.add_indicator(s.groups.first(), values=values("9.9", 1, "hand"), actor=who),
        lambda s, who: services.change_indicator(
            s.indicators.first(), group=s.groups.first(), values=values("1.1", 1, "hand"), actor=who
        ),
        lambda s, who: services.remove_indicator(s.indicators.first(), actor=who),
    ],
)
def test_nothing_of_a_scheme_in_use_changes(world, write):
    used = cycle(world).scheme
    before = list(Indicator.objects.values())
    with pytest.raises(DomainError) as refused:
        write(Scheme.objects.get(pk=used.pk), world.establishment)
    assert refused.value.code == "wrong_state"
    assert list(Indicator.objects.values()) == before


def test_only_the_office_of_the_district_draws_up_schemes(world, other_world):
    made = scheme(world)
    for person in (world.clerk, world.street_head, world.government_office, other_world.establishment):
        with pytest.raises(NotAllowed):
            services.change_scheme(made, title="改", actor=person)


def test_a_code_and_a_group_stand_once(world):
    made = scheme(world)
    with pytest.raises(DomainError) as refused:
        services.add_indicator(
            made.groups.first(), values=values("1.1", 1, "hand"), actor=world.establishment
        )
    assert (refused.value.code, refused.value.field) == ("code_twice", "code")
    with pytest.raises(DomainError) as refused:
        services.add_group(made, name="项目1", position=1, actor=world.establishment)
    assert refused.value.code == "group_twice"
    with pytest.raises(DomainError) as refused:
        services.remove_group(made.groups.first(), actor=world.establishment)
    assert refused.value.code == "not_empty"


@pytest.mark.sqlite
def test_the_database_too_refuses_a_measure_where_points_are_given_by_hand(world):
    row = scheme(world).indicators.get(code="1.1")
    for wrong in (
        {"measure_key": "x"},
        {"mode": "ratio"},
        {"points": 0},
        {"kind": "bonus", "mode": "deductions"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Indicator.objects.filter(pk=row.pk).update(**wrong)


def test_every_change_is_in_the_log_with_old_and_new_points(world):
    made = scheme(world)
    row = made.indicators.get(code="1.1")
    new = values("1.1", 39_50, "hand")
    services.change_indicator(row, group=row.group, values=new, actor=world.establishment)
    entry = timeline(made)[0]
    assert entry.changes["分值"] == ["40.00 分", "39.50 分"]


def test_a_scheme_is_frozen_once_and_caps_are_told_in_points(world):
    made = scheme(world)
    office = world.establishment
    made = services.change_scheme(made, title=made.title, penalty_cap=1_50, actor=office)
    assert timeline(made)[0].changes == {"扣分上限": ["0.00 分", "1.50 分"]}
    first = services.freeze_scheme(made, actor=office)
    assert services.freeze_scheme(first, actor=office).frozen_at == first.frozen_at
    assert [entry.action for entry in timeline(made)].count("scheme.frozen") == 1
