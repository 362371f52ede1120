"""Sessions of training: planned, changed, moved, cancelled, held (P14, P17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from secondment.choices import SessionKind, SessionState, TrainingPlanState
from secondment.flows.training import JOINT_SESSION, SESSION, flow_of
from secondment.models import QuarterDuty, Session, TrainingPlan
from secondment.rules.training import entered_after
from secondment.selectors import duties
from secondment.training_plans.steps import FILL
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.texts import written
from xianan.documents.services.attachments import remove_all
from xianan.history.services import differences, record
from xianan.imports.services import forget_uploads
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

from .confirmations import ask_streets
from .duties import settle
from .session_codes import new_code

FIELDS = ("kind", "title", "planned_on", "starts_at", "ends_at", "minutes", "place", "trainer", "note")
LONGEST_REASON = 300
PAST_DAYS = 366
"""How long ago a session may have been held when it is recorded."""


@transaction.atomic
def add_session(
    *,
    organization: Organization,
    actor: User,
    values: Mapping[str, Any],
    items: Iterable[Any] = (),
    streets: Iterable[Organization] = (),
    plan: TrainingPlan | None = None,
) -> Session:
    """Add a session of a department: to a plan in work, or beyond its plan.

    A joint session is 区司法局's and stands in no plan. ``values``: the fields named in FIELDS. Errors:
    not_allowed, wrong_state, required, wrong_year, past (field planned_on), times, minutes, not_here.
    """
    scope = scope_of(actor)
    joint = values.get("kind") == SessionKind.JOINT
    if joint:
        scope.require(JOINT_SESSION["edit"].right, scope.district, label="组织全区执法培训")
    else:
        scope.require(SESSION["edit"].right, organization, label="制定培训计划、登记场次")
    if plan is not None:
        plan = lock(plan)
        FILL.refuse(plan, scope)
        if joint or plan.organization_id != organization.pk:
            raise DomainError("not_here", "全区执法培训不列入部门年度计划，在场次中登记。", field="kind")
    clean = _clean(values, plan)
    if plan is None and clean["planned_on"] < clock.today() - dt.timedelta(days=PAST_DAYS):
        raise DomainError("past", "只能补登一年以内的培训。", field="planned_on")
    covered, invited = list(items), list(streets)
    _belong(organization, covered, invited, joint=joint)
    session = Session(
        district_id=organization.district_id,
        organization=organization,
        plan=plan,
        code=new_code(),
        created_by=actor,
        **clean,
    )
    session.save(force_insert=True)
    session.items.set(covered)
    session.streets.set(invited)
    label = "列入培训计划" if plan else "登记培训场次"
    record(
        session, "session.created", label, actor=actor, organization=organization,
        changes={"计划日期": (None, session.planned_on), "邀请街道": ("", _names(invited))},
    )  # fmt: skip
    if plan is not None:
        record(plan, "training_plan.session_added", f"增加场次“{session}”", actor=actor)
    return session


@transaction.atomic
def change_session(
    session: Session,
    *,
    actor: User,
    values: Mapping[str, Any],
    items: Iterable[Any],
    streets: Iterable[Organization],
    reason: str = "",
) -> Session:
    """Change a planned session. Once its plan is submitted a reason is needed and logged.

    The day of a session that is announced is moved by ``move_session``. Errors: not_allowed, wrong_state,
    reason_missing, kind_fixed, required, wrong_year, past, times, minutes, not_here.
    """
    fresh = lock(session)
    scope = scope_of(actor)
    flow_of(fresh).refuse_unless_possible(fresh, "edit", scope)
    joint = fresh.kind == SessionKind.JOINT
    if (values.get("kind") == SessionKind.JOINT) != joint:
        raise DomainError("kind_fixed", "全区执法培训和部门培训不能互换，取消后另行登记。", field="kind")
    announced = is_announced(fresh)
    if announced:
        written("变动原因", reason, LONGEST_REASON, required=True)
        values = {**values, "planned_on": fresh.planned_on}
    covered, invited = list(items), list(streets)
    _belong(fresh.organization, covered, invited, joint=joint)
    new = _clean(values, fresh.plan if not announced else None)
    changes = _changes(fresh, new)
    pairs: list[tuple[str, Any, list[Any]]] = [
        ("涉及赋权事项", fresh.items, covered),
        ("邀请街道", fresh.streets, invited),
    ]
    for label, manager, rows in pairs:
        before = list(manager.all())
        if {row.pk for row in before} != {row.pk for row in rows}:
            changes[label] = (_names(before), _names(rows))
            manager.set(rows)
    if changes:
        fresh = flow_of(fresh).take(fresh, "edit", scope, **new)
        record(fresh, "session.changed", "修改场次", actor=actor, changes=changes, reason=reason)
        if fresh.plan is not None and announced:
            record(
                fresh.plan, "training_plan.session_changed", f"修改场次“{fresh}”", actor=actor, reason=reason
            )
    return fresh


@transaction.atomic
def move_session(
    session: Session,
    *,
    planned_on: dt.date,
    starts_at: dt.time,
    ends_at: dt.time,
    reason: str,
    actor: User,
) -> Session:
    """Give a planned session another day or time; the old one and the reason stay in the log.

    Errors: not_allowed, wrong_state, reason_missing, past (field planned_on), times, same.
    """
    fresh = lock(session)
    scope = scope_of(actor)
    flow_of(fresh).refuse_unless_possible(fresh, "move", scope)
    written("变动原因", reason, LONGEST_REASON, required=True)
    if planned_on < clock.today():
        raise DomainError("past", f"新的日期不能早于今日 {chinese_date(clock.today())}。", field="planned_on")
    _times(starts_at, ends_at)
    new: dict[str, Any] = {"planned_on": planned_on, "starts_at": starts_at, "ends_at": ends_at}
    changes = _changes(fresh, new)
    if not changes:
        raise DomainError("same", "日期和时间没有变动。", field="planned_on")
    fresh = flow_of(fresh).take(fresh, "move", scope, **new)
    record(fresh, "session.moved", "改期", actor=actor, changes=changes, reason=reason)
    if fresh.plan is not None:
        record(
            fresh.plan,
            "training_plan.session_moved",
            f"“{fresh}”改期",
            actor=actor,
            changes=changes,
            reason=reason,
        )
    return fresh


@transaction.atomic
def cancel_session(session: Session, *, reason: str, actor: User) -> Session:
    """Cancel a planned session; it stays on record. Errors: not_allowed, wrong_state, reason_missing."""
    written("变动原因", reason, LONGEST_REASON, required=True)
    fresh = flow_of(session).take(
        session, "cancel", scope_of(actor), reason=reason, cancelled_reason=reason.strip()
    )
    record(fresh, "session.cancelled", "取消场次", actor=actor, reason=reason)
    if fresh.plan is not None:
        record(
            fresh.plan, "training_plan.session_cancelled", f"取消场次“{fresh}”", actor=actor, reason=reason
        )
    return fresh


@transaction.atomic
def remove_session(session: Session, *, actor: User) -> None:
    """Take a session out of a plan that is still in work. Errors: not_allowed, wrong_state, announced."""
    fresh = lock(session)
    flow_of(fresh).refuse_unless_possible(fresh, "remove", scope_of(actor))
    if fresh.plan is None or is_announced(fresh):
        raise DomainError("announced", "已提交计划的场次不能移出，可以改期或者取消。")
    if fresh.attendances.exists():
        raise DomainError("has_attendance", "场次已有参训名单，先删除名单再移出。")
    record(fresh, "session.removed", "移出计划", actor=actor)
    record(fresh.plan, "training_plan.session_removed", f"移出场次“{fresh}”", actor=actor)
    remove_all(fresh, actor=actor)
    forget_uploads(fresh)
    fresh.delete()


@transaction.atomic
def hold_session(
    session: Session,
    *,
    held_on: dt.date,
    actor: User,
    nobody_reason: str = "",
    makes_up: QuarterDuty | None = None,
) -> Session:
    """Record that a session was held: with somebody present, or with the reason why there is no list.

    The date of the quarter it counts for is closed; where that quarter is over already, not before the
    signed sheet is there or a street has confirmed it, and the streets are asked. ``makes_up``: a missed quarter of the department for
    which it is held. Errors: not_allowed, wrong_state, future, past (field held_on), no_attendance
    (field nobody_reason), not_missed (field makes_up).
    """
    fresh = lock(session)
    scope = scope_of(actor)
    flow_of(fresh).refuse_unless_possible(fresh, "hold", scope)
    if not is_counted(fresh):
        raise DomainError("plan_in_work", "所在培训计划还没有提交，提交后再登记举办情况。")
    today = clock.today()
    if held_on > today:
        raise DomainError("future", f"举办日期不能晚于今日 {chinese_date(today)}。", field="held_on")
    if held_on < today - dt.timedelta(days=PAST_DAYS):
        raise DomainError("past", "只能登记一年以内举办的培训。", field="held_on")
    codes = ("reason_missing", "reason_long")
    nobody_reason = written("原因", nobody_reason, LONGEST_REASON, field="nobody_reason", codes=codes)
    present = fresh.attendances.filter(present=True).count()
    if not present and not nobody_reason:
        raise DomainError(
            "no_attendance", "还没有到场人员。先登记参训名单；没有名单的写明原因。", field="nobody_reason"
        )
    if makes_up is not None and not duties.missed(fresh.organization_id).filter(pk=makes_up.pk).exists():
        raise DomainError("not_missed", "所选季度没有待补的培训。", field="makes_up")
    fresh = flow_of(fresh).take(
        fresh, "hold", scope,
        held_on=held_on, nobody_reason="" if present else nobody_reason, makes_up=makes_up,
        needs_proof=entered_after(held_on, today),
        recorded_by=actor, recorded_at=clock.now(),
    )  # fmt: skip
    changes: dict[str, tuple[Any, Any]] = {"举办日期": (None, held_on), "到场": (None, f"{present} 人")}
    if makes_up is not None:
        changes["补训季度"] = (None, str(makes_up.when))
    record(fresh, "session.held", "登记举办情况", actor=actor, changes=changes, reason=fresh.nobody_reason)
    if fresh.needs_proof:
        ask_streets(fresh, actor=actor)
    else:
        settle(fresh.district, [fresh.organization_id])
    return fresh


# ---- What they share -----------------------------------------------------------------------------------


def is_counted(session: Session) -> bool:
    """Whether the session counts: it stands in no plan or in a submitted one."""
    return session.plan is None or session.plan.state == TrainingPlanState.SUBMITTED


def is_announced(session: Session) -> bool:
    """Whether changes need a reason: everything but what stands in a plan that is still in work."""
    return is_counted(session) and session.state == SessionState.PLANNED


def _clean(values: Mapping[str, Any], plan: TrainingPlan | None) -> dict[str, Any]:
    new = {name: values[name] for name in FIELDS}
    for name, label in (("title", "培训内容"), ("place", "地点"), ("trainer", "授课人")):
        new[name] = new[name].strip()
        if not new[name]:
            raise DomainError("required", f"未填写{label}。", field=name)
    new["note"] = new["note"].strip()
    if new["kind"] not in SessionKind.values:
        raise DomainError("required", "未选择类别。", field="kind")
    _times(new["starts_at"], new["ends_at"])
    if not 1 <= new["minutes"] <= 1440:
        raise DomainError("minutes", "时长须在 1 至 1440 分钟之间。", field="minutes")
    if plan is not None:
        if new["planned_on"].year != plan.year:
            raise DomainError(
                "wrong_year", f"计划日期须在{plan.year}年内，与计划年度一致。", field="planned_on"
            )
        if new["planned_on"] < clock.today():
            raise DomainError(
                "past", "列入计划的日期不能早于今日；已举办的在计划外登记场次。", field="planned_on"
            )
    return new


def _times(starts_at: dt.time, ends_at: dt.time) -> None:
    if ends_at <= starts_at:
        raise DomainError("times", "结束时间须晚于开始时间。", field="ends_at")


def _belong(
    organization: Organization, items: list[Any], streets: list[Organization], *, joint: bool
) -> None:
    for item in items:
        if item.district_id != organization.district_id or (
            not joint and item.organization_id != organization.pk
        ):
            raise DomainError("not_here", f"“{item}”不是{organization}的赋权事项。", field="items")
    for street in streets:
        if street.district_id != organization.district_id or not street.is_street:
            raise DomainError("not_here", f"{street}不是本区的街道。", field="streets")
    if not streets:
        raise DomainError("required", "未选择邀请街道。", field="streets")


def _changes(session: Session, new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs as the log takes it: times of day as 09:00."""
    return {label: (_clock(old), _clock(value)) for label, (old, value) in differences(session, new).items()}


def _clock(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, dt.time) else value


def _names(rows: Iterable[Any]) -> str:
    return "、".join(str(row) for row in rows)
