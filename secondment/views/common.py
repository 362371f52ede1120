"""What the views of this app share: a step of a flow as a page with its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from xianan.core.errors import DomainError, NotAllowed
from xianan.core.flow import Flow
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.acts import STALE
from xianan.ui.forms import Form

SECTION = "人员与培训"


@dataclass(frozen=True)
class StepPage:
    """One step as a page: what it is called, what its button says, its form and what it does.

    ``may`` raises DomainError unless the person may take it now; ``act`` takes the row, the checked form
    and the actor, and returns what the person is told. ``notes`` are (what, small print) of the reading column.
    """

    title: str
    button: str
    may: Callable[[Any, Scope], Any]
    act: Callable[[Any, Any, Any], str]
    form: Callable[..., Form] = Form
    style: str = "primary"
    initial: Callable[[Any], dict[str, Any]] = lambda row: {}
    needs_row: bool = False
    notes: Sequence[tuple[str, str]] = ()
    after: Sequence[str] = ()

    def make_form(self, row: Any, data: Any = None) -> Form:
        more = {"row": row} if self.needs_row else {}
        return self.form(data, initial=self.initial(row), **more)


def possible(flow: Flow, name: str) -> Callable[[Any, Scope], Any]:
    """Return what refuses a step that may not be taken now; the reason is asked by its form."""
    return lambda row, scope: flow.refuse_unless_possible(row, name, scope, reason="—")


def take_step(
    request: Request,
    row: Any,
    step: StepPage,
    *,
    crumbs: Sequence[tuple[str, str]],
    facts: Sequence[str],
    menu: str,
    back: tuple[str, str],
    more: Callable[[], Mapping[str, Any]] = dict,
) -> HttpResponse:
    """Show the form of a step, or take it and go back to the row's page (``back``: label and address).

    ``more`` gives what the page shows besides.
    """
    step.may(row, request.scope)
    form = step.make_form(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            said = step.act(row, form, request.user)
        except NotAllowed:
            raise
        except DomainError as refusal:
            if refusal.code in STALE:
                raise
            form.refuse(refusal)
        else:
            messages.success(request, said)
            return redirect(back[1])
    request.menu_current = menu
    context = {
        "title": step.title,
        "crumbs": crumbs,
        "facts": facts,
        "step": step,
        "form": form,
        "back": back,
        **more(),
    }
    return render(request, "secondment/step.html", context)
