"""What the pages of plans and orders share: trying something, and a form over a service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.scope import Scope

CRUMB = (("督导与监督", ""),)
WRITE = ["GET", "HEAD", "POST"]


def scope_of(request: HttpRequest) -> Scope:
    """Return what the person of a request may see and do."""
    return request.scope  # type: ignore[attr-defined]


def attempt(request: HttpRequest, act: Callable[[], Any], done: str, to: str, *args: Any) -> HttpResponse:
    """Do something, say what was done or why not, and go to a page; stale pages get a page of their own."""
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code in {"wrong_state", "gone"}:
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
    done: str,
    hint: str = "",
    refuse: bool = False,
) -> HttpResponse:
    """Show a form, or run a service with what was typed; a refusal stands at its field."""
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
            messages.success(request, done)
            return redirect(to(result))
    context = {
        "title": title, "crumbs": crumbs, "form": form, "button": button, "back": back, "hint": hint,
        "refuse": refuse, "action": request.get_full_path(),
    }  # fmt: skip
    return render(request, "deadlines/plans/form.html", context, status=status)
