"""The front page: what waits, what I began, what I did, and how my organization stands."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from xianan.core import clock
from xianan.organizations.requests import Request
from xianan.portal import home
from xianan.ui import text
from xianan.ui.lists import Pages, paged
from xianan.ui.menu import url_of

TABS = (("", "待办"), ("started", "我发起"), ("handled", "已办"))
SIZE = 20
# The one thing that each role most often comes to begin: label, page, right.
BEGINNINGS = (
    ("新建申报", "empowerment:filing-create", "draft_filing"),
    ("登记会议和决定", "empowerment:meeting-create", "record_decision"),
    ("准备承接确认书", "empowerment:agreement-prepare", "send_agreement"),
)


class HomeView(LoginRequiredMixin, View):
    def get(self, request: Request) -> HttpResponse:
        scope = request.scope
        tab = request.GET.get("tab", "")
        # What waits is asked of every app; the other two tabs read the log alone.
        waiting = home.waiting(scope) if tab not in ("started", "handled") else None
        started, handled = home.handled_count(request.user)
        counts = {"": None if waiting is None else len(waiting), "started": started, "handled": handled}
        context: dict[str, Any] = {
            "title": "工作台",
            "organization": scope.organization,
            "today": clock.today(),
            "weekday": text.weekday(clock.today()),
            "tabs": [(key, label, counts[key], key == tab) for key, label in TABS],
            "tab": tab,
            "begin": next(
                (
                    (label, url)
                    for label, name, right in BEGINNINGS
                    if scope.holds(right) and (url := url_of(name))
                ),
                None,
            ),
            "unit": "项",
            "without_role": not scope.person_id,
        }
        if waiting is None:
            rows = home.started_by(request.user) if tab == "started" else home.handled_by(request.user)
            told: Any = Told(rows, started if tab == "started" else handled)
            page: Page[Any] = paged(request.GET, Pages(told, SIZE))
            context |= {"page": page, "lines": home.show(page.object_list)}
        else:
            page = paged(request.GET, Pages(waiting, SIZE))
            context |= {"page": page, "todos": page.object_list}
        return render(request, "portal/home.html", context)


class DemandsView(LoginRequiredMixin, View):
    """What the documents demand of my organization: a part of the front page, or a page where no script runs."""

    def get(self, request: Request) -> HttpResponse:
        scope = request.scope
        context = {
            "title": "文件要求做到的",
            "organization": scope.organization,
            "demands": home.demands(scope),
        }
        part = request.htmx
        return render(request, "portal/_demands.html" if part else "portal/demands.html", context)


class Told:
    """A query whose length is known already."""

    def __init__(self, rows: Any, length: int) -> None:
        self.rows = rows
        self.length = length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, part: slice) -> Any:
        return self.rows[part]
