"""The chapters in the order in which they happened. A later part of the portal appends its own."""

from xianan.portal.seeding.story import Chapter

from . import (
    appraisal,
    desks,
    first_claims,
    first_letters,
    first_list,
    people,
    plans_and_orders,
    recent_letters,
    second_list,
    staff,
    training,
    transition_ends,
)

CHAPTERS: tuple[Chapter, ...] = (
    people.tell,
    staff.before,
    first_list.tell,
    appraisal.last_year,
    first_claims.tell,
    first_letters.tell,
    staff.first,
    training.begin,
    plans_and_orders.issue,
    second_list.tell,
    staff.replaced,
    training.autumn,
    plans_and_orders.first_nodes,
    recent_letters.tell,
    staff.recent,
    training.joint,
    transition_ends.tell,
    appraisal.this_year,
    recent_letters.tell_last,
    plans_and_orders.order,
    staff.last,
    desks.tell,
    plans_and_orders.tell,
    appraisal.desks,
    training.tell,
)
