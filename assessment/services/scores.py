"""What the team gives and takes off, cell by cell (P37, P39). The assignment is the right.

Every member has a score of their own for a cell, so two scorers never write the same row; ``revision``
keeps two windows of one person from overwriting each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from assessment.choices import IndicatorKind, Mode, Phase, ScoreState
from assessment.deadlines.cycle import SCORING
from assessment.models import (
    Assignment,
    Cycle,
    CycleStreet,
    Deduction,
    Group,
    Indicator,
    Reading,
    Score,
    TeamMember,
)
from assessment.rules.points import short_points, show_points
from assessment.rules.scoring import is_measured
from assessment.selectors import board, cycles
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.core.texts import PLAIN, written
from xianan.deadlines.services import close
from xianan.deadlines.services.opening import open_deadline
from xianan.documents.services.attachments import remove_all
from xianan.history.services import build, record, record_many
from xianan.organizations.models import Organization, User

from .common import refuse_own_street

LONGEST = {"note": 500, "forged_note": 500, "cause": 300, "proof": 300}
MOST_TIMES = 999


@dataclass(frozen=True, slots=True)
class Event:
    """Points taken off for one kind of event as typed: ``amount`` in hundredths, ``pk`` of one that is kept."""

    amount: int
    times: int
    cause: str
    proof: str
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a scorer says of one cell. ``points`` (hundredths) are given by hand, else None."""

    points: int | None = None
    note: str = ""
    events: Sequence[Event] = ()
    is_forged: bool = False
    forged_note: str = ""


@transaction.atomic
def save_score(
    cycle: Cycle,
    *,
    street: Organization,
    indicator: Indicator,
    sheet: Sheet,
    revision: int,
    actor: User,
    done: bool = False,
) -> Score:
    """Save a member's cell as a whole, as a draft or as finished.

    ``revision`` is that of the score on the page, 0 for a cell that was empty. Errors: not_allowed,
    closed, stale, not_assessed, not_by_hand and above and points_missing (field points), note_missing
    (field note), cause_missing, proof_missing, amount, times (field events), no_deductions,
    forged_note_missing (field forged_note), not_read.
    """
    assignment = _assignment(cycle, indicator, actor)
    fresh = lock(cycle)
    _refuse_closed(fresh)
    _refuse_other_street(fresh, street)
    refuse_own_street(fresh, street, actor, "评定该街道")
    _check(indicator, sheet, done)
    if done and is_measured(indicator.mode) and not _is_read(fresh, street, indicator):
        raise DomainError("not_read", "该指标还没有取数，区委编办取数后方可评定完成。可先保存。")
    score = (
        Score.objects.select_for_update()
        .filter(cycle=fresh, street=street, indicator=indicator, member=assignment.member)
        .first()
    )
    if (score.revision if score is not None else 0) != revision:
        raise DomainError(
            "stale",
            "这一格刚在另一窗口保存过，您的内容没有保存。对照已保存的内容，再次保存即以您填写的为准。",
        )
    before = _told(score) if score is not None else {}
    if score is None:
        score = Score(
            district_id=fresh.district_id,
            cycle=fresh,
            street=street,
            indicator=indicator,
            member=assignment.member,
            revision=0,
        )
    score.points, score.note = sheet.points, sheet.note.strip()
    score.is_forged = sheet.is_forged
    score.forged_note = sheet.forged_note.strip() if sheet.is_forged else ""
    score.state = ScoreState.DONE if done else ScoreState.DRAFT
    score.revision += 1
    score.changed_at = clock.now()
    score.save()
    _save_events(score, sheet.events, actor)
    after = _told(score)
    changes = {
        name: (before.get(name) or None, after.get(name) or None)
        for name in after
        if before.get(name, "") != after[name]
    }
    record(
        score,
        "score.done" if done else "score.saved",
        f"{'评定' if done else '评分'} {street} {indicator}",
        actor=actor,
        changes=changes,
        reason=score.forged_note,
    )
    _settle_deadline(assignment.member, fresh)
    return score


@dataclass(frozen=True, slots=True)
class Typed:
    """A cell that stands open on the sheet, as ``save_score`` takes it."""

    street: Organization
    indicator: Indicator
    sheet: Sheet
    revision: int


@transaction.atomic
def finish_column(
    cycle: Cycle, *, street: Organization, group: Group, actor: User, typed: Typed | None = None
) -> int:
    """Finish all of a member's cells of a street in a group; return how many were finished.

    What was ``typed`` into an open cell, of this street or another, is saved first. A cell scored by
    deductions or by a measure in which nothing was taken off counts as without deductions. Errors:
    not_allowed, closed, not_assessed, points_missing naming the cells without points, not_read,
    nothing_left; those of save_score.
    """
    if typed is not None:
        save_score(
            cycle, street=typed.street, indicator=typed.indicator, sheet=typed.sheet,
            revision=typed.revision, actor=actor,
        )  # fmt: skip
    member = _member(cycle, actor)
    fresh = lock(cycle)
    _refuse_closed(fresh)
    _refuse_other_street(fresh, street)
    refuse_own_street(fresh, street, actor, "评定该街道")
    indicators = {
        row.indicator_id: row.indicator
        for row in Assignment.objects.filter(member=member, indicator__group=group).select_related(
            "indicator"
        )
    }
    if not indicators:
        raise NotAllowed("这一考评项目没有分给您评分。")
    scores = {
        row.indicator_id: row
        for row in Score.objects.select_for_update().filter(
            member=member, street=street, indicator__in=indicators
        )
    }
    left = [
        row for key, row in indicators.items() if key not in scores or scores[key].state != ScoreState.DONE
    ]
    if not left:
        raise DomainError("nothing_left", f"{street}的这一列都已评定。")
    unscored = [row for row in left if row.mode == Mode.HAND and not _has_points(scores.get(row.pk))]
    if unscored:
        raise DomainError(
            "points_missing", f"{street}的 {cycles.codes(unscored)} 还没有评分，填写得分后再评定本列。"
        )
    read = set(
        Reading.objects.filter(cycle=fresh, street=street, indicator__in=indicators).values_list(
            "indicator_id", flat=True
        )
    )
    unread = [row for row in left if is_measured(row.mode) and row.pk not in read]
    if unread:
        raise DomainError(
            "not_read", f"{street}的 {cycles.codes(unread)} 还没有取数，区委编办取数后方可评定。"
        )
    now = clock.now()
    log = []
    for indicator in left:
        score = scores.get(indicator.pk) or Score(
            district_id=fresh.district_id,
            cycle=fresh,
            street=street,
            indicator=indicator,
            member=member,
            revision=0,
        )
        score.state, score.changed_at = ScoreState.DONE, now
        score.revision += 1
        score.save()
        log.append(build(score, "score.done", f"评定 {street} {indicator}", actor=actor))
    record_many(log)
    _settle_deadline(member, fresh)
    return len(left)


# ---- Rights ----------------------------------------------------------------------------------------------


def _member(cycle: Cycle, actor: User) -> TeamMember:
    member = cycles.member_of(cycle, actor)
    if member is None:
        raise NotAllowed("您不在本次考核的考核组中。")
    return member


def _assignment(cycle: Cycle, indicator: Indicator, actor: User) -> Assignment:
    """Return the assignment that lets the actor score this indicator. Raises NotAllowed."""
    member = _member(cycle, actor)
    found = Assignment.objects.filter(member=member, indicator=indicator).select_related("member").first()
    if found is None:
        raise NotAllowed(f"“{indicator}”没有分给您评分。")
    return found


def _refuse_closed(cycle: Cycle) -> None:
    why = cycles.scoring_closed(cycle)
    if why:
        raise DomainError("closed", why)


def _refuse_other_street(cycle: Cycle, street: Organization) -> None:
    if not CycleStreet.objects.filter(cycle=cycle, street=street).exists():
        raise DomainError("not_assessed", f"{street}不是本次考核的对象。")


def _is_read(cycle: Cycle, street: Organization, indicator: Indicator) -> bool:
    return Reading.objects.filter(cycle=cycle, street=street, indicator=indicator).exists()


def _has_points(score: Score | None) -> bool:
    return score is not None and (score.points is not None or score.is_forged)


# ---- What is typed ---------------------------------------------------------------------------------------


def _check(indicator: Indicator, sheet: Sheet, done: bool) -> None:
    by_hand = indicator.mode == Mode.HAND
    points = sheet.points
    if points is not None and not by_hand:
        raise DomainError("not_by_hand", "该指标不由评分人直接给分，只登记扣分。", field="points")
    if points is not None and points > indicator.points:
        raise DomainError(
            "above",
            f"得分 {show_points(points)} 超过该指标分值 {short_points(indicator.points)} 分。",
            field="points",
        )
    if done and by_hand and points is None and not sheet.is_forged:
        raise DomainError("points_missing", "评定前须填写得分。", field="points")
    less = points is not None and points < indicator.points
    extra = points if indicator.kind != IndicatorKind.NORMAL else less
    if extra and not sheet.note.strip() and not sheet.is_forged:
        raise DomainError("note_missing", "不给满分或者给附加分的，写明评分说明。", field="note")
    if sheet.events and by_hand and not indicator.with_deductions:
        raise DomainError("no_deductions", "该指标由评分人给分，不逐项扣分。", field="events")
    if sheet.events and is_measured(indicator.mode) and not indicator.with_deductions:
        raise DomainError("no_deductions", "该指标由平台取数，不另扣分。", field="events")
    for number, event in enumerate(sheet.events, 1):
        _check_event(indicator, event, number)
    if sheet.is_forged and not sheet.forged_note.strip():
        raise DomainError("forged_note_missing", "认定弄虚作假须写明事实。", field="forged_note")
    for name, label in (("note", "评分说明"), ("forged_note", "弄虚作假的事实")):
        written(label, getattr(sheet, name), LONGEST[name], field=name, codes=PLAIN)


def _check_event(indicator: Indicator, event: Event, number: int) -> None:
    where = f"第 {number} 条扣分"
    if event.amount <= 0:
        raise DomainError("amount", f"{where}：每次扣分须大于 0。", field="events")
    if event.amount > indicator.points:
        raise DomainError(
            "amount",
            f"{where}：每次扣分 {show_points(event.amount)} 超过该指标分值 {short_points(indicator.points)} 分。",
            field="events",
        )
    if not 0 < event.times <= MOST_TIMES:
        raise DomainError("times", f"{where}：次数须在 1 至 {MOST_TIMES} 之间。", field="events")
    if not event.cause.strip():
        raise DomainError("cause_missing", f"{where}：写明扣分原因。", field="events")
    if not event.proof.strip():
        raise DomainError("proof_missing", f"{where}：写明佐证，如文号、案卷号、查看记录。", field="events")
    written(f"{where}的原因", event.cause, LONGEST["cause"], field="events", codes=PLAIN)
    written(f"{where}的佐证", event.proof, LONGEST["proof"], field="events", codes=PLAIN)


def _save_events(score: Score, events: Sequence[Event], actor: User) -> None:
    """Make the deductions of a score those that were sent: kept ones keep their row and its files."""
    present = {row.pk: row for row in score.deductions.all()}
    kept = set()
    for event in events:
        row = present.get(event.pk)
        if row is None:
            row = Deduction(district_id=score.district_id, score=score, created_by=actor)
        row.amount, row.times = event.amount, event.times
        row.cause, row.proof = event.cause.strip(), event.proof.strip()
        row.save()
        kept.add(row.pk)
    for key, row in present.items():
        if key not in kept:
            remove_all(row, actor=actor)
            row.delete()


def _told(score: Score) -> dict[str, str]:
    """What the log says of a score, field by field."""
    events = "；".join(
        f"−{show_points(row.amount)}×{row.times} {row.cause}（{row.proof}）" for row in score.deductions.all()
    )
    return {
        "评定得分": "" if score.points is None else f"{show_points(score.points)} 分",
        "评分说明": score.note,
        "扣分": events,
        "弄虚作假": "是" if score.is_forged else "",
        "状态": str(score.get_state_display()),
    }


def _settle_deadline(member: TeamMember, cycle: Cycle) -> None:
    """Close the member's deadline with the last cell, open it again when one is taken up anew."""
    if not board.left_of(member):
        close(SCORING, [member], outcome="done")
        return
    due = cycles.due_of(cycle, Phase.SCORING)
    if due is not None and cycle.phase == Phase.SCORING:
        title = f"{cycle}：{member.user.name}完成评分"
        open_deadline(SCORING, member, organization=member.organization, due_on=due, title=title)
