"""The papers of training: the sheet to sign and the yearly plan, as PDF (P14)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from secondment.choices import SessionState
from secondment.models import Attendance, Session, TrainingPlan
from secondment.rules.training import needs_words, quarter_of, quarters_of
from secondment.selectors.duties import needs
from secondment.sessions.steps import ATTEND, SESSION
from secondment.training_plans import steps as plans
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.documents.pdf import qr, render_pdf
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import version_in_force
from xianan.ui.text import weekday

SHEET, PLAN = "secondment/print/sign_in.html", "secondment/print/training_plan.html"
LEAST_ROWS = 8
SPARE_ROWS = 3


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    return answer


@login_required
@require_safe
def session_sheet(request: Request, pk: int) -> HttpResponse:
    """The sheet on which people sign: streets in groups, known names filled in, space for others."""
    session = SESSION.fetch(request.scope, pk)
    ATTEND.refuse(session, request.scope)
    address = request.build_absolute_uri(reverse("secondment:check-in", args=[session.code]))
    return _pdf(render_pdf(SHEET, sheet_data(session, address)), f"签到表-{session.title}")


def sheet_data(session: Session, address: str) -> dict[str, Any]:
    """Return what the sheet of a session is rendered from; its code leads to ``address``."""
    day = session.day
    return {
        "heading": f"{session.organization.formal_name}\n培训签到表",
        "facts": (
            ("培训内容", session.title),
            (
                "时间",
                f"{chinese_date(day)}（{weekday(day)}）{session.starts_at:%H:%M}至{session.ends_at:%H:%M}",
            ),
            ("地点", session.place),
            ("授课人", session.trainer),
            ("涉及事项", f"{session.items.count()} 项"),
        ),
        "groups": _groups(session),
        "qr": qr(address),
        "code": session.code,
        "address": address,
    }


def _groups(session: Session) -> list[tuple[Organization, list[tuple[int, str]]]]:
    """Return each street with its numbered lines: who is named, then empty ones."""
    named: dict[int, list[str]] = defaultdict(list)
    streets: dict[int, Organization] = {street.pk: street for street in session.streets.all()}
    for row in Attendance.objects.filter(session=session).select_related("street"):
        named[row.street_id].append(row.name)
        streets.setdefault(row.street_id, row.street)
    groups = []
    for key, street in streets.items():
        names = named[key]
        size = max(LEAST_ROWS, len(names) + SPARE_ROWS)
        lines = [(number, names[number - 1] if number <= len(names) else "") for number in range(1, size + 1)]
        groups.append((street, lines))
    return groups


@login_required
@require_safe
def plan_paper(request: Request, pk: int) -> HttpResponse:
    """The yearly plan in official format, as it stands now."""
    plan = plans.PLAN.fetch(request.scope, pk)
    return _pdf(render_pdf(PLAN, plan_data(plan)), str(plan))


def plan_data(plan: TrainingPlan) -> dict[str, Any]:
    """Return what the yearly plan is rendered from."""
    rows = (
        plan.sessions.exclude(state=SessionState.CANCELLED)
        .prefetch_related("items", "streets")
        .order_by("planned_on", "starts_at", "pk")
    )
    lines = [
        [
            quarter_of(row.planned_on).label,
            f"{chinese_date(row.planned_on)}\n{row.starts_at:%H:%M}–{row.ends_at:%H:%M}\n{row.minutes}\u00a0分钟",
            row.title,
            "、".join(item.name for item in row.items.all()) or "—",
            "、".join(street.label for street in row.streets.all()),
            row.trainer,
            row.place,
        ]
        for row in rows
    ]
    signed = plan.submitted_on or clock.today()
    version = version_in_force(plan.district_id, DocumentKey.PLAN, signed)
    # What the department was asked when it submitted; a version entered since asks for later plans.
    words = needs_words(quarters_of(plan.year), needs(plan.district_id, plan.submitted_at), "次")
    draft = "" if plan.submitted_on else "\n（征求意见稿）"
    return {
        "issuer": plan.organization.formal_name,
        "title": f"{plan.year}年赋权事项培训计划{draft}",
        "plan": plan,
        "policy": version.title if version is not None else "",
        "needed": words.replace(" ", ""),
        "count": len(lines),
        "signed_on": chinese_date(signed),
        "table": {
            "title": f"{plan.year}年赋权事项培训安排表",
            "wide": True,
            "small": True,
            "columns": [
                {"label": label, "width": width}
                for label, width in (
                    ("季度", "15mm"),
                    ("日期、时间", "29mm"),
                    ("培训内容", "32mm"),
                    # The names of a dozen powers: whatever the others leave.
                    ("涉及赋权事项", "auto"),
                    ("邀请街道", "20mm"),
                    ("授课人", "20mm"),
                    ("地点", "22mm"),
                )
            ],
            "rows": lines,
            "fill_in": ["填表人", "审核人", "单位负责人（盖章）"],
        },
    }
