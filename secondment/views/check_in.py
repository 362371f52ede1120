"""Signing in to a session by its code, by somebody who is signed in to the portal (P14)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.forms.training import RateForm
from secondment.models import Session
from secondment.rules.training import CODE_LENGTH, FEWEST_RATINGS, clean_code
from secondment.services import attendance as services
from xianan.organizations.requests import Request
from xianan.ui.text import full_date


def _session(request: Request, code: str) -> Session:
    """Return the session of a code in the person's district, else raise Http404."""
    wanted = clean_code(code)
    rows = Session.objects.select_related("organization", "plan").filter(
        district_id=request.scope.district_id, code=wanted
    )
    found = rows.first() if len(wanted) == CODE_LENGTH else None
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def door(request: Request) -> HttpResponse:
    """Where a code is typed in: leads to its session, or says that there is none."""
    typed = request.GET.get("code", "").replace("\x00", "")[:40]
    if typed:
        try:
            found = _session(request, typed)
        except Http404:
            found = None
        if found is not None:
            return redirect("secondment:check-in", code=found.code)
    context = {
        "title": "培训签到",
        "typed": typed,
        "complaint": f"没有签到码为“{typed}”的培训。核对大屏或签到表上的 6 位字符。" if typed else "",
    }
    return render(request, "secondment/training/door.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: Request, code: str) -> HttpResponse:
    """The session to sign in to; a press signs in once, however often it is pressed."""
    session = _session(request, code)
    if request.method == "POST":
        services.check_in(session, actor=request.user)
        messages.success(request, "签到成功，可以对本次培训作出评价。")
        return redirect("secondment:check-in", code=session.code)
    return _page(request, session)


def _page(request: Request, session: Session, form: RateForm | None = None) -> HttpResponse:
    mine = session.attendances.filter(user=request.user.pk, present=True).first()
    street = services.street_of(request.user)
    context = {
        "title": "培训签到",
        "session": session,
        "facts": (str(session.organization), full_date(session.planned_on)),
        "mine": mine,
        "street": street,
        "refusal": services.why_no_code(session) if mine is None else "",
        "fewest_ratings": FEWEST_RATINGS,
        "form": form or RateForm(initial={"satisfaction": mine.satisfaction if mine else None}),
    }
    return render(request, "secondment/training/check_in.html", context)


@login_required
@require_POST
def rate(request: Request, code: str) -> HttpResponse:
    """Rate the session one has signed in to."""
    session = _session(request, code)
    form = RateForm(request.POST)
    if not form.is_valid():
        return _page(request, session, form)
    services.rate(session, satisfaction=form.cleaned_data["satisfaction"], actor=request.user)
    messages.success(request, "评价已提交，举办单位只看到汇总。")
    return redirect("secondment:check-in", code=session.code)
