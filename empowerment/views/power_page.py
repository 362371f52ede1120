"""What the page of one power shows: who exercises and bears it through time, both statements, the log."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from empowerment.choices import Party, PowerState, Readiness
from empowerment.flows import TRANSITION_OFFICE
from empowerment.models import Empowerment, TransitionReview
from empowerment.rules import is_unevaluated, not_ready_because
from empowerment.selectors import transition
from empowerment.services.transition import REVIEW
from empowerment.tables.powers import awaits_its_day, bearer_of, left_days, state_word
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.ui import html
from xianan.ui.text import short_date

# The line through time, in the units of its viewBox.
WIDTH, BEFORE, TERM = 1086, 250, 500


@dataclass(frozen=True, slots=True)
class Side:
    """One party on the page: what it states, and whether the person may state for it now."""

    party: Party
    organization: Organization
    statement: TransitionReview | None
    may_state: bool


@dataclass(frozen=True, slots=True)
class Phase:
    """A time in which one organization exercised a power and one bore it."""

    when: str
    exercises: str
    bears: str
    note: str
    is_now: bool


def context_of(
    power: Empowerment, scope: Scope, *, form: Any, on: dt.date | None = None, on_error: str = ""
) -> dict[str, Any]:
    """Return the context of a power's page."""
    today = clock.today()
    days = transition.review_days(power.district_id)
    opens = transition.opens(power, days)
    said = {Party(row.party): row for row in power.reviews.select_related("given_by")}
    sides = [
        Side(
            party,
            organization,
            said.get(party),
            today >= opens and bool(REVIEW[party].offered(power, scope)),
        )
        for party, organization in (
            (Party.DEPARTMENT, power.organization),
            (Party.STREET, power.street),
        )
    ]
    why_not = not_ready_because(
        *(said[side.party].verdict if side.party in said else "" for side in sides),
        names={side.party: str(side.organization) for side in sides},
        remarks={party: row.remarks for party, row in said.items()},
    )
    late = is_unevaluated(power.state, power.transition_until, today)
    word, tone = state_word(power)
    left = left_days(power)
    term = (power.transition_until - power.effective_on).days
    return {
        "title": power.line.name,
        "crumbs": (("赋权事项", ""), ("街道职权", reverse("empowerment:powers"))),
        "badge": html.badge(word, tone, "auto"),
        "facts": (
            f"编号 {power.item.code}",
            power.line.type_name,
            f"{power.organization} → {power.street}",
        ),
        "power": power,
        "state": power.state,
        "today": today,
        "bearer": bearer_of(power),
        "left": left,
        "left_size": abs(left) if left is not None else 0,
        "term": term,
        "gone": min(max((today - power.effective_on).days, 0), term),
        "late": late,
        "is_open": power.state == PowerState.TRANSITION and today >= opens,
        "opens": opens,
        "review_days": days,
        "sides": sides,
        "mine": next((side for side in sides if side.may_state), None),
        "form": form,
        "why_not": why_not,
        "may_confirm": bool(TRANSITION_OFFICE.offered(power, scope)),
        "takes_over_on": max(today, power.transition_until + dt.timedelta(days=1)),
        "confirmed_early": awaits_its_day(power),
        "phases": phases(power, today),
        "line": _line(power, today),
        "on": on,
        "on_error": on_error,
        "on_bearer": transition.responsible(power.item, power.street, on) if on else None,
        "entries": timeline(power, power.agreement).exclude(action="agreement.confirm"),
        "upcoming": _upcoming(power, opens, today),
        "ready": Readiness.READY,
    }


def phases(power: Empowerment, today: dt.date) -> list[Phase]:
    """Return who exercised and who bore a power through time, oldest first."""
    department, street = str(power.organization), str(power.street)
    until, operating = power.transition_until, power.operating_on
    after = until + dt.timedelta(days=1)
    letter = f"承接确认书 {power.agreement.number}"
    found = [
        Phase(
            f"{chinese_date(power.effective_on)}前", department, department, "", today < power.effective_on
        ),
        Phase(
            f"{chinese_date(power.effective_on)}至{chinese_date(until)}",
            street,
            department,
            f"过渡期，{letter}",
            power.effective_on <= today <= until,
        ),
    ]
    if operating is None:
        note = "逾期未评估，未经确认仍由部门承担" if today > until else "双方评估、区委编办确认后转由街道承担"
        found.append(Phase(f"{chinese_date(after)}起", street, department, note, today > until))
        return found
    if operating > after:
        last = operating - dt.timedelta(days=1)
        when = f"{chinese_date(after)}至{chinese_date(last)}" if last > after else chinese_date(after)
        found.append(Phase(when, street, department, "期满后、确认前", after <= today < operating))
    confirmed = clock.local_date(power.confirmed_at) if power.confirmed_at else operating
    found.append(
        Phase(
            f"{chinese_date(operating)}起",
            street,
            street,
            f"区委编办{chinese_date(confirmed)}确认",
            today >= operating,
        )
    )
    return found


def _line(power: Empowerment, today: dt.date) -> dict[str, Any]:
    """Return the places and words of the line through time."""
    term = (power.transition_until - power.effective_on).days
    gone = min(max((today - power.effective_on).days, 0), term)
    end = BEFORE + TERM
    over = today > power.transition_until
    now = end + 2 * (WIDTH - end) // 3 if over else BEFORE + round(TERM * gone / term)
    department, street = power.organization, power.street
    if power.operating_on is not None:
        tone, last, below = "green", f"{street}负主体责任", f"{chinese_date(power.operating_on)}起"
    elif over:
        tone, last, below = "red", f"{department}负主体责任", "逾期未评估，未经确认"
    else:
        tone, last, below = "grey", f"{street}负主体责任", "须双方评估、区委编办确认"
    return {
        "width": WIDTH,
        "before": BEFORE - 4,
        "term_x": BEFORE,
        "term": TERM,
        "gone": now - BEFORE if not over else TERM,
        "last_x": end + 4,
        "last": WIDTH - end - 5,
        "end": end,
        "now": now,
        "now_words": f"今日 {short_date(today)}",
        "tone": tone,
        "last_words": last,
        "last_below": below,
        "says": "；".join(
            f"{row.when}由{row.exercises}行使、{row.bears}负主体责任" for row in phases(power, today)
        ),
    }


def _upcoming(power: Empowerment, opens: dt.date, today: dt.date) -> list[tuple[str, str]]:
    if power.state != PowerState.TRANSITION:
        if awaits_its_day(power) and power.operating_on:
            return [(f"{power.street}承担主体责任", chinese_date(power.operating_on))]
        return []
    lines = [("区委编办确认衔接完成", "双方评估为已具备后")]
    if today <= power.transition_until:
        lines.append(("过渡期满", chinese_date(power.transition_until)))
    if today < opens:
        lines.append(("双方可以评估", chinese_date(opens)))
    return lines
