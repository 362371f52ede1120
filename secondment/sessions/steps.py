"""Sessions of training: planned, changed, moved, cancelled, held (P14, P17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import transaction

from secondment.choices import SessionKind, TrainingPlanState
from secondment.choices import SessionState as S
from secondment.confirmations.steps import ask_streets
from secondment.models import QuarterDuty, TrainingPlan
from secondment.rules.training import entered_after, quarter_of
from secondment.selectors import duties
from secondment.selectors.proof import SHEET
from secondment.selectors.training import VIEW, announced, as_entered
from secondment.services.duties import settle
from secondment.services.session_codes import new_code
from secondment.sessions.model import Session
from secondment.training_plans.steps import FILL, MATRIX, RIGHT
from xianan.acts import Changes, Noun, Wording, note
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.texts import written
from xianan.documents.attachments import PAPERS, SCANS, Owner, Slot, register
from xianan.documents.services.attachments import remove_all
from xianan.history.services import differences, record
from xianan.imports.services import forget_uploads
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope, scope_of

JOINT = "hold_joint_training"
FIELDS = ("kind", "title", "planned_on", "starts_at", "ends_at", "minutes", "place", "trainer", "note")
LONGEST_REASON = 300
PAST_DAYS = 366
"""How long ago a session may have been held when it is recorded."""


def is_counted(session: Session) -> bool:
    """Whether the session counts: it stands in no plan or in a submitted one."""
    return session.plan is None or session.plan.state == TrainingPlanState.SUBMITTED


def is_announced(session: Session) -> bool:
    """Whether changes need a reason: everything but what stands in a plan that is still in work."""
    return is_counted(session) and session.state == S.PLANNED


def _right_of(row: Session, right: str) -> str:
    """A joint session is 区司法局's, which holds its right for the district."""
    return JOINT if row.kind == SessionKind.JOINT else right


SESSION: Noun[Session] = Noun(
    model=Session,
    label="培训场次",
    word="培训场次",
    states=S,
    view=VIEW,
    parties=("organization",),
    page="secondment:session",
    above=MATRIX,
    begun="session.created",
    names=lambda row: f"{row.title}（{row.organization}）",
    joins=("organization", "plan__organization", "makes_up", "district"),
    also=as_entered,
    sees=partial(announced, state="plan__state"),
    right_of=_right_of,
)
ATTEND = SESSION.permit("登记参训人员", (S.PLANNED, S.HELD), right=RIGHT, by="organization")
REMOVE = SESSION.permit("移出计划", S.PLANNED, right=RIGHT, by="organization")
FILES = SESSION.permit(
    "维护培训材料", (S.PLANNED, S.HELD), right=RIGHT, by="organization", closed="场次已取消，附件不再变动。"
)


# ---- Files -------------------------------------------------------------------------------------------


def _may_read(scope: Scope, row: Session) -> bool:
    """As ``announced``, of a row that was read with its plan: the page asks it of every slot."""
    own = row.organization_id in scope.organization_ids(RIGHT)
    return scope.can(VIEW, row) and (is_counted(row) or own)


def _reads_sheet(scope: Scope, row: Session) -> bool:
    """The signed sheet names everybody who came: it is for those who hold the session and keep its list."""
    return ATTEND.allows(row, scope)


def _settle(row: Session) -> None:
    """The signed sheet proves a session that was entered after its quarter."""
    if row.needs_proof:
        settle(row.district, [row.organization_id])


register(
    Owner(
        Session,
        label=SESSION.label,
        slots=(
            Slot("materials", "培训材料", accept=PAPERS, most=10, hint="课件、讲义、测试题"),
            Slot(
                SHEET,
                "签到表扫描件",
                accept=SCANS,
                most=5,
                private=True,
                hint="参训人员签名的签到表；季度结束后补登的培训附上后计入",
                may_read=_reads_sheet,
                follows=_settle,
            ),
        ),
        may_read=_may_read,
        may_change=FILES.why_not,
        url=SESSION.url,
    )
)


# ---- Beginning ---------------------------------------------------------------------------------------


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
        scope.require(JOINT, scope.district, label="组织全区执法培训")
    else:
        scope.require(RIGHT, organization, label="制定培训计划、登记场次")
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


def _names(rows: Iterable[Any]) -> str:
    return "、".join(str(row) for row in rows)


# ---- Planned -----------------------------------------------------------------------------------------


def _set(row: Session, new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set fields and return what changed as the log takes it: times of day as 09:00."""
    found = differences(row, new)
    for name, value in new.items():
        setattr(row, name, value)
    return {label: (_clock(old), _clock(value)) for label, (old, value) in found.items()}


def _clock(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, dt.time) else value


def _tell_plan(
    row: Session, act: str, words: str, actor: User, reason: str, changes: Changes | None = None
) -> None:
    """The plan in which a session stands tells what became of it."""
    if row.plan is not None:
        record(row.plan, f"training_plan.session_{act}", words, actor=actor, reason=reason, changes=changes)


@SESSION.step(
    "change", "修改场次", S.PLANNED, S.PLANNED, right=RIGHT, by="organization", action="session.changed",
    asks=(note("reason", "变动原因", longest=LONGEST_REASON, logged=True),),
)  # fmt: skip
def change_session(
    row: Session,
    *,
    actor: User,
    values: Mapping[str, Any],
    items: Iterable[Any],
    streets: Iterable[Organization],
    reason: str = "",
) -> Changes:
    """Change a planned session. Once its plan is submitted a reason is needed and logged.

    The day of a session that is announced is moved by ``move_session``. Errors: not_allowed, wrong_state,
    reason_missing, kind_fixed, required, wrong_year, past, times, minutes, not_here.
    """
    joint = row.kind == SessionKind.JOINT
    if (values.get("kind") == SessionKind.JOINT) != joint:
        raise DomainError("kind_fixed", "全区执法培训和部门培训不能互换，取消后另行登记。", field="kind")
    fixed = is_announced(row)
    if fixed:
        written("变动原因", reason, LONGEST_REASON, required=True)
        values = {**values, "planned_on": row.planned_on}
    covered, invited = list(items), list(streets)
    _belong(row.organization, covered, invited, joint=joint)
    changes = _set(row, _clean(values, None if fixed else row.plan))
    pairs: list[tuple[str, Any, list[Any]]] = [
        ("涉及赋权事项", row.items, covered),
        ("邀请街道", row.streets, invited),
    ]
    for label, manager, rows in pairs:
        before = list(manager.all())
        if {each.pk for each in before} != {each.pk for each in rows}:
            changes[label] = (_names(before), _names(rows))
            manager.set(rows)
    if changes and fixed:
        _tell_plan(row, "changed", f"修改场次“{row}”", actor, reason)
    return changes


def _moved(row: Session) -> str:
    text, after = "已改期，原日期和原因留在办理记录中。", quarter_of(row.planned_on)
    before = quarter_of(row.moved_from or row.planned_on)
    return text if after == before else f"{text}{before}改到{after}，{before}不足的须另行安排。"


@SESSION.step(
    "move", "改期", S.PLANNED, "", right=RIGHT, by="organization", action="session.moved", shown=is_announced,
    asks=(note("reason", "改期原因", longest=LONGEST_REASON, required=True, logged=True),),
    wording=Wording(button="改期并记录原因", said=_moved),
)  # fmt: skip
def move_session(
    row: Session, *, planned_on: dt.date, starts_at: dt.time, ends_at: dt.time, reason: str, actor: User
) -> Changes:
    """Give a planned session another day or time; the old one and the reason stay in the log.

    Errors: not_allowed, wrong_state, reason_missing, past (field planned_on), times, same.
    """
    if planned_on < clock.today():
        raise DomainError("past", f"新的日期不能早于今日 {chinese_date(clock.today())}。", field="planned_on")
    _times(starts_at, ends_at)
    row.moved_from = row.planned_on
    changes = _set(row, {"planned_on": planned_on, "starts_at": starts_at, "ends_at": ends_at})
    if not changes:
        raise DomainError("same", "日期和时间没有变动。", field="planned_on")
    _tell_plan(row, "moved", f"“{row}”改期", actor, reason, changes)
    return changes


@SESSION.step(
    "cancel", "取消场次", S.PLANNED, S.CANCELLED, right=RIGHT, by="organization", action="session.cancelled",
    shown=is_announced,
    asks=(note("reason", "取消原因", to=Session.cancelled_reason, required=True, logged=True),),
    wording=Wording(
        button="取消这场培训", style="refuse", said="场次已取消。",
        after=("场次留在记录中，不计入季度培训", "本季度不足的须另行安排"),
    ),
)  # fmt: skip
def cancel_session(row: Session, *, reason: str, actor: User) -> None:
    """Cancel a planned session; it stays on record. Errors: not_allowed, wrong_state, reason_missing."""
    _tell_plan(row, "cancelled", f"取消场次“{row}”", actor, reason)


@transaction.atomic
def remove_session(session: Session, *, actor: User) -> None:
    """Take a session out of a plan that is still in work. Errors: not_allowed, wrong_state, announced."""
    fresh = lock(session)
    REMOVE.refuse(fresh, scope_of(actor))
    if fresh.plan is None or is_announced(fresh):
        raise DomainError("announced", "已提交计划的场次不能移出，可以改期或者取消。")
    if fresh.attendances.exists():
        raise DomainError("has_attendance", "场次已有参训名单，先删除名单再移出。")
    record(fresh, "session.removed", "移出计划", actor=actor)
    record(fresh.plan, "training_plan.session_removed", f"移出场次“{fresh}”", actor=actor)
    remove_all(fresh, actor=actor)
    forget_uploads(fresh)
    fresh.delete()


# ---- Held --------------------------------------------------------------------------------------------


def _refuse_in_work(row: Session) -> None:
    if not is_counted(row):
        raise DomainError("plan_in_work", "所在培训计划还没有提交，提交后再登记举办情况。")


def _count(row: Session, actor: User) -> None:
    """What was entered after its quarter waits for its proof, all else counts at once."""
    if row.needs_proof:
        ask_streets(row, actor=actor)
    else:
        settle(row.district, [row.organization_id])


def _held(row: Session) -> str:
    if row.needs_proof:
        return (
            f"已登记为已举办。{quarter_of(row.day)}已经结束，上传签到表或者到场街道确认后计入，"
            "已请到场街道确认。"
        )
    if row.makes_up is not None:
        return f"已登记为已举办，计作{row.makes_up.when}的补训。"
    return "已登记为已举办，计入举办部门当季培训。"


def is_due(row: Session) -> bool:
    """Whether its planned day has come."""
    return row.planned_on <= clock.today()


@SESSION.step(
    "hold", "登记举办情况", S.PLANNED, S.HELD, right=RIGHT, by="organization", action="session.held",
    guards=(_refuse_in_work,), shown=is_announced, follow=_count, because=Session.nobody_reason,
    asks=(note("nobody_reason", "没有参训名单的原因", to=Session.nobody_reason),),
    wording=Wording(
        button="登记为已举办",
        offer=lambda row: "登记举办情况" if is_due(row) else "提前举办，登记举办情况",
        style=lambda row: "primary" if is_due(row) else "",
        said=_held,
        after=(
            "签到截止，街道不再增补名单，由举办单位补正",
            "举办日期所在季度已经结束的，上传签到表或者到场街道确认后才计入",
        ),
    ),
)  # fmt: skip
def hold_session(
    row: Session,
    *,
    held_on: dt.date,
    actor: User,
    nobody_reason: str = "",
    makes_up: QuarterDuty | None = None,
) -> Changes:
    """Record that a session was held: with somebody present, or with the reason why there is no list.

    The date of the quarter it counts for is closed; where that quarter is over already, not before the
    signed sheet is there or a street has confirmed it, and the streets are asked. ``makes_up``: a missed quarter
    of the department for which it is held. Errors: not_allowed, wrong_state, plan_in_work, future, past (field
    held_on), reason_long, no_attendance (field nobody_reason), not_missed (field makes_up).
    """
    today = clock.today()
    if held_on > today:
        raise DomainError("future", f"举办日期不能晚于今日 {chinese_date(today)}。", field="held_on")
    if held_on < today - dt.timedelta(days=PAST_DAYS):
        raise DomainError("past", "只能登记一年以内举办的培训。", field="held_on")
    present = row.attendances.filter(present=True).count()
    if not present and not nobody_reason:
        raise DomainError(
            "no_attendance", "还没有到场人员。先登记参训名单；没有名单的写明原因。", field="nobody_reason"
        )
    if makes_up is not None and not duties.missed(row.organization_id).filter(pk=makes_up.pk).exists():
        raise DomainError("not_missed", "所选季度没有待补的培训。", field="makes_up")
    row.held_on, row.makes_up = held_on, makes_up
    row.needs_proof = entered_after(held_on, today)
    row.recorded_by, row.recorded_at = actor, clock.now()
    if present:
        row.nobody_reason = ""
    changes: dict[str, tuple[Any, Any]] = {"举办日期": (None, held_on), "到场": (None, f"{present} 人")}
    if makes_up is not None:
        changes["补训季度"] = (None, str(makes_up.when))
    return changes
