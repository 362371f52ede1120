"""The end of a transition: both sides state, 区委编办 confirms, the street takes over (P13)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction

from empowerment.choices import Party, PeriodSource, PowerState, Readiness
from empowerment.deadlines import TRANSITION_END
from empowerment.flows import TRANSITION_DEPARTMENT, TRANSITION_OFFICE, TRANSITION_STREET
from empowerment.models import Empowerment, TransitionReview
from empowerment.rules import operating_from
from empowerment.services.periods import restate
from empowerment.services.powers import Powers, locked, ordered, prepare, refusals, refuse, under_review
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.texts import written
from xianan.deadlines.services import close
from xianan.history.services import build, record_many
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.services.keys import refuse_unless_able_to_sign

LONGEST_REMARKS = 500
REVIEW = {Party.DEPARTMENT: TRANSITION_DEPARTMENT, Party.STREET: TRANSITION_STREET}


@transaction.atomic
def review(
    powers: Powers, *, party: Party | str, verdict: str, actor: User, remarks: str = ""
) -> list[Empowerment]:
    """State for one side of these powers, all or none of them, whether the street can take over.

    Possible from the day the window opens until 区委编办 confirms, also past the term; a later
    statement takes the place of the earlier one and the log keeps both. 未具备 needs remarks. Errors:
    unknown_verdict, remarks_missing, remarks_long (field remarks), nothing_chosen, guard (too early),
    wrong_state, not_allowed.
    """
    side = Party(party)
    if verdict not in Readiness.values:
        raise DomainError("unknown_verdict", "未选择评估意见。", field="verdict")
    said = Readiness(verdict)
    needed = "评估为未具备须写明原因。" if said is Readiness.NOT_READY else ""
    remarks = written("说明", remarks, LONGEST_REMARKS, field="remarks", required=needed)
    refuse_unless_able_to_sign(actor)
    rows = locked(powers)
    refuse(rows, REVIEW[side], "review", scope_of(actor))
    now = clock.now()
    fresh: list[TransitionReview] = []
    changed: list[TransitionReview] = []
    log = []
    for row in rows:
        statement = under_review(row).said.get(side)
        before = (statement.verdict, statement.remarks) if statement else None
        if before == (said.value, remarks):
            continue
        if statement is None:
            statement = TransitionReview(district_id=row.district_id, empowerment=row, party=side)
            fresh.append(statement)
        else:
            changed.append(statement)
        changes: dict[str, tuple[Any, Any]] = {
            f"{side.label}评估": (Readiness(before[0]).label if before else None, said.label)
        }
        log.append(
            build(
                row,
                "power.review",
                f"{'改变评估' if before else '评估'}：{said.label}",
                actor=actor,
                organization=_organization(row, side),
                changes=changes,
                reason=remarks,
            )
        )
        statement.verdict, statement.remarks = said, remarks
        statement.given_by, statement.given_at = actor, now
    TransitionReview.objects.bulk_create(fresh, batch_size=500)
    TransitionReview.objects.bulk_update(
        changed, ["verdict", "remarks", "given_by", "given_at"], batch_size=500
    )
    record_many(log)
    return rows


@transaction.atomic
def confirm(powers: Powers, *, actor: User) -> list[Empowerment]:
    """Confirm that these transitions are completed, all or none of them; main responsibility passes.

    The street bears it from the day after the term, or from today if that is later. Errors:
    nothing_chosen, guard (a side has not said 已具备), wrong_state, not_allowed.
    """
    refuse_unless_able_to_sign(actor)
    rows = locked(powers)
    refuse(rows, TRANSITION_OFFICE, "confirm", scope_of(actor))
    now, today = clock.now(), clock.today()
    days = defaultdict(list)
    for row in rows:
        row.state, row.operating_on = PowerState.OPERATING, operating_from(today, row.transition_until)
        row.confirmed_by, row.confirmed_at = actor, now
        days[row.operating_on].append(row.pk)
    moved = sum(
        Empowerment.objects.filter(pk__in=keys, state=PowerState.TRANSITION).update(
            state=PowerState.OPERATING, operating_on=day, confirmed_by=actor, confirmed_at=now
        )
        for day, keys in days.items()
    )
    if moved != len(rows):
        raise DomainError("wrong_state", "部分职权刚被他人办理，请刷新页面查看最新情况。")
    restate(rows, PeriodSource.CONFIRMATION)
    close(TRANSITION_END, rows, outcome="confirmed")
    _log_confirmed(rows, actor)
    return rows


def obstacles(
    powers: Powers, *, actor: User, party: Party | str | None = None
) -> list[tuple[Empowerment, str]]:
    """Return the powers that a step is refused for now, each with the reason; writes nothing.

    The step is the statement of ``party``, or without one the confirmation. What the person has no
    right for is among them.
    """
    rows = list(ordered(powers))
    prepare(rows)
    flow, name = (REVIEW[Party(party)], "review") if party else (TRANSITION_OFFICE, "confirm")
    return [(row, refusal.message) for row, refusal in refusals(rows, flow, name, scope_of(actor))]


# ---- What both share ---------------------------------------------------------------------------------


def _organization(row: Empowerment, side: Party) -> Organization:
    return row.organization if side is Party.DEPARTMENT else row.street


def _log_confirmed(rows: list[Empowerment], actor: User) -> None:
    done = TRANSITION_OFFICE["confirm"].label
    log = []
    by_letter: dict[int, list[Empowerment]] = defaultdict(list)
    for row in rows:
        assert row.operating_on is not None
        day = chinese_date(row.operating_on)
        changes = {
            "状态": (PowerState.TRANSITION.label, PowerState.OPERATING.label),
            "街道承担主体责任自": (None, row.operating_on),
        }
        words = f"{day}起由{row.street}承担主体责任"
        log.append(build(row, "power.confirm", f"{done}，{words}", actor=actor, changes=changes))
        log.append(
            build(
                row.item, "item.confirm", f"确认{row.street}衔接完成，{words}", actor=actor, changes=changes
            )
        )
        by_letter[row.agreement_id].append(row)
    for own in by_letter.values():
        log.append(
            build(
                own[0].agreement,
                "agreement.confirm",
                f"{done} {len(own)} 项",
                actor=actor,
                changes={row.item.name: (None, row.operating_on) for row in own},
            )
        )
    record_many(log)
