"""Scoring schemes: list, editor, copy, paper and workbook (P38)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment.choices import IndicatorKind, Method, Mode, NoneDue
from assessment.forms.fields import PointsField, ShortNumber
from assessment.models import Group, Indicator, Scheme
from assessment.rules.points import show_points, sum_words
from assessment.rules.scheme import EARLIEST, LATEST
from assessment.rules.scoring import FULL
from assessment.schemes import steps
from assessment.schemes.paper import PAPER, scheme_data
from assessment.schemes.steps import DELETE, EDIT, INDICATOR_FIELDS, SCHEME
from assessment.selectors import schemes
from assessment.views.common import CRUMB, WRITE, attempt, form_page
from xianan.acts import Permit, longest_of
from xianan.acts.pages import NounList, NounPages
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.documents.pdf import render_pdf
from xianan.history.selectors import timeline
from xianan.imports.registry import kind_of
from xianan.imports.sheet import SheetKind
from xianan.organizations.requests import Request
from xianan.ui import html, workbook
from xianan.ui.fields import form_field
from xianan.ui.forms import Form, RowField
from xianan.ui.tables import Column, Name, Number, State, Table, Tight

TITLE = "考评细则"


class SchemeTable(Table):
    title = Name("标题", url=SCHEME.page, second="note")
    year = Tight("年度", locked=True)
    version = Tight("版本")
    total = Column("合计", css="tight")
    indicator_count = Number("指标（项）")
    state = State("状态", waiting=("draft",))

    class Meta(Table.Meta):
        order_by = ()

    def render_year(self, value: int) -> str:
        return f"{value}年度"

    def render_version(self, value: int) -> str:
        return f"第{value}版"

    def render_total(self, value: int) -> str | SafeString:
        if value == FULL:
            return f"{show_points(value)} 分"
        return html.state(sum_words(value, FULL).removeprefix("合计 "), "amber", is_open=True)

    def export_total(self, record: Any) -> float:
        return record.total / 100


class SchemeList(NounList[Scheme]):
    """All schemes of the district."""

    noun = SCHEME
    title = TITLE
    section = CRUMB[0]
    unit = "份"
    table_class = SchemeTable
    search_fields = ("title", "note")
    search_hint = "标题、说明"
    empty_title = "还没有考评细则"
    empty_text = "编制当年的考评细则，各项分值合计 100 分后，方可用于年度考核。"

    def queryset(self, scope: Any) -> QuerySet[Any]:
        return schemes.with_sums(SCHEME.visible(scope)).order_by("-year", "-version")

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if not scope.holds("edit_scheme"):
            return None
        return "编制考评细则", reverse("assessment:scheme-create")


# ---- One scheme ----------------------------------------------------------------------------------------


class NewSchemeForm(Form):
    year = ShortNumber(label="年度", min_value=EARLIEST, max_value=LATEST)
    title = form_field(Scheme.title)
    note = form_field(Scheme.note)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year


class SchemeForm(Form):
    title = form_field(Scheme.title)
    note = form_field(Scheme.note)
    bonus_cap = PointsField(label="加分上限（分）", help_text="各加分项合计最多加多少分；没有加分项填 0")
    penalty_cap = PointsField(label="扣分上限（分）", help_text="各扣分项合计最多扣多少分；没有扣分项填 0")
    is_draft_text = forms.BooleanField(label="草案，内容未经正式印发", required=False)

    @classmethod
    def of(cls, scheme: Scheme, data: Any) -> SchemeForm:
        return cls(data, initial={name: getattr(scheme, name) for name in cls.base_fields})


PAGES: NounPages[Scheme] = NounPages(
    noun=SCHEME,
    section=CRUMB[0],
    title=TITLE,
    name=str,
    facts=lambda row: (f"{row.year}年度", *(["草案"] if row.is_draft_text else [])),
    forms={"change": SchemeForm.of},
)


def _permitted(request: Request, pk: int, permit: Permit[Scheme] = EDIT) -> Scheme:
    """Return a scheme the person may change. 404 outside, 403 without the right, 409 once frozen."""
    scheme = SCHEME.fetch(request.scope, pk)
    permit.refuse(scheme, request.scope)
    return scheme


def _may_edit(request: Request) -> None:
    if not request.scope.holds("edit_scheme"):
        raise NotAllowed("您没有“编制考评细则”的权限。")


@login_required
@require_http_methods(WRITE)
def scheme_create(request: Request) -> HttpResponse:
    """Begin an empty scheme."""
    _may_edit(request)
    return form_page(
        request, NewSchemeForm(request.POST or None),
        lambda data: steps.create_scheme(actor=request.user, **data), SCHEME.url,
        title="编制考评细则", button="建立细则草稿", back=SCHEME.list_url, crumbs=PAGES.crumbs(),
        done="已建立草稿，接着增加考评项目和指标。",
        hint="通常从上一年的细则复制：打开上一年的细则，选“复制为新细则”。",
    )  # fmt: skip


@login_required
@require_safe
def scheme_page(request: Request, pk: int) -> HttpResponse:
    """The editor: groups, indicators, what they add up to and what is missing to a hundred."""
    scope = request.scope
    scheme = SCHEME.fetch(scope, pk)
    shown = scheme_data(scheme)
    lines = shown["lines"]
    count = sum(len(line.indicators) for line in lines)
    year, *draft = PAGES.facts(scheme)
    context = {
        **shown,
        "title": str(scheme),
        "crumbs": PAGES.crumbs(),
        "badge": html.badge(*SCHEME.standing(scheme), "auto"),
        "facts": [year, f"{len(lines)} 个考评项目", f"{count} 项指标", *draft],
        "may_edit": EDIT.awaits(scheme, scope),
        "may_copy": scope.holds("edit_scheme"),
        "may_use": scope.holds("manage_cycle") and shown["is_whole"] and not scheme.cycles.exists(),
        "cycles": list(scheme.cycles.all()),
        "entries": timeline(scheme),
    }
    return render(request, "assessment/schemes/page.html", context)


@login_required
@require_http_methods(WRITE)
def scheme_copy(request: Request, pk: int) -> HttpResponse:
    """Begin next year's scheme or a new version from this one."""
    _may_edit(request)
    source = SCHEME.fetch(request.scope, pk)
    year = source.year + 1
    first = {"year": year, "title": source.title.replace(str(source.year), str(year)), "note": source.note}
    return form_page(
        request, NewSchemeForm(request.POST or None, initial=first),
        lambda data: steps.copy_scheme(source, actor=request.user, **data), SCHEME.url,
        title="复制为新细则", button="复制并建立草稿", back=SCHEME.url(source), crumbs=PAGES.crumbs(source),
        done="已复制全部考评项目和指标，可以修改。",
        hint=f"从“{source}”复制全部考评项目和指标。年度填 {source.year} 则成为当年的新版本。",
    )  # fmt: skip


@login_required
@require_POST
def scheme_delete(request: Request, pk: int) -> HttpResponse:
    scheme = _permitted(request, pk, DELETE)
    return attempt(
        request,
        lambda: steps.delete_scheme(scheme, actor=request.user),
        f"已删除“{scheme}”。",
        SCHEME.list_url,
    )


@login_required
@require_safe
def scheme_print(request: Request, pk: int) -> HttpResponse:
    """Give the scheme as PDF: a landscape table with its signature row."""
    scheme = SCHEME.fetch(request.scope, pk)
    response = HttpResponse(render_pdf(PAPER, scheme_data(scheme)), content_type="application/pdf")
    name = content_disposition_header(False, f"{scheme}.pdf")
    if name:
        response["Content-Disposition"] = name
    return response


@login_required
@require_safe
def scheme_export(request: Request, pk: int) -> HttpResponse:
    """Give the scheme as a workbook in the shape of the import's template: it reads back unchanged."""
    scheme = SCHEME.fetch(request.scope, pk)
    kind = kind_of("scheme")
    assert isinstance(kind, SheetKind)
    return workbook.as_file(kind.export(scheme), f"{scheme}.xlsx")


# ---- Groups --------------------------------------------------------------------------------------------


class GroupForm(Form):
    name = forms.CharField(label="考评项目", max_length=longest_of(Group.name))
    position = ShortNumber(label="序号", min_value=1, max_value=99, help_text="各考评项目按序号排列")


@login_required
@require_http_methods(WRITE)
def group_create(request: Request, pk: int) -> HttpResponse:
    scheme = _permitted(request, pk)
    first = {"position": scheme.groups.count() + 1}
    return form_page(
        request, GroupForm(request.POST or None, initial=first),
        lambda data: steps.add_group(scheme, actor=request.user, **data), lambda _: SCHEME.url(scheme),
        title="增加考评项目", button="增加考评项目", back=SCHEME.url(scheme), crumbs=PAGES.crumbs(scheme),
        done="已增加考评项目，接着增加指标。",
        hint="文件列明四项：组织领导体系、改革方案、赋权承接工作、配套措施落实。",
    )  # fmt: skip


def _group(scheme: Scheme, pk: int) -> Group:
    found: Group = get_object_or_404(Group, pk=pk, scheme=scheme)
    found.scheme = scheme
    return found


@login_required
@require_http_methods(WRITE)
def group_change(request: Request, pk: int, group: int) -> HttpResponse:
    scheme = _permitted(request, pk)
    row = _group(scheme, group)
    first = {"name": row.name, "position": row.position}
    return form_page(
        request, GroupForm(request.POST or None, initial=first),
        lambda data: steps.change_group(row, actor=request.user, **data), lambda _: SCHEME.url(scheme),
        title="修改考评项目", button="保存修改", back=SCHEME.url(scheme), crumbs=PAGES.crumbs(scheme), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def group_delete(request: Request, pk: int, group: int) -> HttpResponse:
    scheme = _permitted(request, pk)
    row = _group(scheme, group)
    return attempt(
        request,
        lambda: steps.remove_group(row, actor=request.user),
        f"已移出考评项目“{row}”。",
        SCHEME.url(scheme),
    )


# ---- Indicators ----------------------------------------------------------------------------------------


class IndicatorForm(Form):
    group = RowField(label="考评项目", queryset=Group.objects.none())
    code = form_field(Indicator.code, help_text="如 3.1；指标按编号排列")
    name = form_field(Indicator.name)
    points = PointsField(label="分值（分）", help_text="如 4 或 0.5")
    kind = forms.ChoiceField(label="种类", choices=IndicatorKind.choices, help_text="只有考评指标计入 100 分")
    mode = forms.ChoiceField(label="计分方式", choices=Mode.choices)
    measure_key = forms.ChoiceField(
        label="取数指标", required=False, help_text="自动计分时选定；暂无取数指标的由评分人评定"
    )
    per_count = PointsField(label="每件扣分（分）", required=False, help_text="按件数自动扣分时填写，如 0.5")
    none_due = forms.ChoiceField(
        label="本年度无应办的",
        choices=NoneDue.choices,
        initial=NoneDue.FULL,
        help_text="自动计分时，街道本年度没有应办的事（0/0）怎样计分",
    )
    methods = forms.MultipleChoiceField(
        label="考评方式", choices=Method.choices, widget=forms.CheckboxSelectMultiple
    )
    rule = form_field(Indicator.rule)
    evidence = form_field(Indicator.evidence, widget=forms.Textarea(attrs={"rows": 2}))
    with_deductions = forms.BooleanField(
        label="另可逐项扣分", required=False, help_text="得分算出或给出后，每件事再扣分，扣完为止"
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("group", RowField).queryset = scheme.groups.all()
        field = self.field("measure_key", forms.ChoiceField)
        field.choices = [("", "不取数"), *schemes.measure_labels().items()]

    @classmethod
    def of(cls, indicator: Indicator, data: Any = None) -> IndicatorForm:
        first = {name: getattr(indicator, name) for name in INDICATOR_FIELDS}
        first["per_count"] = indicator.per_count or None
        return cls(data, scheme=indicator.scheme, initial={**first, "group": indicator.group_id})

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        data.pop("group")
        return {**data, "per_count": data["per_count"] or 0}


HOW = {
    "title": "四种计分方式",
    "lines": [
        ("评分人评定", "考核组成员直接给分，不高于分值"),
        ("逐项扣分", "从满分起，每件事扣几分，扣完为止，每条写明原因和佐证"),
        ("按比例自动计分", "分值 × 已完成 ÷ 应完成，两位小数，四舍五入"),
        ("按件数自动扣分", "未完成的每件扣几分，扣完为止"),
    ],
}


def _at(row: Indicator) -> str:
    return f"{SCHEME.url(row.scheme)}#indicator-{row.pk}"


@login_required
@require_http_methods(WRITE)
def indicator_create(request: Request, pk: int) -> HttpResponse:
    scheme = _permitted(request, pk)
    form = IndicatorForm(request.POST or None, scheme=scheme, initial={"group": request.GET.get("group")})
    return form_page(
        request, form,
        lambda data: steps.add_indicator(data["group"], values=form.values, actor=request.user), _at,
        title="增加指标", button="增加指标", back=SCHEME.url(scheme), crumbs=PAGES.crumbs(scheme), done="已增加指标。",
        aside=HOW,
    )  # fmt: skip


def _indicator(scheme: Scheme, pk: int) -> Indicator:
    found: Indicator = get_object_or_404(Indicator.objects.select_related("group"), pk=pk, scheme=scheme)
    found.scheme = scheme
    return found


@login_required
@require_http_methods(WRITE)
def indicator_change(request: Request, pk: int, indicator: int) -> HttpResponse:
    scheme = _permitted(request, pk)
    row = _indicator(scheme, indicator)
    form = IndicatorForm.of(row, request.POST or None)
    return form_page(
        request, form,
        lambda data: steps.change_indicator(row, group=data["group"], values=form.values, actor=request.user), _at,
        title="修改指标", button="保存修改", back=SCHEME.url(scheme), crumbs=PAGES.crumbs(scheme), done="已保存。",
        aside=HOW,
    )  # fmt: skip


@login_required
@require_POST
def indicator_delete(request: Request, pk: int, indicator: int) -> HttpResponse:
    scheme = _permitted(request, pk)
    row = _indicator(scheme, indicator)
    return attempt(
        request,
        lambda: steps.remove_indicator(row, actor=request.user),
        f"已移出指标“{row}”。",
        SCHEME.url(scheme),
    )


FOLDER = "assessment/schemes"
WITHIN = f"{FOLDER}/<number:pk>"
urlpatterns: list[URLPattern] = [
    *PAGES.urls(
        FOLDER,
        SchemeList,
        own={"": scheme_page},
        create=("new", scheme_create),
        copy=("<number:pk>/copy", scheme_copy),
        delete=("<number:pk>/delete", scheme_delete),
        print=("<number:pk>/print", scheme_print),
        export=("<number:pk>/export", scheme_export),
    ),
    path(f"{WITHIN}/groups/new/", group_create, name="group-create"),
    path(f"{WITHIN}/groups/<number:group>/", group_change, name="group-change"),
    path(f"{WITHIN}/groups/<number:group>/delete/", group_delete, name="group-delete"),
    path(f"{WITHIN}/indicators/new/", indicator_create, name="indicator-create"),
    path(f"{WITHIN}/indicators/<number:indicator>/", indicator_change, name="indicator-change"),
    path(f"{WITHIN}/indicators/<number:indicator>/delete/", indicator_delete, name="indicator-delete"),
]
