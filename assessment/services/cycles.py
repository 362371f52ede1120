"""A year's cycle: begun with a scheme of a hundred points, arranged, and moved from phase to phase (P39)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.urls import reverse

from assessment.choices import Consolidation, Phase, ReportState
from assessment.deadlines.cycle import SCORING
from assessment.flows.cycle import CYCLE
from assessment.models import Cycle, CyclePhase, CycleStreet, Scheme, SelfReport, TeamMember
from assessment.rules.scheme import EARLIEST, LATEST
from assessment.schemes.steps import freeze_scheme
from assessment.selectors import board, cycles
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.texts import written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify, notify_organizations
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import streets as active_streets

from . import results
from .common import locked, words
from .openings import open_report_deadlines, open_scoring_deadlines
from .readings import read_measures

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
def change_cycle(
    cycle: Cycle, *, title: str, consolidation: str, actor: User, policy_ground: str = ""
) -> Cycle:
    """Change title, how two scorers are put together, and the ground; until scoring begins.

    Errors: wrong_state, not_allowed, required, ground_missing.
    """
    fresh = locked(cycle, actor, "edit")
    new = {
        "title": words(title, "title", "名称", 120),
        "consolidation": Consolidation(consolidation).value,
        "policy_ground": policy_ground.strip(),
    }
    if fresh.policy_ground and not new["policy_ground"]:
        raise DomainError("ground_missing", "文件有效期已满，依据不能为空。", field="policy_ground")
    changes = differences(fresh, new)
    if changes:
        for name, value in new.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(new))
        record(fresh, "cycle.changed", "修改年度考核", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def delete_cycle(cycle: Cycle, *, actor: User) -> None:
    """Delete a cycle that has not started; its scheme stays frozen. Errors: wrong_state, not_allowed."""
    fresh = locked(cycle, actor, "delete")
    record(fresh, "cycle.deleted", f"删除“{fresh}”", actor=actor)
    fresh.delete()


@transaction.atomic
def set_streets(cycle: Cycle, *, streets: Sequence[Organization], actor: User) -> Cycle:
    """Say which streets are assessed (P36), before the cycle starts.

    Errors: wrong_state, not_allowed, no_streets.
    """
    fresh = locked(cycle, actor, "delete")
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
    fresh = locked(cycle, actor, "plan")
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


# ---- Phases ----------------------------------------------------------------------------------------------


@transaction.atomic
def move(cycle: Cycle, step: str, *, actor: User, reason: str = "") -> Cycle:
    """Take a step of the cycle: start, to_papers … to_leading, to_publicity, publish, republish, archive.

    Errors: wrong_state, not_allowed, reason_missing (field reason), guard with what is lacking.
    """
    before = cycle.phase
    fresh = CYCLE.take(cycle, step, scope_of(actor), reason=reason)
    if step == "start":
        _begin_reports(fresh, actor)
    elif fresh.phase == Phase.SCORING:
        if step != "back_to_scoring":
            fresh = read_measures(fresh, actor=actor)
        open_scoring_deadlines(fresh)
        _notify_team(fresh, actor)
    elif step == "to_leading":
        close(SCORING, list(TeamMember.objects.filter(cycle=fresh)), outcome="done")
        results.put_before_group(fresh, actor=actor)
    elif step == "to_publicity":
        results.begin_publicity(fresh, actor=actor)
    elif step in ("publish", "republish"):
        results.freeze(fresh, cause=reason.strip() if step == "republish" else "", actor=actor)
    taken = CYCLE[step]
    record(
        fresh,
        f"cycle.{step}",
        taken.done or taken.label,
        actor=actor,
        changes={"阶段": (Phase(before).label, Phase(fresh.phase).label)},
        reason=reason,
    )
    return fresh


def _begin_reports(cycle: Cycle, actor: User) -> None:
    due = cycles.due_of(cycle, Phase.SELF_REPORT)
    SelfReport.objects.bulk_create(
        SelfReport(district_id=cycle.district_id, cycle=cycle, street=street, due_on=due)
        for street in cycles.streets(cycle)
    )
    open_report_deadlines(cycle)
    reports = SelfReport.objects.filter(cycle=cycle)
    for report in reports:
        notify_organizations(
            [report.street_id],
            district_id=cycle.district_id,
            kind=NoticeKind.WORK,
            title=f"{cycle}：街道自评开始",
            text=f"逐项填报自评，{chinese_date(due)}前由街道负责人提交。" if due else "",
            url=reverse("assessment:report", args=[cycle.pk, report.pk]),
            sender=actor,
        )


def _notify_team(cycle: Cycle, actor: User) -> None:
    due = cycles.due_of(cycle, Phase.SCORING)
    people = TeamMember.objects.filter(cycle=cycle, assignments__isnull=False).distinct()
    notify(
        sorted(set(people.values_list("user_id", flat=True)) - {actor.pk}),
        district=cycle.district_id,
        kind=NoticeKind.WORK,
        title=f"{cycle}：评分开始",
        text=f"分工的指标于{chinese_date(due)}前评定完毕。" if due else "",
        url=reverse("assessment:cycle", args=[cycle.pk]),
        sender=actor,
    )


# ---- Chasing ---------------------------------------------------------------------------------------------


@transaction.atomic
def chase(cycle: Cycle, *, streets: Sequence[int], members: Sequence[int], note: str, actor: User) -> int:
    """Tell streets without a self-report and members with cells left that somebody waits; return how many.

    Ids that owe nothing are passed over. Errors: wrong_state, not_allowed, note_missing (field note),
    nobody.
    """
    fresh = locked(cycle, actor, "read")
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
