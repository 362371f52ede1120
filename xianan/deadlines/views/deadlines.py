"""The dates of my organizations, or of the whole district: as a list, as a month, and 催办."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import wholes
from xianan.deadlines.calendar import announced, calendar_of
from xianan.deadlines.filters import DeadlineFilter, owing
from xianan.deadlines.forms import ChaseForm
from xianan.deadlines.models import Deadline
from xianan.deadlines.registry import kind, kinds
from xianan.deadlines.rules import SOON, standing
from xianan.deadlines.selectors import links_of, visible
from xianan.deadlines.services.reminders import chase
from xianan.deadlines.tables import DeadlineTable
from xianan.organizations.pages import GuardedPage, ListPage
from xianan.organizations.requests import Request
from xianan.ui.lists import BulkAction, Tab
from xianan.ui.views import back_url

TITLE = "期限"
MOST = 500
DAY = dt.timedelta(days=1)


class DeadlineList(ListPage):
    title = TITLE
    right = "view_deadlines"
    table_class = DeadlineTable
    filterset_class = DeadlineFilter
    default_sort = "due_on"
    search_fields = ("title",)
    search_hint = "事由"
    empty_title = "没有未办结的期限"
    empty_text = "签署确认书、过渡期满、工作计划节点等日期到来之前列在这里。"
    template_name = "deadlines/deadlines/list.html"
    bulk_all = True

    request: Request

    def queryset(self, scope: Any) -> QuerySet[Deadline]:
        registered = [row.key for row in kinds()]
        return visible(scope).filter(kind__in=registered).select_related("organization")

    def get_tabs(self, scope: Any) -> list[Tab]:
        today = clock.today()
        soon = today + dt.timedelta(days=SOON)
        return [
            Tab("all", "未办结"),
            Tab("late", "逾期", Q(due_on__lt=today)),
            Tab("today", "今日", Q(due_on=today)),
            Tab("soon", "临近", Q(due_on__gt=today, due_on__lte=soon)),
            Tab("normal", "正常", Q(due_on__gt=soon)),
        ]

    def bulk_actions(self, scope: Any) -> list[BulkAction]:
        if not scope.holds("chase_deadline"):
            return []
        return [BulkAction("催办", reverse("deadlines:chase"), "primary", icon="bell")]

    def rows_of(self, page: Page[Any]) -> list[Any]:
        return with_details(super().rows_of(page), self.scope.district.pk)

    def context(self, scope: Any) -> dict[str, Any]:
        return {"month_url": reverse("deadlines:month")}


def with_details(rows: list[Any], district_id: int) -> list[Any]:
    """Give each row its link and whether its year is still to be announced; constant queries."""
    links = links_of(rows)
    known: frozenset[int] | None = None
    for row in rows:
        row.link = links.get(row.pk, "")
        row.estimate = False
        if kind(row.kind).working_day:
            if known is None:
                known = announced(district_id)
            row.estimate = row.due_on.year not in known
    return rows


class DeadlinePage(GuardedPage):
    """What the pages beside the list need."""

    right, label = "view_deadlines", "查看期限"

    def allow(self) -> None:
        if not self.scope.holds(self.right):
            raise NotAllowed(f"您没有“{self.label}”的权限。")


class MonthView(DeadlinePage):
    """A month with what is due on each day, counted by kind, and with its holidays. Three queries."""

    def get(self, request: Request) -> HttpResponse:
        first = _month(request.GET.get("month", ""))
        last = first.replace(day=months.monthrange(first.year, first.month)[1])
        rows = visible(self.scope).filter(due_on__range=(first, last), kind__in=[row.key for row in kinds()])
        places = list(owing(request))
        chosen = request.GET.get("organization", "")
        place = next((row for row in places if str(row.pk) == chosen), None)
        if place is not None:
            rows = rows.filter(organization=place)
        counted: dict[dt.date, list[tuple[str, int, str]]] = defaultdict(list)
        for due_on, key, count in (
            rows.order_by("due_on", "kind").values_list("due_on", "kind").annotate(Count("pk"))
        ):
            query = {"kind": key, "due": due_on.isoformat()} | (
                {"organization": place.pk} if place is not None else {}
            )
            counted[due_on].append(
                (kind(key).label, count, f"{reverse('deadlines:list')}?{urlencode(query)}")
            )
        calendar = calendar_of(self.scope.district_id, {first.year})
        weeks = [
            [self._day(day, first, counted, calendar) for day in week]
            for week in months.Calendar().monthdatescalendar(first.year, first.month)
        ]
        context = {
            "title": f"{first.year}年{first.month}月",
            "crumbs": [(TITLE, reverse("deadlines:list"))],
            "weeks": weeks,
            "first": first,
            "before": first - DAY,
            "after": last + DAY,
            "this_month": clock.today(),
            "places": places,
            "place": place,
            "total": sum(count for lines in counted.values() for _, count, _ in lines),
            "estimate": calendar.is_estimate(first),
        }
        return render(request, "deadlines/deadlines/month.html", context)

    @staticmethod
    def _day(day: dt.date, first: dt.date, counted: Any, calendar: Any) -> dict[str, Any]:
        today = clock.today()
        lines = counted.get(day, ())
        exception = calendar.exceptions.get(day)
        return {
            "date": day,
            "inside": day.month == first.month,
            "today": day == today,
            "lines": lines,
            "tone": standing(day, today)[1] if lines else "",
            "mark": "" if exception is None else "班" if exception else "休",
            "rest": not calendar.is_working(day),
        }


def _month(text: str) -> dt.date:
    """Return the first day of "2026-11", of the present month for anything else."""
    try:
        found = dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007
        if 2000 < found.year < 2100:
            return found
    except ValueError:
        pass
    return clock.today().replace(day=1)


class ChaseView(DeadlinePage):
    """Tell the owing units that somebody waits: the chosen dates and a note.

    The list posts its ticked rows here without a note and gets the form.
    """

    right, label = "chase_deadline", "催办"

    def get(self, request: Request) -> HttpResponse:
        rows = self._rows(visible(self.scope).filter(pk__in=wholes(request.GET.getlist("row"))))
        return self._page(rows, ChaseForm(), back_url(request, reverse("deadlines:list")))

    def post(self, request: Request) -> HttpResponse:
        back = back_url(request, reverse("deadlines:list"))
        chosen = DeadlineList.selection(request)
        if chosen.count() > MOST:
            messages.error(request, f"一次催办不超过 {MOST} 项，请用条件缩小范围。")
            return redirect(back)
        rows = self._rows(chosen)
        if "note" not in request.POST:
            return self._page(rows, ChaseForm(), back)
        form = ChaseForm(request.POST)
        if rows and form.is_valid():
            try:
                people = chase(rows, note=form.cleaned_data["note"], actor=request.user)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已催办 {len(rows)} 项期限，通知 {people} 人。")
                return redirect(back)
        return self._page(rows, form, back)

    def _rows(self, rows: QuerySet[Deadline]) -> list[Any]:
        return with_details(
            list(rows.select_related("organization").order_by("due_on", "pk")[:MOST]), self.scope.district_id
        )

    def _page(self, rows: list[Any], form: ChaseForm, back: str) -> HttpResponse:
        if not rows:
            return self._nothing(back)
        today = clock.today()
        context = {
            "title": "催办",
            "crumbs": [(TITLE, reverse("deadlines:list"))],
            "rows": [(row, kind(row.kind), *standing(row.due_on, today)) for row in rows],
            "form": form,
            "back": back,
        }
        return render(self.request, "deadlines/deadlines/chase.html", context)

    def _nothing(self, back: str) -> HttpResponse:
        keys = wholes(self.request.POST.getlist("row") + self.request.GET.getlist("row"))
        if not keys:
            messages.error(self.request, "没有选择期限。")
            return redirect(back)
        known = Deadline.objects.filter(district_id=self.scope.district_id, pk__in=keys[:MOST])
        if known.exists():
            raise DomainError("closed", "所选期限都已办结，不需要催办。")
        raise Http404
