"""A street's opinion on somebody, of its own accord or asked for (P33)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from secondment.choices import OpinionState, SecondmentState
from secondment.deadlines.appraisal import STREET_OPINION
from secondment.models import Person, Secondment, StreetOpinion
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.deadlines.services import close, open_deadline
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of


def _served(person: Person, street: Organization) -> None:
    there = Secondment.objects.filter(
        person=person, street=street, state__in=(SecondmentState.SERVING, SecondmentState.ENDED)
    )
    if not there.exists():
        raise DomainError("not_served", f"{person}没有在{street}下沉，不由该街道出具意见。", field="street")


@transaction.atomic
def ask_opinion(
    person: Person, *, street: Organization, purpose: str, due_on: dt.date, actor: User
) -> StreetOpinion:
    """Ask a street for its opinion by a day, for the department or 组织部.

    Errors: not_allowed, not_served (field street), required (purpose), past (due_on), asked (street).
    """
    scope = scope_of(actor)
    scope.require("ask_opinion", person, "organization", label="征求街道意见")
    person = lock(person)
    _served(person, street)
    if not purpose.strip():
        raise DomainError("required", "未填写征求意见的事由。", field="purpose")
    if due_on < clock.today():
        raise DomainError("past", "截止日期不能早于今日。", field="due_on")
    if StreetOpinion.objects.filter(person=person, street=street, state=OpinionState.ASKED).exists():
        raise DomainError("asked", "已向该街道征求意见，尚未出具。", field="street")
    row = StreetOpinion.objects.create(
        district_id=person.district_id, person=person, organization=person.organization, street=street,
        state=OpinionState.ASKED, asked_by=actor, asking=actor.organization, purpose=purpose.strip()[:200],
        asked_at=clock.now(), due_on=due_on,
    )  # fmt: skip
    deadline = open_deadline(
        STREET_OPINION, row, organization=street, due_on=due_on, title=f"出具对{person}的意见：{row.purpose}"
    )
    if deadline.due_on != due_on:
        row.due_on = deadline.due_on
        row.save(update_fields=["due_on"])
    record(person, "opinion.asked", f"征求{street}意见", actor=actor, reason=row.purpose, changes={"出具截止": (None, row.due_on)})  # fmt: skip
    return row


@transaction.atomic
def give_opinion(
    person: Person, *, street: Organization, text: str, actor: User, asked: StreetOpinion | None = None
) -> StreetOpinion:
    """Give the opinion of a street: the one that was asked for, or one of its own accord.

    Errors: not_allowed, not_served, required (field text), wrong_state, same_person.
    """
    if not scope_of(actor).can("give_opinion", street):
        raise NotAllowed("您没有“出具街道意见”的权限。")
    if not text.strip():
        raise DomainError("required", "未填写意见。", field="text")
    _served(person, street)
    given = {
        "state": OpinionState.GIVEN,
        "text": text.strip()[:2000],
        "given_by": actor,
        "given_at": clock.now(),
    }
    if asked is None:
        row = StreetOpinion.objects.create(
            district_id=person.district_id,
            person=person,
            organization=person.organization,
            street=street,
            **given,
        )
    else:
        row = lock(asked)
        if row.state != OpinionState.ASKED or row.street_id != street.pk or row.person_id != person.pk:
            raise DomainError("wrong_state", "该意见已经出具。刷新页面查看最新情况。")
        scope_of(actor).refuse_same_person([row.asked_by_id], "代表征求单位征求意见", "代表街道出具意见")
        for name, value in given.items():
            setattr(row, name, value)
        row.save(update_fields=list(given))
        close(STREET_OPINION, [row], outcome="given")
    record(person, "opinion.given", f"{street}出具意见", actor=actor, organization=street)
    return row
