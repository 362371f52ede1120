"""What a correction says of events and points, and what it would come to; nothing is written here (P40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessment import snapshot as shot
from assessment.choices import IndicatorKind
from assessment.models import Cycle, Indicator
from assessment.rules.costs import amount_words
from assessment.rules.points import short_points, show_points
from assessment.rules.results import explained, is_explained, scored_events, with_events
from assessment.selectors import results
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.texts import PLAIN, written
from xianan.organizations.models import Organization


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
