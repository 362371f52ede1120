"""The pages of a noun: its list, its row with fact sheet, panels and timeline, and a page for every step.

Any page may be an ordinary view instead: ``urls`` takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views import View
from django.views.decorators.http import require_http_methods, require_safe

from xianan.core import refusals
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.history.models import Entry
from xianan.history.selectors import newest_entry, timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui import html
from xianan.ui.acts import STALE
from xianan.ui.fields import Fact, HasField, lines
from xianan.ui.forms import Form
from xianan.ui.lists import Tab

from .asks import Words, words_of
from .nouns import Noun
from .steps import CLICK, FOLLOWS, PAGE, M, Step

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
    how: str = PAGE


Views = Mapping[str, Callable[..., Any] | None]


@dataclass(frozen=True, kw_only=True)
class NounPages(Generic[M]):
    """The pages of a noun. What is said of a row is a function of it."""

    noun: Noun[M]
    section: str = ""
    title: str = ""
    """Of the list; the way back to it."""
    way: Callable[[M], Sequence[tuple[str, str]]] | None = None
    """The way to a row that is within another one, which has the list."""
    name: Callable[[M], str]
    facts: Callable[[M], Sequence[str]]
    """The grey line below the title."""
    step_facts: Callable[[M], Sequence[str]] | None = None
    """The same below the title of a step, where that should say more."""
    sheet: Sequence[Fact | HasField] = ()
    panels: Sequence[Panel] = ()
    template: str = "acts/row.html"
    more: Callable[[M], Mapping[str, Any]] = lambda row: {}
    """What a template of its own shows besides."""
    asked: Callable[[Request, M], Mapping[str, Any]] = lambda request, row: {}
    """The same, where it hangs on who asks."""
    inline: tuple[str, ...] = ()
    """Steps whose form its own template draws: they have no page, and what is refused stands there."""
    upcoming: Callable[[M], Sequence[tuple[str, str]]] = lambda row: ()
    links: Callable[[M], Iterable[Link]] = lambda row: ()
    back: Words = ""
    """What a step's way back is called; the noun's word when empty."""
    forms: Mapping[str, Callable[[M, Any], Form]] = field(default_factory=dict)
    """Forms of steps that ask what no ask can say, made of a row and what was posted; they give the effect's keywords."""

    def urls(
        self,
        folder: str,
        rows: type[View] | None = None,
        own: Views | None = None,
        *,
        at: str = "",
        **views: tuple[str, Callable[..., Any]],
    ) -> Iterator[URLPattern]:
        """Yield the addresses: the list, ``views`` beside it (name: address, view), a row's page, its steps.

        ``own`` are the ordinary views of steps whose page is their own, "" that of the row, None where there is no
        address. The list is ``at`` another address than the rows where that is said. Within another row ``folder``
        says where its key stands: ``<number:above>``.
        """
        name = self.noun.page.rpartition(":")[2]
        if rows is not None:
            yield path(f"{at or folder}/", rows.as_view(), name=f"{name}s")
        for key, (place, view) in views.items():
            yield path(f"{folder}/{place}/", view, name=f"{name}-{key}")
        yield path(f"{folder}/<number:pk>/", (own or {}).get("") or self.row_view(), name=name)
        yield from self.step_urls(folder, own)

    def step_urls(self, folder: str, own: Views | None = None) -> Iterator[URLPattern]:
        """Yield the addresses of the steps alone."""
        name = self.noun.page.rpartition(":")[2]
        for step in self.noun.steps.values():
            view = (own or {}).get(step.name, self.step_view(step))
            if view is not None and step.how != FOLLOWS:
                yield path(f"{folder}/<number:pk>/{step.name}/", view, name=f"{name}-{step.name}")

    # ---- A row -----------------------------------------------------------------------------------------

    def row_view(self) -> Callable[..., HttpResponse]:
        @login_required
        @require_safe
        def page(request: Request, pk: int, above: int | None = None) -> HttpResponse:
            return self.show(request, self.noun.fetch(request.scope, pk, above))

        return page

    def show(self, request: Request, row: M, *, status: int = 200, **more: Any) -> HttpResponse:
        """Draw the page of a row; ``more``, such as a ``form`` refused, is for its own template."""
        context = {**self.shown(request, row), **self.more(row), **self.asked(request, row), **more}
        return render(request, self.template, context, status=status)

    def shown(self, request: Request, row: M) -> dict[str, Any]:
        """Return what the page of a row shows, for a view of its own too."""
        self._open(request)
        word, tone = self.noun.standing(row)
        entries = self.log(row)
        return {
            "title": self.name(row),
            "crumbs": self.crumbs(row)[:-1],
            "badge": html.badge(word, tone, "auto"),
            "facts": self.facts(row),
            "row": row,
            "offers": self.offers(request, row),
            "may": {step.name for step in self.noun.offered(row, request.scope)} if self.inline else set(),
            "seen": entries[0].pk if entries else 0,
            "sheet_title": self.noun.word,
            "sheet": lines(row, self.sheet),
            "panels": self.drawn(row),
            "entries": entries,
            "upcoming": self.upcoming(row),
            "links": self.links(row),
        }

    def log(self, row: M) -> list[Entry]:
        """Return the log of a row, which guards may have read already."""
        return list(timeline(row))

    def _open(self, request: Request) -> None:
        """Mark the entry of the menu under which the page stands, where its address doesn't say."""
        if self.noun.menu:
            request.menu_current = self.noun.menu

    def crumbs(self, row: M | None = None) -> list[tuple[str, str]]:
        """Return the way to the list, or to a row of it."""
        if row is None:
            return [*self.noun.way(self.section), (self.title, self.noun.list_url)]
        way = self.way(row) if self.way is not None else self.crumbs()
        return [*way, (self.name(row), self.noun.url(row))]

    def way_back(self, row: M) -> tuple[str, str]:
        return words_of(self.back, row) or self.noun.word, self.noun.url(row)

    def offers(self, request: Request, row: M) -> list[Offer]:
        """Return the steps to offer, the main one last: of several one alone is drawn as that."""
        found = [
            Offer(
                step.name,
                words_of(step.wording.offer, row) or step.label,
                f"{self.noun.url(row)}{step.name}/",
                words_of(step.wording.style, row),
                step.why_not(request.scope, row),
                step.how,
            )
            for step in self.noun.offered(row, request.scope)
            if step.name not in self.inline
        ]
        found.sort(key=lambda offer: offer.style == "primary" and not offer.why)
        return [
            replace(offer, style="") if offer.style == "primary" and offer is not found[-1] else offer
            for offer in found
        ]

    def drawn(self, row: M, step: str = "") -> list[tuple[str, Mapping[str, Any]]]:
        """Return the panels that have something to show of a row."""
        wanted = [panel for panel in self.panels if not step or step in panel.steps]
        own = [(panel.template, shown) for panel in wanted if (shown := panel.shows(row)) is not None]
        return own if step else [*own, *filter(None, self.noun.panels(row))]

    # ---- A step ----------------------------------------------------------------------------------------

    def step_view(
        self, said: Step[M, Any] | Callable[[M, Scope], Step[M, Any]]
    ) -> Callable[..., HttpResponse]:
        """Return the page of a step, or of the one that a function finds to be the person's turn."""
        bare = isinstance(said, Step) and (said.how == CLICK or said.name in self.inline)

        @login_required
        @require_http_methods(["POST"] if bare else ["GET", "HEAD", "POST"])
        def page(request: Request, pk: int, above: int | None = None) -> HttpResponse:
            row = self.noun.fetch(request.scope, pk, above)
            step = said if isinstance(said, Step) else said(row, request.scope)
            if request.method != "POST":
                step.refuse(row, request.scope)
                return self._asked(request, row, step, self.form(step, row))
            form, status = self.form(step, row, request.POST), 200
            try:
                step.refuse(row, request.scope)
                if form.is_valid():
                    return self._taken(request, row, step, form)
            except NotAllowed:
                raise
            except DomainError as refusal:
                if refusal.code in STALE:
                    return self._stale(request, row, step, refusal)
                if step.how == CLICK and step.name not in self.inline:
                    messages.error(request, refusal.message)
                    return redirect(self.noun.url(row))
                form.full_clean()
                form.refuse(refusal)
                if not refusal.field:
                    refusals.reason.set(refusal.code)
                    status = refusal.status
            if step.name in self.inline:
                return self.show(request, row, status=status, form=form)
            return self._asked(request, row, step, form, status)

        if isinstance(said, Step):
            page.__name__ = said.name
        return page

    def _taken(self, request: Request, row: M, step: Step[M, Any], form: Form) -> HttpResponse:
        seen = whole(request.POST.get(SEEN, ""))
        done = step.take(row, {"actor": request.user, **form.cleaned_data}, seen=seen)
        messages.success(request, step.said(done))
        # What was handed back or deleted is out of sight.
        there = self.noun.readable(request.scope, done)
        return redirect(self.noun.url(done) if there else self.noun.list_url)

    def form(self, step: Step[M, Any], row: M, data: Any = None) -> Form:
        """Return the form of a step for a row."""
        own = self.forms.get(step.name)
        return form_of(step, row, data) if own is None else own(row, data)

    def _asked(
        self, request: Request, row: M, step: Step[M, Any], form: Form, status: int = 200
    ) -> HttpResponse:
        self._open(request)
        context = {
            "title": words_of(step.wording.title, row) or step.label,
            "crumbs": self.crumbs(row),
            "facts": (self.step_facts or self.facts)(row),
            "row": row,
            "step": step,
            "style": words_of(step.wording.style, row) or "primary",
            "button": words_of(step.wording.button, row),
            "form": form,
            "seen": request.POST.get(SEEN) or newest_entry(self.noun.about(row)),
            "back": self.way_back(row),
            "panels": self.drawn(row, step.name),
        }
        return render(request, "acts/step.html", context, status=status)

    def _stale(self, request: Request, row: M, step: Step[M, Any], refusal: DomainError) -> HttpResponse:
        """Say what changed since the page was made, with what was typed to be copied from."""
        self._open(request)
        refusals.reason.set(refusal.code)
        seen, entries = whole(request.POST.get(SEEN, "")), timeline(self.noun.about(row))
        typed = [
            (field.label, text)
            for name, field in self.form(step, row, request.POST).fields.items()
            if isinstance(field, forms.CharField | forms.DateField)
            and (text := request.POST.get(name, "").strip())
        ]
        context = {
            "title": "您的操作没有生效",
            "crumbs": self.crumbs(row),
            "facts": (self.step_facts or self.facts)(row),
            "text": refusal.message,
            "entries": entries.filter(pk__gt=seen) if seen else entries[:1],
            "typed": typed,
            "back": self.way_back(row),
        }
        return render(request, "acts/stale.html", context, status=409)


def form_of(step: Step[Any, Any], row: Any, data: Any = None) -> Form:
    """Return the form of a step for a row: what it asks there."""
    fields = {ask.name: ask.field(row) for ask in step.asks if ask.when(row)}
    made: type[Form] = type("StepForm", (Form,), fields)
    return made(data)


class NounList(ListPage, Generic[M]):
    """Subclasses name ``noun``, ``title``, ``section`` and their table."""

    noun: Noun[M]
    section = ""
    begins: tuple[str, str, str] | None = None
    """Label, address and right of beginning one."""
    template_name = "acts/list.html"

    @property
    def right(self) -> str:  # type: ignore[override]  # a value elsewhere, the noun's here
        return self.noun.view

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return self.noun.way(self.section)

    def queryset(self, scope: Any) -> QuerySet[Any]:
        return self.noun.visible(scope)

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        states = self.noun.states
        of_state = (Tab(s.value, str(s.label), Q(**{self.noun.attribute: s.value})) for s in states)
        return (Tab("all", "全部"), *of_state)

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if self.begins is None or not scope.organization_ids(self.begins[2]):
            return None
        return self.begins[0], reverse(self.begins[1])

    def context(self, scope: Any) -> dict[str, Any]:
        return {"begin": self.get_empty_action(scope)}
