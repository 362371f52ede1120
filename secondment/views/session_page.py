"""The page of one session: facts, who took part, the code on the wall, the sheet to sign (P14)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secondment.choices import ConfirmationState, SessionState
from secondment.confirmations.steps import CONFIRMATION
from secondment.forms.training import MarksForm, NamesForm
from secondment.models import Attendance, Session, StreetConfirmation
from secondment.rules.training import (
    FEWEST_RATINGS,
    average,
    code_window,
    hundredths,
    mean_score,
    names_in,
    quarter_of,
)
from secondment.selectors.proof import HELD, SHEET
from secondment.selectors.training import sees_people
from secondment.services import attendance as services
from secondment.sessions.page import PAGES, WAITS, state_word
from secondment.sessions.steps import ATTEND, REMOVE, SESSION, is_announced, is_counted, is_due
from xianan.acts import Step
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.models import Attachment
from xianan.documents.pdf import qr
from xianan.history.selectors import timeline
from xianan.imports.views import panel
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import streets
from xianan.policy.late import reading
from xianan.ui import html
from xianan.ui.acts import attempt
from xianan.ui.text import short_date

ABOUT_PEOPLE = ("session.listed", "session.marked", "session.struck", "session.checked_in", "session.rated")


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A street on the page: invited or not, and how many came of those named."""

    street: Organization
    invited: bool
    present: int
    named: int
    counts: bool
    """Whether the present count; those of a session entered late do once it is proven for the street."""


@login_required
@require_safe
def session_page(request: Request, pk: int) -> HttpResponse:
    """The session with everything that may be done about it now."""
    return _page(request, SESSION.fetch(request.scope, pk))


def _page(
    request: Request, session: Session, *, names: NamesForm | None = None, marks: MarksForm | None = None
) -> HttpResponse:
    scope = request.scope
    shared = PAGES.shown(request, session)
    offers = shared["offers"]
    manages = ATTEND.allows(session, scope)
    keeps_list = manages and ATTEND.in_turn(session)
    in_work = not is_counted(session)
    people = _people(session)
    proof = _proof(session, scope, {row.street_id for row in people if row.present})
    shown = _shown(people, sees_people(scope, session), scope)
    present = [row for row in people if row.present]
    announced = is_announced(session)
    rated = [row.satisfaction for row in present if row.satisfaction is not None]
    scored = [row.score for row in present if row.score is not None]
    open_streets = _streets_to_list(session, scope, manages)
    word, tone = state_word(session)
    is_past = is_due(session)
    # What isn't usual stands in a list at the side, not among the buttons.
    seldom = {"cancel"} if is_past else {"cancel", "hold"}
    context = {
        **shared,
        "badge": html.badge(f"{word}：{proof.lacks}" if proof and proof.lacks else word, tone, "auto"),
        "proof": proof,
        "proof_text": f"{quarter_of(session.day)}已经结束后才登记的培训，上传签到表或者到场街道确认后计入。",
        "held_entry": HELD,
        "session": session,
        "offers": [offer for offer in offers if offer.name not in seldom],
        "seldom": [offer for offer in offers if offer.name in seldom],
        "manages": manages,
        "announced": announced,
        "in_work": in_work,
        "may_remove": in_work and REMOVE.awaits(session, scope),
        "items": list(session.items.all()),
        "lines": _lines(session, people, proof),
        "people": shown,
        "hidden": len(people) - len(shown),
        "present": len(present),
        "present_streets": len({row.street_id for row in present}),
        "rating": hundredths(average(rated)) if len(rated) >= FEWEST_RATINGS else "",
        "fewest_ratings": FEWEST_RATINGS,
        "rated": len(rated),
        "mean": hundredths(mean_score(scored)),
        "scored": len(scored),
        "marks": marks or (MarksForm(people=shown) if keeps_list and shown else None),
        "names": names or _names_form(open_streets, is_past),
        "open_streets": open_streets,
        "may_strike": {street.pk for street in open_streets},
        "is_past": is_past,
        "held": session.state == SessionState.HELD,
        "shows_code": announced and not is_past,
        "entries": _entries(session, scope),
        "panel": panel("attendance", session, scope) if keeps_list else None,
        "check_in_open": not services.why_no_code(session) and services.street_of(request.user) is not None,
    }
    return render(request, "secondment/sessions/page.html", context)


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a session that was entered after its quarter, and what each street has said to it."""

    lacks: str
    """What it waits for to count; "" when it counts."""
    sheet: Attachment | None
    streets: list[tuple[StreetConfirmation, list[Step[StreetConfirmation, Any]]]]
    """Each street that is asked, with the steps that the person may take for it."""

    def holds_for(self, street: int) -> bool:
        """Whether the people of a street count."""
        return self.sheet is not None or any(
            row.street_id == street and row.state == ConfirmationState.CONFIRMED for row, _ in self.streets
        )


def _proof(session: Any, scope: Scope, streets: set[int]) -> Proof | None:
    if not session.needs_proof:
        return None
    sheet = attachments_of(session, SHEET).first()
    rows = session.confirmations.select_related("street", "answered_by")
    return Proof(
        "" if session.counts else WAITS if streets else "待签到表",
        sheet,
        [(row, [] if sheet else CONFIRMATION.offered(row, scope)) for row in rows],
    )


def _people(session: Session) -> list[Attendance]:
    """Return the list of a session, each name with whether it was entered late."""
    rows = session.attendances.select_related("street", "user", "person")
    return list(reading(rows.annotate(held_on=F("session__held_on")), HELD))


def _shown(people: list[Attendance], condition: Q | None, scope: Scope) -> list[Attendance]:
    if condition is None:
        return []
    if not condition:
        return people
    own = {scope.organization.pk, scope.organization.parent_id}
    return [row for row in people if row.street_id in own]


def _entries(session: Session, scope: Scope) -> Any:
    """Return the log of a session; what names people and scores is for the organization that holds it."""
    entries = timeline(session)
    if scope.organization.pk == session.organization_id:
        return entries
    return entries.exclude(action__in=ABOUT_PEOPLE)


def _lines(session: Session, people: list[Attendance], proof: Proof | None) -> list[StreetLine]:
    present = Counter(row.street_id for row in people if row.present)
    named = Counter(row.street_id for row in people)
    invited = {street.pk: street for street in session.streets.all()}
    others = {row.street_id: row.street for row in people if row.street_id not in invited}
    return [
        StreetLine(
            street,
            street.pk in invited,
            present[street.pk],
            named[street.pk],
            proof is None or proof.holds_for(street.pk),
        )
        for street in (*invited.values(), *others.values())
    ]


def _streets_to_list(session: Session, scope: Scope, manages: bool) -> list[Organization]:
    """Return the streets whose names the person may write on the list now."""
    if session.state == SessionState.CANCELLED:
        return []
    if manages:
        return list(streets(session.district_id, on=session.day))
    if session.state != SessionState.PLANNED or not is_counted(session):
        return []
    own = scope.organization_ids("list_attendance")
    return list(streets(session.district_id).filter(pk__in=own)) if own else []


def _names_form(open_streets: list[Organization], is_past: bool, data: Any = None) -> NamesForm | None:
    if not open_streets:
        return None
    rows = Organization.objects.filter(pk__in=[street.pk for street in open_streets])
    form = NamesForm(
        data, streets=rows, initial={"present": "yes" if is_past else "no", "street": open_streets[0].pk}
    )
    if not is_past:
        form.field("present", forms.ChoiceField).choices = [("no", "报名")]
    return form


@login_required
@require_POST
def session_names(request: Request, pk: int) -> HttpResponse:
    """Put the names of a street on the list."""
    session = SESSION.fetch(request.scope, pk)
    scope = request.scope
    manages = ATTEND.allows(session, scope)
    if not manages and not scope.holds("list_attendance"):
        raise NotAllowed("您没有登记参训人员的权限。")
    open_streets = _streets_to_list(session, scope, manages)
    asked = whole(request.POST.get("street"))
    if asked is not None and open_streets and asked not in {street.pk for street in open_streets}:
        raise NotAllowed("您没有登记该街道参训人员的权限。")
    form = _names_form(open_streets, is_due(session), request.POST)
    if form is None:
        raise DomainError("closed", "名单已截止，由举办单位补正。")
    if not form.is_valid():
        return _page(request, session, names=form)
    data = form.cleaned_data
    pasted = names_in(data["names"])
    names = list(dict.fromkeys(pasted))
    people = services.listed(names, data["street"], present=data["present"] == "yes")
    try:
        done = services.add_names(session, people=people, actor=request.user)
    except DomainError as refusal:
        if not refusal.field:
            raise
        form.refuse(refusal)
        return _page(request, session, names=form)
    again = f"，另有 {len(people) - len(done)} 人已在名单上" if len(done) < len(people) else ""
    if len(names) < len(pasted):
        again += f"，{len(pasted) - len(names)} 个重复的姓名只列一次"
    messages.success(request, f"已登记{data['street']} {len(done)} 人{again}。")
    return redirect("secondment:session", pk=pk)


@login_required
@require_POST
def session_marks(request: Request, pk: int) -> HttpResponse:
    """Put down who came and the scores."""
    session = SESSION.fetch(request.scope, pk)
    ATTEND.refuse(session, request.scope)
    people = _people(session)
    form = MarksForm(request.POST, people=people)
    if not form.is_valid():
        return _page(request, session, marks=form)
    marks = {key: services.Mark(*mark) for key, mark in form.marks.items()}
    try:
        count = services.mark_people(session, marks=marks, actor=request.user)
    except DomainError as refusal:
        if refusal.code not in ("absent_score", "nobody_left", "early"):
            raise
        form.add_error(None, refusal.message)
        return _page(request, session, marks=form)
    messages.success(request, f"已登记 {count} 人的到场和成绩。" if count else "没有改动。")
    return redirect("secondment:session", pk=pk)


@login_required
@require_POST
def session_strike(request: Request, pk: int, attendance: int) -> HttpResponse:
    """Strike somebody off the list."""
    session = SESSION.fetch(request.scope, pk)
    row = get_object_or_404(
        Attendance.objects.select_related("street", "session"), pk=attendance, session=session
    )
    condition = sees_people(request.scope, session)
    if condition is None:
        raise NotAllowed("您没有登记参训人员的权限。")
    if row not in _shown([row], condition, request.scope):
        raise Http404
    act = lambda: services.remove_name(row, actor=request.user)  # noqa: E731
    return attempt(request, act, f"已从名单移出{row.name}。", "secondment:session", pk)


def _address(request: Request, session: Session) -> str:
    """Return the address of the check-in page as people of the district reach the portal."""
    return request.build_absolute_uri(reverse("secondment:check-in", args=[session.code]))


@login_required
@require_safe
def session_code(request: Request, pk: int) -> HttpResponse:
    """The code and its QR, to be thrown on the wall."""
    session = SESSION.fetch(request.scope, pk)
    ATTEND.refuse(session, request.scope)
    opens, closes = code_window(session.planned_on, session.starts_at, session.ends_at)
    address = _address(request, session)
    context = {
        "title": "签到码",
        "crumbs": PAGES.crumbs(session),
        "facts": (f"{short_date(session.planned_on)} {opens:%H:%M} 至 {closes:%H:%M} 有效",),
        "session": session,
        "qr": qr(address),
        "address": address,
        "refusal": services.why_no_code(session),
        "present": session.attendances.filter(present=True).count(),
    }
    return render(request, "secondment/training/code.html", context)
