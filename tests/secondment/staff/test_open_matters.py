"""What this app names as open before a power ends: people without another power, sessions on the item (P11, P14)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from empowerment.choices import EndGround
from empowerment.models import Empowerment
from empowerment.powers.steps import correct_end, end
from empowerment.selectors.open_matters import open_matters
from secondment.deadlines.staff import GAP
from secondment.models import Post
from secondment.services.coverage import refresh
from tests.secondment.staff.support import END, START, TODAY, covered_from, serving
from tests.secondment.training.support import add
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.deadlines.models import Deadline

pytestmark = pytest.mark.django_db
PEOPLE = "在岗或待到岗的下沉人员（部门在该街道再无职权）"


def named(power: Empowerment, on: dt.date) -> dict[str, tuple[int, str]]:
    return {line.label: (line.count, line.url) for line in open_matters(power, on)}


def test_people_are_named_where_the_department_has_no_other_power_in_the_street(world: Any) -> None:
    covered_from(world, TODAY, "甲事项")
    clock.set_to(START)
    row = serving(world)
    power = Empowerment.objects.get()
    count, url = named(power, START)[PEOPLE]
    assert count == 1 and f"organization={row.organization_id}&street={row.street_id}" in url
    assert PEOPLE in named(power, END)
    assert PEOPLE not in named(power, END + dt.timedelta(days=1)), "their term is over by then"
    covered_from(world, TODAY, "乙事项")
    assert PEOPLE not in named(power, START)


def test_a_planned_session_on_the_item_is_named_until_its_day(world: Any) -> None:
    covered_from(world, TODAY, "甲事项")
    power = Empowerment.objects.get()
    session = add(world, planned_on=START)
    session.items.add(power.item)
    label = "讲授该事项的已排期培训"
    assert named(power, START)[label][0] == 1
    assert label not in named(power, START + dt.timedelta(days=1))


def test_the_gap_of_a_department_closes_with_its_last_power_and_opens_again_when_that_end_is_revoked(
    world: Any,
) -> None:
    """P11: nobody has to wait for the next morning's run."""
    covered_from(world, TODAY, "甲事项")
    clock.set_to(START)
    refresh(world.district)

    def gaps() -> list[tuple[int, str]]:
        closed = Deadline.objects.filter(kind=GAP).order_by("pk")
        return [(Post.objects.get().missing, row.outcome) for row in closed]

    assert [count for count, outcome in gaps() if not outcome] == [1]
    power = end(
        Empowerment.objects.get(), ended_from=START, ground=EndGround.DECISION, reference="区政府〔2026〕9号",
        reason="决定收回", actor=world.establishment,
    )  # fmt: skip
    assert gaps() and all(outcome for _, outcome in gaps()) and Post.objects.get().missing == 0
    correct_end(power, ended_from=None, reason="误登", actor=world.establishment)
    assert [count for count, outcome in gaps() if not outcome] == [1]


def test_the_page_of_a_power_tells_of_people_and_training(world: Any, client: Client) -> None:
    """P11, P14: what the room of people knows stands on a page of a room below."""
    covered_from(world, TODAY, "甲事项")
    clock.set_to(START)
    serving(world)
    power = Empowerment.objects.get()
    page = reverse("empowerment:power", args=[power.pk])
    client.force_login(world.street_clerk)
    shown = client.get(page).content.decode()
    assert "下沉到该街道的人员" in shown and "在岗 1 人" in shown and "还没有举办" in shown
    add(world, planned_on=START).items.add(power.item)
    assert f"下一次 {chinese_date(START)}" in client.get(page).content.decode()
