"""我的下载: what long work made for a person, for 30 days."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from xianan.core.errors import NotAllowed
from xianan.jobs import downloads
from xianan.jobs.models import Download
from xianan.jobs.selectors import downloads_of
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html, text
from xianan.ui.lists import Tab
from xianan.ui.tables import Column, Day, Moment, Name, Number, Ops, Table


class DownloadTable(Table):
    filename = Name("文件", url="portal:download")
    size = Number("大小")
    created_at = Moment("生成时间")
    fetched_at = Column("下载", css="tight", empty_values=())
    expires_at = Day("保留至", short=True)
    ops = Ops()

    def render_size(self, value: int) -> str:
        return text.size(value)

    def render_fetched_at(self, record: Download) -> SafeString:
        return (
            html.state("已下载", "grey") if record.fetched_at else html.state("未下载", "blue", is_open=True)
        )

    def export_fetched_at(self, record: Download) -> str:
        return "已下载" if record.fetched_at else "未下载"

    def render_ops(self, record: Download) -> SafeString:
        url = html.address("portal:download", record.pk)
        return format_html('<a class="link" href="{}" download>下载</a>', url)


class DownloadList(ListPage):
    title = "我的下载"
    unit = "个文件"
    table_class = DownloadTable
    tabs = (Tab("all", "全部"), Tab("new", "未下载", Q(fetched_at__isnull=True)))
    facts = ("生成的文件保留 30 天，到期自动清理",)
    empty_title = "还没有可下载的文件"
    empty_text = "导出 5000 行以上的列表时在后台生成，完成后放在这里，保留 30 天。"

    def queryset(self, scope: Any) -> QuerySet[Download]:
        return downloads_of(scope.user)


@require_safe
@login_required
def download(request: Request, pk: int) -> FileResponse:
    """Send one file of the person's own, made by rights that somebody without a role has no more."""
    found = get_object_or_404(downloads_of(request.user), pk=pk)
    if not request.scope.person_id:
        raise NotAllowed("您现在没有角色，不能下载。需要时由区委编办分配角色。")
    try:
        content = downloads.open_file(found)
    except FileNotFoundError:
        raise Http404 from None
    if request.method == "GET":
        downloads.fetched(found)
    answer = FileResponse(content, as_attachment=True, filename=found.filename)
    answer.headers["Content-Length"] = str(found.size)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
