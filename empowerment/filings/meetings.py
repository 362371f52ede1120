"""Meetings of the district government and what they decide on the filings that wait (P02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max

from empowerment.choices import Desk, FilingState, LineState, Verdict
from empowerment.claims.steps import open_claims
from empowerment.filings.desks import OUTCOME, Given, check, write
from empowerment.filings.steps import decide
from empowerment.models import Filing, FilingItem, Meeting, Opinion
from empowerment.rules import numbers_text, tally
from empowerment.services.lists import next_number, publish
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.history.services import build, record, record_many
from xianan.organizations.models import District, User
from xianan.organizations.scope import scope_of


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
    check(opinions, lines)
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
    write(district, Desk.GOVERNMENT, opinions, actor, meeting)
    for verdict in Verdict:
        keys = [key for key, given in opinions.items() if given[0] == verdict]
        FilingItem.objects.filter(pk__in=keys).update(state=OUTCOME[verdict])
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
    back = [key for key, given in opinions.items() if given[0] != Verdict.PASS]
    record_many(
        build(
            lines[key], "line.returned", f"{Desk.GOVERNMENT.label}{Verdict(opinions[key][0]).label}",
            actor=actor, reason=opinions[key][1],
        )
        for key in back
    )  # fmt: skip
    stands = {}
    for filing in filings:
        own = [key for key, line in lines.items() if line.filing_id == filing.pk]
        stands[filing.pk] = tally(own, {key: opinions[key][0] for key in own})
    decide.all(filings, meeting=meeting, stands=stands, actor=actor)
