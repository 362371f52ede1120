"""The year's holidays: what holds, entering the State Council notice, from a workbook, into a workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.outside import whole
from xianan.deadlines.calendar import PUBLISHED, entries_of
from xianan.deadlines.forms import HolidayFormSet, UploadForm, YearForm, initial_lines
from xianan.deadlines.models import CalendarYear
from xianan.deadlines.registry import kinds
from xianan.deadlines.rules import holiday_lines
from xianan.deadlines.services.calendar import FIRST, LAST, save_year
from xianan.deadlines.workbook import read_days
from xianan.history.selectors import timeline
from xianan.organizations.pages import GuardedPage
from xianan.organizations.requests import Request
from xianan.ui import workbook

TITLE = "工作日历"


class CalendarBase(GuardedPage):
    right, label = "edit_calendar", "维护节假日安排"

    @cached_property
    def year(self) -> int:
        """The year asked for, this one by default."""
        asked = whole(self.request.GET.get("year") or str(clock.today().year), most=LAST)
        if asked is None or asked < FIRST:
            raise Http404
        return asked

    def page(
        self,
        form: YearForm | None = None,
        lines: Any = None,
        upload: UploadForm | None = None,
    ) -> HttpResponse:
        year = self.year
        row, entries = entries_of(self.scope.district_id, year)
        known = set(
            CalendarYear.objects.filter(district_id=self.scope.district_id).values_list("year", flat=True)
        )
        this = clock.today().year
        context = {
            "title": f"{year}年节假日安排",
            "crumbs": [(TITLE, reverse("deadlines:calendar"))],
            "year": year,
            "row": row,
            "source": "entered" if row else "published" if year in PUBLISHED else "",
            "entries": sorted(entries, key=lambda entry: entry.day),
            "form": form or YearForm(initial={"reference": row.reference if row else ""}),
            "lines": lines or HolidayFormSet(initial=initial_lines(holiday_lines(entries)), prefix="line"),
            "upload": upload or UploadForm(),
            "years": [
                (number, "已录入" if number in known else "已公布" if number in PUBLISHED else "未公布")
                for number in range(min(this - 1, year), max(this + 2, year + 1))
            ],
            "kinds": [kind.label for kind in kinds() if kind.working_day],
            "timeline": timeline(row) if row else [],
        }
        return render(self.request, "deadlines/calendar/year.html", context)

    def saved(self, moved: int) -> HttpResponse:
        words = f"，{moved} 项未办结的期限随之调整" if moved else "，没有期限需要调整"
        messages.success(self.request, f"已保存{self.year}年节假日安排{words}。")
        return redirect(f"{reverse('deadlines:calendar')}?year={self.year}")


class CalendarPage(CalendarBase):
    def get(self, request: Request) -> HttpResponse:
        return self.page()

    def post(self, request: Request) -> HttpResponse:
        form = YearForm(request.POST)
        lines = HolidayFormSet(request.POST, prefix="line")
        if form.is_valid() and lines.is_valid():
            try:
                moved = save_year(
                    self.scope.district,
                    self.year,
                    entries=[entry for line in lines for entry in line.entries()],
                    reference=form.cleaned_data["reference"],
                    actor=request.user,
                )
            except DomainError as error:
                form.refuse(error)
            else:
                return self.saved(moved)
        return self.page(form, lines)


class CalendarImport(CalendarBase):
    """Takes the year's days from a workbook: all of them or, with a line for each fault, none."""

    def post(self, request: Request) -> HttpResponse:
        upload = UploadForm(request.POST, request.FILES)
        if upload.is_valid():
            file = upload.cleaned_data["file"]
            entries, faults = read_days(file.read(), file.name)
            for fault in faults[:20]:
                upload.add_error("file", fault)
            if not faults:
                row, _ = entries_of(self.scope.district_id, self.year)
                try:
                    moved = save_year(
                        self.scope.district,
                        self.year,
                        entries=entries,
                        reference=row.reference if row else "",
                        actor=request.user,
                    )
                except DomainError as error:
                    upload.refuse(error)
                else:
                    return self.saved(moved)
        return self.page(upload=upload)


class CalendarExport(CalendarBase):
    """The year's days in the columns that the import reads."""

    def get(self, request: Request) -> FileResponse:
        _, entries = entries_of(self.scope.district_id, self.year)
        columns = [
            ("日期", lambda entry: entry.day),
            ("类别", lambda entry: "上班" if entry.is_working else "放假"),
            ("名称", lambda entry: entry.name),
        ]
        content = workbook.write(f"{self.year}年", columns, sorted(entries, key=lambda entry: entry.day))
        name = f"{self.year}年节假日安排.xlsx"
        return FileResponse(content, as_attachment=True, filename=name, content_type=workbook.XLSX)
