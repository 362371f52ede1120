"""What the page of one power shows: who exercises and bears it through time, both statements, the log."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from empowerment.choices import EndGround, Party, PowerState
from empowerment.models import Empowerment, TransitionReview
from empowerment.powers.statements import not_ready, opens, read_window, said_of
from empowerment.powers.steps import POWER, REVIEW, confirm
from empowerment.powers.tables import awaits_its_day, bearer_of, is_over, left_days, state_word
from empowerment.rules import is_unevaluated, operating_from
from empowerment.selectors.transition import ENDED, responsible
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.ui import html
from xianan.ui.text import short_date

# The line through time, in the units of its viewBox.
WIDTH, BEFORE, TERM = 1086, 250, 500
DAY = dt.timedelta(days=1)
# What the letter's log says of its powers, the power's own says too.
TOLD_TWICE = ("agreement.confirm", "agreement.end", "agreement.correct_end")


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


def context_of(power: Empowerment, scope: Scope, *, asked: str = "") -> dict[str, Any]:
    """Return what the page of a power shows; ``asked`` is the day somebody asked about."""
    today = clock.today()
    read_window([power])
    is_open = power.state == PowerState.TRANSITION and today >= opens(power)
    offered = POWER.offered(power, scope)
    sides = [
        Side(party, getattr(power, step.by), said_of(power).get(party), is_open and step in offered)
        for party, step in REVIEW.items()
    ]
    word, tone = state_word(power)
    left = left_days(power)
    term = (power.transition_until - power.effective_on).days
    on, on_error = _day(asked)
    return {
        "badge": html.badge(word, tone, "auto"),
        "power": power,
        "state": power.state,
        "bearer": bearer_of(power),
        "left": left,
        "left_size": abs(left) if left is not None else 0,
        "term": term,
        "gone": min(max((today - power.effective_on).days, 0), term),
        "late": is_unevaluated(power.state, power.transition_until, today),
        "is_open": is_open,
        "opens": opens(power),
        "sides": sides,
        "mine": next((side for side in sides if side.may_state), None),
        "why_not": not_ready(power),
        "may_confirm": confirm in offered,
        "takes_over_on": operating_from(today, power.transition_until),
        "confirmed_early": power.ended_from is None and awaits_its_day(power),
        "over": is_over(power),
        "ended": ENDED,
        "ends_in": (power.ended_from - today).days if power.ended_from else 0,
        "phases": phases(power, today),
        "line": _line(power, today),
        "on": on,
        "on_error": on_error,
        "on_over": on is not None and is_over(power, on),
        "on_bearer": responsible(power.item, power.street, on) if on else None,
        "entries": timeline(power, power.agreement).exclude(action__in=TOLD_TWICE),
        "upcoming": _upcoming(power, opens(power), today),
    }


def _day(asked: str) -> tuple[dt.date | None, str]:
    if not asked:
        return None, ""
    try:
        return dt.date.fromisoformat(asked), ""
    except ValueError:
        return None, "日期须是实际存在的日期，如 2026-11-23"


def phases(power: Empowerment, today: dt.date) -> list[Phase]:
    """Return who exercised and who bore a power through time, oldest first."""
    department, street = str(power.organization), str(power.street)
    effective, until, operating, ended = (
        power.effective_on, power.transition_until, power.operating_on, power.ended_from,
    )  # fmt: skip
    after = until + DAY
    confirmed = clock.local_date(power.confirmed_at) if power.confirmed_at else None
    waits = "逾期未评估，未经确认仍由部门承担" if today > until else "双方评估、区委编办确认后转由街道承担"
    told = [
        (None, department, department, ""),
        (effective, street, department, f"过渡期，承接确认书 {power.agreement.number}"),
    ]
    if operating is None or operating > after:
        told.append((after, street, department, "期满后、确认前" if operating or ended else waits))
    if operating is not None:
        words = f"区委编办{chinese_date(confirmed)}确认" if confirmed else ""
        told.append((operating, street, street, words))
    if ended is not None:
        told = [row for row in told if row[0] is None or row[0] < ended]
        gone = "—" if power.end_ground == EndGround.LAW else department
        told.append((ended, gone, gone, f"终止：{power.get_end_ground_display()}（{power.end_reference}）"))
    found = []
    for (first, exercises, bears, note), following in zip(told, [*told[1:], None], strict=True):
        last = following[0] - DAY if following and following[0] else None
        is_now = (first is None or first <= today) and (last is None or today <= last)
        found.append(Phase(_when(first, last), exercises, bears, note, is_now))
    return found


def _when(first: dt.date | None, last: dt.date | None) -> str:
    if first is None:
        return f"{chinese_date(last + DAY)}前" if last else ""
    if last is None:
        return f"{chinese_date(first)}起"
    return f"{chinese_date(first)}至{chinese_date(last)}" if last > first else chinese_date(first)


def _line(power: Empowerment, today: dt.date) -> dict[str, Any]:
    """Return the places and words of the line through time."""
    cut = power.ended_from if power.ended_from and power.ended_from <= power.transition_until else None
    last_day = cut or power.transition_until
    term = (last_day - power.effective_on).days
    gone = min(max((today - power.effective_on).days, 0), term)
    end = BEFORE + TERM
    over = today >= cut if cut else today > power.transition_until
    now = end + 2 * (WIDTH - end) // 3 if over else BEFORE + round(TERM * gone / term)
    department, street = power.organization, power.street
    ends = f"{chinese_date(power.ended_from)}起终止" if power.ended_from else ""
    if cut:
        tone, last, below = "grey", ends, power.get_end_ground_display()
    elif power.operating_on is not None:
        tone, last = "grey" if ends else "green", f"{street}负主体责任"
        below = "，".join(filter(None, (f"{chinese_date(power.operating_on)}起", ends)))
    elif over:
        tone, last, below = "red", f"{department}负主体责任", ends or "逾期未评估，未经确认"
    else:
        tone, last, below = "grey", f"{street}负主体责任", ends or "须双方评估、区委编办确认"
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
        "last_day": last_day,
        "last_day_words": "终止" if cut else "过渡期满",
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
        if power.ended_from is not None:
            return [] if is_over(power) else [("终止", f"{chinese_date(power.ended_from)}起")]
        if awaits_its_day(power) and power.operating_on:
            return [(f"{power.street}承担主体责任", chinese_date(power.operating_on))]
        return []
    lines = [("区委编办确认衔接完成", "双方评估为已具备后")]
    if today <= power.transition_until:
        lines.append(("过渡期满", chinese_date(power.transition_until)))
    if today < opens:
        lines.append(("双方可以评估", chinese_date(opens)))
    return lines
