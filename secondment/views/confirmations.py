"""What a street says to a session that was entered after its quarter: confirmed or denied (P14)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from secondment.flows.training import CONFIRMATION
from secondment.forms.staff import ReasonForm
from secondment.models import StreetConfirmation
from secondment.selectors.training import VIEW
from secondment.services import confirmations as services
from secondment.sessions.page import PAGES
from secondment.views.common import StepPage, take_step
from secondment.views.secondment_steps import possible
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.organizations.requests import Request
from xianan.ui.acts import WRITE


def _confirm(row: StreetConfirmation, form: Any, actor: Any) -> str:
    services.confirm(row, actor=actor)
    return f"已代表{row.street}确认参训，这场培训计入。"


def _deny(row: StreetConfirmation, form: Any, actor: Any) -> str:
    services.deny(row, actor=actor, reason=form.cleaned_data["reason"])
    return f"已答复{row.session.organization}不予确认。"


STEPS: dict[str, StepPage] = {
    "confirm": StepPage(
        "确认参训",
        "确认本街道人员到场",
        possible(CONFIRMATION, "confirm"),
        _confirm,
        notes=(("每季度集中开展业务培训", "实施方案二（五）（P14）"), ("季度结束后补登的培训", "附签到表或者到场街道确认后才计入")),
        after=("计入举办部门该季度的培训和本街道的参训", "举办单位收到通知，办理记录写明由谁确认"),
    ),
    "deny": StepPage(
        "不予确认",
        "不予确认并答复举办单位",
        possible(CONFIRMATION, "deny"),
        _deny,
        ReasonForm,
        style="refuse",
        after=("不计入，举办单位收到通知", "举办单位改正名单后再请确认，或者上传签到表"),
    ),
}  # fmt: skip


@login_required
@require_http_methods(WRITE)
def confirmation_step(request: Request, pk: int, step: str) -> HttpResponse:
    """Show the form of a step or take it; the names of the street stand above."""
    scope = request.scope
    rows = StreetConfirmation.objects.select_related(
        "street", "session__organization", "session__created_by", "session__recorded_by"
    )
    row = scope.fetch(rows, pk, VIEW, "street")
    session = row.session
    STEPS[step].may(row, scope)
    names = session.attendances.filter(street=row.street, present=True).values_list("name", flat=True)
    assert session.recorded_at is not None
    entered = clock.local_date(session.recorded_at)
    url = reverse("secondment:session", args=[session.pk])
    return take_step(
        request,
        row,
        STEPS[step],
        crumbs=PAGES.crumbs(session),
        facts=(
            f"{session.organization} {chinese_date(session.day)}举办",
            f"{chinese_date(entered)}补登",
            session.place,
        ),
        menu="secondment:trainings",
        back=("这场培训", url),
        more=lambda: {"lines": list(names), "lines_title": f"{row.street}到场名单"},
    )
