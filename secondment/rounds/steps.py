"""A year's appraisal: started by one click, chased, closed (P30)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from secondment.choices import RoundState as R
from secondment.choices import SchemeState, Side, SideState
from secondment.deadlines.appraisal import APPRAISAL_SCORE
from secondment.models import Appraisal, AppraisalRound, AppraisalScheme, AppraisalSide
from secondment.rules.appraisal import (
    EXCELLENT,
    PENDING,
    Served,
    below,
    grade_word,
    most_excellent,
    scoring_service,
)
from secondment.selectors import appraisals
from secondment.selectors.staff import Stretch, served_in
from secondment.services.grading import RESULT, mark, refresh, takes_place
from secondment.services.papers import FORM
from xianan.acts import DISTRICT, Changes, Noun
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.models import Deadline, Notice
from xianan.deadlines.selectors import recipients
from xianan.deadlines.services import Due, open_many
from xianan.deadlines.services.notices import notify
from xianan.deadlines.services.papers import put_aside
from xianan.deadlines.services.reminders import chase as chase_deadlines
from xianan.history.services import build, record, record_many
from xianan.organizations.models import District, User
from xianan.organizations.roles import ROLES, rights_of
from xianan.organizations.scope import scope_of
from xianan.organizations.services.confirmation import confirm_password
from xianan.policy.choices import DocumentKey
from xianan.policy.models import PolicyVersion
from xianan.policy.selectors import parameter, version_in_force

ROUND: Noun[AppraisalRound] = Noun(
    model=AppraisalRound,
    label="年度考核",
    word="年度考核",
    states=R,
    view="view_appraisal",
    parties=(DISTRICT,),
    sees=lambda rows, scope: rows & appraisals.rounds(scope),
    page="secondment:appraisal-round",
    begun="round.started",
    joins=("scheme", "policy", "district"),
)
_OFFICE: dict[str, Any] = {"right": "manage_appraisal", "by": DISTRICT}
ADD = ROUND.permit("补录新登记的人员", R.OPEN, **_OFFICE)
CHASE = ROUND.permit("催办", R.OPEN, **_OFFICE)
CORRECT = ROUND.permit("更正考核登记表", R.CLOSED, **_OFFICE)


def policy_of(district: District, year: int) -> PolicyVersion:
    """Return the policy version whose figures hold for a year's appraisal.

    In force on 31 December of the year, or today if that is earlier. Errors: no_policy.
    """
    on = _reference_day(year)
    version = version_in_force(district, DocumentKey.PLAN, on)
    if version is None:
        raise DomainError(
            "no_policy", f"{chinese_date(on)}没有施行中的实施方案，不能启动年度考核。", field="year"
        )
    return version


def _reference_day(year: int) -> dt.date:
    return min(dt.date(year, 12, 31), clock.today())


@transaction.atomic
def start_round(*, year: int, actor: User) -> tuple[AppraisalRound, int]:
    """Start a year's appraisal and make a form for everybody who served; return it with their number.

    Errors: not_allowed, year (future, or nobody served; field year), round_twice, no_scheme, no_policy,
    parameter_missing.
    """
    scope = scope_of(actor)
    scope.require("manage_appraisal", scope.district, label="启动年度考核")
    district = lock(scope.district)
    if not 2000 <= year <= clock.today().year:
        raise DomainError(
            "year", f"{year} 年不能启动考核，年度须为 2000 至 {clock.today().year} 年。", field="year"
        )
    if AppraisalRound.objects.filter(district=district, year=year).exists():
        raise DomainError("round_twice", f"{year} 年度的考核已经启动，在该年度页面补录人员。", field="year")
    scheme = AppraisalScheme.objects.filter(district=district, state=SchemeState.IN_FORCE).first()
    if scheme is None:
        raise DomainError("no_scheme", "没有施行中的考核细则，先会同街道和派出部门制定并施行。", field="year")
    services = served_in(district, year)
    if not services:
        raise DomainError("year", f"{year} 年没有到岗的下沉人员，不需要启动考核。", field="year")
    policy, on = policy_of(district, year), _reference_day(year)

    def figure(key: str) -> int:
        return int(parameter(district, DocumentKey.PLAN, key, on))

    shares = parameter(district, DocumentKey.PLAN, "appraisal_shares", on)
    nominal = clock.today() + dt.timedelta(days=figure("appraisal_days"))
    round_ = AppraisalRound.objects.create(
        district=district,
        year=year,
        scheme=scheme,
        policy=policy,
        street_share=shares[0],
        department_share=shares[1],
        excellent_from=figure("grade_excellent") * 100,
        competent_from=figure("grade_competent") * 100,
        basic_from=figure("grade_basic") * 100,
        excellent_share=figure("excellent_share"),
        due_on=calendar_of(district.pk).next_working(nominal),
        started_by=actor,
    )
    added = _add(round_, services, due_on=nominal, actor=actor)
    record(
        round_,
        "round.started",
        f"启动{year}年度考核，生成登记表 {added} 份",
        actor=actor,
        changes={"考核细则": (None, str(scheme)), "占比": (None, f"{shares[0]}:{shares[1]}"), "评分截止": (None, round_.due_on)},
    )  # fmt: skip
    return round_, added


@transaction.atomic
def add_people(round_: AppraisalRound, *, actor: User) -> int:
    """Make forms for those registered since; return how many. Twice changes nothing. Errors: wrong_state, not_allowed."""
    fresh = ADD.hold(round_, actor=actor)
    added = _add(fresh, served_in(fresh.district, fresh.year), due_on=fresh.due_on, actor=actor)
    if added:
        record(fresh, "round.added", f"补录人员，生成登记表 {added} 份", actor=actor)
    return added


def _add(round_: AppraisalRound, services: Iterable[Stretch], *, due_on: dt.date, actor: User) -> int:
    by_person: dict[int, list[Stretch]] = defaultdict(list)
    for secondment in services:
        by_person[secondment.person.pk].append(secondment)
    there = set(round_.appraisals.values_list("person_id", flat=True))
    forms = [_form(round_, own) for person, own in by_person.items() if person not in there]
    mark(forms)
    Appraisal.objects.bulk_create(forms, batch_size=500)
    open_sides(forms, due_on=due_on)
    record_many(build(form, "appraisal.created", f"生成{round_}登记表", actor=actor) for form in forms)
    return len(forms)


def _form(round_: AppraisalRound, services: list[Stretch]) -> Appraisal:
    by_key = {row.secondment.pk: row for row in services}
    chosen = by_key[
        scoring_service(Served(row.secondment.pk, row.street.pk, row.first, row.last) for row in services).key
    ]
    same = [row for row in services if row.street.pk == chosen.street.pk]
    others = [row for row in services if row.street.pk != chosen.street.pk]
    return Appraisal(
        district_id=round_.district_id,
        round=round_,
        person=chosen.person,
        organization=chosen.organization,
        street=chosen.street,
        secondment=chosen.secondment,
        track=chosen.person.track,
        post=chosen.person.post or chosen.secondment.post,
        serves_from=min(row.first for row in same),
        serves_until=max(_until(row, round_.year) for row in same),
        other_streets="；".join(
            f"{row.street}（{chinese_date(row.first)}至{chinese_date(row.last)}，{row.days} 天）"
            for row in sorted(others, key=lambda row: row.first)
        )[:300],
    )


def _until(secondment: Stretch, year: int) -> dt.date:
    """Return the last day of a secondment in a year; one that goes on is taken to its term, corrected at the end."""
    row = secondment.secondment
    return secondment.last if row.ended_on else min(row.planned_until, dt.date(year, 12, 31))


def open_sides(forms: list[Appraisal], *, due_on: dt.date) -> list[AppraisalSide]:
    """Make both sides of new forms with their deadlines. A fixed number of statements."""
    sides = AppraisalSide.objects.bulk_create(
        (
            AppraisalSide(district_id=form.district_id, appraisal=form, side=side.value, organization=owner)
            for form in forms
            for side, owner in ((Side.STREET, form.street), (Side.DEPARTMENT, form.organization))
        ),
        batch_size=500,
    )
    open_many(APPRAISAL_SCORE, [due_of(side, due_on) for side in sides])
    return sides


def due_of(side: AppraisalSide, due_on: dt.date) -> Due:
    """Return the date that a side owes its scores by."""
    form = side.appraisal
    return Due(side, side.organization, due_on, f"{form.person.name}（{form.round.year}年度）")


def correction_due(round_: AppraisalRound) -> dt.date:
    """Return the day by which a corrected version is scored, counted from today."""
    days = int(parameter(round_.district_id, DocumentKey.PLAN, "appraisal_days"))
    return clock.today() + dt.timedelta(days=days)


# ---- Chasing -----------------------------------------------------------------------------------------


@transaction.atomic
def chase(round_: AppraisalRound, *, organizations: Collection[int], note: str, actor: User) -> int:
    """Tell these organizations that their scores, or the sign-off of their heads, are awaited.

    Return how many people were told. Errors: not_allowed, wrong_state, note_missing (field note), closed,
    chased_today, nobody.
    """
    CHASE.hold(round_, actor=actor)
    sides = AppraisalSide.objects.filter(
        appraisal__round=round_, appraisal__is_current=True, organization__in=list(organizations)
    )
    drafts = sides.filter(state=SideState.DRAFT).values_list("pk", flat=True)
    rows = list(
        Deadline.objects.filter(kind=APPRAISAL_SCORE, closed_at__isnull=True, object_id__in=list(drafts))
    )
    submitted = sides.filter(state=SideState.SUBMITTED)
    heads = _chase_heads(round_, submitted, note=note.strip(), actor=actor)
    if not rows and heads:
        return len(heads)
    if not rows and note.strip() and submitted.exists():
        raise DomainError("chased_today", "所选单位的负责人今天已经催办过，明天可以再次催办。", field="note")
    try:
        told = chase_deadlines(rows, note=note, actor=actor, right="manage_appraisal")
    except DomainError as refusal:
        if refusal.code != "chased_today" or not heads:
            raise
        told = 0
    return told + len(heads)


def _signing_roles() -> set[str]:
    return {role for role in ROLES if "sign_appraisal" in rights_of(role)[0]}


def _chase_heads(
    round_: AppraisalRound, sides: QuerySet[AppraisalSide], *, note: str, actor: User
) -> set[int]:
    """Tell the heads who have yet to sign off what their units submitted, each once a day.

    The date of a side ends with its submission, so what waits for the head has no date to chase by.
    """
    owing = dict(sides.values_list("organization_id", "organization__name"))
    if not owing or not note:
        return set()
    url = f"{reverse('secondment:appraisal-round', args=[round_.pk])}?tab=sign"
    told = set(
        Notice.objects.filter(kind=NoticeKind.CHASE, url=url, created_at__date=clock.today()).values_list(
            "recipient_id", flat=True
        )
    )
    heads = {
        person.user_id
        for group in recipients(owing, clock.today(), _signing_roles()).values()
        for person in group
    } - told
    if not heads:
        return set()
    notify(
        sorted(heads), district=round_.district_id, kind=NoticeKind.CHASE, sender=actor, url=url,
        title=f"{round_}：评分待负责人审定", text=f"{actor.organization}催办：{note}",
    )  # fmt: skip
    record(round_, "round.chased", f"催办负责人审定：{'、'.join(owing.values())}", actor=actor, reason=note)
    return heads


# ---- The end -----------------------------------------------------------------------------------------


@ROUND.step(
    "close", "办结年度考核", R.OPEN, R.CLOSED, stamp=(AppraisalRound.closed_by, AppraisalRound.closed_at),
    action="round.closed", **_OFFICE,
)  # fmt: skip
def close(row: AppraisalRound, *, actor: User, lowered: Mapping[int, str]) -> Changes:
    """Lock every form with its grade, as ``close_round`` says, which has asked the password."""
    forms = list(
        Appraisal.objects.select_for_update(of=("self",))
        .filter(round=row, is_current=True)
        .select_related("person", "organization", "street", "round", "secondment")
        .prefetch_related("sides")
        .order_by("pk")
    )
    _complete(forms)
    refresh(forms)
    by_key = {form.pk: form for form in forms}
    for key, reason in lowered.items():
        if key in by_key:
            _lower(by_key[key], reason, actor)
    refresh(forms)
    count = sum(takes_place(form) for form in forms)
    most = most_excellent(len(forms), row.excellent_share)
    if count > most:
        raise DomainError(
            "too_many_excellent",
            f"优秀 {count} 人，超过 {len(forms)} 人的 {row.excellent_share}%（至多 {most} 人），"
            f"须再选出 {count - most} 人下调等次并写明理由。",
        )
    for form in forms:
        form.locked_at = row.closed_at
        ended = form.secondment.ended_on
        if ended is not None and form.serves_from <= ended < form.serves_until:
            form.serves_until = ended
    Appraisal.objects.bulk_update(
        forms,
        [
            *RESULT,
            "lowered_to",
            "lowered_reason",
            "lowered_by",
            "locked_at",
            "serves_until",
        ],
        batch_size=200,
    )
    record_many(
        build(
            form,
            "appraisal.locked",
            f"年度考核办结，等次为{grade_word(form.grade, form.track)}",
            actor=actor,
            reason=form.lowered_reason if form.pk in lowered else "",
        )
        for form in forms
    )
    put_aside(forms, reason="年度考核办结", actor=actor, kinds=(FORM,))
    pending = sum(form.grade == PENDING for form in forms)
    return {
        "登记表": (None, len(forms)),
        "优秀": (None, sum(form.grade == EXCELLENT for form in forms)),
        **({"待定": (None, pending)} if pending else {}),
    }


def close_round(
    round_: AppraisalRound, *, actor: User, password: str, lowered: Mapping[int, str] | None = None
) -> AppraisalRound:
    """Close a year's appraisal: every form is locked with its grade.

    ``lowered`` {form id: reason} names those that go from 优秀 one grade down because the share of 优秀
    is exceeded. Errors: not_allowed, wrong_password and locked (field password), wrong_state, missing,
    unsigned, too_many_excellent, reason_missing.
    """
    if not close.allows(round_, scope_of(actor)):
        raise NotAllowed("您没有“办结年度考核”的权限。")
    confirm_password(actor, password)
    return close(round_, actor=actor, lowered=lowered or {})


def _complete(forms: list[Appraisal]) -> None:
    if not forms:
        raise DomainError("missing", "没有考核登记表，不能办结。")
    sides = [(form, side) for form in forms for side in form.sides.all()]
    missing = [(form, side) for form, side in sides if side.state == SideState.DRAFT]
    if missing:
        form, side = missing[0]
        raise DomainError(
            "missing",
            f"还有 {len(missing)} 份评分未完成，其中{side.get_side_display()}对{form.person}的评分，不能办结。",
        )
    unsigned = [(form, side) for form, side in sides if side.state != SideState.SIGNED]
    if unsigned:
        form, side = unsigned[0]
        raise DomainError(
            "unsigned",
            f"还有 {len(unsigned)} 份评分未经负责人审定，其中{side.get_side_display()}对{form.person}的评分，不能办结。",
        )


def _lower(form: Appraisal, reason: str, actor: User) -> None:
    if not reason.strip():
        raise DomainError("reason_missing", f"下调{form.person}的等次须写明理由。", field=f"reason_{form.pk}")
    if takes_place(form):
        form.lowered_to, form.lowered_reason = below(EXCELLENT)[0], reason.strip()[:300]
        form.lowered_by = actor
