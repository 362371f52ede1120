"""What pages that do something share: trying an act, and a form over a service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from xianan.core.errors import DomainError, NotAllowed

WRITE = ["GET", "HEAD", "POST"]
STALE = {"wrong_state", "gone"}
"""Refusals that mean the page is older than what it shows: they are told on a page of their own."""


def attempt(request: HttpRequest, act: Callable[[], Any], done: str, to: str, *args: Any) -> HttpResponse:
    """Do something, say what was done or why not, and go to a page.

    What is refused because the page is old, or for want of a right, is left to the page for that.
    """
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code in STALE:
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(to, *args)


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    to: Callable[[Any], str],
    *,
    title: str,
    button: str,
    back: str,
    crumbs: Sequence[tuple[str, str]],
    done: str | Callable[[Any], str],
    hint: str = "",
    refuse: bool = False,
    template: str = "ui/form.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form, or run a service with what was typed; a refusal stands at its field.

    ``done`` may depend on what the service returned. ``more`` is what a ``template`` of its own shows besides.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except DomainError as refusal:
            if refusal.status == 403 or refusal.code == "gone":
                raise
            form.refuse(refusal)
            status = 200 if refusal.field else refusal.status
        else:
            messages.success(request, done if isinstance(done, str) else done(result))
            return redirect(to(result))
    context = {
        "title": title, "crumbs": crumbs, "form": form, "button": button, "back": back, "hint": hint,
        "refuse": refuse, "action": request.get_full_path(), **(more or {}),
    }  # fmt: skip
    return render(request, template, context, status=status)
