"""Good practice of the streets, published for the others (P40)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from assessment.choices import PracticeState
from assessment.flows.practice import OFFICE, STREET
from assessment.models import Practice
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.texts import PLAIN, written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.history.services import differences, record
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import office, streets

from .common import refuse_overwriting, words
from .schemes import EARLIEST, LATEST

PARTS = {
    "title": ("题目", 60),
    "background": ("背景和问题", 1000),
    "actions": ("主要做法", 3000),
    "effects": ("取得成效", 1000),
}
"""Field → what it is called and how long it may be."""


def texts_of(row: Practice) -> list[str]:
    """Return the words of a practice, part by part."""
    return [str(getattr(row, name)) for name in PARTS]


@transaction.atomic
def draft_practice(
    street: Organization, *, year: int, title: str, background: str, actions: str, effects: str, actor: User
) -> Practice:
    """Draft a practice of the own street. Errors: not_allowed, year, required and too_long at their fields."""
    scope_of(actor).require("submit_practice", street, label="起草经验做法")
    if not EARLIEST <= year <= LATEST:
        raise DomainError("year", f"年度在 {EARLIEST} 至 {LATEST} 之间，现为 {year}。", field="year")
    typed = {"title": title, "background": background, "actions": actions, "effects": effects}
    made = Practice.objects.create(
        district_id=street.district_id, street=street, year=year, drafted_by=actor, **_checked(typed)
    )
    record(made, "practice.drafted", "起草经验做法", actor=actor, organization=street)
    return made


@transaction.atomic
def change_practice(
    row: Practice,
    *,
    title: str,
    background: str,
    actions: str,
    effects: str,
    actor: User,
    seen: str | None = None,
) -> Practice:
    """Change a draft, or one taken back, which thereby is a draft again; ``seen`` marks what stood on the page.

    Errors: wrong_state, not_allowed, required and too_long at their fields, stale.
    """
    fresh = lock(row)
    scope = scope_of(actor)
    STREET.refuse_unless_possible(fresh, "edit", scope)
    new = _checked({"title": title, "background": background, "actions": actions, "effects": effects})
    refuse_overwriting(seen, *texts_of(fresh), stands="改动见该篇的办理记录")
    changes = differences(fresh, new)
    reopened = fresh.state == PracticeState.WITHDRAWN
    if reopened:
        fresh = STREET.take(fresh, "edit", scope, published_by=None, published_at=None)
    if changes or reopened:
        for name, value in new.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(new))
        record(
            fresh,
            "practice.changed",
            "撤下后重新修改" if reopened else STREET["edit"].label,
            actor=actor,
            organization=fresh.street,
            changes=changes,
        )
    return fresh


@transaction.atomic
def delete_practice(row: Practice, *, actor: User) -> None:
    """Delete a draft. Errors: wrong_state, not_allowed."""
    fresh = lock(row)
    STREET.refuse_unless_possible(fresh, "delete", scope_of(actor))
    record(fresh, "practice.deleted", f"删除“{fresh}”", actor=actor, organization=fresh.street)
    fresh.delete()


@transaction.atomic
def submit_practice(row: Practice, *, actor: User) -> Practice:
    """Send a draft to 区委编办. Errors: wrong_state, not_allowed."""
    fresh = STREET.take(row, "submit", scope_of(actor), submitted_by=actor, submitted_at=clock.now(), note="")
    desk = office(fresh.district_id, Duty.ESTABLISHMENT)
    if desk is not None:
        _notify(fresh, [desk.pk], f"待审核：{fresh.street}报送经验做法", actor)
    record(fresh, "practice.submitted", STREET["submit"].done, actor=actor, organization=fresh.street)
    return fresh


@transaction.atomic
def publish_practice(row: Practice, *, actor: User) -> Practice:
    """Publish what a street sent in and tell all streets. Errors: wrong_state, not_allowed."""
    fresh = OFFICE.take(row, "publish", scope_of(actor), published_by=actor, published_at=clock.now())
    _notify(fresh, streets(fresh.district_id).values_list("pk", flat=True), f"经验做法：{fresh}", actor)
    record(fresh, "practice.published", OFFICE["publish"].done, actor=actor)
    return fresh


@transaction.atomic
def return_practice(row: Practice, *, reason: str, actor: User) -> Practice:
    """Hand it back to the street. Errors: wrong_state, not_allowed, reason_missing, too_long (field reason)."""
    return _refuse(row, "return", reason, actor)


@transaction.atomic
def withdraw_practice(row: Practice, *, reason: str, actor: User) -> Practice:
    """Take a published one out of sight. Errors: wrong_state, not_allowed, reason_missing, too_long."""
    return _refuse(row, "withdraw", reason, actor)


def _refuse(row: Practice, step: str, reason: str, actor: User) -> Practice:
    written("理由", reason, 300, codes=PLAIN)
    fresh = OFFICE.take(row, step, scope_of(actor), reason=reason, note=reason.strip())
    _notify(fresh, [fresh.street_id], f"经验做法已{OFFICE[step].label}：{fresh}", actor, text=reason)
    record(
        fresh,
        f"practice.{step}ed" if step == "return" else "practice.withdrawn",
        OFFICE[step].label,
        actor=actor,
        reason=reason,
    )
    return fresh


def _checked(typed: dict[str, str]) -> dict[str, str]:
    return {name: words(value, name, *PARTS[name]) for name, value in typed.items()}


def _notify(row: Practice, organizations: Iterable[int], title: str, actor: User, text: str = "") -> None:
    notify_organizations(
        organizations,
        district_id=row.district_id,
        kind=NoticeKind.WORK,
        title=title,
        text=(text or f"{row.street}报送，{row.year}年度。")[:300],
        url=reverse("assessment:practice", args=[row.pk]),
        sender=actor,
    )
