"""What the acts upon powers share: one or many are locked, prepared and refused together (P13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import cast

from django.db.models import QuerySet

from empowerment.choices import Party
from empowerment.flows import UnderReview
from empowerment.models import Empowerment, TransitionReview
from empowerment.rules import not_ready_because, review_opens
from empowerment.selectors.transition import review_days
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.flow import Flow
from xianan.deadlines.services import Due
from xianan.organizations.scope import Scope

Powers = Iterable[Empowerment] | QuerySet[Empowerment]


def ordered(powers: Powers) -> QuerySet[Empowerment]:
    """Read powers again, always in the same order, with what messages name."""
    return (
        Empowerment.objects.filter(pk__in=[power.pk for power in powers])
        .select_related("item", "street", "organization", "agreement")
        .order_by("pk")
    )


def locked(powers: Powers) -> list[Empowerment]:
    """Read powers again under a lock, prepared. Errors: nothing_chosen."""
    rows = list(ordered(powers).select_for_update(of=("self",)))
    if not rows:
        raise DomainError("nothing_chosen", "没有选中职权。")
    prepare(rows)
    return rows


def prepare(rows: list[Empowerment]) -> None:
    """Hang on each row the day the window opens, what both sides have said, and why it can't be confirmed."""
    said: dict[int, dict[Party, TransitionReview]] = defaultdict(dict)
    for statement in TransitionReview.objects.filter(empowerment__in=rows):
        said[statement.empowerment_id][Party(statement.party)] = statement
    days = {district: review_days(district) for district in {row.district_id for row in rows}}
    for row in rows:
        own = said[row.pk]
        power = under_review(row)
        power.said = own
        power.review_opens = review_opens(row.transition_until, days[row.district_id])
        power.why_not = not_ready_because(
            *(own[side].verdict if side in own else "" for side in (Party.DEPARTMENT, Party.STREET)),
            names={Party.DEPARTMENT: str(row.organization), Party.STREET: str(row.street)},
            remarks={side: statement.remarks for side, statement in own.items()},
        )


def under_review(row: Empowerment) -> UnderReview:
    """Return a prepared power as the guards see it."""
    return cast("UnderReview", row)


def transition_due(power: Empowerment) -> Due:
    """Return the date by which the transition of a power is to be completed: the department owes it (P13)."""
    title = f"{power.item}（{power.street}过渡期）"
    return Due(power, power.organization, power.transition_until, title)


def refusals(
    rows: list[Empowerment], flow: Flow, name: str, scope: Scope, *, reason: str = ""
) -> list[tuple[Empowerment, DomainError]]:
    """Return the powers for which a step is refused now, each with its refusal."""
    found = []
    for row in rows:
        try:
            flow.refuse_unless_possible(row, name, scope, reason=reason)
        except DomainError as refusal:
            found.append((row, refusal))
    return found


def refuse(rows: list[Empowerment], flow: Flow, name: str, scope: Scope, *, reason: str = "") -> None:
    """Refuse the whole batch if the step is refused for any of it; a missing right first."""
    refused = refusals(rows, flow, name, scope, reason=reason)
    if not refused:
        return
    denied = next((refusal for _, refusal in refused if isinstance(refusal, NotAllowed)), None)
    if denied is not None:
        raise denied
    row, first = refused[0]
    if len(rows) == 1:
        raise first
    raise DomainError(
        first.code,
        f"所选 {len(rows)} 项中有 {len(refused)} 项不能{flow[name].label}，都没有办理。"
        f"其中“{row.item}”（{row.street}）：{first.message}",
    )
