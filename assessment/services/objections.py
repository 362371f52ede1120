"""Objections of the streets during the publicity period, and their answers (P40)."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from assessment.choices import ObjectionState
from assessment.deadlines.result import OBJECTION as ANSWER
from assessment.flows.cycle import CYCLE
from assessment.flows.objection import OBJECTION, objecting_closed
from assessment.models import Cycle, Indicator, Objection
from assessment.selectors import results
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify_organizations
from xianan.deadlines.services.opening import Due, open_many
from xianan.history.services import record
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import office

from .common import check_cell, words
from .corrections import Change, enter, tell_answer


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
    text = words(text, "text", "申诉理由", 1000)
    if Objection.objects.filter(cycle=fresh, street=street, indicator=indicator).exists():
        raise DomainError(
            "twice", f"{indicator.code}“{indicator.name}”已经提出过申诉，在考核结果页查看答复。"
        )
    made = Objection.objects.create(
        district_id=fresh.district_id,
        cycle=fresh,
        street=street,
        indicator=indicator,
        text=text,
        raised_by=actor,
    )
    desk = office(fresh.district_id, Duty.ESTABLISHMENT)
    if desk is not None:
        days = results.objection_days(fresh)
        due_on = calendar_of(fresh.district_id).working_days_after(clock.today(), days)
        title = f"答复{street}对 {indicator.code} {indicator.name}的申诉"
        open_many(ANSWER, [Due(made, desk, due_on, title)])
        notify_organizations(
            [desk.pk],
            district_id=fresh.district_id,
            kind=NoticeKind.WORK,
            title=f"{fresh}：{street}申诉 {indicator.code} {indicator.name}",
            text=text[:200],
            url=_url(made),
            sender=actor,
        )
    record(made, "objection.raised", f"申诉 {indicator}", actor=actor, organization=street, reason=text)
    return made


@transaction.atomic
def answer_objection(objection: Objection, *, change: Change | None, answer: str, actor: User) -> Objection:
    """Answer: ``change`` None upholds the points, else they are put right (P40).

    What is put right waits for a second person, and the objection for its answer until then. Errors:
    not_allowed, wrong_state, same_person, pending, required and too_long (field answer), and those of
    ``corrections.enter``.
    """
    cycle = lock(objection.cycle)
    CYCLE.refuse_unless_possible(cycle, "answer", scope_of(actor))
    answer = words(answer, "answer", "答复", 1000)
    if change is not None:
        fresh = lock(objection)
        OBJECTION.refuse_unless_possible(fresh, "correct", scope_of(actor))
        enter(
            cycle,
            street=fresh.street,
            indicator=fresh.indicator,
            change=change,
            reason=answer,
            actor=actor,
            objection=fresh,
        )
        return fresh
    if results.unchecked(cycle).filter(objection=objection).exists():
        raise DomainError("pending", "该申诉的更正正待复核，先退回或者撤回更正，再维持原分。")
    fresh = OBJECTION.take(
        objection,
        "uphold",
        scope_of(actor),
        answer=answer,
        answered_by=actor,
        answered_at=clock.now(),
    )
    close(ANSWER, [fresh], outcome=ObjectionState(fresh.state).value)
    tell_answer(fresh, "维持原分", actor)
    return fresh


def _url(row: Objection) -> str:
    return reverse("assessment:objection", args=[row.cycle_id, row.pk])
