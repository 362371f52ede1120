"""Two people at the last place of a slot, each on a connection of their own."""

from __future__ import annotations

import itertools

import pytest

from tests.documents.attachments import papers
from tests.empowerment.review.test_two_at_once import together
from xianan.documents import store
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import attach, remove

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_gets_the_last_place(world, plan):
    number = itertools.count()

    def act():
        data = papers.pdf(str(next(number)))
        attach(plan, "certificate", data=data, filename="证.pdf", actor=world.government_office)

    assert sorted(together(act, act)) == ["", "full"]
    assert attachments_of(plan).count() == 1
    assert len([path for path in (store.root() / "attachments").rglob("*") if path.is_file()]) == 1


def test_the_same_file_sent_twice_at_once_is_kept_once(world, plan):
    data = papers.pdf("甲")

    def act():
        attach(plan, "papers", data=data, filename="证.pdf", actor=world.government_office)

    assert sorted(together(act, act)) == ["", "twice"]


def test_a_file_is_removed_once(world, plan):
    kept = attach(plan, "papers", data=papers.pdf(), filename="证.pdf", actor=world.government_office)
    once = lambda: remove(kept, actor=world.government_office)  # noqa: E731
    assert sorted(together(once, once)) == ["", "gone"]
