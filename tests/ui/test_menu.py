from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.test import RequestFactory

from xianan.ui.menu import Badge, MenuEntry, Registry, Tool

pytestmark = pytest.mark.usefixtures("pages")


class Holder:
    """Somebody with the rights given."""

    def __init__(self, *rights: str) -> None:
        self.rights = rights
        self.user = self.district = None

    def holds(self, codename: str) -> bool:
        return codename in self.rights


def registry(*entries: MenuEntry, **more: Any) -> Registry:
    return Registry(entries=list(entries), tools=[], badges=[], urls={}, **more)


def test_a_page_that_does_not_exist_or_may_not_be_opened_is_not_in_the_menu() -> None:
    menu = registry(
        MenuEntry("赋权事项", "清单", "sample-list", "list", ("view_item", "review_item")),
        MenuEntry("赋权事项", "审核", "sample-empty", "review", ("review_item",)),
        MenuEntry("赋权事项", "将来", "not-built-yet", "form"),
        MenuEntry("系统", "参数", "sample-person", "gear", lambda scope: scope.holds("edit")),
    )
    seen = menu.menu(RequestFactory().get("/"), Holder("view_item"), {})
    assert [(section.label, [line.label for line in section.lines]) for section in seen] == [
        ("赋权事项", ["清单"])
    ]


def test_sections_stand_in_their_own_order_and_entries_by_theirs() -> None:
    menu = registry(
        MenuEntry("系统", "参数", "sample-person", "gear"),
        MenuEntry("赋权事项", "乙", "sample-empty", "form", order=20),
        MenuEntry("赋权事项", "甲", "sample-list", "list", order=10),
    )
    seen = menu.menu(RequestFactory().get("/"), Holder(), {})
    assert [line.label for section in seen for line in section.lines] == ["甲", "乙", "参数"]


def test_the_current_entry_is_the_longest_prefix_of_the_address() -> None:
    menu = registry(
        MenuEntry("", "清单", "sample-list", "list"), MenuEntry("", "详情", "sample-detail-plain", "form")
    )
    seen = menu.menu(RequestFactory().get("/detail/7/"), Holder(), {})
    assert [line.label for line in seen[0].lines if line.current] == ["详情"]


@pytest.mark.django_db
def test_all_numbers_of_all_apps_cost_one_query_and_zero_is_not_shown(
    django_assert_num_queries: Any,
) -> None:
    ContentType.objects.create(app_label="sample", model="one")
    ContentType.objects.create(app_label="sample", model="two")
    sample = ContentType.objects.filter(app_label="sample")
    menu = registry(
        MenuEntry("", "清单", "sample-list", "list"),
        MenuEntry("", "督办", "sample-empty", "flag"),
        MenuEntry("", "人员", "sample-person", "people"),
    )
    menu.badges.append(lambda request: [Badge("sample-list", sample)])
    menu.badges.append(
        lambda request: [
            Badge("sample-empty", sample, alarm=Q(model="two")),
            Badge("sample-person", sample.filter(model="three")),
        ]
    )
    menu.tools.append(Tool("我的下载", "sample-list", "download"))
    request = RequestFactory().get("/")
    with django_assert_num_queries(1):
        found = menu.numbers(request)
    seen = [
        (line.count, line.tone) for section in menu.menu(request, Holder(), found) for line in section.lines
    ]
    assert seen == [(2, ""), (2, "red"), (None, "")]
    assert [tool.count for tool in menu.toolbar(found)] == [2]
