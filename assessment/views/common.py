"""What the pages of the assessment share: fetching a cycle, trying a service, a page with one form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from xianan.acts import Permit, Step
from xianan.acts.asks import words_of
from xianan.acts.pages import NounPages
from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import every_street
from xianan.ui.fields import HasField

from ..cycles.steps import CYCLE
from ..forms.fields import put
from ..models import Cycle, Indicator
from ..selectors import cycles
from ..selectors.held import hold
from ..services.common import seen_as

CRUMB = ("考核与经费", "")
WRITE = ["GET", "HEAD", "POST"]
STALE = {"wrong_state", "gone"}
"""Refusals that mean the page is older than what it shows: they get a page of their own."""


def held(request: Request, pk: int, permit: Permit[Cycle] | None = None) -> Cycle:
    """Return a cycle the person may see, of which this page reads things once. 404; what ``permit`` refuses."""
    cycle = hold(CYCLE.fetch(request.scope, pk))
    if permit is not None:
        permit.refuse(cycle, request.scope)
    return cycle


def district_of(request: Request | None) -> int:
    """Return the district of the person, 0 without one: for the conditions of a list."""
    scope = getattr(request, "scope", None)
    return scope.district_id if scope is not None else 0


def streets_of(request: Request) -> QuerySet[Organization]:
    """Return the streets that a list may be cut to."""
    return every_street(district_of(request))


def get_cell(cycle: Cycle, street: int, indicator: int) -> tuple[Organization, Indicator]:
    """Return a street and an indicator of the cycle. 404 for any other."""
    place = next((row for row in cycles.streets(cycle) if row.pk == street), None)
    if place is None:
        raise Http404
    row: Indicator = get_object_or_404(Indicator, pk=indicator, scheme=cycle.scheme_id)
    return place, row


def crumbs(cycle: Cycle | None = None) -> list[tuple[str, str]]:
    """Return the way to the pages of a cycle."""
    found = [*CYCLE.way(CRUMB[0]), ("年度考核", CYCLE.list_url)]
    return [*found, (f"{cycle.year}年度", CYCLE.url(cycle))] if cycle else found


def way_to_result(cycle: Cycle) -> list[tuple[str, str]]:
    """Return the way to what is decided about the result of a cycle."""
    return [*crumbs(cycle), ("考核结果", reverse("assessment:result", args=[cycle.pk]))]


def attempt(
    request: Request, act: Callable[[], Any], done: str | Callable[[Any], str], to: str
) -> HttpResponse:
    """Do something, say what was done or why not, and go to an address; stale pages get a page of their own."""
    try:
        result = act()
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code in STALE:
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, done(result) if callable(done) else done)
    return redirect(to)


def form_page(
    request: Request,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    to: Callable[[Any], str],
    *,
    title: str,
    button: str,
    back: str,
    crumbs: Sequence[tuple[str, str]],
    done: str,
    template: str = "assessment/form.html",
    seen: Callable[[], str] | None = None,
    look: Callable[[], list[str]] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show a form, or run a service with what was typed; a refusal stands at its field.

    ``seen`` marks what stands now: after a colleague's change, saving once more is meant. ``look`` says what
    would come of it, for a form with a button 试算, and nothing is done.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            trying = look is not None and "try" in request.POST
            result = look() if trying and look is not None else act(form.cleaned_data)
        except DomainError as refusal:
            if refusal.status == 403 or refusal.code in STALE:
                raise
            form.refuse(refusal)
            status = 200 if refusal.field else refusal.status
            if refusal.code == "stale" and seen is not None:
                put(form, "seen", seen())
        else:
            if not trying:
                messages.success(request, done)
                return redirect(to(result))
            context["found"] = result
    context = {
        "title": title, "crumbs": crumbs, "form": form, "button": button, "back": back,
        "action": request.get_full_path(), **context,
    }  # fmt: skip
    return render(request, template, context, status=status)


def edit_view(
    pages: NounPages[Any], step: Step[Any, Any], form: type[forms.Form], fields: Sequence[HasField]
) -> Callable[..., HttpResponse]:
    """Return the view of a step that writes ``fields`` over nobody's words.

    The form carries a mark of those it shows; after a colleague's change, saving once more is meant.
    """
    noun, marked = pages.noun, type("Marked", (form,), {"seen": forms.CharField(widget=forms.HiddenInput)})

    @login_required
    @require_http_methods(WRITE)
    def page(request: Request, pk: int) -> HttpResponse:
        row = noun.fetch(request.scope, pk)
        request.menu_current = f"{noun.page}s"
        step.refuse(row, request.scope)

        def stands(row: Any) -> dict[str, str]:
            return {each.field.name: getattr(row, each.field.name) for each in fields}

        def seen() -> str:
            return seen_as(*stands(noun.fetch(request.scope, pk)).values())

        first = stands(row)
        return form_page(
            request, marked(request.POST or None, initial={**first, "seen": seen_as(*first.values())}),
            lambda data: step.take(row, {"actor": request.user, **data}), noun.url, title=step.label,
            button=words_of(step.wording.button, row), back=noun.url(row), crumbs=pages.crumbs(row),
            done=step.said(row), facts=(pages.step_facts or pages.facts)(row), seen=seen,
        )  # fmt: skip

    return page
