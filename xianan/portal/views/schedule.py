"""定时任务: what runs by the clock and in the background, how it went, and running it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views import View

from xianan.core.errors import NotAllowed
from xianan.history.selectors import timeline
from xianan.history.services import record
from xianan.jobs import schedule
from xianan.jobs.choices import JobState, RunState
from xianan.jobs.models import Job, ScheduledRun
from xianan.jobs.schedule import ScheduledJob
from xianan.jobs.services import enqueue, run_again
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui.lists import Tab
from xianan.ui.tables import Column, Moment, Name, State, Table

from ..tasks import RUN_NOW
from .jobs import JobStates

OPEN = Q(state__in=(JobState.QUEUED, JobState.RUNNING))


def spent(begin: Any, end: Any) -> str:
    """Say how long something took: 0.3 秒, 42 秒, 3 分 20 秒; "" while it runs."""
    if not begin or not end:
        return ""
    seconds = max(0.0, (end - begin).total_seconds())
    if seconds < 10:
        return f"{seconds:.1f} 秒"
    if seconds < 60:
        return f"{seconds:.0f} 秒"
    return f"{int(seconds) // 60} 分 {int(seconds) % 60} 秒"


def _look(request: Request, right: str = "view_jobs") -> Any:
    scope = request.scope
    if not scope.holds(right):
        raise NotAllowed("您没有查看定时任务的权限。" if right == "view_jobs" else "您没有执行任务的权限。")
    return scope


def _entry(key: str) -> ScheduledJob:
    try:
        return schedule.entry(key)
    except KeyError:
        raise Http404 from None


@dataclass(frozen=True)
class Line:
    """One entry as the page shows it."""

    entry: ScheduledJob
    last: ScheduledRun | None

    @property
    def rhythm(self) -> str:
        return schedule.rhythm(self.entry)

    @property
    def next_run(self) -> Any:
        return schedule.next_run(self.entry, self.last)

    @property
    def spent(self) -> str:
        return spent(self.last.started_at, self.last.finished_at) if self.last else ""

    @property
    def state(self) -> Any:
        return RunState(self.last.state) if self.last else None


class ScheduleView(LoginRequiredMixin, View):
    """All entries of the schedule with their last run."""

    def get(self, request: Request) -> HttpResponse:
        scope = _look(request)
        known = schedule.last_runs()
        lines = [Line(entry, known.get(entry.key)) for entry in schedule.entries()]
        context = {
            "title": "定时任务",
            "lines": lines,
            "failed": [line for line in lines if line.state == RunState.FAILED],
            "may_run": scope.holds("run_jobs"),
            "jobs": Job.objects.filter(district=scope.district).count(),
        }
        return render(request, "portal/schedule.html", context)


class RunTable(Table):
    started_at = Moment("开始时间", locked=True)
    state = State("结果", waiting=("running",))
    spent = Column("用时", css="num", empty_values=(), orderable=False)
    outcome = Column("说明")
    asked_by = Column("执行方式", css="tight", empty_values=(), orderable=False)
    log = Column("日志", orderable=False)

    def render_spent(self, record: ScheduledRun) -> str:
        return spent(record.started_at, record.finished_at) or "—"

    def export_spent(self, record: ScheduledRun) -> str:
        return spent(record.started_at, record.finished_at)

    def render_asked_by(self, record: ScheduledRun) -> str:
        return f"{record.asked_by.name}执行" if record.asked_by else "按时自动"

    def export_asked_by(self, record: ScheduledRun) -> str:
        return self.render_asked_by(record)

    def render_log(self, value: str) -> SafeString:
        return format_html("<details><summary>查看日志</summary><pre>{}</pre></details>", value)


class EntryView(ListPage):
    """One entry: every run that is kept."""

    unit = "次执行"
    right = "view_jobs"
    table_class = RunTable
    tabs = (Tab("all", "全部"), Tab("failed", "失败", Q(state=RunState.FAILED)))
    empty_title = "还没有执行过"
    menu = "portal:schedule"
    template_name = "portal/schedule_entry.html"

    @property
    def title(self) -> str:
        return self.entry.label

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return (("定时任务", reverse("portal:schedule")),)

    @property
    def empty_text(self) -> str:
        return f"下次执行：{schedule.next_run(self.entry, None):%Y-%m-%d %H:%M}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        _look(self.request)
        self.entry = _entry(kwargs["key"])
        return super().get(request, *args, **kwargs)

    def queryset(self, scope: Any) -> QuerySet[ScheduledRun]:
        return ScheduledRun.objects.filter(key=self.entry.key).select_related("asked_by").order_by("-id")

    def context(self, scope: Any) -> dict[str, Any]:
        line = Line(self.entry, schedule.last_run(self.entry.key))
        return {"line": line, "may_run": scope.holds("run_jobs")}


class EntryRunView(LoginRequiredMixin, View):
    """Run an entry now: put into the ledger of jobs, so that the wish is never lost."""

    def post(self, request: Request, key: str) -> HttpResponse:
        scope = _look(request, "run_jobs")
        entry = _entry(key)
        with transaction.atomic():
            job = enqueue(
                RUN_NOW,
                title=f"立即执行“{entry.label}”",
                district=scope.district,
                actor=request.user,
                arguments={"key": key},
                link=reverse("portal:schedule-entry", args=[key]),
            )
            record(job, "schedule.run", "立即执行", actor=request.user)
        messages.success(request, f"已安排执行“{entry.label}”，进度见本页。")
        return redirect("portal:job", pk=job.pk)


class LedgerTable(JobStates):
    title = Name("任务", url="portal:ledger-job", second=lambda job: job.error)
    created_by = Column("发起人", css="tight", accessor="created_by__name")
    state = Column("状态", css="job")
    attempts = Column("已试", css="num")
    created_at = Moment("发起时间")
    spent = Column("用时", css="num", empty_values=(), orderable=False)

    def render_spent(self, record: Job) -> str:
        return spent(record.started_at, record.finished_at) or "—"

    def export_spent(self, record: Job) -> str:
        return spent(record.started_at, record.finished_at)


class LedgerList(ListPage):
    """Every background job of the district."""

    title = "后台任务"
    unit = "个任务"
    right = "view_jobs"
    table_class = LedgerTable
    crumbs = (("定时任务", "/schedule/"),)
    search_fields = ("title",)
    search_hint = "任务名称"
    tabs = (
        Tab("all", "全部"),
        Tab("open", "未结束", OPEN),
        Tab("failed", "未完成", Q(state=JobState.FAILED)),
    )
    empty_text = "导入大表格、成批发送确认书、导出长列表等较久的工作在后台进行，都记在这里。"

    def queryset(self, scope: Any) -> QuerySet[Job]:
        return Job.objects.filter(district=scope.district).select_related("created_by")


def _job(scope: Any, pk: int) -> Job:
    return get_object_or_404(Job.objects.select_related("created_by"), pk=pk, district=scope.district)


class LedgerJobView(LoginRequiredMixin, View):
    """One background job with its log."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        scope = _look(request)
        job = _job(scope, pk)
        context = {
            "title": job.title,
            "crumbs": [
                ("定时任务", reverse("portal:schedule")),
                ("后台任务", reverse("portal:ledger")),
            ],
            "job": job,
            "state": JobState(job.state),
            "spent": spent(job.started_at, job.finished_at),
            "entries": timeline(job),
            "may_run": scope.holds("run_jobs") and job.state in (JobState.QUEUED, JobState.FAILED),
        }
        return render(request, "portal/ledger_job.html", context)


class LedgerRunView(LoginRequiredMixin, View):
    def post(self, request: Request, pk: int) -> HttpResponse:
        scope = _look(request, "run_jobs")
        job = run_again(_job(scope, pk), actor=request.user)
        messages.success(request, f"已安排立即执行“{job.title}”。")
        return redirect("portal:ledger-job", pk=pk)
