"""Visits of the team to streets: where, who, what was found (P37, 实地查看)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from assessment.models import Cycle, CycleStreet, Indicator, Visit
from assessment.selectors import cycles
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.documents.services.attachments import remove_all
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

from .common import refuse_own_street

LONGEST = {"place": ("地点", 120), "people": ("参加人员", 200), "findings": ("查看情况", 2000)}


@transaction.atomic
def record_visit(
    cycle: Cycle,
    *,
    street: Organization,
    visited_on: dt.date,
    place: str,
    people: str,
    findings: str,
    indicators: Sequence[Indicator] = (),
    actor: User,
) -> Visit:
    """Record a visit. Errors: not_allowed, closed, not_assessed, future (field visited_on), required."""
    member = cycles.member_of(cycle, actor)
    if member is None:
        raise NotAllowed("登记实地查看的须是本次考核组成员。")
    fresh = lock(cycle)
    _refuse_closed(fresh)
    refuse_own_street(fresh, street, actor, "登记对该街道的查看")
    values = _clean(fresh, street, visited_on, indicators, place=place, people=people, findings=findings)
    visit = Visit.objects.create(
        district_id=fresh.district_id, cycle=fresh, street=street, recorded_by=member, **values
    )
    visit.indicators.set(indicators)
    record(
        visit, "visit.recorded", f"登记实地查看 {street}", actor=actor, changes={"地点": (None, visit.place)}
    )
    return visit


@transaction.atomic
def change_visit(
    visit: Visit,
    *,
    visited_on: dt.date,
    place: str,
    people: str,
    findings: str,
    indicators: Sequence[Indicator] = (),
    actor: User,
) -> Visit:
    """Change a visit that one has recorded oneself. Errors: as for ``record_visit``."""
    fresh = _mine(visit, actor)
    values = _clean(
        fresh.cycle, fresh.street, visited_on, indicators, place=place, people=people, findings=findings
    )
    changes = differences(fresh, values)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(values))
    before = sorted(fresh.indicators.values_list("code", flat=True))
    after = sorted(row.code for row in indicators)
    if before != after:
        fresh.indicators.set(indicators)
        changes["涉及指标"] = ("、".join(before), "、".join(after))
    if changes:
        record(fresh, "visit.changed", "修改实地查看", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def delete_visit(visit: Visit, *, actor: User) -> None:
    """Delete a visit that one has recorded oneself. Errors: not_allowed, closed, gone."""
    fresh = _mine(visit, actor)
    record(fresh, "visit.deleted", "删除实地查看", actor=actor)
    remove_all(fresh, actor=actor)
    fresh.delete()


def may_change(visit: Visit, actor: User) -> str:
    """Return why a visit can't be changed now, "" when the actor may. Raises NotAllowed for others."""
    scope = scope_of(actor)
    if visit.recorded_by.user_id != scope.person_id or visit.district_id != scope.district_id:
        raise NotAllowed("实地查看由登记人本人修改。")
    return cycles.scoring_closed(visit.cycle)


def _mine(visit: Visit, actor: User) -> Visit:
    fresh = lock(visit)
    why = may_change(fresh, actor)
    if why:
        raise DomainError("closed", why)
    return fresh


def _refuse_closed(cycle: Cycle) -> None:
    why = cycles.scoring_closed(cycle)
    if why:
        raise DomainError("closed", why)


def _clean(
    cycle: Cycle, street: Organization, visited_on: dt.date, indicators: Sequence[Indicator], **texts: str
) -> dict[str, Any]:
    if not CycleStreet.objects.filter(cycle=cycle, street=street).exists():
        raise DomainError("not_assessed", f"{street}不是本次考核的对象。", field="street")
    if visited_on > clock.today():
        raise DomainError("future", "查看日期不能晚于今日。", field="visited_on")
    if any(row.scheme_id != cycle.scheme_id for row in indicators):
        raise DomainError("other_scheme", "所选指标不属于本次考核的细则。", field="indicators")
    clean: dict[str, Any] = {"visited_on": visited_on}
    for name, text in texts.items():
        label, longest = LONGEST[name]
        clean[name] = text.strip()
        if not clean[name]:
            raise DomainError("required", f"未填写{label}。", field=name)
        if len(clean[name]) > longest:
            raise DomainError(
                "too_long", f"{label}不超过 {longest} 字，现为 {len(clean[name])} 字。", field=name
            )
    return clean
