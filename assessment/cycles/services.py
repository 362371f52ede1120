"""A year's cycle: begun with a scheme of a hundred points, arranged, read, chased; ties and rulings (P37 to P40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.urls import reverse

from assessment.choices import Consolidation, NoneDue, Phase, ReportState
from assessment.cycles.readings import read
from assessment.cycles.steps import CHASE, DELETE, PLAN, READ, RULE, SETTLE, STREETS
from assessment.models import (
    Cycle,
    CyclePhase,
    CycleStreet,
    Indicator,
    NoneDueRuling,
    Scheme,
    SelfReport,
    TieDecision,
)
from assessment.rules.points import show_points
from assessment.rules.scheme import EARLIEST, LATEST
from assessment.schemes.steps import freeze_scheme
from assessment.selectors import board, cycles, results
from assessment.selectors.figures import cut_off
from assessment.services.common import words
from assessment.services.openings import open_report_deadlines, open_scoring_deadlines
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.texts import written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify, notify_organizations
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import streets as active_streets

Days = Mapping[str, tuple[dt.date, dt.date]]
"""Phase → first and last day."""


@transaction.atomic
def create_cycle(
    *,
    year: int,
    title: str,
    scheme: Scheme,
    actor: User,
    streets: Sequence[Organization] | None = None,
    consolidation: str = Consolidation.MEAN,
    policy_ground: str = "",
) -> Cycle:
    """Begin the cycle of a year; its scheme is frozen with it. All active streets unless some are named.

    When no version of 考核办法 is in force today, the ground for going on is asked (P44). Errors:
    not_allowed, year, cycle_twice (field year), required, not_hundred (field scheme), no_policy,
    ground_missing (field policy_ground), no_streets (field streets).
    """
    scope_of(actor).require("manage_cycle", actor.district, label="组织年度考核")
    district = lock(actor.district)
    if not EARLIEST <= year <= LATEST:
        raise DomainError("year", f"年度在 {EARLIEST} 至 {LATEST} 之间，现为 {year}。", field="year")
    if Cycle.objects.filter(district=district, year=year).exists():
        raise DomainError("cycle_twice", f"{year}年度的考核已经发起。", field="year")
    title = words(title, "title", "名称", 120)
    ground = cycles.ground(district)
    if ground.version is None:
        raise DomainError("no_policy", "还没有施行的考核办法，请先在“政策参数”中登记文件版本。")
    if not ground.in_force and not policy_ground.strip():
        raise DomainError(
            "ground_missing",
            f"“{ground.version}”的有效期已满，继续考核须写明依据。",
            field="policy_ground",
        )
    places = list(active_streets(district) if streets is None else streets)
    _check_streets(places, actor)
    frozen = freeze_scheme(scheme, actor=actor)
    cycle = Cycle.objects.create(
        district=district,
        year=year,
        title=title,
        scheme=frozen,
        policy=ground.version,
        policy_ground="" if ground.in_force else policy_ground.strip(),
        consolidation=Consolidation(consolidation),
        created_by=actor,
    )
    CycleStreet.objects.bulk_create(CycleStreet(cycle=cycle, street=street) for street in places)
    record(
        cycle,
        "cycle.created",
        "发起年度考核",
        actor=actor,
        changes={"考评细则": (None, str(frozen)), "考核对象": (None, _names(places))},
        reason=cycle.policy_ground,
    )
    return cycle


@transaction.atomic
def delete_cycle(cycle: Cycle, *, actor: User) -> None:
    """Delete a cycle that has not started; its scheme stays frozen. Errors: wrong_state, not_allowed."""
    fresh = DELETE.hold(cycle, actor=actor)
    record(fresh, "cycle.deleted", f"删除“{fresh}”", actor=actor)
    fresh.delete()


@transaction.atomic
def set_streets(cycle: Cycle, *, streets: Sequence[Organization], actor: User) -> Cycle:
    """Say which streets are assessed (P36), before the cycle starts.

    Errors: wrong_state, not_allowed, no_streets.
    """
    fresh = STREETS.hold(cycle, actor=actor)
    _check_streets(streets, actor)
    before = cycles.streets(fresh)
    if {row.pk for row in before} != {row.pk for row in streets}:
        CycleStreet.objects.filter(cycle=fresh).delete()
        CycleStreet.objects.bulk_create(CycleStreet(cycle=fresh, street=street) for street in streets)
        changes = {"考核对象": (_names(before), _names(streets))}
        record(fresh, "cycle.streets", "修改考核对象", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def set_phases(cycle: Cycle, *, days: Days, actor: User) -> Cycle:
    """Plan the days of the phases, in their order; open deadlines move along.

    Errors: wrong_state, not_allowed, period and order (field of the phase).
    """
    fresh = PLAN.hold(cycle, actor=actor)
    _check_days(days)
    if fresh.phase == Phase.PUBLICITY and days[Phase.PUBLICITY][1] < clock.today():
        raise DomainError(
            "period", "公示已经开始，截止日期不能早于今日。", field=f"{Phase.PUBLICITY.value}_ends_on"
        )
    before = cycles.days_of(fresh)
    changes = {}
    for phase, (start, end) in days.items():
        old = before.get(phase)
        if old is None or (old.starts_on, old.ends_on) != (start, end):
            label = f"{Phase(phase).label}时间"
            changes[label] = (_period(old.starts_on, old.ends_on) if old else None, _period(start, end))
        CyclePhase.objects.update_or_create(
            cycle=fresh, phase=phase, defaults={"starts_on": start, "ends_on": end}
        )
    if changes:
        record(fresh, "cycle.phases", "安排考核时间", actor=actor, changes=changes)
        if fresh.phase in cycles.FILLING:
            # A report that was handed back has a day of its own.
            open_reports = SelfReport.objects.filter(cycle=fresh, state=ReportState.DRAFT, returned_reason="")
            open_reports.update(due_on=days[Phase.SELF_REPORT][1])
            open_report_deadlines(fresh)
        if fresh.phase == Phase.SCORING:
            open_scoring_deadlines(fresh)
    return fresh


# ---- Readings, and what the leading group decides -----------------------------------------------------------


@transaction.atomic
def read_measures(cycle: Cycle, *, actor: User, on: dt.date | None = None) -> Cycle:
    """Read every measured indicator for every street as of a day and keep what was counted.

    The day lies in the assessed year; without one it is today, or the year's last day once that is over. May
    be repeated until the leading group has the scores. Errors: wrong_state, not_allowed, future and
    other_year (field on).
    """
    fresh = READ.hold(cycle, actor=actor)
    day = on or cut_off(fresh)
    if day > clock.today():
        raise DomainError("future", "取数日期不能晚于今日。", field="on")
    # A cycle that is tried out before its year reads what there is; a day that somebody names lies in the year.
    if on is not None and on.year != fresh.year:
        raise DomainError(
            "other_year", f"取数日期须在{fresh.year}年度内，最迟为{fresh.year}年12月31日。", field="on"
        )
    read(fresh, day, actor=actor)
    fresh.save(update_fields=["measured_on"])
    return fresh


@transaction.atomic
def rule_none_due(
    cycle: Cycle, *, indicator: Indicator, counts_as: str, reason: str, actor: User
) -> NoneDueRuling:
    """Record what the leading group lets an indicator count for streets that owed nothing of it (P38, P39).

    Only where the scheme leaves it open; may be changed as long as measures may be read. Errors: wrong_state,
    not_allowed, not_open, unknown (field counts_as), reason_missing, reason_long (field reason).
    """
    fresh = RULE.hold(cycle, actor=actor)
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


@transaction.atomic
def settle_tie(
    cycle: Cycle,
    *,
    points: int,
    order: Sequence[int] | None,
    reason: str,
    decided_on: dt.date,
    actor: User,
) -> TieDecision:
    """Write down what the leading group decided about the streets with ``points`` hundredths (P40).

    ``order`` names them from the first place to the last; None leaves them on one place. A decision may
    be replaced until it is published. Errors: wrong_state, not_allowed, no_tie, published, order (field
    order), required (field reason), future (field decided_on).
    """
    fresh = SETTLE.hold(cycle, actor=actor)
    reason = words(reason, "reason", "审定理由", 300)
    if decided_on > clock.today():
        raise DomainError("future", "审定日期不能晚于今日。", field="decided_on")
    snapshot = results.snapshot_of(fresh)
    tie = next((row for row in snapshot.ties if row.points == points), None)
    if tie is None:
        raise DomainError("no_tie", f"现在没有街道同为 {show_points(points)} 分，刷新页面查看最新情况。")
    if tie.is_decided and fresh.phase == Phase.PUBLISHED and not results.is_behind(fresh):
        raise DomainError("published", "审定已随结果公布，不再改动。")
    if order is not None and sorted(order) != sorted(tie.streets):
        raise DomainError("order", "每个同分街道排一个名次，不重不漏。", field="order")
    streets = list(order) if order is not None else sorted(tie.streets)
    made, _ = TieDecision.objects.update_or_create(
        cycle=fresh,
        points=points,
        defaults={
            "district_id": fresh.district_id,
            "streets": streets,
            "is_tied": order is None,
            "reason": reason,
            "decided_on": decided_on,
            "recorded_by": actor,
            "recorded_at": clock.now(),
        },
    )
    names = "、".join(snapshot.street(pk).name for pk in streets)
    record(
        fresh,
        "result.tie_settled",
        f"登记同分审定：{names}{'名次并列' if order is None else '依次排定先后'}",
        actor=actor,
        changes={"同分得分": (None, f"{show_points(points)} 分"), "审定日期": (None, decided_on)},
        reason=reason,
    )
    return made


# ---- Chasing ---------------------------------------------------------------------------------------------


@transaction.atomic
def chase(cycle: Cycle, *, streets: Sequence[int], members: Sequence[int], note: str, actor: User) -> int:
    """Tell streets without a self-report and members with cells left that somebody waits; return how many.

    Ids that owe nothing are passed over. Errors: wrong_state, not_allowed, note_missing (field note),
    nobody.
    """
    fresh = CHASE.hold(cycle, actor=actor)
    note = written("催办要求", note, 300, field="note", required="催办须写明要求。")
    owing = [row for row in board.street_lines(fresh) if row.street.pk in streets and not row.is_in]
    slow = [row for row in board.scorer_lines(fresh) if row.member.pk in members and row.left]
    told = 0
    text = f"{actor.organization}催办：{note}"
    for row in owing:
        report = row.report
        told += notify_organizations(
            [row.street.pk],
            district_id=fresh.district_id,
            kind=NoticeKind.CHASE,
            title=f"催办：{fresh}，{row.street}自评已填 {row.filled}/{row.needed}",
            text=text,
            url=reverse("assessment:report", args=[fresh.pk, report.pk]) if report else "",
            sender=actor,
        )
    for line in slow:
        told += len(
            notify(
                [line.member.user_id],
                district=fresh.district_id,
                kind=NoticeKind.CHASE,
                title=f"催办：{fresh}，评分已完成 {line.done}/{line.needed}",
                text=text,
                url=reverse("assessment:scoring", args=[fresh.pk]),
                sender=actor,
            )
        )
    if not told:
        raise DomainError("nobody", "所选单位和人员没有欠办的事，或者没有可以办理的人员。")
    names = [str(row.street) for row in owing] + [row.member.user.name for row in slow]
    record(
        fresh,
        "cycle.chased",
        "催办",
        actor=actor,
        changes={"催办对象": (None, "、".join(names))},
        reason=note,
    )
    return told


# ---- What they share --------------------------------------------------------------------------------------


def _check_streets(streets: Sequence[Organization], actor: User) -> None:
    if not streets:
        raise DomainError("no_streets", "考核对象至少有一个街道。", field="streets")
    wrong = [row for row in streets if not row.is_street or row.district_id != actor.district_id]
    if wrong:
        raise DomainError("not_a_street", f"“{wrong[0]}”不是本区的街道。", field="streets")
    gone = [row for row in streets if not row.is_active]
    if gone:
        raise DomainError(
            "ceased", f"“{gone[0]}”{gone[0].standing.label}，不能作为考核对象。", field="streets"
        )


def _check_days(days: Days) -> None:
    last: dt.date | None = None
    for phase in cycles.PLANNED:
        if phase not in days:
            raise DomainError("period", f"未填写{phase.label}的时间。", field=f"{phase.value}_starts_on")
        start, end = days[phase]
        if end < start:
            raise DomainError(
                "period", f"{phase.label}的截止日期不能早于开始日期。", field=f"{phase.value}_ends_on"
            )
        if last is not None and start < last:
            raise DomainError(
                "order",
                f"{phase.label}不能早于上一阶段开始（{chinese_date(last)}）。",
                field=f"{phase.value}_starts_on",
            )
        last = start


def _period(start: dt.date, end: dt.date) -> str:
    return f"{chinese_date(start)}至{chinese_date(end)}"


def _names(rows: Sequence[Organization]) -> str:
    return "、".join(str(row) for row in rows)
