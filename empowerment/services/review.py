"""The desks a filing passes: 区委编办, 区司法局, and the district government's decision (P02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.services import build, record, record_many
from xianan.organizations.models import District, User
from xianan.organizations.scope import scope_of

from ..choices import Desk, FilingState, LineState, Verdict
from ..claims.steps import open_claims
from ..flows import FILING
from ..models import Filing, FilingItem, Meeting, Opinion
from ..rules import Tally, numbers_text, opinion_mark, tally
from ..selectors.filings import desk_mark
from .lists import next_number, publish

Given = tuple[str, str]
"""Verdict and reason."""

# Step of an opinion, step onward, step when nothing was passed.
STEPS = {
    Desk.ESTABLISHMENT: ("review", "to_justice", "close_at_establishment"),
    Desk.JUSTICE: ("check", "to_deliberation", "close_at_justice"),
}
_OUTCOME = {
    Verdict.RETURN: LineState.RETURNED,
    Verdict.DEFER: LineState.DEFERRED,
    Verdict.PASS: LineState.PASSED,
}
# An entry of the log names this many items; a longer sheet of opinions is told in numbers.
_NAMED = 50


class StaleOpinions(DomainError):
    """Opinions that somebody else has changed since the page was opened; ``lines`` says of each what it is now."""

    def __init__(self, lines: Mapping[int, str]) -> None:
        super().__init__("stale", "页面打开以后，有事项的意见已由他人改动，没有保存。核对后再保存。")
        self.lines = dict(lines)


@transaction.atomic
def give_opinions(
    filing: Filing,
    *,
    desk: str,
    opinions: Mapping[int, Given],
    actor: User,
    expected: Mapping[int, str] | None = None,
) -> Tally:
    """Save opinions on items in review; an empty verdict takes one back. Returns where the desk stands.

    ``expected`` are the marks (rules.opinion_mark) of the opinions that the page showed: what was left alone
    there stays as it is now, and nothing is written over an opinion changed since. Errors: not_allowed,
    wrong_state, same_person, gone (a line that is no longer in review), unknown_verdict, reason_missing (field
    ``reason_<line>``), stale (StaleOpinions).
    """
    fresh = lock(filing)
    FILING.refuse_unless_possible(fresh, STEPS[Desk(desk)][0], scope_of(actor))
    lines = _in_review(fresh)
    _check(opinions, lines)
    before = {o.line_id: o for o in Opinion.objects.filter(line__in=list(lines), desk=desk)}
    now = {key: (o.verdict, o.reason) for key, o in before.items()}
    shown = expected or {}
    opinions = {key: given for key, given in opinions.items() if shown.get(key) != opinion_mark(*given)}
    changed = {key: given for key, given in opinions.items() if given != now.get(key, ("", ""))}
    stale = [key for key in changed if key in shown and shown[key] != opinion_mark(*now.get(key, ("", "")))]
    if stale:
        raise StaleOpinions({key: _said_now(lines[key], now.get(key, ("", ""))) for key in stale})
    gone = [before[key].pk for key, (verdict, _) in changed.items() if not verdict and key in before]
    Opinion.objects.filter(pk__in=gone).delete()
    _write(fresh.district, desk, {k: given for k, given in changed.items() if given[0]}, actor)
    if changed:
        record(
            fresh, "filing.opinions", f"{Desk(desk).label}审核事项", actor=actor,
            changes=_told(lines, before, changed),
        )  # fmt: skip
    verdicts = {key: o.verdict for key, o in before.items()} | {k: given[0] for k, given in opinions.items()}
    return tally(lines, verdicts)


def _said_now(line: FilingItem, given: Given) -> str:
    verdict, reason = given
    word = (
        f"已由他人改为“{Verdict(verdict).label}{f'：{reason}' if reason else ''}”"
        if verdict
        else "已由他人撤回意见"
    )
    return f"第 {line.position} 项“{line.name}”{word}，按您的意见再保存一次，或改回"


@transaction.atomic
def finish_desk(
    filing: Filing,
    *,
    desk: str,
    actor: User,
    expected: str = "",
    opinions: Mapping[int, Given] | None = None,
    shown: Mapping[int, str] | None = None,
) -> Filing:
    """Save ``opinions``, then send the passed items on and the others back; without a passed one it is closed.

    All of it or nothing. ``expected`` is the mark of the page's opinions (selectors.filings.desk_mark), ``shown``
    those of single items as for ``give_opinions``. Errors: those of give_opinions, stale, undecided.
    """
    fresh = lock(filing)
    seen = not expected or expected == desk_mark(fresh, desk)
    if opinions:
        give_opinions(fresh, desk=desk, opinions=opinions, actor=actor, expected=shown)
    step, onward, close = STEPS[Desk(desk)]
    scope = scope_of(actor)
    FILING.refuse_unless_possible(fresh, step, scope)
    lines = _in_review(fresh)
    if not seen:
        raise DomainError("stale", "页面打开以后，审核意见又有改动，没有报送。核对最新意见后再报送。")
    given = {o.line_id: o for o in Opinion.objects.filter(line__in=list(lines), desk=desk)}
    stands = tally(lines, {key: o.verdict for key, o in given.items()})
    if stands.undecided:
        bare = [line.position for key, line in lines.items() if key not in given]
        named = "、".join(map(str, bare[:_NAMED])) + ("等" if len(bare) > _NAMED else "")
        raise DomainError("undecided", f"还有 {stands.undecided} 项（第 {named} 项）没有审核意见，不能报送。")
    name = onward if stands.passed else close
    old = fresh.state
    if stands.passed:
        fresh = FILING.take(fresh, name, scope)
    else:
        fresh = FILING.take(fresh, name, scope, decided_at=clock.now())
    back = [o for o in given.values() if o.verdict != Verdict.PASS]
    for verdict in (Verdict.RETURN, Verdict.DEFER):
        keys = [o.line_id for o in back if o.verdict == verdict]
        FilingItem.objects.filter(pk__in=keys).update(state=_OUTCOME[verdict])
    record_many(
        build(
            lines[o.line_id], "line.returned", f"{Desk(desk).label}{Verdict(o.verdict).label}",
            actor=actor, reason=o.reason,
        )
        for o in back
    )  # fmt: skip
    record(
        fresh, f"filing.{name}", FILING[name].done, actor=actor,
        changes={
            "状态": (FilingState(old).label, FilingState(fresh.state).label),
            "审核结果": ("", str(stands)),
        },
    )  # fmt: skip
    return fresh


@transaction.atomic
def record_meeting(
    *,
    name: str,
    held_on: dt.date,
    opinions: Mapping[int, Given],
    actor: User,
    reference: str = "",
    note: str = "",
    expected: int | None = None,
) -> Meeting:
    """Record a meeting of the district government and what it decided (P02).

    Decides every item of the filings that ``opinions`` names: the passed ones come on the list, which gets a
    new version, and are put to the streets. ``expected`` is the number of the version that was announced.
    Errors: not_allowed, missing (name), future, early (held_on), empty, wrong_state, undecided,
    unknown_verdict, reason_missing, stale, conflict (two passed items are the same one).
    """
    scope = scope_of(actor)
    scope.require("record_decision", scope.district, label="登记审议决定")
    if not name.strip():
        raise DomainError("missing", "未填写会议名称。", field="name")
    if not opinions:
        raise DomainError("empty", "没有选择审议的事项。")
    # One meeting at a time in a district: numbers of items and versions are taken without gaps.
    district = District.objects.select_for_update().get(pk=scope.district_id)
    filings = _waiting_filings(district, opinions)
    refuse_date(held_on, filings)
    if expected is not None and expected != next_number(district.pk):
        raise DomainError("stale", "其间已公布新版清单，尚未登记。核对后再登记。")
    lines = {
        line.pk: line
        for line in FilingItem.objects.filter(filing__in=filings, state=LineState.REVIEW)
        .select_related("type", "filing__organization")
        .order_by("filing__organization__display_order", "filing_id", "position", "id")
    }
    _check(opinions, lines)
    left = [line for key, line in lines.items() if not opinions.get(key, ("", ""))[0]]
    if left:
        raise DomainError(
            "undecided",
            f"“{left[0].filing}”中还有 {len([x for x in left if x.filing_id == left[0].filing_id])} 项没有决定；"
            "一份申报的事项须一并审议。",
        )
    meeting = Meeting(
        district=district, name=name.strip(), held_on=held_on, reference=reference.strip(),
        note=note.strip(), recorded_by=actor,
    )  # fmt: skip
    meeting.save(force_insert=True)
    stands = tally(lines, {key: verdict for key, (verdict, _) in opinions.items()})
    record(
        meeting, "meeting.recorded", "登记区政府审议会议", actor=actor,
        changes={"审议结果": ("", str(stands)), "申报": ("", len(filings))},
    )  # fmt: skip
    _write(district, Desk.GOVERNMENT, opinions, actor, meeting)
    for verdict in Verdict:
        keys = [key for key, given in opinions.items() if given[0] == verdict]
        FilingItem.objects.filter(pk__in=keys).update(state=_OUTCOME[verdict])
    _close(filings, lines, opinions, meeting, actor)
    passed = [line for key, line in lines.items() if opinions[key][0] == Verdict.PASS]
    if passed:
        open_claims(publish(meeting, lines=passed, actor=actor), actor=actor)
    return meeting


def refuse_date(held_on: dt.date, filings: Sequence[Filing]) -> None:
    """Refuse a day after today, or before one of the filings had passed 区司法局 (P02).

    Errors: future, early (both of field ``held_on``).
    """
    if held_on > clock.today():
        raise DomainError("future", "会议日期不能晚于今日。", field="held_on")
    passed = Opinion.objects.filter(line__filing__in=[filing.pk for filing in filings], desk=Desk.JUSTICE)
    newest = passed.aggregate(newest=Max("given_at"))["newest"]
    first = clock.local_date(newest) if newest else held_on
    if held_on < first:
        raise DomainError(
            "early", f"会议日期不能早于申报通过区司法局审核之日（{chinese_date(first)}）。", field="held_on"
        )


def _in_review(filing: Filing) -> dict[int, FilingItem]:
    rows = FilingItem.objects.filter(filing=filing, state=LineState.REVIEW).order_by("position", "id")
    return {line.pk: line for line in rows}


def _check(opinions: Mapping[int, Given], lines: Mapping[int, FilingItem]) -> None:
    for key, (verdict, reason) in opinions.items():
        line = lines.get(key)
        if line is None:
            raise DomainError(
                "gone", "有事项已不在本环节，可能已由他人办理。回到申报，按最新情况重新填写意见。"
            )
        if verdict not in ("", *Verdict.values):
            raise DomainError("unknown_verdict", f"“{line.name}”的意见须为通过、退回或暂缓。")
        if verdict in (Verdict.RETURN, Verdict.DEFER) and not reason.strip():
            word = Verdict(verdict).label
            raise DomainError("reason_missing", f"“{line.name}”{word}须填写理由。", field=f"reason_{key}")
        if len(reason) > 500:
            raise DomainError("too_long", f"“{line.name}”的理由超过 500 字。", field=f"reason_{key}")


def _write(
    district: District,
    desk: str,
    opinions: Mapping[int, Given],
    actor: User,
    meeting: Meeting | None = None,
) -> None:
    """Write one opinion a line, in place of what the desk said before."""
    now = clock.now()
    Opinion.objects.bulk_create(
        [
            Opinion(
                district=district, line_id=key, desk=desk, verdict=verdict, reason=reason.strip(),
                meeting=meeting, given_by=actor, given_at=now,
            )
            for key, (verdict, reason) in opinions.items()
        ],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["line", "desk"],
        update_fields=["verdict", "reason", "given_by", "given_at"],
    )  # fmt: skip


def _told(
    lines: Mapping[int, FilingItem], before: Mapping[int, Opinion], changed: Mapping[int, Given]
) -> dict[str, tuple[str, str]]:
    """Return what the log says of these opinions."""
    if len(changed) > _NAMED:
        return {"意见": ("", str(tally(changed, {key: given[0] for key, given in changed.items()})))}
    told = {}
    for key, (verdict, reason) in changed.items():
        old = before[key].get_verdict_display() if key in before else ""
        new = f"{Verdict(verdict).label}{f'：{reason.strip()}' if reason.strip() else ''}" if verdict else ""
        told[f"{lines[key].position} {lines[key].name}"] = (old, new)
    return told


def _waiting_filings(district: District, opinions: Mapping[int, Given]) -> list[Filing]:
    named = FilingItem.objects.filter(pk__in=list(opinions), district=district).values("filing_id")
    filings = list(
        Filing.objects.select_for_update(of=("self",)).filter(pk__in=named).order_by("pk").select_related("organization")
    )  # fmt: skip
    late = [filing for filing in filings if filing.state != FilingState.DELIBERATION]
    if late or not filings:
        names = numbers_text([filing.title for filing in late])
        raise DomainError("wrong_state", f"{names or '所选事项'}已不在待审议状态，可能已由他人登记。")
    return filings


def _close(
    filings: Sequence[Filing],
    lines: Mapping[int, FilingItem],
    opinions: Mapping[int, Given],
    meeting: Meeting,
    actor: User,
) -> None:
    scope = scope_of(actor)
    back = [key for key, given in opinions.items() if given[0] != Verdict.PASS]
    record_many(
        build(
            lines[key], "line.returned", f"{Desk.GOVERNMENT.label}{Verdict(opinions[key][0]).label}",
            actor=actor, reason=opinions[key][1],
        )
        for key in back
    )  # fmt: skip
    for filing in filings:
        done = FILING.take(filing, "decide", scope, decided_at=clock.now())
        own = [key for key, line in lines.items() if line.filing_id == filing.pk]
        stands = tally(own, {key: opinions[key][0] for key in own})
        record(
            done, "filing.decide", FILING["decide"].done, actor=actor,
            changes={
                "状态": (FilingState.DELIBERATION.label, FilingState.DECIDED.label),
                "会议": ("", meeting.name),
                "审议结果": ("", str(stands)),
            },
        )  # fmt: skip
