"""Total and grade of forms as they follow from both sides, demands for replacement and a lowering (P30, P32)."""

from __future__ import annotations

from collections.abc import Sequence

from secondment.choices import Side, SideState
from secondment.models import Appraisal
from secondment.models.appraisal import AppraisalRound
from secondment.rules.appraisal import Thresholds, computed_grade, final_grade, holds_place, total
from secondment.selectors.replacements import bearings


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
