"""How quarters and sessions are shown where the log speaks of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from secondment.choices import SessionState
from secondment.deadlines.training import quarter_link
from secondment.models import QuarterDuty, Session
from xianan.history.registry import ObjectKind, Shown, register_object


def _sessions(keys: Sequence[int]) -> dict[int, Shown]:
    rows = Session.objects.filter(pk__in=keys).select_related("organization")
    return {
        row.pk: Shown(
            f"{row.title}（{row.organization}）",
            reverse("secondment:session", args=[row.pk]),
            row.get_state_display(),
            SessionState(row.state).tone,
        )
        for row in rows
    }


def _quarters(keys: Sequence[int]) -> dict[int, Shown]:
    rows = QuarterDuty.objects.filter(pk__in=keys).select_related("organization")
    return {row.pk: Shown(str(row), quarter_link(row.organization_id, row.year, row.quarter)) for row in rows}


register_object(ObjectKind("secondment.session", "培训场次", _sessions, start_action="session.created"))
register_object(ObjectKind("secondment.quarterduty", "季度培训任务", _quarters))
