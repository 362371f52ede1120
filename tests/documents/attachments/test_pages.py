"""Files on the page of their row, in a form, and opened by address."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.attachments import papers
from xianan.core.errors import DomainError
from xianan.deadlines.models import WorkPlan
from xianan.documents import store
from xianan.documents.attachments.forms import AttachmentFields
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.models import Attachment
from xianan.documents.services.attachments import attach, attach_all, remove
from xianan.history.selectors import timeline
from xianan.organizations.scope import Scope
from xianan.ui.forms import Form
from xianan.ui.uploads import LARGEST_REQUEST

pytestmark = pytest.mark.django_db


def sent(text="甲", name="甲.pdf"):
    return SimpleUploadedFile(name, papers.pdf(text))


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def add(client, row, slot, *files, **more):
    path = reverse("documents:attachment-add", args=[row._meta.label_lower, row.pk, slot])
    return client.post(path, {f"file_{slot}": files, **more})


def drawn(row, person, *slots, session=None) -> str:
    """The card as a page of this person shows it."""
    request = RequestFactory().get("/somewhere/?page=2")
    request.scope, request.user, request.session = (
        Scope(person),
        person,
        session if session is not None else {},
    )
    names = " ".join(f'"{slot}"' for slot in slots)
    return Template(f"{{% load attachments %}}{{% attachments row {names} %}}").render(
        Context({"request": request, "row": row})
    )


# ---- Opening -----------------------------------------------------------------------------------------


def test_a_pdf_opens_in_the_browser_in_a_sandbox_under_its_chinese_name(world):
    filing = world.draft()
    data = papers.pdf("调研")
    kept = attach(filing, "feasibility", data=data, filename="调研 报告.pdf", actor=world.clerk)
    answer = world.client(world.clerk).get(kept.get_absolute_url())
    assert answer.status_code == 200 and answer.content == data
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == f"inline; filename*=utf-8''{quote('调研 报告.pdf')}"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    saved = world.client(world.clerk).get(kept.get_absolute_url() + "?download")
    assert saved.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    ("name", "data", "way", "kind"),
    [
        ("照片.jpg", papers.picture(), "inline", "image/jpeg"),
        ("图.png", papers.picture("PNG"), "inline", "image/png"),
        ("说明.docx", papers.docx(), "attachment",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("旧.doc", papers.doc(), "attachment", "application/msword"),
    ],
)  # fmt: skip
def test_pictures_open_and_office_files_are_saved(world, name, data, way, kind):
    kept = attach(world.draft(), "feasibility", data=data, filename=name, actor=world.clerk)
    headers = world.client(world.clerk).get(kept.get_absolute_url()).headers
    assert (headers["Content-Disposition"].split(";")[0], headers["Content-Type"]) == (way, kind)


def test_each_opening_of_a_private_file_is_written_down_and_of_another_not(world, plan):
    private = attach(plan, "certificate", file=sent("甲", "执法证.pdf"), actor=world.government_office)
    open_one = attach(plan, "papers", file=sent("乙"), actor=world.government_office)
    client = world.client(world.establishment)
    client.get(open_one.get_absolute_url())
    client.head(private.get_absolute_url())
    assert not timeline(plan).filter(action="attachment.opened").exists()
    for query in ("", "?download"):
        assert client.get(private.get_absolute_url() + query).content == papers.pdf("甲")
    entries = list(timeline(plan).filter(action="attachment.opened"))
    assert [(entry.actor, entry.label) for entry in entries] == [
        (world.establishment, "查看执法证“执法证.pdf”")
    ] * 2


def test_removed_files_and_files_of_others_are_not_found(world, plan):
    kept = attach(plan, "papers", file=sent(), actor=world.government_office)
    secret = attach(plan, "secret", file=sent("乙"), actor=world.government_office)
    assert world.client(world.clerk).get(kept.get_absolute_url()).status_code == 404
    # Reads the plan, but not this slot of it.
    assert world.client(world.establishment).get(kept.get_absolute_url()).status_code == 200
    assert world.client(world.establishment).get(secret.get_absolute_url()).status_code == 404
    assert not timeline(plan).filter(action="attachment.opened").exists()
    remove(kept, actor=world.government_office)
    assert world.client(world.government_office).get(kept.get_absolute_url()).status_code == 404


def test_nobody_reads_across_districts_whatever_an_app_says(world, other_world, plan, monkeypatch):
    from xianan.documents import attachments
    from xianan.documents.attachments import Owner, Slot

    attachments.register(
        Owner(
            WorkPlan, "工作计划", (Slot("papers", "材料"),), lambda s, r: True, lambda s, r: "", lambda r: "/"
        )
    )
    kept = attach(plan, "papers", file=sent(), actor=world.government_office)
    assert world.client(world.clerk).get(kept.get_absolute_url()).status_code == 200
    assert other_world.client(other_world.clerk).get(kept.get_absolute_url()).status_code == 404
    assert add(other_world.client(other_world.clerk), plan, "papers", sent("乙")).status_code == 404


def test_a_damaged_file_is_told_as_such(world):
    kept = attach(world.draft(), "feasibility", file=sent(), actor=world.clerk)
    (store.root() / kept.path).unlink()
    answer = world.client(world.clerk).get(kept.get_absolute_url())
    assert answer.status_code == 409 and "“甲.pdf”在服务器上读不出来" in said(answer)


# ---- Adding and removing ---------------------------------------------------------------------------


def test_a_clerk_adds_several_files_and_comes_back_to_where_they_were_sent_from(world):
    filing = world.draft()
    client = world.client(world.clerk)
    here = reverse("empowerment:filing", args=[filing.pk])
    answer = add(client, filing, "feasibility", sent("甲"), sent("乙", "乙.pdf"), next=f"{here}?lines=all")
    assert answer.url == f"{here}?lines=all#attachments-feasibility-told"
    page = said(client.get(here))
    assert "已上传 2 个文件。" in page and "甲.pdf" in page and "乙.pdf" in page
    # It is said once.
    assert "已上传" not in said(client.get(here))


def test_a_refusal_stands_at_the_slot_and_nothing_of_what_came_together_is_kept(world):
    filing = world.draft()
    client = world.client(world.clerk)
    bad = SimpleUploadedFile("名册.xlsx", papers.xlsx())
    answer = add(client, filing, "feasibility", sent(), bad)
    page = client.get(answer.url.partition("#")[0])
    assert "“名册.xlsx”是 Excel 工作簿，这里接收 PDF、JPG、PNG、.docx、.doc。" in said(page)
    assert "一起选择的 2 个文件都没有保存。" in said(page)
    slot = page.content.decode().partition('id="attachments-feasibility"')[2].partition("</form>")[0]
    assert 'role="alert"' in slot and "名册.xlsx" in slot
    assert Attachment.objects.count() == 0


def test_nothing_chosen_is_said_at_the_slot(world):
    filing = world.draft()
    client = world.client(world.clerk)
    answer = add(client, filing, "feasibility")
    assert "没有选择文件。先选择文件，再上传。" in said(client.get(answer.url.partition("#")[0]))


def test_the_way_back_never_leaves_the_portal(world):
    filing = world.draft()
    answer = add(world.client(world.clerk), filing, "feasibility", sent(), next="https://example.org/")
    assert answer.url == reverse("empowerment:filing", args=[filing.pk]) + "#attachments-feasibility-told"


def test_a_file_is_removed_from_its_page_and_by_two_hands_once(world):
    filing = world.draft()
    kept = attach(filing, "feasibility", file=sent(), actor=world.clerk)
    client = world.client(world.clerk)
    path = reverse("documents:attachment-remove", args=[kept.pk])
    assert f'action="{path}"' in client.get(reverse("empowerment:filing", args=[filing.pk])).content.decode()
    answer = client.post(path)
    page = said(client.get(answer.url.partition("#")[0]))
    assert "已移除“甲.pdf”。" in page and "移除可行性说明附件" in page
    answer = client.post(path)
    assert "“甲.pdf”已由住建经办移除。" in said(client.get(answer.url.partition("#")[0]))


def test_a_submitted_filing_shows_its_files_to_the_desks_and_no_forms_to_anybody(world):
    filing = world.draft()
    attach(filing, "feasibility", file=sent(), actor=world.clerk)
    from empowerment.filings.steps import submit_filing

    submit_filing(filing, actor=world.head)
    here = reverse("empowerment:filing", args=[filing.pk])
    for person in (world.clerk, world.establishment, world.justice):
        page = world.client(person).get(here).content.decode()
        assert (
            "甲.pdf" in page
            and "移除 甲.pdf" not in page
            and "上传可行性说明附件" not in page.partition("办理记录")[0]
        )
    assert "申报已提交，附件不再变动。" in world.client(world.clerk).get(here).content.decode()
    assert "附件不再变动" not in world.client(world.justice).get(here).content.decode()
    add(world.client(world.clerk), filing, "feasibility", sent("乙"))
    assert attachments_of(filing).count() == 1


def test_the_minutes_of_a_meeting_are_added_by_whoever_records_it_and_read_by_the_offices(world):
    meeting = world.meeting(world.at_deliberation())
    here = reverse("empowerment:meeting", args=[meeting.pk])
    office = world.client(world.government_office)
    assert "上传会议纪要" in said(office.get(here))
    add(office, meeting, "minutes", sent("纪要", "常务会议纪要.pdf"))
    reader = world.client(world.justice)
    assert (
        "常务会议纪要.pdf" in said(reader.get(here))
        and "上传会议纪要</button>" not in reader.get(here).content.decode()
    )
    assert add(reader, meeting, "minutes", sent("乙")).status_code == 403


def test_a_request_of_files_without_end_is_stopped_at_the_door(world):
    filing = world.draft()
    path = reverse("documents:attachment-add", args=["empowerment.filing", filing.pk, "feasibility"])
    answer = world.client(world.clerk).post(
        path, {"file_feasibility": sent()}, CONTENT_LENGTH=str(LARGEST_REQUEST + 1)
    )
    assert answer.status_code == 400 and "超出大小" in said(answer)
    assert Attachment.objects.count() == 0


# ---- The card ----------------------------------------------------------------------------------------


def test_all_slots_and_their_files_cost_one_query(world, plan):
    for text in "甲乙丙":
        attach(plan, "papers", file=sent(text, f"{text}.pdf"), actor=world.government_office)
    attach(plan, "certificate", file=sent("证"), actor=world.government_office)
    drawn(plan, world.government_office)
    person = type(world.government_office).objects.get(pk=world.government_office.pk)
    with CaptureQueriesContext(connection) as queries:
        card = drawn(plan, person)
    # The other is the scope, which a request has read already.
    assert len([q for q in queries if "documents_attachment" in q["sql"]]) == 1
    assert len(queries) <= 2
    assert [word in card for word in ("执法证", "照片", "佐证材料", "内部材料", "乙.pdf")] == [True] * 5


def test_the_card_offers_what_the_person_may_do_and_no_more(world, plan):
    attach(plan, "certificate", file=sent("证", "证.pdf"), actor=world.government_office)
    own = drawn(plan, world.government_office)
    # A full slot has no form; one that holds several takes several.
    assert 'name="file_certificate"' not in own and 'name="file_photo"' in own
    assert re.search(r'name="file_papers"[^>]*multiple', own) and not re.search(
        r'name="file_photo"[^>]*multiple', own
    )
    assert 'accept=".jpg,.jpeg,.png"' in own and 'value="/somewhere/?page=2"' in own
    reader = drawn(plan, world.establishment)
    assert "证.pdf" in reader and '<input type="file"' not in reader and "内部材料" not in reader
    assert drawn(plan, world.clerk).strip() == ""


def test_an_empty_slot_that_nobody_can_fill_is_left_out(world, plan):
    assert "执法证" in drawn(plan, world.establishment) and "照片" not in drawn(plan, world.establishment)
    filing = world.at_establishment()
    for person in (world.clerk, world.establishment):
        assert drawn(filing, person).strip() == ""


def test_what_is_required_and_missing_is_marked(world, plan):
    assert "未上传" in drawn(plan, world.government_office, "certificate")
    assert "未上传" not in drawn(plan, world.government_office, "photo", "papers")
    attach(plan, "certificate", file=sent(), actor=world.government_office)
    assert "未上传" not in drawn(plan, world.government_office)


# ---- In a form ---------------------------------------------------------------------------------------


class PlanForm(AttachmentFields, Form):
    attachments_of = WorkPlan
    slots = ("certificate", "papers")
    title = forms.CharField(label="标题")


def filled(data, **files):
    from django.utils.datastructures import MultiValueDict

    return PlanForm(data, MultiValueDict({f"file_{key}": value for key, value in files.items()}))


def test_a_form_takes_files_with_its_own_fields(world, plan):
    form = filled({"title": "新"}, certificate=[sent("证")], papers=[sent("甲"), sent("乙")])
    assert form.is_valid() and form.plain_data == {"title": "新"}
    attach_all(plan, form.files_by_slot, actor=world.government_office)
    assert attachments_of(plan, "papers").count() == 2 and attachments_of(plan, "certificate").count() == 1


def test_a_form_says_at_its_field_what_is_wrong_with_a_file(world, plan):
    form = filled({"title": "新"}, papers=[SimpleUploadedFile("a.pdf", b"MZ"), sent()])
    assert not form.is_valid()
    assert form.errors["file_certificate"] == ["未上传执法证"]
    assert form.errors["file_papers"][0].startswith("“a.pdf”的扩展名是 .pdf，内容却是可执行程序。")
    many = filled({"title": "新"}, certificate=[sent()], papers=[sent(t) for t in "甲乙丙丁"])
    assert not many.is_valid()
    assert many.errors["file_papers"] == ["选了 4 个文件，佐证材料最多 3 个。重新选择。"]


def test_faultless_files_of_a_refused_form_are_asked_for_again(world, plan):
    form = filled({"title": ""}, certificate=[sent("证", "证.pdf")])
    assert not form.is_valid() and set(form.errors) == {"title", "file_certificate"}
    assert form.errors["file_certificate"] == ["本次没有保存，须重新选择“证.pdf”。"]
    whole = filled({"title": "新"}, certificate=[sent("证", "证.pdf")])
    assert whole.is_valid()
    whole.refuse(DomainError("twice", "已有同名计划。", field="title"))
    assert "须重新选择“证.pdf”" in whole.errors["file_certificate"][0]


def test_a_refusal_of_the_service_stands_at_the_field_of_its_slot(world, plan):
    attach(plan, "papers", file=sent(), actor=world.government_office)
    form = filled({"title": "新"}, certificate=[sent("证")], papers=[sent()])
    assert form.is_valid()
    with pytest.raises(DomainError) as caught:
        attach_all(plan, form.files_by_slot, actor=world.government_office)
    form.refuse(caught.value)
    assert "内容相同" in form.errors["file_papers"][0]


# ---- Beside a finishing button -----------------------------------------------------------------------


def test_files_chosen_at_two_slots_are_kept_together(world):
    from xianan.documents.attachments import SCANS, Owner, Slot, owner_of, register

    before = owner_of("empowerment.filing")
    register(
        Owner(
            before.model, before.label, (*before.slots, Slot("more", "其他", accept=SCANS)),
            before.may_read, before.may_change, before.url,
        )
    )  # fmt: skip
    try:
        filing = world.draft()
        path = reverse("documents:attachment-add", args=["empowerment.filing", filing.pk, "more"])
        sends = {"file_more": sent("甲"), "file_feasibility": sent("乙", "乙.pdf")}
        world.client(world.clerk).post(path, sends)
        assert {file.filename for file in attachments_of(filing)} == {"甲.pdf", "乙.pdf"}
    finally:
        register(before)


def test_a_filing_is_submitted_with_the_file_chosen_beside_the_button(world):
    from xianan.organizations.services.people import assign_role

    filing = world.draft("甲处罚")
    assign_role(world.head, organization=world.department, role="department_clerk", actor=None)
    client = world.client(world.head)
    page = client.get(reverse("empowerment:filing", args=[filing.pk])).content.decode()
    for control in re.findall(r'<input[^>]*type="file"[^>]*>', page):
        assert 'form="submit-filing"' in control
    path = reverse("empowerment:filing-submit", args=[filing.pk])
    bad = SimpleUploadedFile("假.pdf", b"not a pdf")
    answer = client.post(path, {"file_feasibility": bad}, follow=True)
    filing.refresh_from_db()
    assert filing.state == "draft" and "假.pdf" in said(answer)
    client.post(path, {"file_feasibility": sent("说明", "可行性说明.pdf")})
    filing.refresh_from_db()
    assert filing.state == "establishment"
    assert [file.filename for file in attachments_of(filing)] == ["可行性说明.pdf"]


def test_a_workbook_chosen_beside_the_button_is_checked_and_nothing_is_submitted(world):
    from tests.permissions.builder import workbook
    from xianan.organizations.services.people import assign_role

    filing = world.draft("甲处罚")
    assign_role(world.head, organization=world.department, role="department_clerk", actor=None)
    client = world.client(world.head)
    answer = client.post(
        reverse("empowerment:filing-submit", args=[filing.pk]),
        {"file": SimpleUploadedFile("申报表.csv", workbook("乙检查"))},
        follow=True,
    )
    assert "申报没有提交：所选工作簿中的事项还没有导入" in said(answer)
    assert "申报表.csv" in said(answer) and answer.redirect_chain[-1][0].endswith("/")
    filing.refresh_from_db()
    assert filing.state == "draft"
