"""From the arrival to the end of a secondment: extended, returned from, or continued in another street (P12)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from secondment.choices import EndKind, Membership, SecondmentState
from secondment.flows.staff import SERVICE, SERVICE_STREET
from secondment.models import Replacement, Secondment
from secondment.replacements import steps as replacements
from secondment.rules.term import DAY, earliest_end
from secondment.selectors.figures import staff_figures
from secondment.services import coverage
from secondment.services.dates import await_arrival, close_arrival, close_secondment, date_secondment
from secondment.services.judging import judge_length, judge_years
from secondment.services.registration import (
    LONGEST,
    insert,
    refuse_certificate,
    refuse_overlap,
    refuse_street,
    refuse_without_scan,
)
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import Flow, lock
from xianan.core.texts import written
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of


@transaction.atomic
def confirm_arrival(row: Secondment, *, on: dt.date, actor: User) -> Secondment:
    """The street confirms on which day the person arrived; from that day the post is covered (P11).

    A replacement that waited for this person is completed by it. Errors: not_allowed, wrong_state, and
    early, future, term_over (field on);
    scan_missing (the certificate is required and no scan of it is there).
    """
    row = _begin(row, SERVICE_STREET, "arrive", actor)
    if on < row.starts_on:
        raise DomainError("early", f"到岗日期不能早于下沉之日 {chinese_date(row.starts_on)}。", field="on")
    if on > clock.today():
        raise DomainError("future", f"到岗日期不能晚于今日 {chinese_date(clock.today())}。", field="on")
    if on > row.planned_until:
        raise DomainError(
            "term_over", f"到岗日期不能晚于期满之日 {chinese_date(row.planned_until)}。", field="on"
        )
    refuse_without_scan(row)
    fresh = SERVICE_STREET.take(
        row,
        "arrive",
        scope_of(actor),
        arrived_on=on,
        arrival_confirmed_by=actor,
        arrival_confirmed_at=clock.now(),
    )
    close_arrival(fresh, "arrived")
    date_secondment(fresh)
    record(
        fresh,
        "secondment.arrived",
        SERVICE_STREET["arrive"].label,
        actor=actor,
        organization=fresh.street,
        changes={"到岗日期": (None, on)},
    )
    replacements.successor_arrived(fresh, actor=actor)
    refresh(fresh)
    return fresh


@transaction.atomic
def extend(row: Secondment, *, until: dt.date, actor: User, reason: str = "") -> Secondment:
    """Let a secondment go on to a later day, also one whose term has run out already.

    Errors: not_allowed, wrong_state, replaced, reason_long; not_later, too_long, same_time (field until).
    """
    reason = written("理由", reason, LONGEST)
    person = lock(row.person)
    row = _begin(row, SERVICE, "extend", actor)
    if until <= row.planned_until:
        raise DomainError(
            "not_later",
            f"新的期满之日须晚于现在的 {chinese_date(row.planned_until)}；提前结束另行办理返回。",
            field="until",
        )
    try:
        judge_years(row.starts_on, until)
        refuse_overlap(person, row.starts_on, until, without=row.pk)
    except DomainError as error:
        error.field = "until"
        raise
    old = row.planned_until
    fresh = SERVICE.take(
        row, "extend", scope_of(actor),
        planned_until=until, extended_from=old + DAY, extended_at=clock.now(),
    )  # fmt: skip
    date_secondment(fresh)
    record(
        fresh,
        "secondment.extended",
        SERVICE["extend"].label,
        actor=actor,
        changes={"期满之日": (old, until)},
        reason=reason,
    )
    refresh(fresh)
    return fresh


@transaction.atomic
def finish(row: Secondment, *, last_day: dt.date, actor: User, reason: str = "") -> Secondment:
    """End a secondment on its last day: as 期满返回 at the end of the term, before it early and with a reason.

    Errors: not_allowed, wrong_state, replaced, before_arrival, after_term (field last_day),
    reason_missing (field reason), too_early (期满返回 before the day has come), reason_long.
    """
    reason = written("理由", reason, LONGEST)
    row = _begin(row, SERVICE, "finish", actor)
    if row.arrived_on is not None and last_day < row.arrived_on:
        raise DomainError(
            "before_arrival",
            f"最后一日不能早于到岗日期 {chinese_date(row.arrived_on)}。",
            field="last_day",
        )
    if last_day > row.planned_until:
        raise DomainError(
            "after_term",
            f"最后一日不能晚于期满之日 {chinese_date(row.planned_until)}；继续下沉的办理延长期限。",
            field="last_day",
        )
    expired = last_day == row.planned_until
    if expired and clock.today() < last_day:
        raise DomainError(
            "too_early", f"{chinese_date(last_day)}期满，当日起办理期满返回。", field="last_day"
        )
    if not expired and not reason:
        raise DomainError("reason_missing", _why_early(row, last_day), field="reason")
    kind = EndKind.EXPIRED if expired else EndKind.EARLY
    fresh = SERVICE.take(
        row, "finish", scope_of(actor),
        ended_on=last_day, ended_at=clock.now(), end_kind=kind, end_reason="" if expired else reason,
    )  # fmt: skip
    close_secondment(fresh, kind.value)
    record(
        fresh,
        "secondment.finished",
        kind.label,
        actor=actor,
        changes={"最后一日": (None, last_day)},
        reason=reason,
    )
    refresh(fresh)
    return fresh


def _why_early(row: Secondment, last_day: dt.date) -> str:
    months = months_of(row)
    if last_day < earliest_end(chain_start(row), months):
        return f"下沉不足 {months} 个月提前结束，须写明理由。"
    return f"早于期满之日 {chinese_date(row.planned_until)}结束，须写明理由。"


@transaction.atomic
def transfer(
    row: Secondment,
    *,
    street: Organization,
    last_day: dt.date,
    reason: str,
    actor: User,
    planned_until: dt.date | None = None,
) -> Secondment:
    """End a secondment here and begin it in another street the next day; return the new one.

    The twelve months are counted over both, and so is the age: it was judged on the first day of the
    first secondment. The new street confirms the arrival as of anybody. Errors: not_allowed, wrong_state,
    replaced, same_street, not_street (field street), before_arrival, after_term (field last_day),
    too_short (field planned_until), certificate_missing, certificate_expired, same_time, reason_missing.
    """
    reason = written("理由", reason, LONGEST)
    person = lock(row.person)
    row = _begin(row, SERVICE, "transfer", actor, reason)
    refuse_street(street, row.district_id)
    if street.pk == row.street_id:
        raise DomainError("same_street", f"{person}现在就在{street}，选择另一街道。", field="street")
    if row.arrived_on is not None and last_day < row.arrived_on:
        raise DomainError(
            "before_arrival",
            f"最后一日不能早于到岗日期 {chinese_date(row.arrived_on)}。",
            field="last_day",
        )
    until = planned_until or row.planned_until
    starts_on = last_day + DAY
    if last_day >= row.planned_until or until <= starts_on:
        raise DomainError(
            "after_term",
            f"在本街道的最后一日须早于期满之日 {chinese_date(min(until, row.planned_until))}。",
            field="last_day",
        )
    judge_length(chain_start(row), until, months_of(row))
    fresh = SERVICE.take(
        row,
        "transfer",
        scope_of(actor),
        reason=reason,
        ended_on=last_day,
        ended_at=clock.now(),
        end_kind=EndKind.TRANSFER,
        end_reason=reason,
    )
    refuse_certificate(person, street, starts_on)
    refuse_overlap(person, starts_on, until)
    close_secondment(fresh, EndKind.TRANSFER.value)
    new = insert(
        Secondment(
            district_id=fresh.district_id,
            person=person,
            organization_id=fresh.organization_id,
            street=street,
            state=SecondmentState.REGISTERED,
            starts_on=starts_on,
            planned_until=until,
            funding=fresh.funding,
            post=fresh.post,
            over_age_reason=fresh.over_age_reason,
            decided_by_id=fresh.decided_by_id,
            decided_at=fresh.decided_at,
            decision_note=fresh.decision_note,
            continues=fresh,
            registered_by=actor,
        )
    )
    record(
        fresh,
        "secondment.transferred",
        f"调整到{street}",
        actor=actor,
        changes={"最后一日": (None, last_day)},
        reason=reason,
    )
    record(
        new,
        "secondment.registered",
        f"由{fresh.street}调整而来",
        actor=actor,
        changes={"下沉之日": (None, starts_on), "期满之日": (None, until)},
        reason=reason,
    )
    await_arrival(new)
    refresh(fresh, new)
    return new


# ---- What they share ---------------------------------------------------------------------------------


def chain_start(row: Secondment) -> dt.date:
    """Return the first day of the first of the services that this one continues."""
    while row.continues_id is not None:
        assert row.continues is not None
        row = row.continues
    return row.starts_on


def months_of(row: Secondment) -> int:
    """Return how many months a service lasts at least: by what was in force on its first day, for good (P12)."""
    return staff_figures(row.district_id, chain_start(row)).months


def refresh(*rows: Secondment) -> None:
    """Bring the gaps of the pairs of these services to how they stand now."""
    coverage.refresh(rows[0].district_id, {(row.organization_id, row.street_id) for row in rows})


def needs_membership(row: Secondment) -> bool:
    """Whether the membership of somebody who serves has still to pass to the street (P31)."""
    return row.person.membership != Membership.NONE and row.membership_on is None


def _begin(row: Secondment, flow: Flow, step: str, actor: User, reason: str = "") -> Secondment:
    """Return the row as it is now, locked, once it is clear that the step may be taken at all.

    Nothing is done about the term while the street's demand waits: the department answers that first (P32).
    """
    fresh = lock(row)
    flow.refuse_unless_possible(fresh, step, scope_of(actor), reason=reason)
    waiting = Replacement.objects.filter(secondment=fresh, state__in=replacements.WAITING)
    if waiting.exists():
        raise DomainError(
            "replaced", f"{fresh.street}已要求替换{fresh.person}，先答复替换要求，再办理期限和去向。"
        )
    return fresh
