"""Documents know what they were told from: reprinted, put aside, replaced (P09, P40)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.together import together
from xianan.core import clock
from xianan.core.identity import without_id_numbers
from xianan.deadlines.models import Notice
from xianan.deadlines.services.papers import put_aside
from xianan.documents import registry, services
from xianan.documents.models import Document, DocumentSource
from xianan.documents.selectors import file_bytes, newest_file
from xianan.history.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheets(monkeypatch):
    """A kind of paper about the department that it and the street have in hand."""
    for name in ("_states", "_readers", "_labels", "_holders"):
        monkeypatch.setattr(registry, name, {})
    registry.register_kind(
        "sheet",
        label="情况表",
        may_read=lambda scope, document: True,
        holders=lambda documents: {row.pk: {row.organization_id, row.data["street"]} for row in documents},
    )


@pytest.fixture
def show(world, sheets):
    """Issue a sheet that tells ``words`` of the department, or give the one there is."""

    def issue(words: str, **more) -> Document:
        with transaction.atomic():
            return services.reprint(
                district=world.district,
                kind="sheet",
                title="情况表",
                template="documents/paper.html",
                data={"blocks": [{"kind": "paragraph", "text": words}], "street": world.street.pk},
                sources=[services.Source(world.department, words)],
                organization=world.department,
                actor=world.giver,
                cause="内容有变更",
                **more,
            )

    return issue


def test_a_document_told_from_nothing_is_refused(world):
    with pytest.raises(ValueError, match="told from nothing"):
        services.create_document(
            district=world.district, kind="list", title="清单", template="documents/paper.html",
            data={"blocks": []}, sources=[], actor=None,
        )  # fmt: skip


def test_reprinting_unchanged_data_gives_the_registered_paper(show):
    first = show("三项")
    assert [show("三项") for _ in range(3)] == [first] * 3
    assert Document.objects.count() == 1


def test_a_changed_reprint_names_the_paper_it_takes_the_place_of(show):
    first = show("三项")
    second = show("四项")
    first.refresh_from_db()
    assert (first.superseded_by, first.superseded_reason) == (second, "内容有变更")
    assert second.data["replacing"] == {
        "names": [f"《情况表》（核验码 {first.code_shown}）"],
        "cause": "内容有变更",
        "changes": [],
    }
    # What was told before is a paper of its own again, not the one that was replaced.
    third = show("三项")
    assert third not in (first, second) and show("三项") == third


def test_a_paper_for_another_purpose_is_neither_the_same_nor_out_of_date(show):
    one, two = show("三项", variant={"purpose": "提拔考察"}), show("三项", variant={"purpose": "年度考核"})
    assert one != two
    one.refresh_from_db()
    assert one.superseded_at is None
    newest = show("四项", variant={"purpose": "年度考核"})
    assert set(newest.replaced.all()) == {one, two}


def test_what_is_put_aside_waits_for_the_paper_that_takes_its_place(world, show):
    first = show("三项")
    with clock.travel(dt.date(2026, 9, 1)):
        assert put_aside([world.department], reason="登记有误", actor=world.giver) == [first]
    first.refresh_from_db()
    assert (first.superseded_by, first.superseded_reason) == (None, "登记有误")
    assert registry.state_of(first) == ("已被替代", "grey")
    # It happens once, and the paper is not given again although it tells the same.
    assert put_aside([world.department], reason="再次", actor=world.giver) == []
    second = show("三项")
    first.refresh_from_db()
    assert (first.superseded_by, first.superseded_reason) == (second, "登记有误")
    entry = Entry.objects.get(object_type="documents.document", object_id=first.pk)
    assert entry.action == "document.superseded" and entry.reason == "登记有误"


def test_papers_of_other_rows_and_kinds_stay(world, show):
    first = show("三项")
    put_aside([world.street], reason="登记有误", actor=None)
    put_aside([world.department], reason="登记有误", actor=None, kinds=("list",))
    first.refresh_from_db()
    assert first.superseded_at is None


def test_who_has_the_paper_is_told_once(world, show, monkeypatch):
    told = []
    monkeypatch.setattr(
        "xianan.deadlines.services.papers.notify_organizations",
        lambda organizations, **words: told.append((sorted(organizations), words["title"], words["text"])),
    )
    first, second = show("三项", variant={"purpose": "甲"}), show("三项", variant={"purpose": "乙"})
    put_aside([world.department], reason="登记有误。", actor=world.giver)
    names = "、".join(f"核验码 {row.code_shown}" for row in (first, second))
    assert told == [
        (
            sorted([world.department.pk, world.street.pk]),
            f"情况表已被替代：{names}",
            "原因：登记有误。不再据此办理，以新版为准。",
        )
    ]
    assert not Notice.objects.exists()


def test_the_digest_holds_no_identity_number(world):
    told = {"number": "11010519491231002X"}
    masked = without_id_numbers(told)
    assert masked != told
    assert services.Source(world.department, told).digest == services.Source(world.department, masked).digest


def test_the_database_refuses_a_superseded_paper_without_reason_and_one_replaced_by_itself(show):
    first = show("三项")
    for change in (
        {"superseded_at": clock.now()},
        {"superseded_reason": "无时间"},
        {"superseded_at": clock.now(), "superseded_reason": "自己", "superseded_by": first},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row = first.sources.get()
        DocumentSource.objects.create(
            document=first, object_type=row.object_type, object_id=row.object_id, digest=""
        )


def test_the_page_says_what_a_paper_was_told_from_and_what_took_its_place(show, client, world):
    first = show("三项")
    second = show("四项")
    client.force_login(world.giver)
    old = client.get(reverse("documents:document", args=[first.pk])).content.decode()
    assert "已被替代" in old and "原因：内容有变更。" in old
    assert reverse("documents:document", args=[second.pk]) in old
    new = client.get(reverse("documents:document", args=[second.pk])).content.decode()
    assert reverse("documents:document", args=[first.pk]) in new
    assert world.department.name in new and "已被替代" not in new


def test_the_public_check_says_superseded_but_not_why(show, client):
    first = show("三项")
    show("四项")
    page = client.get(reverse("documents:verify-code", args=[first.code])).content.decode()
    assert "已被替代" in page and "内容有变更" not in page


@pytest.mark.django_db(transaction=True)
def test_two_who_print_at_once_get_one_paper(show):
    assert together(lambda: show("三项"), lambda: show("三项")) == ["", ""]
    assert Document.objects.count() == 1


def test_the_new_paper_prints_what_it_takes_the_place_of(show, text_of):
    first = show("三项")
    text = text_of(file_bytes(newest_file(show("四项"))))
    assert f"《情况表》（核验码{first.code_shown}）同时废止。原因：内容有变更。" in text
