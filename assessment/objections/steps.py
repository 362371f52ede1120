"""Objections of the streets during the publicity period, and how 区委编办 answers them (P40)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from assessment.choices import CorrectionState, Phase
from assessment.choices import ObjectionState as S
from assessment.cycles.steps import ANSWER as MAY_ANSWER
from assessment.cycles.steps import refuse_out_of_turn
from assessment.models import Correction, Cycle, Indicator
from assessment.objections.model import Objection
from assessment.rules.points import show_points
from assessment.selectors import cycles, results
from assessment.services.common import check_cell, words
from xianan.acts import DISTRICT, FOLLOWS, Noun, Wording, longest_of, prose
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.parties import Other, by
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.registry import DeadlineKind, register
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify_organizations
from xianan.deadlines.services.opening import Due, open_many
from xianan.history.services import record
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import office

ANSWER = "assessment_objection"
_STREET = (Other("代表街道提出申诉", by("raised_by")),)


def _with_corrections(rows: QuerySet[Objection]) -> QuerySet[Objection]:
    return rows.prefetch_related(Prefetch("corrections", results.told_corrections()))


OBJECTION: Noun[Objection] = Noun(
    model=Objection,
    label="考核申诉",
    word="申诉",
    states=S,
    view="view_cycle",
    own="view_own_assessment",
    parties=("street",),
    page="assessment:objection",
    within="cycle",
    begun="objection.raised",
    names=lambda row: f"{row.street}申诉 {row.indicator}",
    joins=("cycle", "street", "indicator__group", "raised_by", "answered_by"),
    also=_with_corrections,
)
register(DeadlineKind(ANSWER, "考核申诉答复", "P40", "答复申诉", OBJECTION.links))


# ---- Raising -----------------------------------------------------------------------------------------


def objecting_closed(cycle: Cycle) -> str:
    """Return why no street can object now, "" when one can."""
    phase = Phase(cycle.phase)
    if phase != Phase.PUBLICITY:
        return f"年度考核现在是“{phase.label}”，公示期间方可申诉。"
    due = cycles.due_of(cycle, Phase.PUBLICITY)
    if due is not None and due < clock.today():
        return f"公示至{chinese_date(due)}，已经期满，不再受理申诉。"
    return ""


@transaction.atomic
def raise_objection(
    cycle: Cycle, *, street: Organization, indicator: Indicator, text: str, actor: User
) -> Objection:
    """Object to the own street's points of an indicator, once, while the publicity period lasts (P40).

    区委编办 owes an answer within working days (parameter objection_days). Errors: not_allowed, closed,
    other_scheme, other_street, required and too_long (field text), twice.
    """
    scope_of(actor).require("object_to_score", street, label="提出申诉")
    fresh = lock(cycle)
    why = objecting_closed(fresh)
    if why:
        raise DomainError("closed", why)
    check_cell(fresh, street, indicator)
    text = words(text, "text", "申诉理由", longest_of(Objection.text))
    if Objection.objects.filter(cycle=fresh, street=street, indicator=indicator).exists():
        raise DomainError(
            "twice", f"{indicator.code}“{indicator.name}”已经提出过申诉，在考核结果页查看答复。"
        )
    made = Objection.objects.create(
        district_id=fresh.district_id, cycle=fresh, street=street, indicator=indicator, text=text, raised_by=actor
    )  # fmt: skip
    desk = office(fresh.district_id, Duty.ESTABLISHMENT)
    if desk is not None:
        due_on = calendar_of(fresh.district_id).working_days_after(
            clock.today(), results.objection_days(fresh)
        )
        open_many(
            ANSWER, [Due(made, desk, due_on, f"答复{street}对 {indicator.code} {indicator.name}的申诉")]
        )
        notify_organizations(
            [desk.pk], district_id=fresh.district_id, kind=NoticeKind.WORK,
            title=f"{fresh}：{street}申诉 {indicator.code} {indicator.name}",
            text=text[:200], url=OBJECTION.url(made), sender=actor,
        )  # fmt: skip
    record(made, "objection.raised", f"申诉 {indicator}", actor=actor, organization=street, reason=text)
    return made


# ---- Answering ---------------------------------------------------------------------------------------


def pending(row: Objection) -> Correction | None:
    """Return the correction by which it is to be answered, while a second person hasn't confirmed it."""
    return next((each for each in row.corrections.all() if each.state == CorrectionState.PENDING), None)


def _refuse_outside_publicity(row: Objection) -> None:
    refuse_out_of_turn(MAY_ANSWER, row.cycle)


def _refuse_pending(row: Objection) -> None:
    if pending(row) is not None:
        raise DomainError("pending", "该申诉的更正正待复核，先退回或者撤回更正，再维持原分。")


@OBJECTION.step(
    "answer", "维持原分", S.OPEN, S.UPHELD, right="manage_cycle", by=DISTRICT, others=_STREET, locks=("cycle",),
    guards=(_refuse_outside_publicity, _refuse_pending), shown=lambda row: pending(row) is None,
    asks=(prose("answer", "答复", to=Objection.answer, logged=True),), action="objection.answered", behalf="street",
    wording=Wording(offer="答复申诉", style="primary", done="答复申诉：维持原分"),
)  # fmt: skip
def uphold(row: Objection, *, answer: str, actor: User) -> None:
    """Let the points stand as they are. Errors: pending, required and too_long (field answer)."""
    _answered(row, S.UPHELD, actor, "维持原分", actor)


def _moved(row: Objection) -> str:
    made = pending(row)
    assert made is not None, "an objection is answered so by its correction alone"
    return f"由 {show_points(made.before)} 分更正为 {show_points(made.after)} 分"


@OBJECTION.step(
    "correct", "更正得分", S.OPEN, S.CORRECTED, right="manage_cycle", by=DISTRICT, how=FOLLOWS, others=_STREET,
    action="objection.answered", behalf="street", wording=Wording(done=lambda row: f"答复申诉：{_moved(row)}"),
)  # fmt: skip
def correct(row: Objection, *, actor: User) -> None:
    """Answer with the correction that a second person is about to confirm: its reason is the answer."""
    made = pending(row)
    assert made is not None
    row.answer = made.reason
    _answered(row, S.CORRECTED, made.made_by, _moved(row), actor)


def _answered(row: Objection, state: S, who: User, said: str, actor: User) -> None:
    """Close the date of the answer and tell the street."""
    row.answered_by, row.answered_at = who, clock.now()
    close(ANSWER, [row], outcome=state.value)
    notify_organizations(
        [row.street_id], district_id=row.district_id, kind=NoticeKind.WORK,
        title=f"{row.cycle}：{row.indicator.code} {row.indicator.name}申诉已答复",
        text=f"{said}。{row.answer}"[:300], url=OBJECTION.url(row), sender=actor,
    )  # fmt: skip
