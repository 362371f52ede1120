"""Points put right after the leading group's decision: entered by one person, confirmed by another (P40)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from assessment import snapshot as shot
from assessment.choices import CorrectionState as S
from assessment.choices import IndicatorKind, Phase
from assessment.corrections.model import Correction, CorrectionEvent
from assessment.corrections.outcome import Change, outcome
from assessment.cycles.steps import ANSWER, CORRECT, refuse_out_of_turn
from assessment.models import Cycle, Indicator, Objection
from assessment.objections.steps import correct, uphold
from assessment.problems.services import follow_correction
from assessment.rules.changes import changes, event_words
from assessment.rules.points import show_points
from assessment.rules.results import with_events
from assessment.selectors import results
from assessment.services.common import check_cell, refuse_party, words
from xianan.acts import CLICK, DISTRICT, Noun, Wording, longest_of, note
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.core.parties import Other, by
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.history.services import record
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import office

_ENTERED = (Other("登记这项更正", by("made_by")),)
_REASON = replace(
    note("reason", "理由", to=Correction.verdict, required=True, logged=True),
    codes=("reason_missing", "too_long"),
)


def _with_events(rows: QuerySet[Correction]) -> QuerySet[Correction]:
    return rows.prefetch_related("events__deduction")


CORRECTION: Noun[Correction] = Noun(
    model=Correction,
    label="得分更正",
    word="更正",
    states=S,
    view="view_cycle",
    parties=("street",),
    page="assessment:correction",
    within="cycle",
    begun="correction.entered",
    names=lambda row: f"更正{row.street} {row.indicator}",
    joins=("cycle", *results.TOLD),
    also=_with_events,
)


# ---- Entering ----------------------------------------------------------------------------------------


@transaction.atomic
def correct_points(
    cycle: Cycle, *, street: Organization, indicator: Indicator, change: Change, reason: str, actor: User
) -> Correction:
    """Enter that points of one street and indicator are put right; of a penalty item what is taken off.

    Nothing changes before a second person confirms it. Errors: wrong_state, not_allowed, same_person,
    required and too_long (fields reason, decision), and those of ``outcome`` and ``enter``.
    """
    fresh = CORRECT.hold(cycle, actor=actor)
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
    decision = words(change.decision, "decision", "领导小组决定", longest_of(Correction.decision))
    _refuse_day(cycle, change.decided_on)
    line = outcome(cycle, street=street, indicator=indicator, change=change)
    made = Correction.objects.create(
        district_id=cycle.district_id, cycle=cycle, street=street, indicator=indicator,
        before=line.before, after=line.after, is_computed=line.is_computed, reason=reason, objection=objection,
        decided_on=change.decided_on, decision=decision, made_by=actor,
    )  # fmt: skip
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
    told = {**_told(made, line), "领导小组决定": (None, decision), "决定日期": (None, change.decided_on)}
    record(
        made, "correction.entered", f"登记更正 {street} {indicator}", actor=actor, organization=street, changes=told,
        reason=reason,
    )  # fmt: skip
    _tell_office(made, f" {indicator.name}更正待复核", reason, actor)
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
    cycle = ANSWER.hold(objection.cycle, actor=actor)
    answer = words(answer, "answer", "答复", longest_of(Objection.answer))
    fresh = lock(objection)
    correct.refuse(fresh, scope_of(actor))
    enter(
        cycle, street=fresh.street, indicator=fresh.indicator, change=change, reason=answer, actor=actor,
        objection=fresh,
    )  # fmt: skip
    return fresh


# ---- The second person -------------------------------------------------------------------------------


def _refuse_outside_phase(row: Correction) -> None:
    refuse_out_of_turn(CORRECT, row.cycle)


@CORRECTION.step(
    "confirm", "复核同意", S.PENDING, S.STANDING, right="manage_cycle", by=DISTRICT, how=CLICK, others=_ENTERED,
    locks=("cycle",), guards=(_refuse_outside_phase,), action="correction.confirmed", behalf="street",
    wording=Wording(offer="复核同意，更正生效", style="primary", said="已复核同意，更正生效。"),
)  # fmt: skip
def confirm_correction(row: Correction, *, actor: User) -> None:
    """Let a correction take effect: a second person agrees (P40).

    Points, places and papers to come tell what stands; problems listed from events that it strikes out
    are withdrawn; the street of an objection gets its answer. After the publication it waits for the next
    version. Errors: moved.
    """
    cycle, line = row.cycle, results.line_of(row)
    refuse_party(cycle, row.street, actor, "复核同意")
    before, after = results.with_correction(cycle, line)
    _refuse_moved(row, line, before)
    row.checked_by, row.checked_at = actor, clock.now()
    record(
        cycle, "result.corrected", f"更正 {row.street} {row.indicator}", actor=actor, organization=row.street,
        changes=_told(row, line), reason=row.reason,
    )  # fmt: skip
    if row.objection is not None:
        correct(row.objection, actor=actor)
    elif cycle.phase == Phase.PUBLICITY:
        told = changes(before, after, street=row.street_id, with_places=False)
        notify_organizations(
            [row.street_id], district_id=cycle.district_id, kind=NoticeKind.WORK,
            title=f"{cycle}：{row.indicator.code} {row.indicator.name}更正",
            text=f"{''.join(told)}原因：{row.reason}"[:300],
            url=reverse("assessment:result-street", args=[cycle.pk, row.street_id]), sender=actor,
        )  # fmt: skip
    _tell_office(row, "更正已复核同意", "", actor)
    follow_correction(row, before=before, after=after, actor=actor)


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


@CORRECTION.step(
    "refuse", "退回更正", S.PENDING, S.REFUSED, right="manage_cycle", by=DISTRICT, others=_ENTERED, locks=("cycle",),
    asks=(_REASON,), action="correction.refused", behalf="street",
    wording=Wording(offer="退回更正…", button="退回更正", style="refuse", said="已退回登记人。"),
)  # fmt: skip
def refuse_correction(row: Correction, *, reason: str, actor: User) -> None:
    """Send a correction back to who entered it; an objection waits for its answer as before.

    Errors: reason_missing and too_long (field reason).
    """
    refuse_party(row.cycle, row.street, actor, "退回更正")
    row.checked_by, row.checked_at = actor, clock.now()
    _tell_office(row, "更正已退回", reason, actor)


@CORRECTION.step(
    "take-back", "撤回更正", S.PENDING, S.TAKEN_BACK, right="manage_cycle", by=DISTRICT, locks=("cycle",),
    asks=(_REASON,), action="correction.taken_back", behalf="street",
    wording=Wording(offer="撤回更正…", button="撤回更正", style="refuse", said="已撤回更正。"),
)  # fmt: skip
def take_back_correction(row: Correction, *, reason: str, actor: User) -> None:
    """Take back what one entered oneself. Errors: reason_missing and too_long (field reason)."""
    if row.made_by_id not in scope_of(actor).accounts:
        raise NotAllowed(f"由登记人{row.made_by.name}撤回；其他人员不同意的，退回更正。")


# ---- What they share ---------------------------------------------------------------------------------


def _told(row: Correction, line: shot.CorrectionLine) -> dict[str, tuple[str | None, str | None]]:
    what = "扣分" if row.indicator.kind == IndicatorKind.PENALTY else "得分"
    found: dict[str, tuple[str | None, str | None]] = {
        what: (f"{show_points(row.before)} 分", f"{show_points(row.after)} 分")
    }
    said = event_words(line.events)
    return {**found, "扣分事项": (None, "；".join(said))} if said else found


def _tell_office(row: Correction, what: str, text: str, actor: User) -> None:
    title = f"{row.cycle}：{row.street} {row.indicator.code}{what}"
    desk = office(row.district_id, Duty.ESTABLISHMENT)
    if desk is not None:
        notify_organizations(
            [desk.pk], district_id=row.district_id, kind=NoticeKind.WORK, title=title, text=text[:300],
            url=CORRECTION.url(row), sender=actor,
        )  # fmt: skip
