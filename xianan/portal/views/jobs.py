"""My long-running work: what it is at, stopping it, and where its result is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views import View

from xianan.history.selectors import timeline
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job
from xianan.jobs.selectors import Standstill, nobody_works, standstill
from xianan.jobs.services import cancel
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.lists import Tab
from xianan.ui.tables import Column, Moment, Name, Ops, Table

OPEN = Q(state__in=(JobState.QUEUED, JobState.RUNNING))


class JobStates(Table):
    """The state of jobs: how far, or why one doesn't get on."""

    state = Column("状态", css="job")

    @cached_property
    def _nobody(self) -> bool:
        return nobody_works()

    def _standstill(self, job: Job) -> Standstill | None:
        return standstill(job, nobody=self._nobody) if job.is_open else None

    def render_state(self, record: Job) -> SafeString:
        if waits := self._standstill(record):
            return html.badge(waits.word, "amber")
        if record.state == JobState.RUNNING and record.total:
            bar = html.bar([(record.percent, "blue")], 100, f"已完成 {record.percent}%")
            return format_html('<div class="row">{}<span>{}%</span></div>', bar, record.percent)
        return html.badge(JobState(record.state))

    def export_state(self, record: Job) -> str:
        waits = self._standstill(record)
        return waits.word if waits else str(JobState(record.state).label)


class JobTable(JobStates):
    title = Name("任务", url="portal:job", second=lambda job: job.error if job.state == "failed" else "")
    state = Column("状态", css="job")
    created_at = Moment("发起时间")
    finished_at = Moment("结束时间")
    ops = Ops()

    def render_ops(self, record: Job) -> SafeString | str:
        if record.state == JobState.DONE and record.link:
            return format_html('<a class="link" href="{}">查看结果</a>', record.link)
        return ""


class JobList(ListPage):
    title = "我的任务"
    unit = "个任务"
    table_class = JobTable
    tabs = (
        Tab("all", "全部"),
        Tab("open", "未结束", OPEN),
        Tab("failed", "未完成", Q(state=JobState.FAILED)),
    )
    empty_title = "还没有任务"
    empty_text = "导入大表格、成批发送确认书等较久的工作在后台进行，进度列在这里。"

    def queryset(self, scope: Any) -> QuerySet[Job]:
        return Job.objects.filter(created_by_id=scope.user.pk)


class JobView(LoginRequiredMixin, View):
    """One job. A request by htmx gets the moving part alone, which asks again until the job has ended."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        job = get_object_or_404(Job, pk=pk, created_by_id=request.user.pk)
        waits = standstill(job, nobody=nobody_works()) if job.is_open else None
        context: dict[str, Any] = {"job": job, "state": JobState(job.state), "waits": waits}
        if request.htmx:
            return render(request, "portal/_job.html", context)
        context |= {
            "title": job.title,
            "crumbs": [("我的任务", reverse("portal:jobs"))],
            "entries": timeline(job),
        }
        return render(request, "portal/job.html", context)


class JobCancelView(LoginRequiredMixin, View):
    def post(self, request: Request, pk: int) -> HttpResponse:
        job = get_object_or_404(Job, pk=pk, created_by_id=request.user.pk)
        cancel(job, actor=request.user)
        messages.success(request, f"已停止“{job.title}”，没有留下任何改动。")
        return redirect("portal:job", pk=pk)
