"""待办 as nouns say it: whose turn it is, in one query until something waits, and nothing beyond ten is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.models import Practice
from assessment.practices.steps import draft_practice, submit_practice
from xianan.organizations.models import User
from xianan.organizations.scope import Scope, scope_of
from xianan.portal import desk
from xianan.ui.todos import Todo

pytestmark = pytest.mark.django_db


def draft(world: Any, number: int) -> Practice:
    return draft_practice(
        world.street, year=2026, title=f"做法{number:02}", background="两头跑", actions="集中窗口", effects="减到一次",
        actor=world.street_clerk,
    )  # fmt: skip


def scope(person: User) -> Scope:
    return scope_of(User.objects.select_related("organization", "district").get(pk=person.pk))


def told(person: User) -> list[Todo]:
    return list(desk.lines(scope(person)))


def test_a_row_stands_on_the_desk_of_whoever_may_take_its_next_step_and_on_no_other(world: Any) -> None:
    row = draft(world, 1)
    assert [(line.title, line.action) for line in told(world.street_head)] == [
        ("经验做法：做法01", "核对并报送")
    ]
    for person in (world.street_clerk, world.other_street_head, world.head, world.establishment):
        assert not told(person), person
    submit_practice(row, actor=world.street_head)
    assert not told(world.street_head)
    (line,) = told(world.establishment)
    assert (line.action, line.context, line.url) == (
        "审核发布", str(world.street), reverse("assessment:practice", args=[row.pk]),
    )  # fmt: skip


def test_what_is_beyond_ten_stands_in_one_line_that_leads_to_the_list(world: Any) -> None:
    for number in range(13):
        draft(world, number)
    *ten, rest = told(world.street_head)
    assert len(ten) == desk.SHOWN
    assert (rest.title, rest.context, rest.count) == ("其余待办理的经验做法", "3 件", 3)
    assert rest.url == reverse("assessment:practices")


def test_an_empty_desk_costs_one_query_and_a_full_one_one_more_a_step(world: Any) -> None:
    def cost() -> int:
        mine = scope(world.street_head)
        mine.holds("send_practice")
        with CaptureQueriesContext(connection) as queries:
            list(desk.lines(mine))
        return len(queries)

    assert cost() == 1
    for number in range(13):
        draft(world, number)
    assert cost() == 2
