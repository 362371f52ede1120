"""A noun that is part of another, whose rows some see: copies of orders, with page and log on the order."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse

from tests.deadlines.orders.support import TODAY, copy_for, draft, issued
from tests.world import World
from xianan.acts.pages import SEEN
from xianan.core import clock
from xianan.deadlines.models import Delivery
from xianan.deadlines.orders import steps
from xianan.deadlines.orders.steps import DELIVERY, ORDER
from xianan.history.models import Entry
from xianan.history.registry import object_kind
from xianan.organizations.scope import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def address(copy: Delivery, name: str) -> str:
    return reverse(f"deadlines:delivery-{name}", args=[copy.order_id, copy.pk])


def test_a_part_has_page_and_log_with_what_it_is_part_of(world: World) -> None:
    copy = copy_for(issued(world), world.department)
    assert DELIVERY.url(copy) == ORDER.url(copy.order) and DELIVERY.list_url == ORDER.list_url
    assert object_kind("deadlines.delivery") is None
    steps.receive(copy, actor=world.clerk)
    entry = Entry.objects.get(action="order.received")
    assert (entry.object_type, entry.object_id) == ("deadlines.order", copy.order_id)
    assert entry.organization == world.department


def test_whoever_sees_the_whole_sees_its_parts(world: World, other_world: World) -> None:
    order = issued(world)
    copy, waiting = copy_for(order, world.department), draft(world)
    for person, sees in (
        (world.clerk, 2),
        (world.establishment, 2),
        (world.other_head, 0),
        (other_world.inspection, 0),
    ):
        scope = scope_of(person)
        assert DELIVERY.visible(scope).count() == sees
        assert DELIVERY.readable(scope, copy) == ORDER.readable(scope, order) == bool(sees)
        assert not ORDER.readable(scope, waiting)


def test_what_is_drawn_on_the_page_of_the_row_has_no_page_and_is_refused_there(world: World) -> None:
    copy = copy_for(issued(world), world.department)
    client = world.client(world.head)
    assert client.get(address(copy, "receive")).status_code == 405
    assert f'href="{address(copy, "receive")}"' not in client.get(DELIVERY.url(copy)).content.decode()
    steps.receive(copy, actor=world.clerk)
    words = client.post(address(copy, "answer"), {"answer": "长" * 2001}).content.decode()
    assert "尚未答复" in words and "长" * 2001 in words
    with pytest.raises(NoReverseMatch):
        reverse("deadlines:order-close", args=[copy.order_id])


def test_a_stale_form_on_the_page_of_the_row_keeps_what_was_typed(world: World) -> None:
    copy = copy_for(issued(world), world.department)
    client = world.client(world.head)
    steps.receive(copy, actor=world.clerk)
    page = client.get(DELIVERY.url(copy)).content.decode()
    seen = page.partition(f'name="{SEEN}" value="')[2].partition('"')[0]
    steps.answer(copy, answer="已办", actor=world.head)
    answer = client.post(address(copy, "answer"), {"answer": "已补训，名单附后", SEEN: seen})
    words = answer.content.decode()
    assert answer.status_code == 409 and "已补训，名单附后" in words
    assert "答复整改情况" in words and "签收</p>" not in words


def test_a_part_is_found_under_its_own_whole_alone(world: World) -> None:
    first, second = issued(world), issued(world)
    copy = copy_for(first, world.department)
    wrong = reverse("deadlines:delivery-receive", args=[second.pk, copy.pk])
    assert world.client(world.clerk).post(wrong).status_code == 404
