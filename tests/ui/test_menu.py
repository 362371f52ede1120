from typing import Any

import pytest
from django.test import RequestFactory

from xianan.ui.menu import MenuEntry, Registry, Tool

pytestmark = pytest.mark.usefixtures("pages")


class Holder:
    """Somebody with the rights given."""

    def __init__(self, *rights: str) -> None:
        self.rights = rights
        self.user = self.district = None

    def holds(self, codename: str) -> bool:
        return codename in self.rights


def registry(*entries: MenuEntry, **more: Any) -> Registry:
    return Registry(entries=list(entries), tools=[], counts=[], urls={}, **more)


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


def test_each_app_gives_all_its_numbers_once_and_zero_is_not_shown() -> None:
    calls = []

    def numbers(request: Any) -> dict[str, Any]:
        calls.append(request)
        return {"sample-list": 5, "sample-empty": (2, "red"), "sample-person": 0}

    menu = registry(
        MenuEntry("", "清单", "sample-list", "list"),
        MenuEntry("", "督办", "sample-empty", "flag"),
        MenuEntry("", "人员", "sample-person", "people"),
    )
    menu.counts.append(numbers)
    menu.tools.append(Tool("我的下载", "sample-list", "download"))
    request = RequestFactory().get("/")
    found = menu.numbers(request)
    seen = [
        (line.count, line.tone) for section in menu.menu(request, Holder(), found) for line in section.lines
    ]
    assert seen == [(5, ""), (2, "red"), (None, "")]
    assert [tool.count for tool in menu.toolbar(found)] == [5]
    assert len(calls) == 1
