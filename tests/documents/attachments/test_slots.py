"""Putting files into slots and taking them out: what is kept, what is refused, what is written down."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from empowerment.filings.steps import delete_filing
from empowerment.models import Filing
from tests.documents.attachments import papers
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import WorkPlan
from xianan.documents import attachments, store
from xianan.documents.attachments import Owner, Slot
from xianan.documents.attachments.selectors import (
    attachment_bytes,
    attachments_of,
    attachments_of_many,
    missing_slots,
)
from xianan.documents.models import Attachment
from xianan.documents.services.attachments import attach, attach_all, remove, together
from xianan.history.selectors import timeline

pytestmark = pytest.mark.django_db


def sent(text="甲", name="甲.pdf"):
    return SimpleUploadedFile(name, papers.pdf(text))


def on_disk():
    folder = store.root() / "attachments"
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def refused(act):
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def test_a_file_is_kept_as_sent_and_the_row_has_a_line_in_its_log(world, plan):
    data = papers.pdf("甲")
    kept = attach(plan, "papers", data=data, filename="会议 纪要.pdf", actor=world.government_office)
    assert attachment_bytes(kept) == data
    assert (kept.filename, kept.size, kept.media_type) == ("会议 纪要.pdf", len(data), "application/pdf")
    assert (kept.district, kept.organization, kept.uploaded_by) == (
        world.district, world.office, world.government_office,
    )  # fmt: skip
    entry = timeline(plan)[0]
    assert (entry.action, entry.label) == ("attachment.added", "上传佐证材料")
    assert entry.changes == {"佐证材料": ["", "会议 纪要.pdf"]}
    assert (store.root() / kept.path).read_bytes() == data
    # No part of the path is of anybody's choosing.
    assert "纪要" not in kept.path and kept.path.startswith(f"attachments/{world.district.code}/")


def test_a_removed_file_is_no_longer_shown_but_stays_on_the_disk_and_in_the_log(world, plan):
    kept = attach(plan, "papers", file=sent(), actor=world.government_office)
    remove(kept, actor=world.government_office)
    assert list(attachments_of(plan)) == [] and attachments_of_many([plan]) == {plan.pk: []}
    assert (store.root() / kept.path).exists()
    assert [entry.label for entry in timeline(plan)[:2]] == ["移除佐证材料", "上传佐证材料"]
    assert timeline(plan)[0].details == ["佐证材料：删去“甲.pdf”"]
    again = refused(lambda: remove(kept, actor=world.government_office))
    assert again.code == "gone" and again.message == "“甲.pdf”已由政府办甲移除。"
    # The place is free again, for the same bytes too.
    attach(plan, "papers", file=sent(), actor=world.government_office)


def test_private_files_are_unreadable_on_the_disk(world, plan):
    data = papers.pdf("身份证号 420000")
    kept = attach(plan, "certificate", data=data, filename="执法证.pdf", actor=world.government_office)
    raw = (store.root() / kept.path).read_bytes()
    assert kept.private and kept.path.endswith(".sealed")
    assert b"%PDF" not in raw and data[20:60] not in raw and len(raw) > len(data)
    assert attachment_bytes(kept) == data and kept.size == len(data)


def test_another_key_does_not_open_a_private_file(world, plan, settings):
    kept = attach(plan, "certificate", file=sent(), actor=world.government_office)
    settings.FIELD_KEY = "another" * 8
    with pytest.raises(OSError, match="FIELD_KEY"):
        attachment_bytes(kept)


def test_the_key_of_private_files_is_not_that_of_signing_keys(world, plan):
    from xianan.core.sealing import unseal
    from xianan.documents import keys

    kept = attach(plan, "certificate", file=sent(), actor=world.government_office)
    with pytest.raises(ValueError, match="FIELD_KEY"):
        unseal((store.root() / kept.path).read_bytes(), settings.FIELD_KEY, use=keys._USE)


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(world, plan):
    kept = attach(plan, "papers", file=sent(), actor=world.government_office)
    (store.root() / kept.path).write_bytes(papers.pdf("乙"))
    with pytest.raises(OSError, match="not what was stored"):
        attachment_bytes(kept)


def test_the_same_bytes_are_not_stored_twice_in_a_slot(world, plan):
    attach(plan, "papers", file=sent(name="甲.pdf"), actor=world.government_office)
    error = refused(lambda: attach(plan, "papers", file=sent(name="副本.pdf"), actor=world.government_office))
    assert (error.code, error.field) == ("twice", "file_papers")
    assert error.message == "“副本.pdf”与佐证材料中已有的“甲.pdf”内容相同，没有重复保存。核对是否选错文件。"
    assert len(on_disk()) == 1
    # In another slot they are another file.
    attach(plan, "certificate", file=sent(), actor=world.government_office)


def test_a_slot_holds_no_more_than_it_says(world, plan):
    for text in "甲乙丙":
        attach(plan, "papers", file=sent(text), actor=world.government_office)
    error = refused(lambda: attach(plan, "papers", file=sent("丁", "丁.pdf"), actor=world.government_office))
    assert (error.code, error.field) == ("full", "file_papers")
    assert error.message == "“丁.pdf”没有保存：佐证材料最多 3 个文件，已有 3 个。先移除一个，再上传。"


def test_a_slot_has_its_own_limit_of_bytes(world, plan):
    large = SimpleUploadedFile("照片.jpg", papers.picture() + b"0" * (2 * 1024 * 1024))
    error = refused(lambda: attach(plan, "photo", file=large, actor=world.government_office))
    assert error.code == "too_big" and "超过 2 MB" in error.message


def test_nothing_sent_is_said(world, plan):
    error = refused(lambda: attach(plan, "papers", actor=world.government_office))
    assert (error.code, error.message) == ("no_file", "没有选择佐证材料的文件。")


def test_who_may_not_read_or_change_is_refused_before_the_file_is_looked_at(world, plan):
    for person in (world.clerk, world.establishment):
        with pytest.raises(NotAllowed):
            attach(plan, "papers", data=b"", filename="x", actor=person)
    kept = attach(plan, "papers", file=sent(), actor=world.government_office)
    with pytest.raises(NotAllowed):
        remove(kept, actor=world.establishment)
    assert attachments_of(plan).count() == 1


def test_a_frozen_row_says_why(world, plan):
    kept = attach(plan, "papers", file=sent(), actor=world.government_office)
    WorkPlan.objects.filter(pk=plan.pk).update(state="issued")
    for act in (
        lambda: attach(plan, "papers", file=sent("乙"), actor=world.government_office),
        lambda: remove(kept, actor=world.government_office),
    ):
        error = refused(act)
        assert (error.code, error.message, error.field) == (
            "frozen", "计划已下达，附件不再变动。", "file_papers",
        )  # fmt: skip


def test_a_refused_file_refuses_all_that_came_with_it_and_leaves_none_behind(world, plan):
    files = {"papers": [sent("甲"), sent("乙")], "photo": [SimpleUploadedFile("a.jpg", b"no")]}
    assert refused(lambda: attach_all(plan, files, actor=world.government_office)).field == "file_photo"
    assert Attachment.objects.count() == 0 and on_disk() == []
    assert not timeline(plan).filter(action="attachment.added").exists()


def test_a_row_and_its_files_come_to_be_together_or_not_at_all(world, plan):
    def create(*files):
        with together():
            made = WorkPlan.objects.create(
                district=world.district, organization=world.office, title="新计划",
                created_by=world.government_office,
            )  # fmt: skip
            attach_all(made, {"papers": files}, actor=world.government_office)

    assert refused(lambda: create(sent("甲"), sent("甲"))).code == "twice"
    assert WorkPlan.objects.filter(title="新计划").count() == 0 and on_disk() == []
    create(sent("甲"), sent("乙"))
    assert WorkPlan.objects.filter(title="新计划").count() == 1 and len(on_disk()) == 2


def test_required_slots_that_hold_nothing_are_named(world, plan):
    assert [slot.key for slot in missing_slots(plan)] == ["certificate"]
    attach(plan, "certificate", file=sent(), actor=world.government_office)
    assert missing_slots(plan) == []


def test_files_of_many_rows_cost_one_query(world, plan):
    plans = [plan, *(WorkPlan.objects.create(
        district=world.district, organization=world.office, title=f"计划{n}", created_by=world.government_office
    ) for n in range(4))]  # fmt: skip
    for row, text in itertools.product(plans, "甲乙"):
        attach(row, "papers", file=sent(text), actor=world.government_office)
    with CaptureQueriesContext(connection) as queries:
        found = attachments_of_many(plans)
        assert all([file.uploaded_by.name for file in found[row.pk]] == ["政府办甲"] * 2 for row in plans)
    assert len(queries) == 1
    assert attachments_of(plan, "papers").count() == 2 and attachments_of(plan, "photo").count() == 0


def test_the_database_holds_what_the_service_promises(world, plan):
    kept = attach(plan, "papers", file=sent(), actor=world.government_office)
    values = {
        field.attname: getattr(kept, field.attname)
        for field in Attachment._meta.fields
        if not field.primary_key
    }
    wrong = {
        "attachment_once_in_slot|_attachment.slot": {"path": "b"},
        "path": {"sha256": "0" * 64},
        "attachment_removed_by_somebody": {"path": "c", "sha256": "1" * 64, "removed_at": kept.uploaded_at},
        "attachment_not_empty": {"path": "d", "sha256": "2" * 64, "size": 0},
    }
    for name, changes in wrong.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Attachment.objects.create(**{**values, **changes})


def test_slots_are_registered_under_names_that_can_be_stored(world):
    nobody: Any = None
    for keys in (("执法证",), ("a", "a"), ("a b",)):
        with pytest.raises(ValueError, match="slots"):
            attachments.register(
                Owner(Filing, "申报", tuple(Slot(key, key) for key in keys), nobody, nobody, nobody)
            )


def test_a_deleted_draft_takes_its_attachments_off_the_pages_and_leaves_the_files(world):
    filing = world.draft("甲处罚")
    kept = attach(filing, "feasibility", file=sent(), actor=world.clerk)
    delete_filing(filing, actor=world.clerk)
    kept.refresh_from_db()
    assert kept.removed_by == world.clerk and (store.root() / kept.path).exists()


def test_attachments_of_a_filing_rest_once_it_is_submitted(world):
    filing = world.at_establishment("甲处罚")
    error = refused(lambda: attach(filing, "feasibility", file=sent(), actor=world.clerk))
    assert (error.code, error.message) == ("frozen", "申报已提交，附件不再变动。")
