"""A power in force: both sides state, 区委编办 confirms, and it ends; an end is put right or revoked (P05, P13)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from empowerment.choices import EndGround, Party, PeriodSource, Readiness
from empowerment.choices import PowerState as P
from empowerment.deadlines import TRANSITION_END
from empowerment.models import Empowerment, TransitionReview
from empowerment.powers.statements import Rows, not_ready, opens, read_statements, read_window, said_of
from empowerment.rules import end_refused, operating_from
from empowerment.selectors.transition import ENDED, with_bearer, with_reviews
from empowerment.services.periods import restate
from xianan.acts import CLICK, DISTRICT, FOLLOWS, Ask, Changes, Noun, Step, Wording, day, kept, note
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.parties import Other
from xianan.core.ports import Port
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services import Due, close, open_many
from xianan.deadlines.services.notices import notify_organizations
from xianan.history.services import build, record_many
from xianan.organizations.models import User
from xianan.organizations.services.keys import refuse_unless_able_to_sign
from xianan.policy.late import reading


def _read(rows: QuerySet[Empowerment]) -> QuerySet[Empowerment]:
    """Who bears them, what both sides state, and whether an end was told late."""
    return reading(with_reviews(with_bearer(rows)), ENDED)


POWER: Noun[Empowerment] = Noun(
    model=Empowerment,
    label="街道职权",
    word="职权",
    states=P,
    view="view_agreement",
    parties=("street", "organization"),
    page="empowerment:power",
    names=lambda row: f"{row.item}（{row.street}）",
    joins=("item", "item__type", "organization", "street", "agreement", "line"),
    also=_read,
)

# ---- Who may act ---------------------------------------------------------------------------------------


def _stated(side: Party) -> Other:
    def who(row: Empowerment) -> list[User]:
        return [said_of(row)[side].given_by] if side in said_of(row) else []

    return Other(f"代表{side.label}评估衔接情况", who)


_BOTH: dict[str, Any] = {
    "others": tuple(map(_stated, (Party.DEPARTMENT, Party.STREET))),
    "prepare": read_statements,
}


def transition_due(row: Empowerment) -> Due:
    """Return the date by which the transition of a power is to be completed: the department owes it (P13)."""
    return Due(row, row.organization, row.transition_until, f"{row.item}（{row.street}过渡期）")


def _text(ask: Ask, name: str, **more: Any) -> Ask:
    codes = (f"{name}_missing", f"{name}_long")
    return replace(ask, name=name, codes=codes, missing=f"未填写{ask.label}。", **more)


def _choice(name: str, label: str, choices: Any, **more: Any) -> Ask:
    make = partial(forms.ChoiceField, choices=choices, widget=forms.RadioSelect)
    codes, missing = (f"unknown_{name}", ""), f"未选择{label}。"
    return Ask(name=name, label=label, make=make, required=True, codes=codes, missing=missing, **more)


# ---- Both sides state ----------------------------------------------------------------------------------


def _window_is_open(row: Empowerment) -> None:
    if clock.today() < opens(row):
        until, first = chinese_date(row.transition_until), chinese_date(opens(row))
        raise DomainError("guard", f"过渡期至{until}，{first}起方可评估。")


def _state(row: Empowerment, side: Party, verdict: str, remarks: str, actor: User) -> Changes:
    refuse_unless_able_to_sign(actor)
    if verdict not in Readiness.values:
        raise DomainError("unknown_verdict", "未选择评估意见。", field="verdict")
    if verdict == Readiness.NOT_READY and not remarks:
        raise DomainError("remarks_missing", "评估为未具备须写明原因。", field="remarks")
    statement, new = said_of(row).get(side), Readiness(verdict)
    old = statement and Readiness(statement.verdict)
    if statement and (old, statement.remarks) == (new, remarks):
        return {}
    if statement is None:
        statement = TransitionReview(district_id=row.district_id, empowerment=row, party=side)
    statement.verdict, statement.remarks, statement.given_by = new, remarks, actor
    said_of(row)[side] = statement
    vars(row).update(stated=statement, told=f"{'改变评估' if old else '评估'}：{new.label}")
    return {f"{side.label}评估": (old and old.label, new.label)}


def _keep(rows: Rows) -> None:
    stated, now = [vars(row)["stated"] for row in rows], clock.now()
    for each in stated:
        each.given_at = now
    fresh = [each for each in stated if each.pk is None]
    TransitionReview.objects.bulk_update(
        [each for each in stated if each.pk], ["verdict", "remarks", "given_by", "given_at"], batch_size=500
    )
    TransitionReview.objects.bulk_create(fresh, batch_size=500)


def _reviewing(side: Party, by: str, other: Party) -> Step[Empowerment, Any]:
    def before(row: Empowerment, field: str) -> Any:
        statement = said_of(row).get(side)
        return getattr(statement, field) if statement else None

    @POWER.step(
        f"review_{side}", "评估衔接情况", P.TRANSITION, P.TRANSITION, right="review_transition", by=by, behalf=by,
        guards=(_window_is_open,), others=(_stated(other),), prepare=read_window, settle=_keep, action="power.review",
        asks=(
            _choice("verdict", "评估意见", Readiness.choices, initial=lambda row: before(row, "verdict")),
            _text(
                note(
                    "remarks", "说明", like=TransitionReview.remarks, logged=True, initial=lambda row: before(row, "remarks"),
                    help="资料移交、人员受训、独立办理的情况。评估为未具备时须写明原因。",
                ),
                "remarks",
            ),
        ),
        wording=Wording(
            became=lambda row: vars(row).get("told", ""),
            said=lambda row: f"已评估为{Readiness(before(row, 'verdict')).label}。区委编办确认前仍可改变。",
        ),
    )  # fmt: skip
    def review(row: Empowerment, *, verdict: str, actor: User, remarks: str = "") -> Changes:
        """State for a side whether the street can take over.

        Possible from the day the window opens until 区委编办 confirms, also past the term; a later statement takes the
        place of the earlier one and the log keeps both. Errors: unknown_verdict, remarks_missing (of 未具备) and
        remarks_long (field remarks), guard (too early).
        """
        return _state(row, side, verdict, remarks, actor)

    return review


REVIEW: Mapping[Party, Step[Empowerment, Any]] = {
    Party.DEPARTMENT: _reviewing(Party.DEPARTMENT, "organization", Party.STREET),
    Party.STREET: _reviewing(Party.STREET, "street", Party.DEPARTMENT),
}

# ---- 区委编办 confirms ---------------------------------------------------------------------------------


def _both_are_ready(row: Empowerment) -> None:
    if why := not_ready(row):
        raise DomainError("guard", f"{why}，不能确认衔接完成。")


def _takes_over(row: Empowerment) -> str:
    return f"{chinese_date(cast('dt.date', row.operating_on))}起由{row.street}承担主体责任"


def _handed_over(row: Empowerment) -> Changes:
    return {"状态": (P.TRANSITION.label, P.OPERATING.label), "街道承担主体责任自": (None, row.operating_on)}


def _hand_over(rows: Rows) -> None:
    restate(rows, PeriodSource.CONFIRMATION)
    close(TRANSITION_END, rows, outcome="confirmed")
    _log_beside(
        rows, "confirm", _handed_over, "街道承担主体责任自", rows[0].confirmed_by,
        item=lambda row: f"确认{row.street}衔接完成，{_takes_over(row)}", letter=lambda count: f"确认衔接完成 {count} 项",
    )  # fmt: skip


def confirmed_words(rows: Rows) -> str:
    """Return what the person is told who has confirmed these."""
    later = sum(row.operating_on is not None and row.operating_on > clock.today() for row in rows)
    if not later:
        return f"已确认衔接完成 {len(rows)} 项，自今日起由街道承担主体责任。"
    return f"已确认衔接完成 {len(rows)} 项。其中 {later} 项过渡期未满，主体责任在期满次日转由街道承担。"


@POWER.step(
    "confirm", "确认衔接完成", P.TRANSITION, P.OPERATING, right="confirm_transition", by=DISTRICT, how=CLICK,
    guards=(_both_are_ready,), stamp=(Empowerment.confirmed_by, Empowerment.confirmed_at), settle=_hand_over,
    action="power.confirm",
    wording=Wording(
        became=lambda row: f"确认衔接完成，{_takes_over(row)}", said=lambda row: confirmed_words([row])
    ),
    **_BOTH,
)  # fmt: skip
def confirm(row: Empowerment, *, actor: User) -> Changes:
    """Confirm that a transition is completed; main responsibility passes.

    The street bears it from the day after the term, or from today if that is later. Errors: guard (a side has not
    said 已具备).
    """
    refuse_unless_able_to_sign(actor)
    row.operating_on = operating_from(clock.today(), row.transition_until)
    return _handed_over(row)


# ---- It ends -------------------------------------------------------------------------------------------


ends_changed: Port[[Rows], object] = Port()
"""Told of powers whose last day was told, moved or revoked, once their periods are written."""


def _refuse_day(row: Empowerment, ended_from: dt.date) -> None:
    if message := end_refused(ended_from, row.effective_on, clock.today()):
        raise DomainError("day_refused", message, field="ended_from")


def _ends(row: Empowerment) -> str:
    return f"{chinese_date(cast('dt.date', row.ended_from))}起终止"


def _ending(row: Empowerment) -> Changes:
    return {
        "终止自": (None, row.ended_from),
        "终止原因": (None, EndGround(row.end_ground).label),
        "终止依据": (None, row.end_reference),
    }


def _tell_ended(rows: Rows) -> None:
    restate(rows, PeriodSource.END)
    close(TRANSITION_END, rows, outcome="ended")
    ends_changed(rows)
    _tell(rows, "end", _ends(rows[0]), _ending, cast("User", rows[0].ended_by), rows[0].end_reason)


@POWER.step(
    "end", "终止", (P.TRANSITION, P.OPERATING), P.ENDED, right="end_power", by=DISTRICT,
    stamp=(Empowerment.ended_by, Empowerment.ended_at), settle=_tell_ended, action="power.end",
    asks=(
        day(
            "ended_from", "终止日期", initial=lambda row: clock.today(),
            help="街道不再持有该职权的第一日，以决定、法律法规或双方书面确认所定的日期为准，可早于或晚于今日。",
        ),
        _choice("ground", "终止原因", EndGround.choices, to="end_ground"),
        _text(
            kept(Empowerment.end_reference, help="决定或确认书的文号，或法律法规的名称和条款。"), "reference", required=True
        ),
        _text(note("reason", "终止说明", to=Empowerment.end_reason, required=True, logged=True), "reason"),
    ),
    wording=Wording(offer="终止职权", became=lambda row: f"终止：{_ends(row)}"),
    **_BOTH,
)  # fmt: skip
def end(
    row: Empowerment, *, ended_from: dt.date, ground: str, reference: str, reason: str, actor: User
) -> Changes:
    """Let a power end: ``ended_from`` is the first day without it.

    The day is that of the decision, the law or the letter, so it may be over or still to come. Both sides are told.
    Errors: unknown_ground (field ground), reference_missing, reference_long (field reference), reason_missing,
    reason_long (field reason), day_refused (field ended_from).
    """
    refuse_unless_able_to_sign(actor)
    if ground not in EndGround.values:
        raise DomainError("unknown_ground", "未选择终止原因。", field="ground")
    _refuse_day(row, ended_from)
    row.ended_from = ended_from
    return _ending(row)


# ---- Its end is put right or revoked -------------------------------------------------------------------

_PUTS_RIGHT: dict[str, Any] = {
    "right": "end_power", "by": DISTRICT, "action": "power.correct_end",
    "asks": (
        replace(
            day(
                "ended_from", "更正后的终止日期", initial=lambda row: row.ended_from,
                help=lambda row: f"现登记：{_ends(row)}，{row.get_end_ground_display()}（{row.end_reference}）。留空即撤销终止：职权视为没有终止过。",
            ),
            required=False,
        ),
        _text(
            note(
                "reason", "更正理由", like=Empowerment.end_reason, required=True, logged=True,
                help="更正前登记的内容留在办理记录中，仍可按当时所知查询。",
            ),
            "reason",
        ),
    ),
    **_BOTH,
}  # fmt: skip


def _put_right(said: Callable[[Empowerment], str]) -> Wording:
    return Wording(
        title=lambda row: f"更正终止：{row.line.name}",
        button="登记更正",
        became=lambda row: f"更正终止：{_now(row)}",
        said=said,
    )


def _now(row: Empowerment) -> str:
    return f"终止日期更正为{chinese_date(row.ended_from)}" if row.ended_from else "撤销终止，职权继续"


def _correct(row: Empowerment, ended_from: dt.date | None, actor: User, reason: str) -> Changes:
    refuse_unless_able_to_sign(actor)
    told: Changes = {"终止自": (row.ended_from, ended_from)}
    row.ended_from = ended_from
    # Before the row is written: a power that the street was given since is named before the unique key refuses this.
    restate([row], PeriodSource.CORRECTION)
    ends_changed([row])
    _tell([row], "correct_end", _now(row), lambda row: told, actor, reason)
    return told


@POWER.step(
    "correct-end", "更正终止", P.ENDED, P.ENDED, stamp=(Empowerment.ended_by, Empowerment.ended_at),
    wording=_put_right(lambda row: f"已更正：{_ends(row)}。"), **_PUTS_RIGHT,
)  # fmt: skip
def move_end(row: Empowerment, *, ended_from: dt.date, reason: str, actor: User) -> Changes:
    """Put the day of an end right. Errors: unchanged and day_refused (field ended_from)."""
    if ended_from == row.ended_from:
        raise DomainError("unchanged", f"终止日期已是{chinese_date(ended_from)}。", field="ended_from")
    _refuse_day(row, ended_from)
    return _correct(row, ended_from, actor, reason)


def _revoked(row: Empowerment, *, reason: str, actor: User, ended_from: None = None) -> Changes:
    """Revoke an end: the power goes on as if none had been. Errors: power_overlaps."""
    row.ended_by = row.ended_at = None
    row.end_ground = row.end_reference = row.end_reason = ""
    return _correct(row, None, actor, reason)


def _runs_again(row: Empowerment, actor: User) -> None:
    if row.state == P.TRANSITION:
        open_many(TRANSITION_END, [transition_due(row)])


_REVOKE: Mapping[P, Step[Empowerment, Any]] = {
    state: POWER.step(
        f"revoke-to-{state}", "更正终止", P.ENDED, state, how=FOLLOWS, follow=_runs_again,
        wording=_put_right(lambda row: "已撤销终止，职权继续。"), **_PUTS_RIGHT,
    )(_revoked)
    for state in (P.TRANSITION, P.OPERATING)
}  # fmt: skip


def revoking(row: Empowerment) -> Step[Empowerment, Any]:
    """Return the step that revokes the end of a power: it goes on in the state it had."""
    return _REVOKE[P.OPERATING if row.operating_on else P.TRANSITION]


def correct_end(row: Empowerment, *, ended_from: dt.date | None, reason: str, actor: User) -> Empowerment:
    """Put the day of an end right, or without a day revoke the end.

    What was known until now can still be asked for. Errors: those of both steps.
    """
    step = move_end if ended_from else revoking(POWER.model._default_manager.filter(pk=row.pk).first() or row)
    return step.take(row, {"ended_from": ended_from, "reason": reason, "actor": actor})


# ---- What all of them tell -----------------------------------------------------------------------------


def _log_beside(
    rows: Rows,
    name: str,
    told: Callable[[Empowerment], Changes],
    day: str,
    actor: User | None,
    *,
    item: Callable[[Empowerment], str],
    letter: Callable[[int], str],
    reason: str = "",
) -> None:
    """Write the log of the items and letters of these powers; ``day`` is what of the changes a letter tells."""
    letters: dict[int, list[Empowerment]] = defaultdict(list)
    for row in rows:
        letters[row.agreement_id].append(row)
    more: dict[str, Any] = {"actor": actor, "reason": reason}
    log = [build(row.item, f"item.{name}", item(row), changes=told(row), **more) for row in rows]
    for own in letters.values():
        days = {row.item.name: told(row)[day] for row in own}
        log.append(build(own[0].agreement, f"agreement.{name}", letter(len(own)), changes=days, **more))
    record_many(log)


def _tell(
    rows: Rows, name: str, words: str, told: Callable[[Empowerment], Changes], actor: User, reason: str
) -> None:
    """Write the log of items and letters, and tell both sides."""
    _log_beside(
        rows, name, told, "终止自", actor, reason=reason,
        item=lambda row: f"{row.street}的职权{words}", letter=lambda count: f"{count} 项职权{words}",
    )  # fmt: skip
    sides: dict[tuple[int, int], list[Empowerment]] = defaultdict(list)
    for row in rows:
        sides[row.organization_id, row.street_id].append(row)
    for pair, own in sides.items():
        first = own[0]
        what = f"“{first.item}”" if len(own) == 1 else f"“{first.item}”等 {len(own)} 项"
        notify_organizations(
            pair,
            district_id=first.district_id,
            kind=NoticeKind.WORK,
            title=f"{first.street}的职权{what}{words}",
            text=reason,
            url=POWER.url(first),
            sender=actor,
        )
