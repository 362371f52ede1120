"""The pages of a noun: its row with fact sheet, panels and timeline, and a page for every step.

Any page may be an ordinary view instead: ``urls`` takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views import View
from django.views.decorators.http import require_http_methods, require_safe

from xianan.core import refusals
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.history.models import Entry
from xianan.history.selectors import timeline
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.acts import STALE
from xianan.ui.forms import Form

from .asks import words_of
from .fields import HasField
from .nouns import Noun
from .sheet import Fact, lines
from .steps import M, Step

SEEN = "_seen"
"""The newest entry of the row's log when its page was made: what came since is told on a stale page."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: a template and what it shows of a row, None for nothing.

    It stands on the row's page, and on those of the ``steps`` named.
    """

    template: str
    shows: Callable[[Any], Mapping[str, Any] | None]
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the narrow column: an address, or something said with it (``small``)."""

    words: str
    url: str = ""
    small: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A step on the page of a row: its button, and why it is shut."""

    name: str
    label: str
    url: str
    style: str
    why: str


@dataclass(frozen=True, kw_only=True)
class NounPages(Generic[M]):
    """The pages of a noun. What is said of a row is a function of it."""

    noun: Noun[M]
    section: str
    title: str
    """Of the list; the way back to it."""
    name: Callable[[M], str]
    facts: Callable[[M], Sequence[str]]
    """The grey line below the title."""
    step_facts: Callable[[M], Sequence[str]] | None = None
    """The same below the title of a step, where that should say more."""
    sheet: Sequence[Fact | HasField]
    panels: Sequence[Panel] = ()
    template: str = "acts/row.html"
    more: Callable[[M], Mapping[str, Any]] = lambda row: {}
    """What a template of its own shows besides."""
    upcoming: Callable[[M], Sequence[tuple[str, str]]] = lambda row: ()
    links: Callable[[M], Iterable[Link]] = lambda row: ()
    forms: Mapping[str, Callable[[M, Any], Form]] = field(default_factory=dict)
    """Forms of steps that ask what no ask can say, made of a row and what was posted; they give the effect's keywords."""

    def urls(
        self,
        folder: str,
        rows: type[View],
        own: Mapping[str, Callable[..., Any]] | None = None,
        **views: tuple[str, Callable[..., Any]],
    ) -> Iterator[URLPattern]:
        """Yield the addresses: the list, ``views`` beside it (name: address, view), a row's page, its steps.

        ``own`` are the ordinary views of steps whose page is their own; "" is that of the row.
        """
        name, own = self.noun.page.rpartition(":")[2], own or {}
        yield path(f"{folder}/", rows.as_view(), name=f"{name}s")
        for key, (at, view) in views.items():
            yield path(f"{folder}/{at}/", view, name=f"{name}-{key}")
        yield path(f"{folder}/<number:pk>/", own.get("") or self.row_view(), name=name)
        for step in self.noun.steps.values():
            view = own.get(step.name) or self.step_view(step)
            yield path(f"{folder}/<number:pk>/{step.name}/", view, name=f"{name}-{step.name}")

    # ---- A row -----------------------------------------------------------------------------------------

    def row_view(self) -> Callable[..., HttpResponse]:
        @login_required
        @require_safe
        def page(request: Request, pk: int) -> HttpResponse:
            row = self.noun.fetch(request.scope, pk)
            return render(request, self.template, {**self.shown(request, row), **self.more(row)})

        return page

    def shown(self, request: Request, row: M) -> dict[str, Any]:
        """Return what the page of a row shows, for a view of its own too."""
        request.menu_current = self.noun.menu
        word, tone = self.noun.standing(row)
        return {
            "title": self.name(row),
            "crumbs": self.crumbs(),
            "badge": html.badge(word, tone, "auto"),
            "facts": self.facts(row),
            "row": row,
            "offers": self.offers(request, row),
            "sheet_title": self.noun.word,
            "sheet": lines(row, self.sheet),
            "panels": self.drawn(row),
            "entries": timeline(row),
            "upcoming": self.upcoming(row),
            "links": self.links(row),
        }

    def crumbs(self, row: M | None = None) -> list[tuple[str, str]]:
        """Return the way to the list, or to a row of it."""
        way = [*self.noun.way(self.section), (self.title, self.noun.list_url)]
        return way if row is None else [*way, (self.name(row), self.noun.url(row))]

    def offers(self, request: Request, row: M) -> list[Offer]:
        """Return the steps to offer, the main one last: of several one alone is drawn as that."""
        found = [
            Offer(
                step.name,
                words_of(step.wording.offer, row) or step.label,
                f"{self.noun.url(row)}{step.name}/",
                words_of(step.wording.style, row),
                step.why_not(request.scope, row),
            )
            for step in self.noun.offered(row, request.scope)
        ]
        found.sort(key=lambda offer: offer.style == "primary" and not offer.why)
        return [
            replace(offer, style="") if offer.style == "primary" and offer is not found[-1] else offer
            for offer in found
        ]

    def drawn(self, row: M, step: str = "") -> list[tuple[str, Mapping[str, Any]]]:
        """Return the panels that have something to show of a row."""
        wanted = [panel for panel in self.panels if not step or step in panel.steps]
        return [(panel.template, shown) for panel in wanted if (shown := panel.shows(row)) is not None]

    # ---- A step ----------------------------------------------------------------------------------------

    def step_view(self, step: Step[M, Any]) -> Callable[..., HttpResponse]:
        @login_required
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request: Request, pk: int) -> HttpResponse:
            row = self.noun.fetch(request.scope, pk)
            if request.method != "POST":
                step.refuse(row, request.scope)
                return self._asked(request, row, step, self.form(step, row))
            try:
                step.refuse(row, request.scope)
                form = self.form(step, row, request.POST)
                if form.is_valid():
                    done = step.take(row, {"actor": request.user, **form.cleaned_data})
                    messages.success(request, step.said(done))
                    return redirect(self.noun.url(done))
            except NotAllowed:
                raise
            except DomainError as refusal:
                if refusal.code in STALE:
                    return self._stale(request, row, step, refusal)
                form = self.form(step, row, request.POST)
                form.full_clean()
                form.refuse(refusal)
                if not refusal.field:
                    refusals.reason.set(refusal.code)
                    return self._asked(request, row, step, form, refusal.status)
            return self._asked(request, row, step, form)

        page.__name__ = step.name
        return page

    def form(self, step: Step[M, Any], row: M, data: Any = None) -> Form:
        """Return the form of a step for a row."""
        own = self.forms.get(step.name)
        return form_of(step, row, data) if own is None else own(row, data)

    def _asked(
        self, request: Request, row: M, step: Step[M, Any], form: Form, status: int = 200
    ) -> HttpResponse:
        request.menu_current = self.noun.menu
        context = {
            "title": step.label,
            "crumbs": self.crumbs(row),
            "facts": (self.step_facts or self.facts)(row),
            "row": row,
            "step": step,
            "style": words_of(step.wording.style, row) or "primary",
            "button": words_of(step.wording.button, row),
            "form": form,
            "seen": request.POST.get(SEEN) or _newest(row),
            "back": (self.noun.word, self.noun.url(row)),
            "panels": self.drawn(row, step.name),
        }
        return render(request, "acts/step.html", context, status=status)

    def _stale(self, request: Request, row: M, step: Step[M, Any], refusal: DomainError) -> HttpResponse:
        """Say what changed since the page was made, with what was typed to be copied from."""
        refusals.reason.set(refusal.code)
        seen = whole(request.POST.get(SEEN, ""))
        typed = [
            (words_of(ask.label, row), text)
            for ask in step.asks
            if ask.longest and (text := request.POST.get(ask.name, "").strip())
        ]
        context = {
            "title": "您的操作没有生效",
            "crumbs": self.crumbs(row),
            "facts": (self.step_facts or self.facts)(row),
            "text": refusal.message,
            "entries": timeline(row).filter(pk__gt=seen) if seen else timeline(row)[:1],
            "typed": typed,
            "back": (self.noun.word, self.noun.url(row)),
        }
        return render(request, "acts/stale.html", context, status=409)


def form_of(step: Step[Any, Any], row: Any, data: Any = None) -> Form:
    """Return the form of a step for a row: what it asks there."""
    fields = {ask.name: ask.field(row) for ask in step.asks if ask.when(row)}
    made: type[Form] = type("StepForm", (Form,), fields)
    return made(data)


def _newest(row: Any) -> int:
    newest = Entry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("-pk")
    return newest.values_list("pk", flat=True).first() or 0


__all__ = ["Fact", "Link", "NounPages", "Panel"]
