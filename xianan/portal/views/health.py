"""Whether the portal can do its work: for the machine that watches it, and for 区委编办."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.documents.models import Certificate
from xianan.organizations.requests import Request

from ..status import SOON, parts


@never_cache
@require_safe
def health(request: Request) -> JsonResponse:
    """200 when every part is well, else 503; says ok or fail for each part, and nothing else."""
    found = parts()
    words = {part.key: "ok" if part.ok else "fail" for part in found}
    return JsonResponse(words, status=200 if all(part.ok for part in found) else 503)


@never_cache
@require_safe
@login_required
def status(request: Request) -> HttpResponse:
    """The same in words, with what to do, and the certificates one by one."""
    scope = request.scope
    if not scope.holds("view_jobs"):
        raise NotAllowed("您没有查看系统状态的权限。")
    found = parts()
    bad = [part for part in found if not part.ok]
    rows = Certificate.objects.filter(district=scope.district, is_active=True).select_related("organization")
    certificates = [
        (row, (clock.local_date(row.not_after) - clock.today()).days) for row in rows.order_by("not_after")
    ]
    context = {
        "title": "系统状态",
        "parts": found,
        "bad": bad,
        "warned": [part for part in found if part.ok and part.warn],
        "certificates": certificates,
        "soon": SOON,
        "now": clock.now(),
    }
    return render(request, "portal/status.html", context)
