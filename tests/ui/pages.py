"""Sample pages that show every component, over rows every database has (Django's permissions)."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from xianan.core.choices import ToneChoices
from xianan.core.clock import ZONE
from xianan.core.errors import DomainError, NotAllowed
from xianan.ui.conditions import RowFilter
from xianan.ui.forms import DropFile, Form
from xianan.ui.lists import BulkAction, ListPage, Tab
from xianan.ui.tables import Column, Name, Number, Ops, Table, Tight
from xianan.ui.views import back_url


class State(ToneChoices):
    DRAFT = "draft", "草稿", "grey"
    TRANSITION = "transition", "过渡期", "blue"
    RUNNING = "running", "运行", "green"
    WAITING = "waiting", "待签", "amber"
    REFUSED = "refused", "不认领", "red"


class PermissionTable(Table):
    codename = Column("编号", css="tight muted", locked=True)
    name = Name("事项名称", url="sample-detail")
    app = Tight("所属", accessor="content_type__app_label")
    key = Number("序号", accessor="pk", wide_only=True)
    model = Tight("对象", accessor="content_type__model", hidden=True)
    ops = Ops()

    def render_ops(self, record: Permission) -> str:
        return "详情"


class PermissionFilter(django_filters.FilterSet):
    content_type = RowFilter(label="对象", queryset=ContentType.objects.order_by("pk"))
    codename = django_filters.ChoiceFilter(
        label="编号", choices=[("add_entry", "新增记录"), ("change_entry", "修改记录")]
    )
    key = django_filters.NumberFilter(label="序号", field_name="pk")


class PermissionList(ListPage):
    title = "事项清单"
    table_class = PermissionTable
    filterset_class = PermissionFilter
    default_sort = "codename"
    search_fields = ("name", "codename")
    search_hint = "名称、编号"
    bulk_all = True
    template_name = "sample/list.html"
    tabs = (
        Tab("all", "全部"),
        Tab("add", "新增类", Q(codename__startswith="add_")),
        Tab("none", "空白类", Q(codename="")),
    )
    crumbs = (("赋权事项", ""),)

    def queryset(self, scope: Any) -> QuerySet[Permission]:
        return Permission.objects.select_related("content_type")

    def bulk_actions(self, scope: Any) -> list[BulkAction]:
        return [
            BulkAction("认领所选", "/bulk/", "primary", icon="check"),
            BulkAction("不认领所选…", "/bulk/", "refuse", dialog="decline"),
        ]


class EmptyList(PermissionList):
    title = "督办单"
    template_name = "ui/list.html"
    filterset_class = None
    tabs = ()
    empty_text = "从逾期事项中勾选，即可生成督办单。"
    empty_action = ("去选逾期事项", "/")

    def queryset(self, scope: Any) -> QuerySet[Permission]:
        return Permission.objects.none()


class GuardedList(PermissionList):
    right = "nobody.holds.this"


class PersonForm(Form):
    name = forms.CharField(label="姓名", max_length=20)
    reason = forms.CharField(label="理由", widget=forms.Textarea, help_text="写明缺什么，不少于 10 个字")
    street = forms.ChoiceField(
        label="下沉街道", choices=[("1", "温泉街道"), ("2", "浮山街道")], widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(label="类别", choices=[("", "---------"), ("a", "甲类")])
    start = forms.DateField(label="开始日期")
    end = forms.DateField(label="结束日期", required=False)
    scan = forms.FileField(label="执法证扫描件", widget=DropFile("PDF，不超过 10 MB", accept=".pdf"))
    read = forms.BooleanField(label="我已阅读全文")


def detail(request: HttpRequest, pk: int = 0) -> HttpResponse:
    entry = SimpleNamespace(
        actor_name="赵×",
        label="签署",
        at=dt.datetime(2026, 11, 20, 15, 32, tzinfo=ZONE),
        organization="区住建局",
        reason="依据不全",
    )
    context = {
        "title": "承接确认书",
        "state": State.WAITING,
        "due": dt.date(2026, 11, 30),
        "fen": 123456,
        "entries": [entry],
        "upcoming": [("待乙方签署", "截止 11月30日")],
    }
    return render(request, "sample/detail.html", context)


def person(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        form.refuse(DomainError("young", "下沉不少于 12 个月", field="end"))
        form.refuse(DomainError("full", "本街道已有下沉人员"))
    context = {"title": "登记下沉人员", "form": form, "crumbs": [("下沉人员", "/")]}
    return render(request, "sample/form.html", context)


def bulk(request: HttpRequest) -> HttpResponse:
    keys = PermissionList.selection(request).order_by("pk").values_list("pk", flat=True)
    return HttpResponse(",".join(map(str, keys)), content_type="text/plain")


def refuse(request: HttpRequest) -> HttpResponse:
    raise DomainError("stale", "区司法局已于 09:44 退回该事项。")


def forbid(request: HttpRequest) -> HttpResponse:
    raise NotAllowed("您没有“签署”的权限。")


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def back(request: HttpRequest) -> HttpResponse:
    return HttpResponse(back_url(request, "/default/"))


def gate(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gate.html", {"title": "登录"})


def public(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/public.html", {"title": "核验承接确认书", "facts": ["无需登录"]})


urlpatterns = [
    path("", PermissionList.as_view(), name="sample-list"),
    path("empty/", EmptyList.as_view(), name="sample-empty"),
    path("guarded/", GuardedList.as_view()),
    path("detail/", detail, name="sample-detail-plain"),
    path("detail/<number:pk>/", detail, name="sample-detail"),
    path("person/", person, name="sample-person"),
    path("bulk/", bulk),
    path("refuse/", refuse),
    path("forbid/", forbid),
    path("crash/", crash),
    path("back/", back),
    path("login/", gate, name="login"),
    path("public/", public),
]
