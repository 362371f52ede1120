"""A step on many powers: all of them or none, with what stands in the way (P13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ParamSpec, cast

from empowerment.choices import Party
from empowerment.models import Empowerment
from empowerment.powers.statements import Rows
from empowerment.powers.steps import POWER, REVIEW
from xianan.acts import Step
from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

Asked = ParamSpec("Asked")


def take_all(
    step: Step[Empowerment, Asked], rows: Iterable[Empowerment], /, *args: Asked.args, **kwargs: Asked.kwargs
) -> list[Empowerment]:
    """Take a step on all of these powers or on none, and say of how many it is refused; a missing right first.

    Errors: nothing_chosen, those of the step.
    """
    chosen = list(rows)
    if not chosen:
        raise DomainError("nothing_chosen", "没有选中职权。")
    try:
        return step.all(chosen, *args, **kwargs)
    except DomainError as first:
        if len(chosen) == 1 or first.field or isinstance(first, NotAllowed):
            raise
        fresh = list(POWER.rows().filter(pk__in=[row.pk for row in chosen]).order_by("pk"))
        refused = _refusals(step, fresh, cast("User", kwargs["actor"]))
        if not refused:
            raise
        row, why = next((pair for pair in refused if isinstance(pair[1], NotAllowed)), refused[0])
        if isinstance(why, NotAllowed):
            raise why from None
        raise DomainError(
            why.code,
            f"所选 {len(chosen)} 项中有 {len(refused)} 项不能{step.label}，都没有办理。"
            f"其中“{row.item}”（{row.street}）：{why.message}",
        ) from None


def review(
    rows: Iterable[Empowerment], *, party: Party | str, verdict: str, actor: User, remarks: str = ""
) -> list[Empowerment]:
    """State for one side of these powers, all or none of them, whether the street can take over."""
    return take_all(REVIEW[Party(party)], rows, verdict=verdict, actor=actor, remarks=remarks)


def obstacles(step: Step[Empowerment, Any], rows: Rows, *, actor: User) -> list[tuple[Empowerment, str]]:
    """Return the powers that a step is refused for now, each with the reason; writes nothing.

    What the person has no right for is among them.
    """
    return [(row, refusal.message) for row, refusal in _refusals(step, rows, actor)]


def _refusals(step: Step[Empowerment, Any], rows: Rows, actor: User) -> list[tuple[Empowerment, DomainError]]:
    step.prepared(rows)
    found = []
    for row in rows:
        try:
            step.refuse(row, scope_of(actor))
        except DomainError as refusal:
            found.append((row, refusal))
    return found
