"""Points put right after the leading group's decision: entered by one person, confirmed by another (P40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.urls import reverse

from assessment import snapshot as shot
from assessment.choices import IndicatorKind, Phase
from assessment.flows.correction import CORRECTION
from assessment.flows.cycle import CYCLE
from assessment.models import Correction, CorrectionEvent, Cycle, Indicator, Objection
from assessment.objections.steps import correct, uphold
from assessment.rules.changes import changes, event_words
from assessment.rules.costs import amount_words
from assessment.rules.points import short_points, show_points
from assessment.rules.results import explained, is_explained, scored_events, with_events
from assessment.selectors import results
from xianan.acts import longest_of
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.flow import lock
from xianan.core.texts import PLAIN, written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.history.services import record
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import office

from .common import check_cell, locked, refuse_party, words
from .problems import follow_correction


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of an event: ``amount`` hundredths each and ``times``, 0 where it is cancelled.

    ``cause`` are the words for what is left, "" where they stay.
    """

    amount: int = 0
    times: int = 0
    cause: str = ""


CANCELLED = Left()


@dataclass(frozen=True, slots=True)
class Change:
    """What is put right, and the leading group's decision that it rests on.

    ``events`` says of deductions, by id, what is left of them; those not named stand as they were scored.
    None leaves them as the last correction did. ``after`` is a figure in hundredths for what a scorer gave
    or a measure read; None lets the events say.
    """

    decided_on: dt.date
    decision: str
    after: int | None = None
    events: Mapping[int, Left] | None = None


@transaction.atomic
def correct_points(
    cycle: Cycle, *, street: Organization, indicator: Indicator, change: Change, reason: str, actor: User
) -> Correction:
    """Enter that points of one street and indicator are put right; of a penalty item what is taken off.

    Nothing changes before a second person confirms it. Errors: wrong_state, not_allowed, same_person,
    required and too_long (fields reason, decision), and those of ``outcome`` and ``enter``.
    """
    fresh = locked(cycle, actor, "correct")
    reason = words(reason, "reason", "更正原因", 500)
    return enter(fresh, street=street, indicator=indicator, change=change, reason=reason, actor=actor)


def enter(
    cycle: Cycle,
    *,
    street: Organization,
    indicator: Indicator,
    change: Change,
    reason: str,
    actor: User,
    objection: Objection | None = None,
) -> Correction:
    """Enter a correction of a cycle that is locked and tell 区委编办 that it waits for a second person.

    Errors: same_person, pending, future and early (field decided_on), required and too_long (field
    decision), other_scheme, other_street, and those of ``outcome``.
    """
    check_cell(cycle, street, indicator)
    refuse_party(cycle, street, actor, "更正得分")
    if results.unchecked(cycle).filter(street=street, indicator=indicator).exists():
        raise DomainError(
            "pending", f"{street}{indicator.code}“{indicator.name}”已有一项更正待复核，先复核、退回或者撤回。"
        )
    decision = words(change.decision, "decision", "领导小组决定", 300)
    _refuse_day(cycle, change.decided_on)
    line = outcome(cycle, street=street, indicator=indicator, change=change)
    made = Correction.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        street=street,
        indicator=indicator,
        before=line.before,
        after=line.after,
        is_computed=line.is_computed,
        reason=reason,
        objection=objection,
        decided_on=change.decided_on,
        decision=decision,
        made_by=actor,
    )
    CorrectionEvent.objects.bulk_create(
        CorrectionEvent(
            district_id=cycle.district_id,
            correction=made,
            deduction_id=row.was.pk,
            amount_before=row.was.amount,
            times_before=row.was.times,
            amount=row.now.amount if row.now is not None else 0,
            times=row.now.times if row.now is not None else 0,
            cause=row.now.cause if row.now is not None else "",
        )
        for row in line.events
    )
    record(
        made,
        "correction.entered",
        f"登记更正 {street} {indicator}",
        actor=actor,
        organization=street,
        changes={
            **_told(made, line),
            "领导小组决定": (None, decision),
            "决定日期": (None, change.decided_on),
        },
        reason=reason,
    )
    _tell_office(made, f"{cycle}：{street} {indicator.code} {indicator.name}更正待复核", reason, actor)
    return made


def _refuse_day(cycle: Cycle, decided_on: dt.date) -> None:
    if decided_on > clock.today():
        raise DomainError("future", "领导小组决定日期不能晚于今日。", field="decided_on")
    first = results.before_group(cycle)
    if first is not None and decided_on < first:
        raise DomainError(
            "early",
            f"得分{chinese_date(first)}报领导小组审定，决定日期不能早于该日，现为{chinese_date(decided_on)}。",
            field="decided_on",
        )


@transaction.atomic
def answer_objection(objection: Objection, *, change: Change | None, answer: str, actor: User) -> Objection:
    """Answer: ``change`` None upholds the points, else they are put right (P40).

    What is put right waits for a second person, and the objection for its answer until then. Errors:
    not_allowed, wrong_state, same_person, pending, required and too_long (field answer), and those of ``enter``.
    """
    if change is None:
        return uphold(objection, answer=answer, actor=actor)
    cycle = lock(objection.cycle)
    CYCLE.refuse_unless_possible(cycle, "answer", scope_of(actor))
    answer = words(answer, "answer", "答复", longest_of(Objection.answer))
    fresh = lock(objection)
    correct.refuse(fresh, scope_of(actor))
    enter(
        cycle, street=fresh.street, indicator=fresh.indicator, change=change, reason=answer, actor=actor,
        objection=fresh,
    )  # fmt: skip
    return fresh


# ---- What a correction comes to ---------------------------------------------------------------------------


def outcome(
    cycle: Cycle, *, street: Organization, indicator: Indicator, change: Change
) -> shot.CorrectionLine:
    """Return what a correction would come to; writes nothing.

    Errors: no_event, not_lower and too_long (field event_<id>), above, unexplained, same and required
    (field after).
    """
    now = results.snapshot_of(cycle)
    what, cell = now.indicator(indicator.pk), now.street(street.pk).cell(indicator.pk)
    last = now.correction(street.pk, indicator.pk)
    stood = last.events if last is not None else []
    events = stood if change.events is None else _changes(now, cell, change.events)
    computed = with_events(now, what, cell, events)
    after = computed if change.after is None else change.after
    _refuse_points(
        now, what, cell, events,
        computed=computed, after=after, moved=events != stood, typed=change.after is not None,
    )  # fmt: skip
    return shot.CorrectionLine(
        street.pk,
        indicator.pk,
        cell.points,
        after,
        "",
        False,
        clock.today(),
        "",
        events=list(events),
        is_computed=after == computed,
        decided_on=change.decided_on,
        decision=change.decision,
    )


def _changes(now: shot.Snapshot, cell: shot.CellLine, left: Mapping[int, Left]) -> list[shot.EventChange]:
    """Say it of every event that several scorers took off alike, in the order of the events."""
    rows = cell.together(scored_events(now, cell))
    unknown = set(left) - {event.pk for alike in rows for event in alike}
    if unknown:
        raise DomainError("no_event", "该扣分事项不在这项指标的计分中，刷新页面查看最新情况。")
    found = {}
    for alike in rows:
        said = next((left[event.pk] for event in alike if event.pk in left), None)
        if said is not None:
            found.update({event.pk: _change(event, said, field=f"event_{alike[0].pk}") for event in alike})
    return [found[event.pk] for alike in rows for event in alike if event.pk in found]


def _change(event: shot.EventLine, left: Left, *, field: str) -> shot.EventChange:
    if not left.times:
        return shot.EventChange(event, None)
    cause = written("扣分原因", left.cause, 300, field=field, codes=PLAIN) or event.cause
    now = replace(event, amount=left.amount, times=left.times, cause=cause)
    if not 0 < now.taken < event.taken:
        raise DomainError(
            "not_lower",
            f"“{event.cause}”原扣{amount_words(event)}，共 {short_points(event.taken)} 分，"
            f"减少后须低于此数，现为 {short_points(now.taken)} 分；不再扣分的选“撤销”。",
            field=field,
        )
    return shot.EventChange(event, now)


def _refuse_points(
    now: shot.Snapshot,
    what: shot.IndicatorLine,
    cell: shot.CellLine,
    events: Sequence[shot.EventChange],
    *,
    computed: int,
    after: int,
    moved: bool,
    typed: bool,
) -> None:
    name = f"{what.code} {what.name}"
    if after > what.points:
        raise DomainError(
            "above",
            f"{show_points(after)} 超过该指标分值 {short_points(what.points)} 分。",
            field="after",
        )
    if not moved and not typed:
        ask = "，也没有改动扣分事项" if cell.together(scored_events(now, cell)) else ""
        raise DomainError("required", f"未填写更正后的分数{ask}。", field="after")
    if after == cell.points and not (moved and after == computed):
        raise DomainError("same", f"该指标现在就是 {show_points(cell.points)} 分，没有更正。", field="after")
    if not typed or is_explained(now, what, cell, events, after):
        return
    most = explained(now, what, cell, events)
    if what.kind == IndicatorKind.PENALTY:
        why = f"保留的扣分事项共扣 {short_points(most)} 分，更正后的扣分不能是 {short_points(after)} 分。"
    else:
        why = (
            f"分值 {short_points(what.points)} 分，按保留的扣分事项最多得 {short_points(most)} 分，"
            f"更正后的 {short_points(after)} 分没有依据。"
        )
    raise DomainError("unexplained", f"{name}{why}先撤销或者减少相应的扣分事项。", field="after")


# ---- The second person -------------------------------------------------------------------------------------


@transaction.atomic
def confirm_correction(correction: Correction, *, actor: User) -> Correction:
    """Let a correction take effect: a second person agrees (P40).

    Points, places and papers to come tell what stands; problems listed from events that it strikes out
    are withdrawn; the street of an objection gets its answer. After the publication it waits for the next
    version. Errors: wrong_state, not_allowed, same_person, moved.
    """
    cycle = lock(correction.cycle)
    CYCLE.refuse_unless_possible(cycle, "correct", scope_of(actor))
    refuse_party(cycle, correction.street, actor, CORRECTION["confirm"].label)
    line = results.line_of(correction)
    before, after = results.with_correction(cycle, line)
    fresh = lock(correction)
    CORRECTION.refuse_unless_possible(fresh, "confirm", scope_of(actor))
    _refuse_moved(fresh, line, before)
    if fresh.objection is not None:
        correct(fresh.objection, actor=actor)
    fresh = CORRECTION.take(fresh, "confirm", scope_of(actor), checked_by=actor, checked_at=clock.now())
    record(fresh, "correction.confirmed", CORRECTION["confirm"].label, actor=actor, organization=fresh.street)
    record(
        cycle,
        "result.corrected",
        f"更正 {fresh.street} {fresh.indicator}",
        actor=actor,
        organization=fresh.street,
        changes=_told(fresh, line),
        reason=fresh.reason,
    )
    if fresh.objection is None and cycle.phase == Phase.PUBLICITY:
        told = changes(before, after, street=fresh.street_id, with_places=False)
        notify_organizations(
            [fresh.street_id],
            district_id=cycle.district_id,
            kind=NoticeKind.WORK,
            title=f"{cycle}：{fresh.indicator.code} {fresh.indicator.name}更正",
            text=f"{''.join(told)}原因：{fresh.reason}"[:300],
            url=reverse("assessment:result-street", args=[cycle.pk, fresh.street_id]),
            sender=actor,
        )
    _tell_office(fresh, f"{cycle}：{fresh.street} {fresh.indicator.code}更正已复核同意", "", actor)
    follow_correction(fresh, before=before, after=after, actor=actor)
    return fresh


def _refuse_moved(row: Correction, line: shot.CorrectionLine, now: shot.Snapshot) -> None:
    """What was entered is what is confirmed: another correction may have moved the cell meanwhile."""
    cell = now.street(row.street_id).cell(row.indicator_id)
    computed = with_events(now, now.indicator(row.indicator_id), cell, line.events)
    if cell.points != row.before or (row.is_computed and computed != row.after):
        raise DomainError(
            "moved",
            f"登记以后{row.indicator.code}“{row.indicator.name}”的得分已由 {show_points(row.before)} 分变为 "
            f"{show_points(cell.points)} 分，退回后按现在的得分重新登记。",
        )


@transaction.atomic
def refuse_correction(correction: Correction, *, reason: str, actor: User) -> Correction:
    """Send a correction back to who entered it; an objection waits for its answer as before.

    Errors: wrong_state, not_allowed, same_person, reason_missing and too_long (field reason).
    """
    return _drop(correction, "refuse", reason, actor, checked_by=actor, checked_at=clock.now())


@transaction.atomic
def take_back_correction(correction: Correction, *, reason: str, actor: User) -> Correction:
    """Take back what one entered oneself. Errors: wrong_state, not_allowed, reason_missing, too_long."""
    if correction.made_by_id not in scope_of(actor).accounts:
        raise NotAllowed(f"由登记人{correction.made_by.name}撤回；其他人员不同意的，退回更正。")
    return _drop(correction, "take_back", reason, actor)


def _drop(correction: Correction, step: str, reason: str, actor: User, **changes: object) -> Correction:
    cycle = lock(correction.cycle)
    if step == "refuse":
        refuse_party(cycle, correction.street, actor, CORRECTION[step].label)
    reason = written("理由", reason, 500, codes=PLAIN)
    fresh = CORRECTION.take(correction, step, scope_of(actor), reason=reason, verdict=reason, **changes)
    label = CORRECTION[step].label
    name = "correction.refused" if step == "refuse" else "correction.taken_back"
    record(fresh, name, label, actor=actor, organization=fresh.street, reason=reason)
    if step == "refuse":
        _tell_office(fresh, f"{cycle}：{fresh.street} {fresh.indicator.code}更正已退回", reason, actor)
    return fresh


# ---- What they share -----------------------------------------------------------------------------------------


def _told(row: Correction, line: shot.CorrectionLine) -> dict[str, tuple[str | None, str | None]]:
    what = "扣分" if row.indicator.kind == IndicatorKind.PENALTY else "得分"
    found: dict[str, tuple[str | None, str | None]] = {
        what: (f"{show_points(row.before)} 分", f"{show_points(row.after)} 分")
    }
    said = event_words(line.events)
    return {**found, "扣分事项": (None, "；".join(said))} if said else found


def _tell_office(row: Correction, title: str, text: str, actor: User) -> None:
    desk = office(row.district_id, Duty.ESTABLISHMENT)
    if desk is not None:
        notify_organizations(
            [desk.pk],
            district_id=row.district_id,
            kind=NoticeKind.WORK,
            title=title,
            text=text[:300],
            url=reverse("assessment:correction", args=[row.cycle_id, row.pk]),
            sender=actor,
        )
