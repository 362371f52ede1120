"""An identity number in full: asked for by a button, shown once, written down."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from secondment.models import Person
from secondment.selectors import personal_files
from secondment.services.people import show_identity
from secondment.terms.steps import SERVICE
from secondment.views.common import SECTION
from xianan.organizations.scope import scope_of
from xianan.ui.protocols import PortalRequest
from xianan.ui.views import back_url


@require_POST
def identity(request: PortalRequest, pk: int) -> HttpResponse:
    """The number of somebody the person sees, for those with the right. With htmx the number alone."""
    if not request.user.is_authenticated:
        if request.htmx:
            # The page whose session has ended is asked for anew, and leads to the sign-in.
            return HttpResponse(headers={"HX-Refresh": "true"})
        return redirect_to_login(reverse("secondment:secondments"))
    scope = scope_of(request.user)
    seen = Q(pk__in=personal_files.people(scope).values("pk")) | Q(
        pk__in=SERVICE.visible(scope).values("person")
    )
    rows = Person.objects.filter(seen, district_id=scope.district_id)
    person = get_object_or_404(rows.select_related("organization", "district"), pk=pk)
    number = show_identity(person, actor=request.user)
    if request.htmx:
        answer = HttpResponse(number)
    else:
        context = {
            "title": "身份证号码",
            "crumbs": ((SECTION, ""),),
            "person": person,
            "number": number,
            "back": back_url(request, reverse("secondment:secondments")),
        }
        answer = render(request, "secondment/identity/page.html", context)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
