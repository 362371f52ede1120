"""The end of a power: from a day on the street no longer has it; the past stays as it was (P05, P13)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.urls import reverse

from empowerment.choices import EndGround, PeriodSource, PowerState
from empowerment.deadlines import TRANSITION_END
from empowerment.flows import POWER
from empowerment.models import Empowerment
from empowerment.rules import end_refused
from empowerment.services.periods import restate
from empowerment.services.powers import Powers, locked, refuse, transition_due
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.texts import written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services import close, open_many
from xianan.deadlines.services.notices import notify_organizations
from xianan.history.services import build, record_many
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of
from xianan.organizations.services.keys import refuse_unless_able_to_sign

LONGEST_REFERENCE = 120
LONGEST_REASON = 500


@transaction.atomic
def end(
    powers: Powers, *, ended_from: dt.date, ground: str, reference: str, reason: str, actor: User
) -> list[Empowerment]:
    """Let these powers end, all or none of them: ``ended_from`` is the first day without them.

    The day is that of the decision, the law or the letter, so it may be over or still to come. Both
    sides are told. Errors: unknown_ground (field ground), reference_missing, reference_long (field
    reference), reason_missing, reason_long (field reason), day_refused (field ended_from),
    nothing_chosen, wrong_state, same_person, not_allowed.
    """
    if ground not in EndGround.values:
        raise DomainError("unknown_ground", "未选择终止原因。", field="ground")
    reference = written("终止依据", reference, LONGEST_REFERENCE, field="reference", required=True)
    reason = written("终止说明", reason, LONGEST_REASON, required=True)
    refuse_unless_able_to_sign(actor)
    rows = locked(powers)
    refuse(rows, POWER, "end", scope_of(actor), reason=reason)
    _refuse_day(rows, ended_from)
    values = {
        "state": PowerState.ENDED,
        "ended_from": ended_from,
        "end_ground": ground,
        "end_reference": reference,
        "end_reason": reason,
        "ended_by": actor,
        "ended_at": clock.now(),
    }
    _write(rows, values, (PowerState.TRANSITION, PowerState.OPERATING))
    restate(rows, PeriodSource.END)
    close(TRANSITION_END, rows, outcome="ended")
    _tell(rows, "end", f"{chinese_date(ended_from)}起终止", actor, reason, {
        "终止自": (None, ended_from),
        "终止原因": (None, EndGround(ground).label),
        "终止依据": (None, reference),
    })  # fmt: skip
    return rows


@transaction.atomic
def correct_end(power: Empowerment, *, ended_from: dt.date | None, reason: str, actor: User) -> Empowerment:
    """Put the day of an end right, or without a day revoke the end: the power goes on as if none had been.

    What was known until now can still be asked for. Errors: reason_missing, reason_long (field reason),
    unchanged and day_refused (field ended_from), power_overlaps, nothing_chosen, wrong_state,
    same_person, not_allowed.
    """
    reason = written("更正理由", reason, LONGEST_REASON, required=True)
    refuse_unless_able_to_sign(actor)
    (row,) = rows = locked([power])
    refuse(rows, POWER, "correct_end", scope_of(actor), reason=reason)
    before = row.ended_from
    values: dict[str, Any] = {"ended_from": ended_from, "ended_by": actor, "ended_at": clock.now()}
    if ended_from is None:
        values = dict.fromkeys(("ended_from", "ended_by", "ended_at"))
        values |= dict.fromkeys(("end_ground", "end_reference", "end_reason"), "")
        values["state"] = PowerState.OPERATING if row.operating_on else PowerState.TRANSITION
    elif ended_from == before:
        raise DomainError("unchanged", f"终止日期已是{chinese_date(ended_from)}。", field="ended_from")
    else:
        _refuse_day(rows, ended_from)
    for name, value in values.items():
        setattr(row, name, value)
    # A power that the street was given since is named before the unique key refuses this one.
    restate(rows, PeriodSource.CORRECTION)
    _write(rows, values, (PowerState.ENDED,))
    if row.state == PowerState.TRANSITION:
        open_many(TRANSITION_END, [transition_due(row)])
    words = f"终止日期更正为{chinese_date(ended_from)}" if ended_from else "撤销终止，职权继续"
    _tell(rows, "correct_end", words, actor, reason, {"终止自": (before, ended_from)})
    return row


def _refuse_day(rows: list[Empowerment], ended_from: dt.date) -> None:
    for row in rows:
        message = end_refused(ended_from, row.effective_on, clock.today())
        if message:
            named = f"“{row.item}”（{row.street}）：" if len(rows) > 1 else ""
            raise DomainError("day_refused", f"{named}{message}", field="ended_from")


def _write(rows: list[Empowerment], values: dict[str, Any], sources: tuple[PowerState, ...]) -> None:
    moved = Empowerment.objects.filter(pk__in=[row.pk for row in rows], state__in=sources).update(**values)
    if moved != len(rows):
        raise DomainError("wrong_state", "部分职权刚被他人办理，请刷新页面查看最新情况。")
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)


def _tell(
    rows: list[Empowerment],
    name: str,
    words: str,
    actor: User,
    reason: str,
    changes: dict[str, tuple[Any, Any]],
) -> None:
    """Write the log of powers, items and letters, and tell both sides."""
    log = []
    letters: dict[int, list[Empowerment]] = defaultdict(list)
    sides: dict[tuple[int, int], list[Empowerment]] = defaultdict(list)
    for row in rows:
        label = POWER[name].label
        log.append(
            build(row, f"power.{name}", f"{label}：{words}", actor=actor, changes=changes, reason=reason)
        )
        log.append(
            build(row.item, f"item.{name}", f"{row.street}的职权{words}", actor=actor, changes=changes, reason=reason)
        )  # fmt: skip
        letters[row.agreement_id].append(row)
        sides[row.organization_id, row.street_id].append(row)
    for own in letters.values():
        log.append(
            build(
                own[0].agreement,
                f"agreement.{name}",
                f"{len(own)} 项职权{words}",
                actor=actor,
                changes={row.item.name: changes["终止自"] for row in own},
                reason=reason,
            )
        )
    record_many(log)
    for pair, own in sides.items():
        first = own[0]
        what = f"“{first.item}”" if len(own) == 1 else f"“{first.item}”等 {len(own)} 项"
        notify_organizations(
            pair,
            district_id=first.district_id,
            kind=NoticeKind.WORK,
            title=f"{first.street}的职权{what}{words}",
            text=reason,
            url=reverse("empowerment:power", args=[first.pk]),
            sender=actor,
        )
