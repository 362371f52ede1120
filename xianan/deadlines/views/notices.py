"""What the portal has told me, and how I want to be told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from xianan.core.errors import DomainError
from xianan.deadlines.choices import MailState
from xianan.deadlines.forms import PreferenceForm
from xianan.deadlines.models import Mail, Notice, NoticePreference
from xianan.deadlines.selectors import notices_of
from xianan.deadlines.services.notices import mark_read, set_preference
from xianan.deadlines.tables import NoticeTable
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui.lists import Tab

TITLE = "通知"


class NoticeList(ListPage):
    title = TITLE
    unit = "条"
    table_class = NoticeTable
    search_fields = ("title", "text")
    search_hint = "通知内容"
    tabs = (
        Tab("all", "全部"),
        Tab("unread", "未读", Q(read_at__isnull=True)),
    )
    empty_title = "还没有通知"
    empty_text = "期限临近、逾期、有人催办或收到督办单时在这里通知您。"
    template_name = "deadlines/notices/list.html"

    def queryset(self, scope: Any) -> QuerySet[Notice]:
        return notices_of(scope.user.pk).select_related("sender")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"unread": self.tab_counts["unread"]}


class NoticeView(LoginRequiredMixin, View):
    """Opening a notice reads it and leads to what it is about."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        notice = get_object_or_404(
            Notice.objects.select_related("sender"), pk=pk, recipient_id=request.user.pk
        )
        if request.method == "GET":
            mark_read(request.user, notices=[notice.pk])
        if notice.url and notice.kind != "chase":
            return redirect(notice.url)
        context = {"title": notice.title, "crumbs": [(TITLE, reverse("deadlines:notices"))], "notice": notice}
        return render(request, "deadlines/notices/notice.html", context)


class NoticeReadAll(LoginRequiredMixin, View):
    def post(self, request: Request) -> HttpResponse:
        count = mark_read(request.user)
        messages.success(request, f"已将 {count} 条通知标为已读。")
        return redirect("deadlines:notices")


class PreferenceView(LoginRequiredMixin, View):
    """Portal only, or a message a day as well."""

    def get(self, request: Request) -> HttpResponse:
        row = NoticePreference.objects.filter(user=request.user).first()
        initial = {"by_mail": row.by_mail, "address": row.address} if row else {}
        return self._page(PreferenceForm(initial=initial, server=settings.MAIL_SERVER is not None))

    def post(self, request: Request) -> HttpResponse:
        form = PreferenceForm(request.POST, server=settings.MAIL_SERVER is not None)
        if form.is_valid():
            try:
                set_preference(
                    request.user,
                    by_mail=bool(form.cleaned_data["by_mail"]),
                    address=form.cleaned_data["address"] or "",
                    actor=request.user,
                )
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, "已保存通知方式。")
                return redirect("deadlines:preference")
        return self._page(form)

    def _page(self, form: PreferenceForm) -> HttpResponse:
        refused = None
        if settings.MAIL_SERVER is not None:
            last = Mail.objects.filter(recipient_id=self.request.user.pk).first()
            refused = last if last and last.state == MailState.FAILED else None
        context = {
            "title": "通知方式",
            "crumbs": [(TITLE, reverse("deadlines:notices"))],
            "form": form,
            "server": settings.MAIL_SERVER is not None,
            "refused": refused,
        }
        return render(self.request, "deadlines/notices/preference.html", context)
