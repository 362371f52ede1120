"""A street's demand for a replacement: drafted, made, answered, and completed by the successor's arrival (P32)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from secondment.choices import EndKind, ReplacementKind, ReplacementState, SecondmentState
from secondment.deadlines.staff import REPLACEMENT_ANSWER, SUCCESSOR
from secondment.flows.replacements import ANSWER, DEMAND
from secondment.models import Replacement, Secondment
from secondment.rules.replacement import latest
from secondment.selectors.figures import staff_figures
from secondment.services import corrections, coverage
from secondment.services.dates import close_secondment, working_days
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.texts import written
from xianan.deadlines.services import close, open_deadline
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

LONGEST_FACTS = 2000
LONGEST = 500
COMING = (SecondmentState.APPROVAL, SecondmentState.REGISTERED)


# ---- The street --------------------------------------------------------------------------------------


@transaction.atomic
def draft(row: Secondment, *, kind: str, facts: str, actor: User) -> Replacement:
    """Draft a demand that somebody who serves be replaced.

    Errors: not_allowed, not_serving, open_already, kind (field kind), facts_missing, facts_long (field facts).
    """
    fresh = lock(row)
    scope_of(actor).require("draft_replacement", fresh, "street", label="起草替换要求")
    if fresh.state != SecondmentState.SERVING:
        raise DomainError(
            "not_serving", f"下沉现在是“{fresh.get_state_display()}”，只能对在岗人员提出替换要求。"
        )
    open_states = (ReplacementState.DRAFT, *_WAITING, ReplacementState.ACCEPTED)
    if Replacement.objects.filter(secondment=fresh, state__in=open_states).exists():
        raise DomainError("open_already", "对该人员已有一项替换要求在办理，从替换要求列表进入。")
    made = Replacement(
        district_id=fresh.district_id,
        secondment=fresh,
        organization_id=fresh.organization_id,
        street_id=fresh.street_id,
        kind=_kind(kind),
        facts=_facts(facts),
        drafted_by=actor,
    )
    made.save(force_insert=True)
    record(made, "replacement.drafted", "起草替换要求", actor=actor)
    return made


@transaction.atomic
def change(row: Replacement, *, kind: str, facts: str, actor: User) -> Replacement:
    """Change a draft. Errors: not_allowed, wrong_state, kind, facts_missing, facts_long."""
    fresh = DEMAND.take(row, "edit", scope_of(actor), kind=_kind(kind), facts=_facts(facts))
    record(fresh, "replacement.changed", "修改替换要求", actor=actor)
    return fresh


@transaction.atomic
def discard(row: Replacement, *, actor: User) -> Replacement:
    """Give up a draft."""
    fresh = DEMAND.take(row, "discard", scope_of(actor))
    record(fresh, "replacement.discarded", "删去草稿", actor=actor)
    return fresh


@transaction.atomic
def request(row: Replacement, *, actor: User) -> Replacement:
    """Make the demand: from today the person is not counted, and the department owes an answer.

    It is due ``replacement_days`` working days from now (P32); until when the person leaves and the
    replacement is completed at the latest, and which year it caps, is frozen as the policy has it today.
    Errors: not_allowed, wrong_state, not_serving (the secondment has ended meanwhile).
    """
    corrections.hold(row)
    secondment = lock(row.secondment)
    if secondment.state != SecondmentState.SERVING:
        raise DomainError(
            "not_serving", f"下沉现在是“{secondment.get_state_display()}”，只能对在岗人员提出替换要求。"
        )
    figures, today = staff_figures(row.district_id), clock.today()
    fresh = DEMAND.take(
        row,
        "request",
        scope_of(actor),
        requested_on=today,
        answer_by=_answer_by(row.district_id),
        leave_by=today + dt.timedelta(days=figures.leave_days),
        complete_by=today + dt.timedelta(days=figures.successor_days),
        cap_year=figures.cap_year,
    )
    _await_answer(fresh)
    record(
        fresh,
        "replacement.requested",
        DEMAND["request"].label,
        actor=actor,
        organization=fresh.street,
        changes={
            "答复截止": (None, fresh.answer_by),
            "最后一日不晚于": (None, fresh.leave_by),
            "替换完成不晚于": (None, fresh.complete_by),
        },
    )
    _follow(fresh, actor)
    return fresh


@transaction.atomic
def insist(row: Replacement, *, actor: User, reason: str) -> Replacement:
    """Hold to a demand that the department declined; it stands on the desk of 区委编办 too."""
    reason = written("理由", reason, LONGEST)
    corrections.hold(row)
    secondment = lock(row.secondment)
    if secondment.state != SecondmentState.SERVING:
        raise DomainError(
            "not_serving", f"下沉现在是“{secondment.get_state_display()}”，只能对在岗人员提出替换要求。"
        )
    fresh = DEMAND.take(
        row,
        "insist",
        scope_of(actor),
        reason=reason,
        released_on=None,
        insisted_on=clock.today(),
        insist_reason=reason,
        answer_by=_answer_by(row.district_id),
    )
    _await_answer(fresh)
    record(
        fresh,
        "replacement.insisted",
        DEMAND["insist"].label,
        actor=actor,
        organization=fresh.street,
        changes={"答复截止": (None, fresh.answer_by)},
        reason=reason,
    )
    _follow(fresh, actor)
    return fresh


@transaction.atomic
def withdraw(row: Replacement, *, actor: User, reason: str) -> Replacement:
    """Take the demand back: the person counts again from today."""
    reason = written("理由", reason, LONGEST)
    corrections.hold(row)
    before = lock(row)
    fresh = DEMAND.take(
        row,
        "withdraw",
        scope_of(actor),
        reason=reason,
        released_on=before.released_on or clock.today(),
    )
    close(REPLACEMENT_ANSWER, [fresh], outcome="withdrawn")
    record(
        fresh,
        "replacement.withdrawn",
        DEMAND["withdraw"].label,
        actor=actor,
        organization=fresh.street,
        reason=reason,
    )
    _follow(fresh, actor)
    return fresh


# ---- The department ----------------------------------------------------------------------------------


@transaction.atomic
def accept(
    row: Replacement,
    *,
    leaves_on: dt.date,
    successor_by: dt.date,
    actor: User,
    answer: str = "",
    successor: Secondment | None = None,
) -> Replacement:
    """Agree: the secondment ends on ``leaves_on``, somebody else arrives by ``successor_by``.

    Neither day may be put off beyond what was frozen with the demand, for the year of the cap hangs on them
    (P32); who answers only after that names today at the latest. The successor is a registered secondment of
    the department in this street, or is named later. Errors: not_allowed, wrong_state; leaves_on, successor_by, successor (each its field); answer_long.
    """
    answer = written("答复", answer, LONGEST, field="answer")
    # The successor before all else, as the street's confirmation does.
    successor = lock(successor) if successor is not None else None
    corrections.hold(row)
    secondment = lock(row.secondment)
    fresh = lock(row)
    ANSWER.refuse_unless_possible(fresh, "accept", scope_of(actor))
    _refuse_days(fresh, secondment, leaves_on, successor_by)
    if successor is not None:
        _refuse_successor(fresh, successor)
    fresh = ANSWER.take(
        fresh,
        "accept",
        scope_of(actor),
        leaves_on=leaves_on,
        successor_by=successor_by,
        answer=answer,
        answered_by=actor,
        answered_at=clock.now(),
        successor=successor,
    )
    ended = Secondment.objects.filter(pk=secondment.pk, state=SecondmentState.SERVING).update(
        state=SecondmentState.ENDED,
        ended_on=leaves_on,
        ended_at=clock.now(),
        end_kind=EndKind.REPLACED,
        end_reason=f"{secondment.street}要求替换：{fresh.get_kind_display()}",
    )
    if ended != 1:
        raise DomainError("wrong_state", "该人员的下沉刚被他人办理，刷新页面查看最新情况。")
    close_secondment(secondment, EndKind.REPLACED.value)
    close(REPLACEMENT_ANSWER, [fresh], outcome="accepted")
    open_deadline(
        SUCCESSOR,
        fresh,
        organization=fresh.organization,
        due_on=successor_by,
        title=f"接任{secondment.person}（{secondment.street}）的人员到岗",
    )
    changes: dict[str, tuple[object, object]] = {
        "最后一日": (None, leaves_on),
        "接任人员到岗期限": (None, successor_by),
    }
    if successor is not None:
        changes["接任人员"] = (None, str(successor.person))
    record(fresh, "replacement.accepted", ANSWER["accept"].label, actor=actor, changes=changes, reason=answer)
    record(
        secondment,
        "secondment.replaced",
        EndKind.REPLACED.label,
        actor=actor,
        changes={"最后一日": (None, leaves_on)},
    )
    _follow(fresh, actor)
    if successor is not None:
        successor_arrived(successor, actor=actor)
        fresh.refresh_from_db()
    return fresh


def _refuse_days(row: Replacement, secondment: Secondment, leaves_on: dt.date, successor_by: dt.date) -> None:
    """Refuse days outside of what demand and term allow, naming what was typed and the rule."""
    today = clock.today()
    assert row.requested_on is not None and row.leave_by is not None and row.complete_by is not None
    first = max(
        secondment.arrived_on or secondment.starts_on, min(row.requested_on, secondment.planned_until)
    )
    last = min(latest(row.leave_by, today), secondment.planned_until)
    late = "，期限已过的不晚于今日"
    for field, label, typed, start, end, bound, rule in (
        ("leaves_on", "被替换人员的最后一日", leaves_on, first, max(first, last), row.leave_by, "也不晚于下沉期满之日"),
        ("successor_by", "接任人员到岗期限", successor_by, today, latest(row.complete_by, today), row.complete_by, "也不早于今日"),
    ):  # fmt: skip
        if not start <= typed <= end:
            days = (bound - row.requested_on).days
            raise DomainError(
                field,
                f"{label}填的是 {chinese_date(typed)}，须在 {chinese_date(start)}至 {chinese_date(end)}之间："
                f"不晚于提出替换要求（{chinese_date(row.requested_on)}）后 {days} 日"
                f"{late if bound < today else ''}，{rule}。",
                field=field,
            )


@transaction.atomic
def decline(row: Replacement, *, actor: User, answer: str) -> Replacement:
    """Say why nobody is replaced; the street may insist or withdraw. The person counts again from today."""
    answer = written("答复", answer, LONGEST, field="answer")
    corrections.hold(row)
    if not answer:
        raise DomainError("answer_missing", "不予替换须写明理由。", field="answer")
    fresh = ANSWER.take(
        row,
        "decline",
        scope_of(actor),
        reason=answer,
        answer=answer,
        answered_by=actor,
        answered_at=clock.now(),
        released_on=clock.today(),
    )
    close(REPLACEMENT_ANSWER, [fresh], outcome="declined")
    record(fresh, "replacement.declined", ANSWER["decline"].label, actor=actor, reason=answer)
    _follow(fresh, actor)
    return fresh


@transaction.atomic
def name_successor(row: Replacement, *, successor: Secondment, actor: User) -> Replacement:
    """Name who comes instead, or somebody else than before. Errors: not_allowed, wrong_state, successor."""
    successor = lock(successor)
    corrections.hold(row)
    fresh = lock(row)
    ANSWER.refuse_unless_possible(fresh, "name", scope_of(actor))
    _refuse_successor(fresh, successor)
    old = fresh.successor
    fresh = ANSWER.take(fresh, "name", scope_of(actor), successor=successor)
    record(
        fresh,
        "replacement.named",
        ANSWER["name"].label,
        actor=actor,
        changes={"接任人员": (str(old.person) if old else None, str(successor.person))},
    )
    successor_arrived(successor, actor=actor)
    fresh.refresh_from_db()
    return fresh


def _refuse_successor(row: Replacement, successor: Secondment) -> None:
    if (successor.organization_id, successor.street_id) != (row.organization_id, row.street_id):
        raise DomainError("successor", f"接任人员须由{row.organization}派往{row.street}。", field="successor")
    leaving = Secondment.objects.select_related("person").get(pk=row.secondment_id)
    if successor.person_id == leaving.person_id:
        raise DomainError("successor", f"接任人员不能是被替换的{leaving.person}。", field="successor")
    arrived_since = (
        successor.state == SecondmentState.SERVING
        and successor.arrived_on is not None
        and row.requested_on is not None
        and successor.arrived_on >= row.requested_on
    )
    if successor.state not in COMING and not arrived_since:
        raise DomainError(
            "successor",
            f"{successor.person}的下沉是“{successor.get_state_display()}”，接任人员须在提出替换之后到岗或待到岗。",
            field="successor",
        )
    taken = Replacement.objects.filter(
        successor=successor, state__in=(ReplacementState.ACCEPTED, ReplacementState.COMPLETED)
    ).exclude(pk=row.pk)
    if taken.exists():
        raise DomainError("successor", f"{successor.person}已接任另一项替换。", field="successor")


# ---- What follows from the successor's secondment -------------------------------------------------------


def successor_arrived(secondment: Secondment, *, actor: User) -> None:
    """Complete the replacement that waits for this secondment, once its arrival is confirmed.

    A grade that it caps in a year closed by now is reopened in the same transaction (P32).
    """
    if secondment.state != SecondmentState.SERVING or secondment.arrived_on is None:
        return
    rows = Replacement.objects.filter(successor=secondment, state=ReplacementState.ACCEPTED)
    found = rows.first()
    if found is None:
        return
    corrections.hold(found)
    waiting = rows.select_for_update(of=("self",)).select_related("secondment", "street").first()
    if waiting is None:
        return
    waiting.state, waiting.completed_on = ReplacementState.COMPLETED, secondment.arrived_on
    waiting.save(update_fields=["state", "completed_on"])
    close(SUCCESSOR, [waiting], outcome="completed")
    record(
        waiting,
        "replacement.completed",
        "接任人员到岗，替换完成",
        actor=actor,
        changes={"接任人员": (None, str(secondment.person)), "接任到岗日期": (None, secondment.arrived_on)},
    )
    corrections.follow(waiting, actor=actor)


def successor_dropped(secondment: Secondment, *, actor: User) -> None:
    """Leave a replacement without a successor when the named one will not come after all."""
    for row in Replacement.objects.select_for_update(of=("self",)).filter(
        successor=secondment, state=ReplacementState.ACCEPTED
    ):
        row.successor = None
        row.save(update_fields=["successor"])
        record(
            row,
            "replacement.unnamed",
            "接任人员不再到岗，须另行确定",
            actor=actor,
            changes={"接任人员": (str(secondment.person), None)},
        )


# ---- What they share ---------------------------------------------------------------------------------

_WAITING = (ReplacementState.REQUESTED, ReplacementState.DECLINED)


def _answer_by(district: int) -> dt.date:
    return working_days(district, staff_figures(district).answer_working_days, clock.today())


def _await_answer(row: Replacement) -> None:
    assert row.answer_by is not None
    person = row.secondment.person
    open_deadline(
        REPLACEMENT_ANSWER,
        row,
        organization=row.organization,
        due_on=row.answer_by,
        title=f"{row.street}要求替换{person}",
    )


def _follow(row: Replacement, actor: User) -> None:
    """Bring coverage and grades to what a demand now says."""
    coverage.refresh(row.district_id, {(row.organization_id, row.street_id)})
    corrections.follow(row, actor=actor)


def _kind(kind: str) -> str:
    if kind not in ReplacementKind.values:
        raise DomainError("kind", "未选择替换事由。", field="kind")
    return kind


def _facts(facts: str) -> str:
    missing = "未填写事实：写明时间、事情和街道已做的工作。"
    return written("事实", facts, LONGEST_FACTS, field="facts", required=missing)
