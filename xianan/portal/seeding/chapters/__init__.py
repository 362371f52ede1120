"""The chapters in the order in which they happened. A later part of the portal appends its own."""

from xianan.portal.seeding.story import Chapter

from . import (
    desks,
    first_claims,
    first_letters,
    first_list,
    people,
    recent_letters,
    second_list,
    transition_ends,
)

CHAPTERS: tuple[Chapter, ...] = (
    people.tell,
    first_list.tell,
    first_claims.tell,
    first_letters.tell,
    second_list.tell,
    recent_letters.tell,
    transition_ends.tell,
    recent_letters.tell_last,
    desks.tell,
)
