"""Papers of a published result: written, edited, signed off once, delivered, never changed (P40)."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from assessment.choices import PaperKind, PaperState
from assessment.cycles import steps as moves
from assessment.models import Paper
from assessment.selectors import papers as selectors
from assessment.services import papers as services
from tests.assessment.problems.support import listed
from tests.assessment.results.support import corrected, published, scored
from tests.assessment.support import START
from tests.world import PASSWORD
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Notice
from xianan.documents.selectors import file_bytes, newest_file
from xianan.documents.verification import verify
from xianan.jobs import downloads, runner
from xianan.jobs.models import Download, Job
from xianan.organizations.scope import Scope
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


@pytest.fixture
def leading(world):
    return scored(world, {str(world.other_street): 55_25}, streets=[world.street, world.other_street])


@pytest.fixture
def row(world, leading):
    return published(world, leading)


@pytest.fixture
def drafts(world, row):
    return services.write_papers(row, actor=world.establishment)


def refusal(act) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def of(kind, street=None) -> Paper:
    return Paper.objects.get(kind=kind, street=street)


def text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def url(name, *args):
    return reverse(f"assessment:{name}", args=[getattr(arg, "pk", arg) for arg in args])


def test_one_of_each_kind_and_one_a_street_are_written_once(world, row):
    for _ in range(2):
        services.write_papers(row, actor=world.establishment)
    kinds = sorted(Paper.objects.values_list("kind", flat=True))
    assert kinds == sorted([*PaperKind.values, PaperKind.STREET.value])


def test_before_the_publication_there_are_none(world, leading):
    assert refusal(lambda: services.write_papers(leading, actor=world.establishment)).code == "not_published"
    shown = world.client(world.establishment).get(url("papers", leading)).content.decode()
    assert "在结果公布后编印" in shown


def test_nobody_but_the_office_writes_edits_or_signs(world, row, drafts):
    notice = of(PaperKind.NOTICE)
    for person in (world.government_office, world.street_head, world.clerk):
        for act in (
            lambda who=person: services.write_papers(row, actor=who),
            lambda who=person: services.change_words(notice, words={"demands": "改"}, actor=who),
            lambda who=person: services.sign_off(notice, actor=who),
            lambda who=person: services.order_signing(row, papers=[notice], actor=who, password=PASSWORD),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_a_signed_paper_has_number_seal_code_and_archive_format(world, row, drafts):
    paper = services.sign_off(of(PaperKind.NOTICE), actor=world.establishment)
    assert (paper.number, paper.state) == ("考核〔2026〕1号", PaperState.SIGNED)
    pdf = file_bytes(newest_file(paper.document))
    words = text(pdf).replace("\n", "")
    assert "考核〔2026〕1号" in words and "第一名：" in words and "95.25" in words and "核验码" in words
    reader = PdfReader(io.BytesIO(pdf))
    assert 'pdfaid:part="3"' in reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert b"/ByteRange" in pdf
    assert services.sign_off(of(PaperKind.NOTICE), actor=world.establishment) is None
    second = services.sign_off(of(PaperKind.FILING), actor=world.establishment)
    assert second.number == "考核〔2026〕2号"


def test_a_signed_paper_changes_by_nothing(world, row, drafts):
    paper = services.sign_off(of(PaperKind.NOTICE), actor=world.establishment)
    assert (
        refusal(lambda: services.change_words(paper, words={"demands": "改"}, actor=world.establishment)).code
        == "signed"
    )
    assert (
        refusal(
            lambda: services.order_signing(row, papers=[paper], actor=world.establishment, password=PASSWORD)
        ).code
        == "signed"
    )
    assert world.client(world.establishment).get(url("paper-change", row, paper)).status_code == 409
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(state=PaperState.DRAFT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=of(PaperKind.ANNUAL).pk).update(state=PaperState.SIGNED)


def test_words_are_kept_and_carried_into_the_next_version(world, row, drafts):
    notice = of(PaperKind.NOTICE)
    assert (
        refusal(lambda: services.change_words(notice, words={}, actor=world.establishment)).field == "demands"
    )
    services.change_words(
        notice, words={"demands": "逐项整改。", "title": "不许改"}, actor=world.establishment
    )
    assert of(PaperKind.NOTICE).words == {"demands": "逐项整改。"}
    services.sign_off(notice, actor=world.establishment)
    corrected(world, row, world.other_street, "1.1", after=57_00, reason="漏记")
    moves.republish(row, reason="漏记", actor=world.establishment)
    services.write_papers(row, actor=world.establishment)
    fresh = Paper.objects.get(kind=PaperKind.NOTICE, version__number=2)
    assert fresh.words == {"demands": "逐项整改。"} and fresh.state == PaperState.DRAFT
    old = Paper.objects.get(kind=PaperKind.NOTICE, version__number=1)
    assert (
        refusal(
            lambda: services.order_signing(
                row,
                papers=[Paper.objects.get(kind=PaperKind.ANNUAL, version__number=1)],
                actor=world.establishment,
                password=PASSWORD,
            )
        ).code
        == "replaced"
    )
    # Also where the result is replaced after the job was ordered.
    late = Paper.objects.get(kind=PaperKind.ANNUAL, version__number=1)
    assert refusal(lambda: services.sign_off(late, actor=world.establishment)).code == "replaced"
    shown = world.client(world.street_head).get(url("papers", row)).content.decode()
    assert "已被替代" in shown and old.number in shown
    # Whoever has the old paper is told at once, and what holds instead once it is signed off.
    told = Notice.objects.filter(recipient=world.street_head, title__contains="已被替代").latest("pk")
    assert old.number in told.title and "原因：漏记。" in told.text
    pdf = file_bytes(newest_file(old.document))
    result = verify(pdf)
    assert (result.verdict, result.newer.words) == ("superseded", "尚未出具")
    fresh = services.sign_off(fresh, actor=world.establishment)
    assert verify(pdf).newer.words == fresh.number
    new = file_bytes(newest_file(fresh.document))
    assert verify(new).verdict == "valid"
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(new)).pages)
    assert f"自本文书出具之日起，{old.number}同时废止。原因：漏记。更正内容：" in text
    assert "更正为57.00分" in text and "总分由" in text


def test_the_notice_goes_to_all_streets_the_others_to_whom_they_concern(world, row, drafts):
    for paper in Paper.objects.exclude(kind=PaperKind.PROBLEMS):
        services.sign_off(paper, actor=world.establishment)
    seen = {
        person.username: sorted(selectors.visible(Scope(person)).values_list("kind", "street"))
        for person in (world.street_head, world.clerk)
    }
    assert seen[world.street_head.username] == [
        ("notice", None), ("street", world.street.pk), ("table", None),
    ]  # fmt: skip
    assert seen[world.clerk.username] == []
    assert selectors.visible(Scope(world.government_office)).count() == 7
    titles = Notice.objects.filter(recipient=world.other_street_head).values_list("title", flat=True)
    assert sum("考核情况反馈" in title for title in titles) == 1
    other = of(PaperKind.STREET, world.other_street)
    client = world.client(world.street_head)
    assert client.get(url("paper", row, other)).status_code == 404
    document = client.get(reverse("documents:file", args=[other.document.pk, 1]))
    assert document.status_code in (403, 404)


def test_drafts_are_no_streets_business(world, row, drafts):
    assert not selectors.visible(Scope(world.street_head)).exists()
    assert "还没有签发文书" in world.client(world.street_head).get(url("papers", row)).content.decode()


def test_an_empty_list_of_problems_is_not_signed_and_the_page_says_why(world, row, drafts):
    paper, client = of(PaperKind.PROBLEMS), world.client(world.establishment)
    for act in (
        lambda: services.sign_off(paper, actor=world.establishment),
        lambda: services.order_signing(row, papers=[paper], actor=world.establishment, password=PASSWORD),
    ):
        assert refusal(act).code == "empty"
    shown = client.get(url("papers", row)).content.decode()
    assert "没有列入整改清单的问题，不能签发空清单" in shown
    assert f'value="{paper.pk}" form="sign" disabled' in shown
    answer = client.post(url("papers-sign", row), {"pick": [paper.pk], "password": PASSWORD})
    assert "不能签发空清单" in answer.content.decode() and not Job.objects.exists()
    for other in Paper.objects.exclude(pk=paper.pk):
        services.sign_off(other, actor=world.establishment)
    assert 'type="submit" disabled' in client.get(url("papers", row)).content.decode()
    listed(world, row)
    assert 'type="submit" disabled' not in client.get(url("papers", row)).content.decode()
    assert services.sign_off(paper, actor=world.establishment).state == PaperState.SIGNED


# ---- Jobs ------------------------------------------------------------------------------------------------


def run(job: Job) -> Job:
    runner.run(job.pk)
    job.refresh_from_db()
    return job


def test_ticked_papers_are_signed_by_a_job_under_the_password(world, row, drafts):
    client = world.client(world.establishment)
    keys = [of(PaperKind.NOTICE).pk, of(PaperKind.STREET, world.street).pk]
    wrong = client.post(url("papers-sign", row), {"pick": keys, "password": "no"})
    assert "密码" in wrong.content.decode() and not Job.objects.exists()
    assert "没有勾选" in client.post(url("papers-sign", row), {"password": PASSWORD}).content.decode()
    answer = client.post(url("papers-sign", row), {"pick": keys, "password": PASSWORD})
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("portal:job", args=[job.pk])
    assert run(job).state == "done" and job.result == {"signed": 2} and job.progress == job.total == 2
    assert Paper.objects.filter(state=PaperState.SIGNED).count() == 2
    assert "7 份待签发" not in "".join(line.context for line in todos(Scope(world.establishment)))
    assert "5 份待签发" in "".join(line.context for line in todos(Scope(world.establishment)))


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(world, row, drafts, monkeypatch):
    papers = list(Paper.objects.exclude(kind=PaperKind.PROBLEMS))
    job = services.order_signing(row, papers=papers, actor=world.establishment, password=PASSWORD)
    whole = services.sign_off
    done = []

    def breaks(paper, *, actor):
        if len(done) == 3:
            raise RuntimeError("killed")
        done.append(paper.pk)
        return whole(paper, actor=actor)

    monkeypatch.setattr(services, "sign_off", breaks)
    run(job)
    assert Paper.objects.filter(state=PaperState.SIGNED).count() == 3
    monkeypatch.setattr(services, "sign_off", whole)
    Job.objects.update(not_before=clock.now())
    assert run(job).state == "done"
    numbers = sorted(row.number for row in Paper.objects.filter(pk__in=[each.pk for each in papers]))
    assert len(set(numbers)) == 6 and numbers[-1].endswith("6号")


def test_the_whole_set_comes_as_one_archive_among_the_downloads(world, row, drafts):
    services.sign_off(of(PaperKind.NOTICE), actor=world.establishment)
    client = world.client(world.establishment)
    client.post(url("papers-set", row))
    job = run(Job.objects.get())
    assert job.state == "done", job.error
    download = Download.objects.get(user=world.establishment)
    with zipfile.ZipFile(io.BytesIO(downloads.open_file(download).read())) as archive:
        names = archive.namelist()
    assert len(names) == 10 and names[0] == "01-考核结果通报-考核〔2026〕1号.pdf"
    assert names[-3:] == ["考核得分表.xlsx", "逐项得分和依据.xlsx", "问题整改清单.xlsx"]


# ---- Pages, workbooks, the command -----------------------------------------------------------------------


def test_words_are_edited_and_the_draft_previewed(world, row, drafts):
    client = world.client(world.establishment)
    notice = of(PaperKind.NOTICE)
    assert client.post(url("paper-change", row, notice), {"demands": "按月调度。"}).status_code == 302
    preview = client.get(url("paper", row, notice))
    assert preview.headers["Content-Type"] == "application/pdf"
    assert "按月调度" in text(preview.content).replace("\n", "")
    assert client.get(url("paper-change", row, of(PaperKind.TABLE))).status_code == 404
    assert client.get(url("paper", row, 10**20)).status_code == 404


def test_the_page_costs_the_same_for_many_papers(world, row, drafts):
    client = world.client(world.establishment)
    client.get(url("papers", row))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url("papers", row)).status_code == 200
    assert len(seen) <= 15


def test_the_workbooks_hold_numbers_and_keep_workings_to_the_offices(world, row):
    office, street = world.client(world.establishment), world.client(world.street_head)
    book = openpyxl.load_workbook(io.BytesIO(street.get(url("book", row, "totals")).content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:3] == ("名次", "并列", "街道") and rows[2][-2:] == (95.25, 4.76)
    assert street.get(url("book", row, "workings")).status_code == 403
    book = openpyxl.load_workbook(io.BytesIO(office.get(url("book", row, "workings")).content))
    assert ("有欠缺",) in {(line[8],) for line in book.active.iter_rows(values_only=True)}
    assert office.get(url("book", row, "other")).status_code == 404


def test_the_command_writes_the_set_and_says_what_it_can_not(world, row, tmp_path, capsys):
    call_command("assessment_report", str(row.year), "--out", str(tmp_path / "out"), "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["year"], said["version"], len(said["files"])) == (2026, 1, 10)
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 7
    for arguments, words in (
        (["2020", "--out", str(tmp_path)], "没有 2020 年度的考核"),
        (["2026", "--out", str(tmp_path / "out" / "考核得分表.xlsx")], "不能写入"),
    ):
        with pytest.raises(SystemExit) as ended:
            call_command("assessment_report", *arguments)
        assert ended.value.code == 1 and words in capsys.readouterr().err


def test_the_command_refuses_what_is_not_published(world, leading, tmp_path, capsys):
    with pytest.raises(SystemExit):
        call_command("assessment_report", "2026", "--out", str(tmp_path))
    assert "还没有公布" in capsys.readouterr().err
