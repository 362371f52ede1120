"""What of training waits for a person: the plan, the quarter, sessions to be recorded or confirmed (P14)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min
from django.urls import reverse

from secondment.choices import SessionState
from secondment.deadlines.training import TRAINING_QUARTER, quarter_link
from secondment.models import QuarterDuty, Session, TrainingPlan
from secondment.selectors.training import to_confirm, to_record
from xianan.core.dates import chinese_date
from xianan.deadlines.models import Deadline
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, todo_lines

SHOWN = 10


@todo_lines.fill
def training_todos(scope: Scope) -> Iterator[Todo]:
    """Plans to draw up and submit, quarters without a session, sessions whose day is past, late ones to be confirmed."""
    own = scope.organization_ids("plan_training")
    if own:
        yield from _plans(scope, own)
        yield from _quarters(own)
    if own or scope.whole_district("hold_joint_training"):
        yield from _unrecorded(scope)
    if scope.organization_ids("confirm_training"):
        yield from _unconfirmed(scope)


def _plans(scope: Scope, own: set[int]) -> Iterator[Todo]:
    submits = scope.organization_ids("submit_training_plan")
    rows = (
        TrainingPlan.objects.filter(organization__in=own, state="draft", due_on__isnull=False)
        .annotate(count=Count("sessions"))
        .order_by("due_on", "pk")
    )
    for plan in rows:
        head = plan.organization_id in submits
        if head and not plan.count:
            continue
        yield Todo(
            f"{plan.year}年度培训计划",
            reverse("secondment:training-plan", args=[plan.pk]),
            "审定并提交" if head else "制定培训计划",
            f"已列 {plan.count} 场" if plan.count else "还没有场次",
            plan.due_on,
        )


def _quarters(own: set[int]) -> Iterator[Todo]:
    """Quarters whose date is open and that have nothing planned for a day to come or to be recorded."""
    dates = list(
        Deadline.objects.filter(kind=TRAINING_QUARTER, organization__in=own, closed_at=None).values_list(
            "object_id", "due_on"
        )
    )
    if not dates:
        return
    due = dict(dates)
    planned = list(
        Session.objects.filter(organization__in=own, state=SessionState.PLANNED).values_list(
            "organization_id", "planned_on"
        )
    )
    for duty in QuarterDuty.objects.filter(pk__in=due):
        if any(key == duty.organization_id and duty.when.holds(day) for key, day in planned):
            continue
        yield Todo(
            f"{duty.when}赋权事项培训未安排",
            quarter_link(duty.organization_id, duty.year, duty.quarter),
            "安排培训",
            "按季度安排，边培训边移交",
            due[duty.pk],
        )


def _unrecorded(scope: Scope) -> Iterator[Todo]:
    found = to_record(scope).order_by().aggregate(count=Count("pk"), since=Min("planned_on"))
    if found["count"]:
        yield Todo(
            "培训日期已过，待登记举办情况",
            f"{reverse('secondment:sessions')}?tab=unrecorded",
            "登记举办情况",
            f"{found['count']} 场",
            found["since"],
            found["count"],
        )


def _unconfirmed(scope: Scope) -> Iterator[Todo]:
    rows = to_confirm(scope).select_related("session__organization").order_by("asked_at", "pk")
    for row in rows[:SHOWN]:
        session = row.session
        yield Todo(
            f"{session.organization} {chinese_date(session.day)}的培训“{session.title}”",
            reverse("secondment:session", args=[session.pk]),
            "确认参训或不予确认",
            "季度结束后补登，确认后计入",
        )
