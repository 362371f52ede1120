"""Total and grade of forms as they follow from both sides, demands for replacement and a lowering (P30, P32)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from secondment.choices import Side, SideState
from secondment.models import Appraisal
from secondment.models.appraisal import AppraisalRound
from secondment.rules.appraisal import (
    Thresholds,
    below,
    computed_grade,
    final_grade,
    grade_word,
    holds_place,
    total,
)
from secondment.selectors.appraisals import scorers
from secondment.selectors.replacements import bearings
from xianan.core.errors import DomainError
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of


def thresholds(round_: AppraisalRound) -> Thresholds:
    """Return the thresholds that were frozen with a year."""
    return Thresholds(round_.excellent_from, round_.competent_from, round_.basic_from)


def mark(forms: Sequence[Appraisal]) -> None:
    """Set which demand caps the grade of each form of one year, or keeps it 待定; writes nothing. One query."""
    if not forms:
        return
    said = bearings([form.person_id for form in forms], forms[0].round.year)
    for form in forms:
        form.cap, form.pends_on = said.get(form.person_id, (None, None))


def refresh(forms: Sequence[Appraisal]) -> None:
    """Set total, grade and marks of forms of one year from sides and demands; writes nothing. One query for the demands.

    Sides come from ``form.sides``; prefetch them for many. A form of which a side lacks has no total.
    """
    mark(forms)
    for form in forms:
        round_ = form.round
        scores = {side.side: side.score for side in form.sides.all() if side.state != SideState.DRAFT}
        form.total = total(scores.get(Side.STREET), scores.get(Side.DEPARTMENT), round_.shares)
        if form.total is None:
            form.computed_grade = form.grade = ""
            continue
        limits = thresholds(round_)
        form.computed_grade = computed_grade(form.total, limits)
        form.grade = final_grade(
            form.total,
            limits,
            is_capped=form.cap is not None,
            lowered_to=form.lowered_to,
            is_pending=form.pends_on is not None,
        )


def takes_place(form: Appraisal) -> bool:
    """Whether a form takes one of the year's places of 优秀."""
    return holds_place(form.computed_grade, is_capped=form.cap_id is not None, lowered_to=form.lowered_to)


RESULT = ("total", "computed_grade", "grade", "cap", "pends_on")
"""The fields that ``refresh`` sets."""


# ---- What the office judges ----------------------------------------------------------------------------


@transaction.atomic
def lower(form: Appraisal, *, grade: str, reason: str, actor: User) -> Appraisal:
    """Lower a grade below what the scores and the cap give, with the reason; an empty grade takes it back.

    Errors: not_allowed, guard (closed), not_scored, not_lower (field grade), reason_missing.
    """
    scope_of(actor).require("manage_appraisal", form, label="下调等次")
    fresh = locked_form(form)
    refuse_locked(fresh)
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


def refuse_locked(form: Appraisal) -> None:
    """Raise DomainError("guard") for a form that was locked with its year."""
    if form.locked_at is not None:
        raise DomainError("guard", "该年度考核已经办结，登记表不能改动；确有差错的，由组织人社部门更正。")


SCORED = "代表评分单位办理评分"


def refuse_scorer(form: Appraisal, actor: User, now: str) -> None:
    """Refuse who has scored or signed for one of the sides, in any version, what the office now judges."""
    scope_of(actor).refuse_same_person(scorers(form), SCORED, now)
