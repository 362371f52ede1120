"""The yearly plan of a department: opened, filled, copied from last year, submitted by its head (P14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from secondment.choices import SessionState
from secondment.choices import TrainingPlanState as P
from secondment.deadlines.training import TRAINING_PLAN
from secondment.models import Session
from secondment.rules.training import (
    needs_words,
    next_year,
    plan_due,
    quarters_of,
    short_quarters,
    short_words,
)
from secondment.selectors import duties
from secondment.selectors.training import VIEW, announced
from secondment.services.session_codes import new_code
from secondment.training_plans.model import TrainingPlan
from xianan.acts import Changes, Noun, Wording, longest_of, note
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.texts import written
from xianan.deadlines.services import close, open_deadline
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import document_in_time

RIGHT = "plan_training"
MATRIX = ("培训", "secondment:trainings")
"""The page that plans and sessions stand under."""
_NOTE = replace(
    note("note", "说明", to=TrainingPlan.note, initial=lambda row: row.note),
    codes=("note_missing", "note_long"),
)

PLAN: Noun[TrainingPlan] = Noun(
    model=TrainingPlan,
    label="培训计划",
    word="培训计划",
    states=P,
    view=VIEW,
    parties=("organization",),
    page="secondment:training-plan",
    above=MATRIX,
    begun="training_plan.created",
    joins=("organization", "submitted_by"),
    sees=partial(announced, state="state"),
)
FILL = PLAN.permit("制定培训计划", P.DRAFT, right=RIGHT, by="organization")


@transaction.atomic
def create_plan(*, organization: Organization, year: int, actor: User, note: str = "") -> TrainingPlan:
    """Begin the plan of a department for this year or the next.

    Errors: not_allowed, wrong_year, exists (field year), note_long.
    """
    scope_of(actor).require(RIGHT, organization, label=FILL.label)
    today = clock.today()
    if year not in (today.year, today.year + 1):
        raise DomainError("wrong_year", f"只能制定{today.year}年或{today.year + 1}年的计划。", field="year")
    note = written("说明", note, longest_of(TrainingPlan.note), field="note")
    lock(organization)
    if TrainingPlan.objects.filter(organization=organization, year=year).exists():
        raise DomainError("exists", f"{year}年度的培训计划已有，从列表中打开继续制定。", field="year")
    span = duties.spans(organization.district_id).get(organization.pk)
    until = duties.plan_until(document_in_time(organization.district_id, DocumentKey.PLAN), today)
    owed = until is not None and span is not None and span.owes_year(year)
    plan = TrainingPlan.objects.create(
        district_id=organization.district_id,
        organization=organization,
        year=year,
        note=note,
        due_on=plan_due(year, until, span.since(year)) if owed and span and until else None,
        created_by=actor,
    )
    record(plan, "training_plan.created", f"制定{year}年度培训计划", actor=actor)
    if plan.due_on is not None:
        title = f"提交{year}年度培训计划"
        open_deadline(TRAINING_PLAN, plan, organization=organization, due_on=plan.due_on, title=title)
    return plan


@transaction.atomic
def copy_last_year(plan: TrainingPlan, *, actor: User) -> int:
    """Take last year's sessions over into a plan in work, a year later on the same weekday; return how many.

    Days that are past by now are left out, and so is what stands in the plan already under the same title
    and day. Errors: not_allowed, wrong_state, nothing_to_copy.
    """
    fresh = lock(plan)
    FILL.refuse(fresh, scope_of(actor))
    present = set(fresh.sessions.values_list("title", "planned_on"))
    today, count = clock.today(), 0
    for session in of_last_year(fresh).prefetch_related("items", "streets").order_by("planned_on", "pk"):
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


def of_last_year(plan: TrainingPlan) -> QuerySet[Session]:
    """Return what the department planned for the year before, without what was cancelled."""
    rows = Session.objects.filter(plan__organization=plan.organization_id, plan__year=plan.year - 1)
    return rows.exclude(state=SessionState.CANCELLED)


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


@PLAN.step(
    "change", "修改计划说明", P.DRAFT, "", right=RIGHT, by="organization", asks=(_NOTE,), tells=(TrainingPlan.note,),
    action="training_plan.changed", wording=Wording(button="保存说明", offer="修改说明", said="已保存。"),
)  # fmt: skip
def change_plan(row: TrainingPlan, *, note: str, actor: User) -> None:
    """Change the note of a plan in work. Errors: not_allowed, wrong_state, note_long."""


@PLAN.step(
    "submit", "提交培训计划", P.DRAFT, P.SUBMITTED, right="submit_training_plan", by="organization",
    action="training_plan.submitted", shown=lambda row: False,  # its button stands below the quarters
    wording=Wording(
        done=lambda row: "逾期提交培训计划" if row.is_late else "提交培训计划",
        said="计划已提交，场次对街道公布。",
    ),
)  # fmt: skip
def submit_plan(row: TrainingPlan, *, actor: User) -> Changes:
    """Submit the plan of a year; late is recorded. Errors: not_allowed, wrong_state, empty, quarter_short."""
    count = row.sessions.count()
    if not count:
        raise DomainError("empty", "计划中还没有场次，增加场次后再提交。")
    short = lacking(row)
    if short:
        words = needs_words(quarters_of(row.year), duties.needs(row.district_id))
        raise DomainError("quarter_short", f"培训{words}：{short}。补充场次后再提交。")
    row.submitted_by, row.submitted_at, row.submitted_on = actor, clock.now(), clock.today()
    close(TRAINING_PLAN, [row], outcome="late" if row.is_late else "submitted")
    return {"状态": (P.DRAFT.label, P.SUBMITTED.label), "场次": (None, count)}
