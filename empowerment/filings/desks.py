"""The opinions of 区委编办 and 区司法局 on the items of a filing (P02)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from empowerment.choices import Desk, LineState, Verdict
from empowerment.filings.steps import JUDGE, leaving
from empowerment.models import Filing, FilingItem, Meeting, Opinion
from empowerment.rules import Tally, opinion_mark, tally
from empowerment.selectors.filings import desk_mark
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.history.services import build, record, record_many
from xianan.organizations.models import District, User

Given = tuple[str, str]
"""Verdict and reason."""

OUTCOME = {
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
    fresh = JUDGE[Desk(desk)].hold(filing, actor=actor)
    lines = in_review(fresh)
    check(opinions, lines)
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
    write(fresh.district, desk, {k: given for k, given in changed.items() if given[0]}, actor)
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
    fresh = JUDGE[Desk(desk)].hold(filing, actor=actor)
    seen = not expected or expected == desk_mark(fresh, desk)
    if opinions:
        give_opinions(fresh, desk=desk, opinions=opinions, actor=actor, expected=shown)
    lines = in_review(fresh)
    if not seen:
        raise DomainError("stale", "页面打开以后，审核意见又有改动，没有报送。核对最新意见后再报送。")
    given = {o.line_id: o for o in Opinion.objects.filter(line__in=list(lines), desk=desk)}
    stands = tally(lines, {key: o.verdict for key, o in given.items()})
    if stands.undecided:
        bare = [line.position for key, line in lines.items() if key not in given]
        named = "、".join(map(str, bare[:_NAMED])) + ("等" if len(bare) > _NAMED else "")
        raise DomainError("undecided", f"还有 {stands.undecided} 项（第 {named} 项）没有审核意见，不能报送。")
    back = [o for o in given.values() if o.verdict != Verdict.PASS]
    for verdict in (Verdict.RETURN, Verdict.DEFER):
        keys = [o.line_id for o in back if o.verdict == verdict]
        FilingItem.objects.filter(pk__in=keys).update(state=OUTCOME[verdict])
    record_many(
        build(
            lines[o.line_id], "line.returned", f"{Desk(desk).label}{Verdict(o.verdict).label}",
            actor=actor, reason=o.reason,
        )
        for o in back
    )  # fmt: skip
    return leaving(Desk(desk), stands)(fresh, stands=stands, actor=actor)


def in_review(filing: Filing) -> dict[int, FilingItem]:
    """Return the items of a filing that are being judged, by their keys in the order of the filing."""
    rows = FilingItem.objects.filter(filing=filing, state=LineState.REVIEW).order_by("position", "id")
    return {line.pk: line for line in rows}


def check(opinions: Mapping[int, Given], lines: Mapping[int, FilingItem]) -> None:
    """Refuse what is no opinion on these items. Errors: gone, unknown_verdict, reason_missing, too_long."""
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


def write(
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
