"""The two documents in their versions, and the figures that the rules read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.history.selectors import timeline
from xianan.organizations.pages import GuardedPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope

from .choices import DocumentKey
from .effects import effects, foreseen, shifts
from .forms import ParameterForm, VersionForm
from .measures import Figure
from .models import Parameter, PolicyVersion
from .parameters import described, known_figure, known_figures, may_set
from .rules import show_parameter
from .selectors import versions
from .services.versions import add_figure, add_version, change_parameter, change_version

TITLE = "政策参数"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a version stands today."""

    label: str
    tone: str


def standing(version: PolicyVersion, in_force: set[int]) -> Standing:
    """Return whether a version is in force, superseded, run out or still to come (P44)."""
    today = clock.today()
    if version.pk in in_force:
        return Standing("施行中", "green")
    if version.valid_from > today:
        return Standing("尚未施行", "blue")
    if version.valid_until is not None and version.valid_until < today:
        return Standing("已到期", "grey")
    return Standing("已被新版本替代", "grey")


def in_force(rows: list[PolicyVersion]) -> set[int]:
    """Return the ids of the youngest valid version of each document, of rows read already."""
    today = clock.today()
    newest: dict[str, PolicyVersion] = {}
    for row in rows:
        if row.valid_from <= today and (row.valid_until is None or row.valid_until >= today):
            present = newest.get(row.document)
            if present is None or row.valid_from > present.valid_from:
                newest[row.document] = row
    return {row.pk for row in newest.values()}


def predecessor(version: PolicyVersion, rows: list[PolicyVersion]) -> PolicyVersion | None:
    """Return what a version takes the place of: what else holds on its first day, or held last before it."""
    day = version.valid_from
    begun = [row for row in rows if row.pk != version.pk and row.valid_from <= day]
    # As in_time.Document.holding has it.
    return max(
        begun,
        key=lambda row: (row.valid_until is None or row.valid_until >= day, row.valid_from),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in two versions, as it is read; "" where a version does not say it."""

    label: str
    unit: str
    clause: str
    old: str
    new: str

    @property
    def differs(self) -> bool:
        return self.old != self.new


def compared(old: PolicyVersion | None, new: PolicyVersion) -> list[Line]:
    """Return every figure of two versions in the order of the newer one, then those it dropped."""
    before = {row.key: row for row in old.parameters.all()} if old else {}
    after = {row.key: row for row in new.parameters.all()}
    return [
        Line(
            row.label,
            row.unit,
            row.clause,
            *(
                show_parameter(rows[key].kind, rows[key].value) if key in rows else ""
                for rows in (before, after)
            ),
        )
        for key, row in {**after, **{k: row for k, row in before.items() if k not in after}}.items()
    ]


def shown(figure: Figure) -> str:
    """Return a figure of a measure in words."""
    if not figure.applies:
        return "不适用"
    return f"{figure.numerator}/{figure.denominator}" if figure.denominator else "无应办"


def _for_whom(scope: Scope, row: Parameter) -> Parameter:
    """Return a parameter to whoever may set it. Raises NotAllowed for others."""
    if not may_set(scope, row):
        raise NotAllowed(f"您没有“修改{row.label}”的权限。")
    return row


class PolicyPage(GuardedPage):
    """What every page about the policy needs: the right, and versions of the own district alone."""

    right, label = "edit_parameters", "维护政策参数"

    def fetch(self, pk: int) -> PolicyVersion:
        return get_object_or_404(versions(self.scope.district_id), pk=pk)

    def show(
        self, template: str, title: str, version: PolicyVersion | None = None, **more: Any
    ) -> HttpResponse:
        crumbs = [(TITLE, reverse("policy:versions"))]
        if version is not None:
            crumbs.append((str(version), reverse("policy:version", args=[version.pk])))
        return render(
            self.request,
            f"policy/{template}.html",
            {"title": title, "crumbs": crumbs, "version": version, **more},
        )


class VersionList(PolicyPage):
    """Both documents, each with its versions, the one in force marked."""

    right, label = "view_parameters", "查看政策参数"

    def get(self, request: Request) -> HttpResponse:
        rows = list(versions(self.scope.district_id))
        valid = in_force(rows)
        groups = [
            (
                DocumentKey(key).label,
                [(row, standing(row, valid)) for row in rows if row.document == key],
                any(row.pk in valid for row in rows if row.document == key),
            )
            for key in DocumentKey.values
        ]
        return self.show(
            "versions",
            TITLE,
            crumbs=[],
            groups=groups,
            can_edit=self.scope.holds("edit_parameters"),
            today=clock.today(),
        )


class VersionDetail(PolicyPage):
    """One version with its figures: value, unit, clause."""

    right, label = "view_parameters", "查看政策参数"

    def get(self, request: Request, pk: int) -> HttpResponse:
        version = self.fetch(pk)
        others = list(versions(self.scope.district_id).filter(document=version.document))
        before = predecessor(version, others)
        present = {row.key for row in version.parameters.all()}
        upcoming = version.valid_from > clock.today()
        parameters = [
            (row, show_parameter(row.kind, row.value), may_set(self.scope, row))
            for row in version.parameters.all()
        ]
        return self.show(
            "version",
            str(version),
            version=version,
            before=before,
            comparable=len(others) > 1,
            upcoming=upcoming,
            changed=[line for line in compared(before, version) if line.differs]
            if upcoming and before
            else [],
            missing=[
                row
                for row in known_figures(version.document)
                if row.key not in present
                and may_set(self.scope, Parameter(district_id=version.district_id, key=row.key))
            ],
            crumbs=[(TITLE, reverse("policy:versions"))],
            standing=standing(version, in_force(others)),
            parameters=parameters,
            can_edit=self.scope.can("edit_parameters", version),
            can_set=any(may for _, _, may in parameters),
            entries=timeline(version)[:50],
        )


class VersionEffects(PolicyPage):
    """What a version judges otherwise, before and after it takes effect: a part of its page, or a page."""

    right, label = "view_parameters", "查看政策参数"

    def get(self, request: Request, pk: int) -> HttpResponse:
        version = self.fetch(pk)
        seen = foreseen(self.scope.district, version.document, version.pk, version.valid_from)
        return self.show(
            "_effects" if request.htmx else "effects",
            "施行后的变化",
            version,
            shifts=[
                (shift, shown(shift.before), shown(shift.after)) for shift in shifts(version.document, seen)
            ],
            effects=effects(version.document, seen),
            today=clock.today(),
        )


class VersionCompare(PolicyPage):
    """The figures of two versions of a document side by side; printed as seen."""

    right, label = "view_parameters", "查看政策参数"

    def get(self, request: Request, pk: int) -> HttpResponse:
        version = self.fetch(pk)
        rows = list(versions(self.scope.district_id).filter(document=version.document))
        others = [row for row in rows if row.pk != version.pk]
        asked = whole(request.GET.get("with"))
        other = next((row for row in others if row.pk == asked), None) or predecessor(version, rows)
        other = other or next(iter(others), None)
        only = request.GET.get("only") == "changed"
        lines = compared(other, version) if other else []
        return self.show(
            "compare",
            "对比文件版本",
            version,
            other=other,
            others=others,
            lines=[line for line in lines if line.differs or not only],
            total=len(lines),
            count=sum(line.differs for line in lines),
            only=only,
        )


class VersionEdit(PolicyPage):
    def get(self, request: Request, pk: int) -> HttpResponse:
        version = self.fetch(pk)
        return self.form_page(version, VersionForm(row=version))

    def post(self, request: Request, pk: int) -> HttpResponse:
        version = self.fetch(pk)
        form = VersionForm(request.POST)
        if form.is_valid():
            try:
                change_version(version, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, "已保存文件版本。")
                return redirect("policy:version", pk=pk)
        return self.form_page(version, form)

    def form_page(self, version: PolicyVersion, form: VersionForm) -> HttpResponse:
        return self.show("version_form", "修改文件版本", version, form=form, action="保存文件版本")


class VersionAdd(PolicyPage):
    """The next version of a document, with the figures of this one to start from."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        version = self.fetch(pk)
        form = VersionForm(initial={"title": version.title, "issued_on": clock.today()})
        return self.form_page(version, form)

    def post(self, request: Request, pk: int) -> HttpResponse:
        version = self.fetch(pk)
        form = VersionForm(request.POST)
        if form.is_valid():
            try:
                added = add_version(version, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, "已增设文件版本，参数沿用上一版本。接着核对每一项参数。")
                return redirect("policy:version", pk=added.pk)
        return self.form_page(version, form)

    def form_page(self, version: PolicyVersion, form: VersionForm) -> HttpResponse:
        return self.show(
            "version_form", "增设下一版本", version, form=form, action="增设版本并沿用现有参数", adding=True
        )


class FigureAdd(PolicyPage):
    """Give a version a figure that the rules read and it lacks, with the reason."""

    right, label = "view_parameters", "查看政策参数"

    def get(self, request: Request, pk: int, key: str) -> HttpResponse:
        row = self.lacking(pk, key)
        return self.form_page(row, ParameterForm(row=row, initial={"holds_from": clock.today()}))

    def post(self, request: Request, pk: int, key: str) -> HttpResponse:
        row = self.lacking(pk, key)
        form = ParameterForm(request.POST, row=row)
        if form.is_valid():
            try:
                add_figure(
                    row.version,
                    key=key,
                    raw=form.cleaned_data["value"],
                    reason=form.cleaned_data["reason"],
                    holds_from=form.cleaned_data.get("holds_from"),
                    basis=form.cleaned_data.get("basis", ""),
                    actor=request.user,
                )
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已补充“{row.label}”。")
                return redirect("policy:version", pk=pk)
        return self.form_page(row, form)

    def lacking(self, pk: int, key: str) -> Parameter:
        """Return what would be added, unsaved; Http404 for what no rule reads, and what the version has."""
        version, known = self.fetch(pk), known_figure(key)
        present = {row.key for row in version.parameters.all()}
        if known is None or known.document != version.document or key in present:
            raise Http404
        return _for_whom(
            self.scope, Parameter(district_id=version.district_id, version=version, **described(known))
        )

    def form_page(self, row: Parameter, form: ParameterForm) -> HttpResponse:
        return self.show("parameter", f"补充{row.label}", row.version, form=form, row=row, adding=True)


class ParameterEdit(PolicyPage):
    """Change one figure, with the reason and, where it rests on one, the document."""

    right, label = "view_parameters", "查看政策参数"

    def get(self, request: Request, pk: int) -> HttpResponse:
        row = self.parameter(pk)
        return self.form_page(row, ParameterForm(row=row))

    def post(self, request: Request, pk: int) -> HttpResponse:
        row = self.parameter(pk)
        form = ParameterForm(request.POST, row=row)
        if form.is_valid():
            try:
                change_parameter(
                    row,
                    raw=form.cleaned_data["value"],
                    reason=form.cleaned_data["reason"],
                    holds_from=form.cleaned_data.get("holds_from"),
                    basis=form.cleaned_data.get("basis", ""),
                    actor=request.user,
                )
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已修改“{row.label}”。修改前已生成的文书不受影响。")
                return redirect("policy:version", pk=row.version_id)
        return self.form_page(row, form)

    def parameter(self, pk: int) -> Parameter:
        rows = Parameter.objects.filter(district_id=self.scope.district_id).select_related("version")
        return _for_whom(self.scope, get_object_or_404(rows, pk=pk))

    def form_page(self, row: Parameter, form: ParameterForm) -> HttpResponse:
        return self.show(
            "parameter",
            f"修改{row.label}",
            row.version,
            form=form,
            row=row,
            present=show_parameter(row.kind, row.value),
        )
