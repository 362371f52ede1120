"""The chapters in the order in which they happened. A later part of the portal appends its own."""

from collections.abc import Callable

from demo.story import Story

from . import (
    appraisal,
    assessment,
    desks,
    first_claims,
    first_letters,
    first_list,
    people,
    plans_and_orders,
    policy,
    recent_letters,
    results,
    second_list,
    staff,
    training,
    transition_ends,
)

Chapter = Callable[[Story], None]

CHAPTERS: tuple[Chapter, ...] = (
    people.tell,
    staff.before,
    first_list.tell,
    appraisal.last_year,
    assessment.last_year,
    first_claims.tell,
    results.publish,
    results.sign_papers,
    first_letters.tell,
    staff.first,
    training.begin,
    plans_and_orders.issue,
    policy.mid_year,
    results.put_right,
    results.publish_again,
    second_list.tell,
    staff.replaced,
    training.autumn,
    plans_and_orders.first_nodes,
    appraisal.put_right,
    recent_letters.tell,
    assessment.begin,
    staff.recent,
    training.joint,
    transition_ends.tell,
    assessment.report,
    training.recent,
    appraisal.this_year,
    recent_letters.tell_last,
    plans_and_orders.order,
    staff.last,
    assessment.score,
    desks.tell,
    plans_and_orders.tell,
    appraisal.desks,
    policy.next_year,
    training.tell,
)
