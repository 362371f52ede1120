"""The frame around every page: side menu, tools in the top bar, numbers beside entries.

Apps register on start (`AppConfig.ready`). An entry stands in the menu only if its page exists and
the person may open it, so the menu never promises what is not there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models import Count as Rows
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from xianan.ui.protocols import Scope

# The functions of the apps take their whole scope and request, of which this app knows a part.
Right = tuple[str, ...] | Callable[[Any], bool]
Count = int | tuple[int, str]

SECTIONS = ("", "赋权事项", "人员与培训", "考核与经费", "督导与监督", "系统")


@dataclass(frozen=True)
class Badge:
    """The number beside the entry `url_name`: how many `rows` there are, red if any is an `alarm`."""

    url_name: str
    rows: QuerySet[Any]
    alarm: Q | None = None

    def tally(self) -> QuerySet[Any, Any]:
        """Return one row (url name, count, alarms); none where nothing is counted."""
        alarms = Rows("pk", filter=self.alarm) if self.alarm is not None else Value(0)
        return (
            self.rows.order_by()
            .annotate(badge_name=Value(self.url_name, CharField()))
            .values("badge_name")
            .annotate(badge_count=Rows("pk"), badge_alarms=alarms)
            .values_list("badge_name", "badge_count", "badge_alarms")
        )


Badges = Callable[[Any], Iterable[Badge]]


@dataclass(frozen=True)
class MenuEntry:
    """A line of the side menu.

    `codenames`: any of these rights opens it (empty: everybody signed in), or a function of the scope.
    `count`: a function of the request; leave it out where `register_badges` gives the number under
    this entry's `url_name`. `tone` colours the number: red only for what is overdue.
    """

    section: str
    label: str
    url_name: str
    icon: str
    codenames: Right = ()
    order: int = 100
    count: Callable[[Any], int | None] | None = None
    tone: str = ""

    def visible(self, scope: Scope) -> bool:
        if callable(self.codenames):
            return self.codenames(scope)
        return not self.codenames or any(scope.holds(codename) for codename in self.codenames)


@dataclass(frozen=True)
class Tool:
    """A link in the top bar (通知, 我的下载); its number comes from `register_badges`."""

    label: str
    url_name: str
    icon: str
    order: int = 100


@dataclass(frozen=True)
class Line:
    """An entry as one request sees it."""

    label: str
    url: str
    icon: str
    count: int | None
    tone: str
    current: bool


@dataclass(frozen=True)
class Section:
    label: str
    lines: list[Line]


@dataclass
class Registry:
    """All that apps have registered. One instance serves the process; tests make their own."""

    entries: list[MenuEntry]
    tools: list[Tool]
    badges: list[Badges]
    urls: dict[str, str]

    def numbers(self, request: HttpRequest) -> dict[str, Count]:
        """Count for all apps together: one query, whatever their number."""
        wanted = [badge.tally() for badges in self.badges for badge in badges(request)]
        if not wanted:
            return {}
        first, *rest = wanted
        rows = first.union(*rest, all=True) if rest else first
        return {name: (count, "red") if alarms else count for name, count, alarms in rows}

    def menu(
        self, request: HttpRequest, scope: Scope, numbers: dict[str, Count], *, counts: bool = True
    ) -> list[Section]:
        lines: dict[str, list[Line]] = {}
        pairs = [
            (entry, url)
            for entry in sorted(self.entries, key=lambda entry: entry.order)
            if (url := url_of(entry.url_name)) and entry.visible(scope)
        ]
        here = current(request, [url for _, url in pairs])
        for entry, url in pairs:
            count: Count | None = (
                entry.count(request) if entry.count and counts else numbers.get(entry.url_name)
            )
            number, tone = count if isinstance(count, tuple) else (count, entry.tone)
            line = Line(entry.label, url, entry.icon, number or None, tone, url == here)
            lines.setdefault(entry.section, []).append(line)
        known = [name for name in SECTIONS if name in lines]
        others = [name for name in lines if name not in SECTIONS]
        return [Section(name, lines[name]) for name in [*known, *others]]

    def toolbar(self, numbers: dict[str, Count]) -> list[Line]:
        lines = []
        for tool in sorted(self.tools, key=lambda tool: tool.order):
            url = url_of(tool.url_name)
            if url:
                count = numbers.get(tool.url_name)
                number, tone = count if isinstance(count, tuple) else (count, "")
                lines.append(Line(tool.label, url, tool.icon, number or None, tone, False))
        return lines


registry = Registry(
    entries=[],
    tools=[],
    badges=[],
    urls={
        "home": "portal:home",
        "login": "login",
        "logout": "logout",
        "password": "password_change",
        "session": "session",
        "verify": "",
        "search": "",
        "search_hint": "搜事项、确认书",
    },
)


def register_menu(*entries: MenuEntry) -> None:
    """Add lines to the side menu; the same `url_name` again replaces its line."""
    names = {entry.url_name for entry in entries}
    registry.entries = [entry for entry in registry.entries if entry.url_name not in names] + list(entries)


def register_tool(*tools: Tool) -> None:
    """Add links to the top bar; the same `url_name` again replaces its link."""
    names = {tool.url_name for tool in tools}
    registry.tools = [tool for tool in registry.tools if tool.url_name not in names] + list(tools)


def register_badges(badges: Badges) -> Badges:
    """Add a function that names what one app counts beside its entries. Usable as a decorator.

    It must not query: all badges of all apps are counted in one statement.
    """
    if badges not in registry.badges:
        registry.badges.append(badges)
    return badges


def register_urls(**names: str) -> None:
    """Name the pages the frame links to: home, login, logout, password, verify, search, search_hint.

    The search box stands in the top bar only once `search` is named.
    """
    registry.urls.update(names)


def url_of(name: str) -> str:
    """Return the address of a page that takes no arguments, or "" where there is none."""
    if not name:
        return ""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def current(request: HttpRequest, urls: Iterable[str]) -> str:
    """Return the address in `urls` under which the request falls: the longest prefix of its path.

    A view outside its own branch sets `request.menu_current` to a `url_name`.
    """
    named = url_of(getattr(request, "menu_current", ""))
    if named:
        return named
    under = [url for url in urls if request.path == url or (url != "/" and request.path.startswith(url))]
    return max(under, key=len, default="")
