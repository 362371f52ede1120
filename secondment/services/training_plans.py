"""The yearly plan of a department: opened, filled, copied from last year, submitted by its head (P14)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from secondment.choices import SessionState, TrainingPlanState
from secondment.deadlines.training import TRAINING_PLAN
from secondment.flows.training import TRAINING_PLAN as PLAN
from secondment.models import Session, TrainingPlan
from secondment.rules.training import (
    needs_words,
    next_year,
    plan_due,
    quarters_of,
    short_quarters,
    short_words,
)
from secondment.selectors import duties
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.texts import written
from xianan.deadlines.services import close, open_deadline
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import document_in_time

from .session_codes import new_code

LONGEST_NOTE = 500


@transaction.atomic
def create_plan(*, organization: Organization, year: int, actor: User, note: str = "") -> TrainingPlan:
    """Begin the plan of a department for this year or the next.

    Errors: not_allowed, wrong_year, exists (field year), note_long.
    """
    scope_of(actor).require("plan_training", organization, label="制定培训计划")
    today = clock.today()
    if year not in (today.year, today.year + 1):
        raise DomainError("wrong_year", f"只能制定{today.year}年或{today.year + 1}年的计划。", field="year")
    written("说明", note, LONGEST_NOTE, field="note")
    Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    if TrainingPlan.objects.filter(organization=organization, year=year).exists():
        raise DomainError("exists", f"{year}年度的培训计划已有，从列表中打开继续制定。", field="year")
    span = duties.spans(organization.district_id).get(organization.pk)
    until = duties.plan_until(document_in_time(organization.district_id, DocumentKey.PLAN), today)
    owed = until is not None and span is not None and span.owes_year(year)
    plan = TrainingPlan.objects.create(
        district_id=organization.district_id,
        organization=organization,
        year=year,
        note=note.strip(),
        due_on=plan_due(year, until, span.since(year)) if owed and span and until else None,
        created_by=actor,
    )
    record(plan, "training_plan.created", f"制定{year}年度培训计划", actor=actor)
    if plan.due_on is not None:
        open_deadline(
            TRAINING_PLAN,
            plan,
            organization=organization,
            due_on=plan.due_on,
            title=f"提交{year}年度培训计划",
        )
    return plan


@transaction.atomic
def change_plan(plan: TrainingPlan, *, note: str, actor: User) -> TrainingPlan:
    """Change the note of a plan in work. Errors: not_allowed, wrong_state, note_long."""
    written("说明", note, LONGEST_NOTE, field="note")
    before = plan.note
    fresh = PLAN.take(plan, "edit", scope_of(actor), note=note.strip())
    if before != fresh.note:
        record(
            fresh,
            "training_plan.changed",
            "修改计划说明",
            actor=actor,
            changes={"说明": (before, fresh.note)},
        )
    return fresh


@transaction.atomic
def copy_last_year(plan: TrainingPlan, *, actor: User) -> int:
    """Take last year's sessions over into a plan in work, a year later on the same weekday; return how many.

    Days that are past by now are left out, and so is what stands in the plan already under the same title
    and day. Errors: not_allowed, wrong_state, nothing_to_copy.
    """
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "edit", scope_of(actor))
    old = (
        Session.objects.filter(plan__organization=fresh.organization_id, plan__year=fresh.year - 1)
        .exclude(state=SessionState.CANCELLED)
        .prefetch_related("items", "streets")
        .order_by("planned_on", "pk")
    )
    present = set(fresh.sessions.values_list("title", "planned_on"))
    today, count = clock.today(), 0
    for session in old:
        day = next_year(session.planned_on)
        if day < today or (session.title, day) in present:
            continue
        copy = Session.objects.create(
            district_id=fresh.district_id, organization_id=fresh.organization_id, plan=fresh,
            kind=session.kind, title=session.title, planned_on=day, starts_at=session.starts_at,
            ends_at=session.ends_at, minutes=session.minutes, place=session.place, trainer=session.trainer,
            note=session.note, code=new_code(), created_by=actor,
        )  # fmt: skip
        copy.items.set([item for item in session.items.all() if item.is_listed])
        copy.streets.set([street for street in session.streets.all() if street.is_active])
        record(copy, "session.created", f"从{fresh.year - 1}年计划复制", actor=actor)
        count += 1
    if not count:
        raise DomainError("nothing_to_copy", f"{fresh.year - 1}年计划中没有可以复制的场次，逐场增加。")
    record(fresh, "training_plan.copied", f"复制{fresh.year - 1}年计划的 {count} 场", actor=actor)
    return count


def lacking(plan: TrainingPlan, *, today: dt.date | None = None) -> str:
    """Say in which owed quarters a plan has too few sessions, or "" when it may be submitted (P14)."""
    day = today or clock.today()
    span = duties.spans(plan.district_id).get(plan.organization_id)
    rows = (
        Session.objects.filter(organization_id=plan.organization_id)
        .exclude(state=SessionState.CANCELLED)
        .values_list("planned_on", "held_on")
    )
    days = [held_on or planned_on for planned_on, held_on in rows]
    return short_words(short_quarters(span, plan.year, days, needs=duties.needs(plan.district_id), today=day))


@transaction.atomic
def submit_plan(plan: TrainingPlan, *, actor: User) -> TrainingPlan:
    """Submit the plan of a year; late is recorded. Errors: not_allowed, wrong_state, empty, quarter_short."""
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "submit", scope_of(actor))
    if not fresh.sessions.exists():
        raise DomainError("empty", "计划中还没有场次，增加场次后再提交。")
    short = lacking(fresh)
    if short:
        words = needs_words(quarters_of(fresh.year), duties.needs(fresh.district_id))
        raise DomainError("quarter_short", f"培训{words}：{short}。补充场次后再提交。")
    today = clock.today()
    fresh = PLAN.take(
        fresh, "submit", scope_of(actor), submitted_by=actor, submitted_at=clock.now(), submitted_on=today
    )
    close(TRAINING_PLAN, [fresh], outcome="late" if fresh.is_late else "submitted")
    label = "逾期提交培训计划" if fresh.is_late else "提交培训计划"
    changes = {
        "状态": (TrainingPlanState.DRAFT.label, TrainingPlanState.SUBMITTED.label),
        "场次": (None, fresh.sessions.count()),
    }
    record(fresh, "training_plan.submitted", label, actor=actor, changes=changes)
    return fresh
