"""Who took part in a session: by list, by code, with scores and ratings (P14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from secondment.choices import AttendanceSource, SessionState
from secondment.confirmations.steps import ask_streets
from secondment.models import Attendance, Secondment, Session
from secondment.rules.training import code_refusal, hundredths
from secondment.sessions.steps import ATTEND, is_counted
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.core.names import person_name
from xianan.history.services import record
from xianan.organizations.choices import Kind
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

LONGEST_NAME = 40
MOST_NAMES = 500
HIGHEST = 10_000
"""The highest score, in hundredths of a point."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is put down about one person on the list: came or not, and the score in hundredths."""

    present: bool
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One person to be put on a list; ``name`` stands once a street."""

    street: Organization
    name: str
    present: bool = True
    score: int | None = None


def street_of(user: User) -> Organization | None:
    """Return the street a person attends for: the own one, or that of the 司法所.

    None for others, for somebody who has no role today, and for a street that is not there today.
    """
    if not scope_of(user).person_id:
        return None
    own = user.organization.parent if user.organization.kind == Kind.STATION else user.organization
    return own if own is not None and own.kind == Kind.STREET and own.is_active else None


def may_list(session: Session, street: Organization, actor: User) -> str:
    """Say why somebody may not write a street's names on a list, "" if they may.

    Who holds the session may write all, before and after it is recorded as held; a street its own people
    until then. Raises NotAllowed for a missing right.
    """
    scope = scope_of(actor)
    if ATTEND.allows(session, scope):
        if session.state == SessionState.CANCELLED:
            return "场次已取消，不能登记参训人员。"
        return ""
    if not is_counted(session) or not scope.can("list_attendance", street):
        raise NotAllowed(f"您没有登记{street}参训人员的权限。")
    if session.state != SessionState.PLANNED:
        return "举办单位已办结登记，名单由举办单位补正。"
    return ""


@transaction.atomic
def add_names(
    session: Session,
    *,
    people: Sequence[Listed],
    actor: User,
    source: str = AttendanceSource.LIST,
) -> list[Attendance]:
    """Put people on the list of a session; who stands there already is left as he or she is, or now present.

    A name that belongs to one seconded person of the street is linked to that person's file. Errors:
    not_allowed, closed, empty, too_many, name_long (field names), not_here, early, score_range.
    """
    fresh = lock(session)
    people = [replace(row, name=person_name(row.name)) for row in people]
    if not people:
        raise DomainError("empty", "没有填写姓名，每行一人。", field="names")
    if len(people) > MOST_NAMES:
        raise DomainError("too_many", f"一次最多登记 {MOST_NAMES} 人。", field="names")
    for row in people:
        if row.street.district_id != fresh.district_id or row.street.kind != Kind.STREET:
            raise DomainError("not_here", f"{row.street}不是本区的街道。", field="street")
        if not row.street.is_active_on(fresh.day):
            raise DomainError("not_here", f"{row.street}在培训当日不存续。", field="street")
        if not row.name or len(row.name) > LONGEST_NAME:
            raise DomainError(
                "name_long", f"姓名“{row.name[:12]}…”超过 {LONGEST_NAME} 字，每行只写一人。", field="names"
            )
        _check_score(row.score)
        if row.present and fresh.planned_on > clock.today():
            raise DomainError("early", "培训还没有开始，只能登记为报名。", field="present")
    for street in {row.street.pk: row.street for row in people}.values():
        refusal = may_list(fresh, street, actor)
        if refusal:
            raise DomainError("closed", refusal)
    known = {(row.street_id, person_name(row.name)): row for row in fresh.attendances.all()}
    seconded = _seconded(fresh, {row.street.pk for row in people})
    now, created, changed, arrived = clock.now(), [], [], []
    for row in people:
        before = known.get((row.street.pk, row.name))
        if before is None:
            before = Attendance(
                district_id=fresh.district_id, session=fresh, street=row.street, name=row.name,
                present=row.present, score=row.score, person_id=seconded.get((row.street.pk, row.name)),
                source=source, recorded_by=actor, recorded_at=now,
            )  # fmt: skip
            known[row.street.pk, row.name] = before
            created.append(before)
            arrived.append(before)
        elif (row.present and not before.present) or (row.score is not None and row.score != before.score):
            if row.present and not before.present:
                arrived.append(before)
            before.present = before.present or row.present
            before.score = before.score if row.score is None else row.score
            if before.pk:
                changed.append(before)
    Attendance.objects.bulk_create(created)
    Attendance.objects.bulk_update(changed, ["present", "score"])
    if created or changed:
        ask_streets(fresh, actor=actor, changed={row.street_id for row in arrived if row.present})
        record(
            fresh, "session.listed", f"登记参训人员 {len(created) + len(changed)} 人", actor=actor,
            changes={
                str(street): ("", "、".join(row.name for row in (*created, *changed) if row.street_id == street.pk))
                for street in {row.street_id: row.street for row in (*created, *changed)}.values()
            },
        )  # fmt: skip
    return [*created, *changed]


def _seconded(session: Session, streets: set[int]) -> dict[tuple[int, str], int]:
    """Return {(street, name): person} of those who serve in these streets on the day, where one has the name."""
    found: dict[tuple[int, str], int] = {}
    twice: set[tuple[int, str]] = set()
    rows = Secondment.objects.filter(
        street__in=streets, arrived_on__lte=session.day, planned_until__gte=session.day
    ).exclude(ended_on__lt=session.day)
    for key, name, street in rows.values_list("person_id", "person__name", "street_id"):
        place = street, person_name(name)
        if found.setdefault(place, key) != key:
            twice.add(place)
    return {place: key for place, key in found.items() if place not in twice}


@transaction.atomic
def mark_people(session: Session, *, marks: Mapping[int, Mark], actor: User) -> int:
    """Put down who came and the scores, by attendance; return how many changed.

    Only whoever holds the session. Errors: not_allowed, wrong_state, score_range, absent_score, gone,
    nobody_left.
    """
    fresh = lock(session)
    ATTEND.refuse(fresh, scope_of(actor))
    rows = {row.pk: row for row in fresh.attendances.filter(pk__in=marks)}
    if len(rows) != len(marks):
        raise DomainError("gone", "名单刚被他人改动，刷新页面查看最新情况。")
    log, changed = {}, []
    streets: set[int] = set()
    for key, mark in marks.items():
        row = rows[key]
        _check_score(mark.score, row.name)
        if mark.score is not None and not mark.present:
            raise DomainError("absent_score", f"{row.name}未到场，不能登记成绩。")
        if (row.present, row.score) == (mark.present, mark.score):
            continue
        if mark.present and not row.present and fresh.planned_on > clock.today():
            raise DomainError("early", "培训还没有开始，不能登记到场。")
        log[row.name] = (_told(row.present, row.score), _told(mark.present, mark.score))
        if row.present != mark.present:
            streets.add(row.street_id)
        row.present, row.score = mark.present, mark.score
        if not row.present:
            row.satisfaction = None
        changed.append(row)
    Attendance.objects.bulk_update(changed, ["present", "score", "satisfaction"])
    _somebody_left(fresh)
    if changed:
        ask_streets(fresh, actor=actor, changed=streets)
        record(fresh, "session.marked", f"登记到场和成绩 {len(changed)} 人", actor=actor, changes=log)
    return len(changed)


@transaction.atomic
def remove_name(attendance: Attendance, *, actor: User) -> None:
    """Strike somebody off a list. Errors: not_allowed, closed, gone, nobody_left."""
    session = lock(attendance.session)
    fresh = lock(attendance)
    refusal = may_list(session, fresh.street, actor)
    if refusal:
        raise DomainError("closed", refusal)
    record(session, "session.struck", f"从名单移出{fresh}", actor=actor)
    fresh.delete()
    _somebody_left(session)
    ask_streets(session, actor=actor, changed={fresh.street_id} if fresh.present else ())


def _somebody_left(session: Session) -> None:
    if (
        session.state == SessionState.HELD
        and not session.nobody_reason
        and not session.attendances.filter(present=True).exists()
    ):
        raise DomainError("nobody_left", "已办结的场次至少保留一名到场人员。")


# ---- By code -------------------------------------------------------------------------------------------


@transaction.atomic
def check_in(session: Session, *, actor: User) -> Attendance:
    """Sign in with the code: once however often it is pressed (P14).

    Who was named beforehand under the same name and street becomes present. Errors: not_a_street, window.
    """
    street = street_of(actor)
    if street is None or street.district_id != session.district_id:
        raise DomainError("not_a_street", "签到由街道和街道司法所人员办理。", status=403)
    fresh = lock(session)
    mine = fresh.attendances.filter(user=actor).first()
    if mine is not None and mine.present:
        return mine
    refusal = why_no_code(fresh)
    if refusal:
        raise DomainError("window", refusal)
    named = fresh.attendances.filter(street=street, name=actor.name).first()
    row = mine or named
    if row is not None and row.user_id in (None, actor.pk):
        row.user, row.present, row.source = actor, True, AttendanceSource.CODE
        row.save(update_fields=["user", "present", "source"])
    else:
        name = actor.name if named is None else f"{actor.name}（{actor.username}）"
        row = Attendance.objects.create(
            district_id=fresh.district_id, session=fresh, street=street, name=name, user=actor,
            source=AttendanceSource.CODE, recorded_by=actor, recorded_at=clock.now(),
        )  # fmt: skip
    record(fresh, "session.checked_in", "扫码签到", actor=actor)
    return row


def why_no_code(session: Session, now: dt.datetime | None = None) -> str:
    """Say why the code of a session can't be used now, "" when it can."""
    if session.state == SessionState.CANCELLED:
        return "场次已取消。"
    if session.state == SessionState.HELD:
        return "举办单位已办结登记，由举办单位按签到表补登。"
    if not is_counted(session):
        return "培训计划还没有提交，签到尚未开放。"
    local = (now or clock.now()).astimezone(clock.ZONE).replace(tzinfo=None)
    return code_refusal(session.planned_on, session.starts_at, session.ends_at, local)


@transaction.atomic
def rate(session: Session, *, satisfaction: int, actor: User) -> Attendance:
    """Rate a session one has signed in to, 1 to 5; a later rating takes the place of the earlier one.

    The log says that it was done and not what was given. Errors: not_present, satisfaction_range.
    """
    if not 1 <= satisfaction <= 5:
        raise DomainError("satisfaction_range", "满意度须在 1 至 5 之间。", field="satisfaction")
    fresh = lock(session)
    row = fresh.attendances.filter(user=scope_of(actor).person_id, present=True).first()
    if row is None:
        raise DomainError("not_present", "签到后才能评价。", status=403)
    first = row.satisfaction is None
    row.satisfaction = satisfaction
    row.save(update_fields=["satisfaction"])
    if first:
        record(fresh, "session.rated", "评价满意度", actor=actor)
    return row


def _check_score(score: int | None, name: str = "") -> None:
    if score is not None and not 0 <= score <= HIGHEST:
        who = f"{name}的" if name else ""
        raise DomainError("score_range", f"{who}测试成绩须在 0 至 100 之间。", field="score")


def _told(present: bool, score: int | None) -> str:
    return ("到场" if present else "未到场") + (f"，{hundredths(score)} 分" if score is not None else "")


def listed(names: Iterable[str], street: Organization, *, present: bool = True) -> list[Listed]:
    """Return people of one street for ``add_names``."""
    return [Listed(street, name, present) for name in names]
