"""The leading group and the assessment team, and which indicators each member scores (P39)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Max

from assessment.choices import Phase
from assessment.cycles.steps import ARRANGE
from assessment.deadlines.cycle import SCORING
from assessment.models import Assignment, Cycle, Group, Indicator, LeadingMember, Score, TeamMember
from assessment.selectors import cycles
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.names import person_name
from xianan.deadlines.services import close
from xianan.history.services import record
from xianan.organizations.models import User

from .common import words
from .openings import open_scoring_deadlines

# ---- The leading group -------------------------------------------------------------------------------------


@transaction.atomic
def add_leader(cycle: Cycle, *, name: str, title: str, is_chair: bool, actor: User) -> LeadingMember:
    """Add a member of the leading group; a new chair takes the place of the present one as chair.

    Errors: wrong_state, not_allowed, required.
    """
    fresh = ARRANGE.hold(cycle, actor=actor)
    name, title = words(person_name(name), "name", "姓名", 40), words(title, "title", "职务", 80)
    rows = LeadingMember.objects.filter(cycle=fresh)
    if is_chair:
        rows.filter(is_chair=True).update(is_chair=False)
    last = rows.aggregate(last=Max("position"))["last"] or 0
    member = LeadingMember.objects.create(
        cycle=fresh, name=name, title=title, is_chair=is_chair, position=last + 1
    )
    record(
        fresh,
        "cycle.leader_added",
        f"登记领导小组{'组长' if is_chair else '成员'} {name}",
        actor=actor,
        changes={"职务": (None, title)},
    )
    return member


@transaction.atomic
def remove_leader(member: LeadingMember, *, actor: User) -> None:
    """Take somebody out of the leading group. Errors: wrong_state, not_allowed, gone, chair_needed."""
    fresh = ARRANGE.hold(member.cycle, actor=actor)
    row = lock(member)
    if row.is_chair and fresh.phase != Phase.PREPARING:
        raise DomainError("chair_needed", "考核已经启动，组长只能更换：登记新的组长，原组长改为成员。")
    record(fresh, "cycle.leader_removed", f"移出领导小组 {row.name}", actor=actor)
    row.delete()


# ---- The team ----------------------------------------------------------------------------------------------


@transaction.atomic
def add_members(cycle: Cycle, *, people: Sequence[User], actor: User) -> list[TeamMember]:
    """Take people of the offices and departments into the team; those who are in it already stay.

    Errors: wrong_state, not_allowed, nobody (field people), not_a_candidate.
    """
    fresh = ARRANGE.hold(cycle, actor=actor)
    if not people:
        raise DomainError("nobody", "没有选择人员。", field="people")
    allowed = set(cycles.candidates(fresh.district_id).values_list("pk", flat=True))
    wrong = [person for person in people if person.pk not in allowed]
    if wrong:
        raise DomainError(
            "not_a_candidate",
            f"{wrong[0].name}不在可抽调的范围内：考核组由区级机关和区直部门的在用人员组成。",
            field="people",
        )
    present = set(TeamMember.objects.filter(cycle=fresh).values_list("user_id", flat=True))
    added = TeamMember.objects.bulk_create(
        TeamMember(cycle=fresh, user=person, organization=person.organization)
        for person in people
        if person.pk not in present
    )
    if added:
        names = "、".join(f"{row.user.name}（{row.organization}）" for row in added)
        record(
            fresh,
            "cycle.member_added",
            f"抽调 {len(added)} 人进考核组",
            actor=actor,
            changes={"人员": (None, names)},
        )
    return added


@transaction.atomic
def remove_member(member: TeamMember, *, actor: User) -> None:
    """Take somebody out of the team who has scored nothing. Errors: wrong_state, not_allowed, has_scored."""
    fresh = ARRANGE.hold(member.cycle, actor=actor)
    row = lock(member)
    if Score.objects.filter(member=row).exists() or fresh.visits.filter(recorded_by=row).exists():
        raise DomainError("has_scored", f"{row}已有评分或查看记录，不能移出；可以不再分配指标。")
    close(SCORING, [row], outcome="removed")
    record(fresh, "cycle.member_removed", f"移出考核组 {row}", actor=actor)
    row.delete()


@transaction.atomic
def assign_member(
    member: TeamMember, *, indicators: Collection[Indicator], leads: Collection[Indicator], actor: User
) -> TeamMember:
    """Say which indicators a member scores, and of which as lead; the assignment is the right (P39).

    What is scored already can't be taken away. A lead takes the place of another lead. Errors:
    wrong_state, not_allowed, other_scheme, measured_alone, has_scored.
    """
    fresh = ARRANGE.hold(member.cycle, actor=actor)
    row = lock(member)
    wanted = {indicator.pk: indicator for indicator in indicators}
    _check(fresh, wanted.values())
    lead = {indicator.pk for indicator in leads} & wanted.keys()
    before = {a.indicator_id: a for a in Assignment.objects.filter(member=row).select_related("indicator")}
    _drop(fresh, [a for key, a in before.items() if key not in wanted])
    Assignment.objects.filter(cycle=fresh, indicator__in=lead, is_lead=True).exclude(member=row).update(
        is_lead=False
    )
    for key, assignment in before.items():
        if key in wanted and assignment.is_lead != (key in lead):
            assignment.is_lead = key in lead
            assignment.save(update_fields=["is_lead"])
    Assignment.objects.bulk_create(
        Assignment(cycle=fresh, member=row, indicator=indicator, is_lead=key in lead)
        for key, indicator in wanted.items()
        if key not in before
    )
    _record(
        fresh, actor, f"分配{row.user.name}的指标", [a.indicator for a in before.values()], wanted.values()
    )
    _deadlines(fresh)
    return row


@transaction.atomic
def assign_group(
    cycle: Cycle, *, group: Group, members: Sequence[TeamMember], lead: TeamMember | None, actor: User
) -> Cycle:
    """Give all indicators of a group that need a scorer to these members, and to nobody else.

    Errors: wrong_state, not_allowed, nobody (field members), not_in_team, has_scored, lead_outside.
    """
    fresh = ARRANGE.hold(cycle, actor=actor)
    if group.scheme_id != fresh.scheme_id:
        raise DomainError("other_scheme", "该考评项目不属于本次考核的细则。", field="group")
    if not members:
        raise DomainError("nobody", "没有选择评分人。", field="members")
    if any(member.cycle_id != fresh.pk for member in members):
        raise DomainError("not_in_team", "所选人员不在本次考核组中。", field="members")
    if lead is not None and lead.pk not in {member.pk for member in members}:
        raise DomainError("lead_outside", "主评人须是所选评分人之一。", field="lead")
    indicators = [row for row in cycles.scored_by_people(fresh) if row.group_id == group.pk]
    keys = [row.pk for row in indicators]
    before = list(
        Assignment.objects.filter(cycle=fresh, indicator__in=keys).select_related("indicator", "member__user")
    )
    chosen = {member.pk for member in members}
    _drop(fresh, [row for row in before if row.member_id not in chosen])
    Assignment.objects.filter(cycle=fresh, indicator__in=keys, is_lead=True).update(is_lead=False)
    present = {(row.member_id, row.indicator_id) for row in before if row.member_id in chosen}
    Assignment.objects.bulk_create(
        Assignment(cycle=fresh, member=member, indicator=indicator)
        for member in members
        for indicator in indicators
        if (member.pk, indicator.pk) not in present
    )
    if lead is not None:
        Assignment.objects.filter(cycle=fresh, indicator__in=keys, member=lead).update(is_lead=True)
    record(
        fresh,
        "cycle.assigned",
        f"分配“{group}”的评分人",
        actor=actor,
        changes={
            "评分人": (
                "、".join(dict.fromkeys(row.member.user.name for row in before)) or None,
                "、".join(member.user.name for member in members),
            ),
            "主评人": (None, lead.user.name if lead is not None else None),
        },
    )
    _deadlines(fresh)
    return fresh


# ---- What they share ---------------------------------------------------------------------------------------


def _check(cycle: Cycle, indicators: Iterable[Indicator]) -> None:
    possible = {row.pk for row in cycles.scored_by_people(cycle)}
    for indicator in indicators:
        if indicator.scheme_id != cycle.scheme_id:
            raise DomainError("other_scheme", "所选指标不属于本次考核的细则。", field="indicators")
        if indicator.pk not in possible:
            raise DomainError(
                "measured_alone", f"“{indicator}”由平台取数，不需要评分人。", field="indicators"
            )


def _drop(cycle: Cycle, assignments: Sequence[Assignment]) -> None:
    """Take assignments away that nobody has scored under."""
    scored = set(
        Score.objects.filter(cycle=cycle, member__in={row.member_id for row in assignments}).values_list(
            "member_id", "indicator_id"
        )
    )
    held = [row for row in assignments if (row.member_id, row.indicator_id) in scored]
    if held:
        codes = cycles.codes([row.indicator for row in held])
        raise DomainError(
            "has_scored", f"指标 {codes} 已有评分，不能取消分工；可以增加评分人。", field="indicators"
        )
    Assignment.objects.filter(pk__in=[row.pk for row in assignments]).delete()


def _record(
    cycle: Cycle, actor: User, label: str, before: Iterable[Indicator], after: Iterable[Indicator]
) -> None:
    old, new = ("、".join(sorted(row.code for row in rows)) or None for rows in (before, after))
    if old != new:
        record(cycle, "cycle.assigned", label, actor=actor, changes={"指标": (old, new)})


def _deadlines(cycle: Cycle) -> None:
    if cycle.phase == Phase.SCORING:
        open_scoring_deadlines(cycle)
