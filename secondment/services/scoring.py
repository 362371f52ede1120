"""Both sides of a form: scored, submitted, signed off, sent back, lowered (P30, P32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from secondment.choices import Side
from secondment.deadlines.appraisal import APPRAISAL_SCORE
from secondment.flows.appraisal import SIDE, SIDE_OFFICE
from secondment.models import Appraisal, AppraisalRound, AppraisalScore, AppraisalSide
from secondment.rules.appraisal import below, final_grade, grade_word, show, side_score
from secondment.selectors.appraisals import due_dates
from secondment.services.grading import RESULT, refresh, thresholds
from secondment.services.rounds import due_of
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.texts import written
from xianan.deadlines.services import close, open_many
from xianan.history.selectors import acts_of
from xianan.history.services import build, record, record_many
from xianan.organizations.models import User
from xianan.organizations.scope import Scope, scope_of
from xianan.organizations.services.confirmation import confirm_password
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameter

LONGEST_COMMENT = 600


@transaction.atomic
def save_scores(
    side: AppraisalSide, *, scores: Mapping[int, int | None], comment: str, actor: User
) -> AppraisalSide:
    """Keep what a side has scored so far: {item id: hundredths, None for not yet}.

    Errors: wrong_state, not_allowed, guard (closed year), score (field item_<id>), comment_long.
    """
    form, fresh = _locked(side)
    _own(fresh, actor, "score")
    _refuse_both_sides([fresh], actor, "评分")
    items = {row.pk: row for row in form.round.scheme.items.filter(side=fresh.side)}
    comment = written("评语", comment, LONGEST_COMMENT, field="comment")
    kept: dict[int, int] = dict(fresh.scores.values_list("item_id", "score"))
    for key, score in scores.items():
        if key not in items:
            raise DomainError("score", "评分项目不属于该评分方。")
        if score is None:
            kept.pop(key, None)
        elif 0 <= score <= items[key].points:
            kept[key] = score
        else:
            raise DomainError(
                "score",
                f"“{items[key].name}”评了 {show(score)} 分，须在 0 至 {show(items[key].points)} 分之间。",
                field=f"item_{key}",
            )
    fresh.scores.all().delete()
    AppraisalScore.objects.bulk_create(
        AppraisalScore(district_id=fresh.district_id, side=fresh, item_id=key, score=score)
        for key, score in kept.items()
    )
    fresh.comment, fresh.score = comment, side_score(kept.get(key) for key in items)
    fresh.save(update_fields=["comment", "score"])
    record(
        form, "appraisal.scored", f"{fresh.get_side_display()}保存评分（已评 {len(kept)}/{len(items)} 项）",
        actor=actor, organization=fresh.organization,
    )  # fmt: skip
    return fresh


@transaction.atomic
def submit(side: AppraisalSide, *, actor: User) -> AppraisalSide:
    """Submit a side that has scored every item; total and grade follow once both have.

    Errors: incomplete, wrong_state, not_allowed, guard.
    """
    form, fresh = _locked(side)
    _own(fresh, actor, "submit")
    _refuse_both_sides([fresh], actor, "提交评分")
    items = form.round.scheme.items.filter(side=fresh.side)
    scores = dict(fresh.scores.values_list("item_id", "score"))
    empty = [row for row in items if row.pk not in scores]
    lacking = [row.name for row in empty]
    if lacking:
        names = "、".join(f"“{name}”" for name in lacking[:3])
        more = f"等 {len(lacking)} 项" if len(lacking) > 3 else ""
        raise DomainError(
            "incomplete", f"{names}{more}还没有评分，各项都评分后才能提交。", field=f"item_{empty[0].pk}"
        )
    fresh = SIDE.take(
        fresh, "submit", scope_of(actor),
        score=side_score(scores[row.pk] for row in items), submitted_by=actor, submitted_at=clock.now(),
    )  # fmt: skip
    close(APPRAISAL_SCORE, [fresh], outcome="submitted")
    _settle(form)
    # The score itself stays out of the log: the other side reads the timeline before it has scored.
    _log(form, fresh, "appraisal.submitted", "提交评分", actor)
    return fresh


@transaction.atomic
def withdraw(side: AppraisalSide, *, actor: User) -> AppraisalSide:
    """Take a side back as long as the other one has not submitted. Errors: guard, wrong_state, not_allowed."""
    form, fresh = _locked(side)
    _own(fresh, actor, "withdraw")
    _refuse_both_sides([fresh], actor, "撤回评分")
    fresh = SIDE.take(fresh, "withdraw", scope_of(actor), submitted_by=None, submitted_at=None)
    _reopen(form, fresh)
    _log(form, fresh, "appraisal.withdrawn", "撤回评分", actor)
    return fresh


@transaction.atomic
def send_back(side: AppraisalSide, *, reason: str, actor: User) -> AppraisalSide:
    """Have a side score anew, with the reason; also after it was signed off. Errors: wrong_state, not_allowed, guard."""
    form, fresh = _locked(side)
    refuse_scorer(form, actor, "退回重评")
    fresh = SIDE_OFFICE.take(
        fresh, "return", scope_of(actor), reason=reason,
        submitted_by=None, submitted_at=None, signed_by=None, signed_at=None,
    )  # fmt: skip
    _reopen(form, fresh)
    record(form, "appraisal.returned", f"退回{fresh.organization}重评", actor=actor, reason=reason)
    return fresh


def sign_sides(sides: Iterable[AppraisalSide], *, actor: User, password: str) -> list[AppraisalSide]:
    """Sign off sides as the head of their units, all or none of them, with the password.

    Errors: not_allowed, wrong_password and locked (field password), nothing_chosen, wrong_state, guard.
    """
    rows = list(sides)
    scope = scope_of(actor)
    if not rows:
        raise DomainError("nothing_chosen", "没有待审定的评分。")
    if not all(scope.can("sign_appraisal", row, "organization") for row in rows):
        raise NotAllowed("您没有“审定”的权限。")
    confirm_password(actor, password)
    return _sign(rows, actor, scope)


@transaction.atomic
def _sign(rows: list[AppraisalSide], actor: User, scope: Scope) -> list[AppraisalSide]:
    now = clock.now()
    signed = []
    log = []
    locked = [_locked(row) for row in sorted(rows, key=lambda row: row.appraisal_id)]
    # After the locks: the person's other account may be signing for the other side this moment.
    _refuse_both_sides([side for _, side in locked], actor, "审定")
    for form, side in locked:
        fresh = SIDE.take(side, "sign", scope, signed_by=actor, signed_at=now)
        log.append(
            build(
                form,
                "appraisal.signed",
                f"{fresh.get_side_display()}{SIDE['sign'].done}",
                actor=actor,
                organization=fresh.organization,
            )
        )
        signed.append(fresh)
    record_many(log)
    return signed


# ---- 组织部 and 人社局 -------------------------------------------------------------------------------


@transaction.atomic
def lower(form: Appraisal, *, grade: str, reason: str, actor: User) -> Appraisal:
    """Lower a grade below what the scores and the cap give, with the reason; an empty grade takes it back.

    Errors: not_allowed, guard (closed), not_scored, not_lower (field grade), reason_missing.
    """
    scope_of(actor).require("manage_appraisal", form, label="下调等次")
    fresh = locked_form(form)
    if fresh.locked_at is not None:
        raise DomainError("guard", "该年度考核已经办结，登记表不能改动；确有差错的，由组织人社部门更正。")
    refuse_scorer(fresh, actor, "下调等次")
    refresh([fresh])
    if fresh.total is None:
        raise DomainError("not_scored", "双方都提交评分后才能下调等次。")
    # A grade that is 待定 is lowered from what it would be.
    limits, is_capped = thresholds(fresh.round), fresh.cap is not None
    old, before, now = (
        final_grade(fresh.total, limits, is_capped=is_capped, lowered_to=lowered)
        for lowered in (fresh.lowered_to, "", grade)
    )
    if grade and grade not in below(before):
        raise DomainError("not_lower", "只能下调到比评定结果低的等次，不能上调。", field="grade")
    if not reason.strip():
        raise DomainError("reason_missing", "下调等次须写明理由。", field="reason")
    fresh.lowered_to = grade
    fresh.lowered_reason = reason.strip()[:300] if grade else ""
    fresh.lowered_by = actor if grade else None
    refresh([fresh])
    fresh.save(update_fields=[*RESULT, "lowered_to", "lowered_reason", "lowered_by"])
    record(
        fresh, "appraisal.lowered", "下调等次" if grade else "撤销下调", actor=actor, reason=reason,
        changes={"考核等次": (grade_word(old, fresh.track), grade_word(now, fresh.track))},
    )  # fmt: skip
    return fresh


# ---- What they share ---------------------------------------------------------------------------------


def locked_form(form: Appraisal) -> Appraisal:
    """Read a form again under a lock, with what the rules need."""
    fresh = (
        Appraisal.objects.select_for_update(of=("self",))
        .select_related("round__scheme", "person", "organization", "street", "secondment", "district")
        .filter(pk=form.pk)
        .first()
    )
    if fresh is None:
        raise DomainError("gone", "该记录已不存在，请返回列表刷新。")
    return fresh


def _locked(side: AppraisalSide) -> tuple[Appraisal, AppraisalSide]:
    """Lock a form and then its side, in this order everywhere, so that no two acts wait for each other."""
    form = locked_form(side.appraisal)
    fresh = (
        AppraisalSide.objects.select_for_update(of=("self",)).select_related("organization").get(pk=side.pk)
    )
    fresh.appraisal = form
    return form, fresh


_ACTS = ("appraisal.scored", "appraisal.submitted", "appraisal.signed")


def _refuse_both_sides(sides: Sequence[AppraisalSide], actor: User, now: str) -> None:
    """Refuse who has acted for the other side of one of these forms, or is the one appraised (P30).

    Two queries for however many. Errors: same_person, own_appraisal.
    """
    scope = scope_of(actor)
    forms = [side.appraisal_id for side in sides]
    if actor.person_index and Appraisal.objects.filter(pk__in=forms, person__id_index=actor.person_index):
        raise DomainError("own_appraisal", f"被考核人与您是同一自然人，不能{now}。")
    side_of = {side.appraisal_id: side.organization_id for side in sides}
    acts = acts_of(scope.accounts, Appraisal, forms, *_ACTS).values_list(
        "object_id", "organization_id", "actor_id"
    )
    other = [who for form, organization, who in acts if organization != side_of[form]]
    # One account with rights on both sides may not take both in one go either.
    twice = [actor.pk] if len(side_of) < len(sides) else []
    scope.refuse_same_person([*other, *twice], "代表另一方办理其中的评分", now)


def refuse_scorer(form: Appraisal, actor: User, now: str) -> None:
    """Refuse who has scored or signed for one of the sides, in any version, what the office now judges."""
    scope = scope_of(actor)
    versions = Appraisal.objects.filter(round=form.round_id, person=form.person_id).values_list(
        "pk", flat=True
    )
    acted = acts_of(scope.accounts, Appraisal, list(versions), *_ACTS).values_list("actor_id", flat=True)
    scope.refuse_same_person(acted, "代表评分单位办理评分", now)


def correction_due(round_: AppraisalRound) -> dt.date:
    """Return the day by which a corrected version is scored, counted from today."""
    days = int(parameter(round_.district_id, DocumentKey.PLAN, "appraisal_days"))
    return clock.today() + dt.timedelta(days=days)


def _own(side: AppraisalSide, actor: User, step: str) -> None:
    SIDE.refuse_unless_possible(side, step, scope_of(actor))


def _settle(form: Appraisal) -> None:
    refresh([form])
    form.save(update_fields=list(RESULT))


def _reopen(form: Appraisal, side: AppraisalSide) -> None:
    side.appraisal = form
    due_on = due_dates([form])[form.pk]
    if form.version > 1 and due_on == form.round.due_on:
        # A version that a cap has reopened had nothing to score, and so no date of its own.
        due_on = correction_due(form.round)
    open_many(APPRAISAL_SCORE, [due_of(side, due_on)])
    _settle(form)


def _log(form: Appraisal, side: AppraisalSide, action: str, label: str, actor: User) -> None:
    record(form, action, f"{Side(side.side).label}{label}", actor=actor, organization=side.organization)
