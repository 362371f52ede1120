"""Personal files: everything of one person's secondment, the street's opinion, the logged print (P33)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secondment.choices import OpinionState, SecondmentState
from secondment.file_sections import sections
from secondment.filters.appraisal import PersonFilter
from secondment.forms.personal_files import AskForm, GiveAnyForm, GiveForm, PrintForm
from secondment.models import Person, Secondment, StreetOpinion
from secondment.selectors import personal_files as selectors
from secondment.selectors.sheets import head_of
from secondment.services import opinions, papers
from secondment.tables.appraisal import FileTable
from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui.acts import WRITE, form_page

from .appraisal_forms import open_document
from .appraisals import MENU, crumbs


class FileList(ListPage):
    """The people whose file a person may see."""

    title = "个人下沉档案"
    menu = MENU
    unit = "人"
    right = "view_personal_file"
    table_class = FileTable
    filterset_class = PersonFilter
    search_fields = ("name",)
    search_hint = "姓名"
    empty_title = "没有下沉人员"
    empty_text = "部门登记下沉人员后，档案随下沉、考核、培训自动形成。"

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return crumbs()

    def queryset(self, scope: Any) -> QuerySet[Person]:
        last = Secondment.objects.filter(
            person=OuterRef("pk"), state__in=(SecondmentState.SERVING, SecondmentState.ENDED)
        ).order_by("-starts_on", "-pk")
        return (
            selectors.people(scope)
            .select_related("organization")
            .annotate(last_street=Subquery(last.values("street__name")[:1]))
            .order_by("organization__display_order", "pk")
        )


def get_person(request: Request, pk: int) -> Person:
    """Return somebody whose file the person may see, else raise Http404."""
    request.menu_current = MENU
    rows = selectors.people(request.scope).select_related("organization", "district")
    return get_object_or_404(rows, pk=pk)


def _crumbs(person: Person | None = None) -> list[tuple[str, str]]:
    found = [*crumbs(), ("个人下沉档案", reverse("secondment:personal-files"))]
    return [*found, (person.name, reverse("secondment:personal-file", args=[person.pk]))] if person else found


@login_required
@require_safe
def personal_file(request: Request, pk: int) -> HttpResponse:
    """Everything about one person's secondment on one page, and who printed it."""
    person, scope = get_person(request, pk), request.scope
    whole = scope.can("view_identity", person, "organization")
    streets = list(selectors.streets_of(person))
    context = {
        "title": f"{person.name}的下沉档案",
        "crumbs": _crumbs(),
        "facts": [
            part for part in (str(person.organization), person.get_track_display(), person.post) if part
        ],
        "person": person,
        "identity": head_of(person, whole=whole),
        "masked": person.masked_id_number,
        "may_show": whole,
        "sections": sections(person),
        "prints": list(person.file_prints.select_related("organization", "printed_by")),
        "asked": list(
            person.street_opinions.filter(state=OpinionState.ASKED).select_related("street", "asking")
        ),
        "may_give": any(scope.can("give_opinion", street) for street in streets),
        "gives": [street.pk for street in streets if scope.can("give_opinion", street)],
        "may_ask": bool(streets) and scope.can("ask_opinion", person, "organization"),
    }
    return render(request, "secondment/files/page.html", context)


@login_required
@require_http_methods(WRITE)
def file_print(request: Request, pk: int) -> HttpResponse:
    """Ask what for, then issue the file as PDF and open it."""
    person = get_person(request, pk)
    form = PrintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = papers.print_file(person, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            form.refuse(refusal)
        else:
            return open_document(row.document)
    context = {
        "title": "印制个人档案",
        "crumbs": _crumbs(person),
        "form": form,
        "button": "印制并记录用途",
        "back": reverse("secondment:personal-file", args=[pk]),
        "hint": "印制人、时间和用途记入档案，本单位、对方单位和组织人社部门都能看到。",
        "action": request.get_full_path(),
    }
    return render(request, "ui/form.html", context)


@login_required
@require_http_methods(WRITE)
def opinion_ask(request: Request, pk: int) -> HttpResponse:
    """Ask a street for its opinion by a day."""
    person = get_person(request, pk)
    request.scope.require("ask_opinion", person, "organization", label="征求街道意见")
    back = reverse("secondment:personal-file", args=[pk])
    return form_page(
        request, AskForm(request.POST or None, streets=selectors.streets_of(person)),
        lambda data: opinions.ask_opinion(person, actor=request.user, **data), lambda _: back,
        title="征求街道意见", button="征求街道意见", back=back, crumbs=_crumbs(person), done="已征求街道意见。",
        hint="下沉期间的表现是晋升使用的重要依据，考察时听取街道意见。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def opinion_create(request: Request, pk: int) -> HttpResponse:
    """Give the opinion of the own street of its own accord."""
    person, scope = get_person(request, pk), request.scope
    own = selectors.streets_of(person).filter(pk__in=scope.organization_ids("give_opinion"))
    if not own:
        raise NotAllowed("您没有“出具街道意见”的权限。")
    back = reverse("secondment:personal-file", args=[pk])
    return form_page(
        request, GiveAnyForm(request.POST or None, streets=own),
        lambda data: opinions.give_opinion(person, actor=request.user, **data), lambda _: back,
        title=f"出具对{person.name}的意见", button="出具街道意见", back=back, crumbs=_crumbs(person), done="已出具街道意见。",
        hint="意见记入个人档案，出具后不能修改；情况有变化的，另行出具。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def opinion_give(request: Request, pk: int) -> HttpResponse:
    """Give the opinion that was asked for; whoever sees the file but gives none is led there."""
    scope = request.scope
    request.menu_current = MENU
    rows = StreetOpinion.objects.filter(
        person__in=selectors.people(scope), district_id=scope.district_id
    ).select_related("person__organization", "street", "asking")
    row = get_object_or_404(rows, pk=pk)
    back = reverse("secondment:personal-file", args=[row.person_id])
    if not scope.can("give_opinion", row, "street"):
        raise NotAllowed("您没有“出具街道意见”的权限。")
    if row.state == OpinionState.GIVEN and request.method != "POST":
        return redirect(back)
    return form_page(
        request, GiveForm(request.POST or None),
        lambda data: opinions.give_opinion(
            row.person, street=row.street, asked=row, actor=request.user, **data
        ),
        lambda _: back,
        title=f"出具对{row.person.name}的意见", button="出具街道意见", back=back, crumbs=_crumbs(row.person),
        done="已出具街道意见。", hint=f"{row.asking}征求：{row.purpose}",
    )  # fmt: skip
