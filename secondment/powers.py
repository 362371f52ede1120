"""What this app does where a power of a street ends, and shows on its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Max, Min, Q

from empowerment.models import Empowerment
from empowerment.powers.steps import POWER, ends_changed
from secondment.choices import SecondmentState, SessionState
from secondment.models import Post, Secondment, Session
from secondment.services import coverage
from secondment.services.duties import settle
from xianan.core import clock


@ends_changed.fill
def follow_ends(rows: Sequence[Empowerment]) -> None:
    """Bring gaps (P11) and quarters of training (P14) to what the departments of these powers owe now."""
    coverage.refresh(rows[0].district_id, {(row.organization_id, row.street_id) for row in rows})
    settle(rows[0].district, {row.organization_id for row in rows})


@POWER.panels.fill
def people_and_training(row: Empowerment) -> tuple[str, dict[str, Any]]:
    """Tell who of the department serves in the street (P11), and when the item was taught (P14). Three queries."""
    pair = {"organization": row.organization_id, "street": row.street_id}
    missing = Post.objects.filter(**pair).values_list("missing", flat=True).first() or 0
    serving = Secondment.objects.filter(**pair, state=SecondmentState.SERVING).count()
    held, coming = Q(state=SessionState.HELD), Q(state=SessionState.PLANNED, planned_on__gte=clock.today())
    taught = Session.objects.filter(organization=row.organization_id, items=row.item_id).aggregate(
        held=Count("pk", filter=held), last=Max("held_on", filter=held), next=Min("planned_on", filter=coming)
    )
    short = f"在岗 {serving} 人，缺 {missing} 人"
    shown = {**pair, **taught, "serving": serving, "missing": missing, "short": short}
    return "secondment/on_power.html", shown
