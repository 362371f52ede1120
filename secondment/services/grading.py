"""Total and grade of forms as they follow from both sides, the cap and a lowering (P30, P32)."""

from __future__ import annotations

from collections.abc import Sequence

from secondment.choices import Side, SideState
from secondment.models import Appraisal
from secondment.models.appraisal import AppraisalRound
from secondment.rules.appraisal import Thresholds, computed_grade, final_grade, total
from secondment.selectors.replacements import caps


def thresholds(round_: AppraisalRound) -> Thresholds:
    """Return the thresholds that were frozen with a year."""
    return Thresholds(round_.excellent_from, round_.competent_from, round_.basic_from)


def refresh(forms: Sequence[Appraisal]) -> None:
    """Set total, grade and cap of forms of one year from their sides; writes nothing. One query for the caps.

    Sides come from ``form.sides``; prefetch them for many. A form of which a side lacks has no total.
    """
    if not forms:
        return
    round_ = forms[0].round
    capping = caps([form.person_id for form in forms], round_.year)
    for form in forms:
        scores = {side.side: side.score for side in form.sides.all() if side.state != SideState.DRAFT}
        form.total = total(scores.get(Side.STREET), scores.get(Side.DEPARTMENT), round_.shares)
        form.cap = capping.get(form.person_id)
        if form.total is None:
            form.computed_grade = form.grade = ""
            continue
        limits = thresholds(round_)
        form.computed_grade = computed_grade(form.total, limits)
        form.grade = final_grade(
            form.total, limits, is_capped=form.cap is not None, lowered_to=form.lowered_to
        )


RESULT = ("total", "computed_grade", "grade", "cap")
"""The fields that ``refresh`` sets."""
