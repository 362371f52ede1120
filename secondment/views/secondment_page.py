"""What the page of one secondment shows, and the steps that may be taken on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from secondment.choices import Membership, SecondmentState
from secondment.deadlines.staff import ARRIVAL
from secondment.flows.staff import SERVICE, SERVICE_OFFICE, SERVICE_STREET
from secondment.models import Replacement, Secondment
from secondment.replacements.steps import DEMAND, OPEN, WAITING
from secondment.rules.term import earliest_end, is_unsettled, needs_certificate
from secondment.selectors.figures import staff_policy
from secondment.selectors.replacements import AGREED
from secondment.selectors.staff import ENTRIES, types_in
from secondment.services.registration import lacks_scan
from secondment.services.terms import chain_start
from secondment.tables.staff import left_words, state_word
from secondment.views.common import SECTION
from xianan.core import clock, dates
from xianan.core.dates import chinese_date, full_years
from xianan.deadlines.selectors import due_days
from xianan.history.selectors import timeline
from xianan.organizations.scope import Scope
from xianan.ui import html

S = SecondmentState


@dataclass(frozen=True, slots=True)
class Offer:
    """A button of the page."""

    label: str
    url: str
    style: str = ""


def offers(row: Secondment, scope: Scope, demand: Replacement | None) -> list[Offer]:
    """Return what the person may do about a secondment now, the most urgent last (the primary one)."""

    def step(name: str) -> str:
        return reverse(f"secondment:secondment-{name}", args=[row.pk])

    found: list[Offer] = []
    registers = scope.can("register_secondment", row, "organization")
    if registers and row.state in (S.APPROVAL, S.REGISTERED, S.SERVING):
        found.append(Offer("修改人员情况", step("person")))
    moves = registers or scope.can("confirm_arrival", row, "street")
    member = row.person.membership != Membership.NONE
    if moves and member and row.state in (S.REGISTERED, S.SERVING):
        label = "更正组织关系转入日期" if row.membership_on else "登记组织关系转入"
        found.append(Offer(label, step("membership")))
    waits = demand is not None and demand.state in WAITING
    for flow in (SERVICE, SERVICE_STREET, SERVICE_OFFICE):
        for each in flow.offered(row, scope):
            if waits and each.name in ("extend", "finish", "transfer"):
                continue
            style = {"refuse": "refuse", "agree": "primary", "arrive": "primary"}.get(each.name, "")
            if each.name == "finish" and is_unsettled(row.state, row.planned_until, clock.today()):
                style = "primary"
            found.append(Offer(f"{each.label}", step(each.name), style))
    if row.state == S.SERVING and demand is None and scope.can("draft_replacement", row, "street"):
        found.append(Offer("要求替换", reverse("secondment:replacement-create", args=[row.pk])))
    return sorted(found, key=lambda offer: offer.style == "primary")


def context_of(row: Secondment, scope: Scope) -> dict[str, Any]:
    """Return the context of a secondment's page."""
    today, person = clock.today(), row.person
    policy = staff_policy(row.district_id)
    figures, months = policy.on(today), policy.on(chain_start(row)).months
    demands = list(DEMAND.visible(scope).filter(secondment=row))
    demand = next((each for each in demands if each.state in OPEN), None)
    word, tone = state_word(row)
    whole = scope.can("view_identity", row, "organization")
    left = dates.days_left(row.planned_until, today)
    term = (row.planned_until - row.starts_on).days + 1
    others = list(
        person.secondments.exclude(pk=row.pk).select_related("street", "organization").order_by("-starts_on")
    )
    if not scope.whole_district("view_secondment"):
        own = scope.organization_ids("view_secondment")
        others = [each for each in others if {each.organization_id, each.street_id} & own]
    return {
        "title": person.name,
        "crumbs": ((SECTION, ""), ("下沉人员", reverse("secondment:secondments"))),
        "badge": html.badge(word, tone, "auto"),
        "facts": (f"{row.organization} → {row.street}", *((person.post,) if person.post else ())),
        "row": row,
        "person": person,
        "today": today,
        "whole": whole,
        "masked": person.masked_id_number,
        "may_show": scope.can("view_identity", person, "organization"),
        "age": full_years(person.born_on, row.starts_on),
        "offers": offers(row, scope, demand),
        "demands": demands,
        "demand": demand,
        "succeeds": row.succeeds.filter(state__in=AGREED).first(),
        "state": row.state,
        "arrival_due": due_days(ARRIVAL, Secondment, [row.pk]).get(row.pk)
        if row.state == S.REGISTERED
        else None,
        "lacks_scan": row.state in (S.APPROVAL, S.REGISTERED, S.SERVING) and lacks_scan(row),
        "late": is_unsettled(row.state, row.planned_until, today),
        "left": left,
        "left_size": abs(left),
        "left_words": left_words(row),
        "near": 0 <= left <= figures.leaving_days,
        "term": term,
        "gone": min(max((today - row.starts_on).days + 1, 0), term),
        "months": months,
        "full_year": earliest_end(chain_start(row), months),
        "needs_certificate": needs_certificate(types_in(row.organization_id, row.street, row.starts_on)),
        "certificate_left": dates.days_left(person.certificate_until, today)
        if person.certificate_until
        else None,
        "member": person.membership != Membership.NONE,
        "others": others,
        "days": ENTRIES,
        "entries": timeline(row, person).select_related("organization"),
        "upcoming": _upcoming(row),
        "post_url": reverse("secondment:post", args=[row.organization_id, row.street_id]),
    }


def _upcoming(row: Secondment) -> list[tuple[str, str]]:
    if row.state == S.APPROVAL:
        return [("区委编办同意后，请街道确认到岗", "")]
    if row.state == S.REGISTERED:
        return [(f"{row.street}确认到岗，计入人员覆盖", f"{chinese_date(row.starts_on)}起")]
    if row.state == S.SERVING:
        return [("期满返回或延长", chinese_date(row.planned_until))]
    return []
