"""Reading the measures of a cycle: what the portal says of every street on a day (P37)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from assessment.choices import NoneDue
from assessment.flows.cycle import CYCLE
from assessment.models import Cycle, Indicator, NoneDueRuling, Reading
from assessment.selectors.figures import cut_off, figures
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.texts import written
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of


@transaction.atomic
def read_measures(cycle: Cycle, *, actor: User, on: dt.date | None = None) -> Cycle:
    """Read every measured indicator for every street as of a day and keep what was counted.

    The day lies in the assessed year; without one it is today, or the year's last day once that is over. May
    be repeated until the leading group has the scores; the last reading holds, the log keeps when each was
    made. Errors: wrong_state, not_allowed, future and other_year (field on).
    """
    fresh = lock(cycle)
    CYCLE.refuse_unless_possible(fresh, "read", scope_of(actor))
    day = on or cut_off(fresh)
    if day > clock.today():
        raise DomainError("future", "取数日期不能晚于今日。", field="on")
    # A cycle that is tried out before its year reads what there is; a day that somebody names lies in the year.
    if on is not None and on.year != fresh.year:
        raise DomainError(
            "other_year", f"取数日期须在{fresh.year}年度内，最迟为{fresh.year}年12月31日。", field="on"
        )
    rows = figures(fresh, day)
    before = {(row.street_id, row.indicator_id): row.points for row in Reading.objects.filter(cycle=fresh)}
    Reading.objects.filter(cycle=fresh).delete()
    Reading.objects.bulk_create(
        (
            Reading(
                cycle=fresh,
                street_id=street,
                indicator_id=indicator,
                read_on=day,
                numerator=figure.numerator,
                denominator=figure.denominator,
                link=figure.link[:300],
                points=figure.points or 0,
            )
            for (street, indicator), figure in rows.items()
        ),
        batch_size=500,
    )
    old, fresh.measured_on = fresh.measured_on, day
    fresh.save(update_fields=["measured_on"])
    changed = sum(before.get(cell) not in (None, figure.points or 0) for cell, figure in rows.items())
    record(
        fresh,
        "cycle.read",
        f"取数 {len(rows)} 格" + (f"，其中 {changed} 格得分有变化" if changed else ""),
        actor=actor,
        changes={"取数日期": (old, day)},
    )
    return fresh


@transaction.atomic
def rule_none_due(
    cycle: Cycle, *, indicator: Indicator, counts_as: str, reason: str, actor: User
) -> NoneDueRuling:
    """Record what the leading group lets an indicator count for streets that owed nothing of it (P38, P39).

    Only where the scheme leaves it open; may be changed as long as measures may be read. Errors: wrong_state,
    not_allowed, not_open, unknown (field counts_as), reason_missing, reason_long (field reason).
    """
    fresh = lock(cycle)
    CYCLE.refuse_unless_possible(fresh, "rule", scope_of(actor))
    if indicator.scheme_id != fresh.scheme_id or indicator.none_due != NoneDue.PENDING:
        raise DomainError("not_open", "考评细则已写明该指标本年度无应办的怎样计分，不需要领导小组确定。")
    if counts_as not in (NoneDue.FULL, NoneDue.SPREAD):
        raise DomainError("unknown", "未选择怎样计分。", field="counts_as")
    reason = written("领导小组意见", reason, 300, required=True)
    ruling = NoneDueRuling.objects.filter(cycle=fresh, indicator=indicator).first()
    old = ruling.get_counts_as_display() if ruling else None
    if ruling is None:
        ruling = NoneDueRuling(cycle=fresh, indicator=indicator)
    ruling.counts_as, ruling.reason = counts_as, reason
    ruling.recorded_by, ruling.recorded_at = actor, clock.now()
    ruling.save()
    record(
        fresh,
        "cycle.none_due",
        f"登记领导小组意见：{indicator} 本年度无应办的{NoneDue(counts_as).label}",
        actor=actor,
        changes={"本年度无应办的": (old, NoneDue(counts_as).label)},
        reason=reason,
    )
    return ruling
