"""The printed 年度考核登记表, the list of results and the downloads (P30, P32)."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from secondment.choices import Side
from secondment.models import Appraisal, AppraisalPrint
from secondment.selectors.sheets import results_data
from secondment.services import corrections, papers
from tests.secondment.appraisal.kit import (
    close,
    complete,
    form_of,
    person,
    replaced,
    score,
    serve,
    sign,
    started,
)
from tests.world import PASSWORD
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.documents.models import Document
from xianan.documents.registry import may_read, state_of
from xianan.documents.verification import verify
from xianan.jobs import downloads, runner
from xianan.jobs.models import Download
from xianan.organizations.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE), still=True)


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def test_the_form_says_everything_that_offices_fill_in_and_stands_on_one_page(world):
    who = person(world, "张甲", serial=1)
    request = replaced(world, serve(world, who, ended=dt.date(2026, 9, 30)))
    row = started(world, who)
    form = complete(world, form_of(row, who), 92, 88)
    for other in row.appraisals.exclude(pk=form.pk):
        complete(world, other, 80, 80)
    close(world, row)
    form.refresh_from_db()
    document = papers.print_form(form, actor=world.personnel)
    assert document.pages == 1
    text = text_of(papers.bytes_of(document))
    for words in (
        "下沉人员年度考核登记表", "2026 年度", "张甲", "1990年5月", "群众", "公务员", "四级主任科员",
        "服从管理", "27.60", "业务能力", "44.00", "92.00×60% + 88.00×40% = 90.40", "表现良好",
        "基本称职", "以“不服从街道管理”提出替换要求", "2026年8月3日", "街道负责", "住建负责", "组织人社部门意见", "本人意见", "核验码",
    ):  # fmt: skip
        assert words.replace(" ", "") in text.replace(" ", ""), words
    assert request == form.cap
    assert state_of(document) == ("现行有效", "green")
    assert papers.print_form(form, actor=world.personnel) == document
    pdf = papers.bytes_of(document)
    assert verify(pdf).verdict == "valid"
    new = corrections.correct(form, cause="漏记加分", actor=world.personnel, password=PASSWORD)
    document.refresh_from_db()
    assert state_of(document) == ("更正办理中", "amber") and verify(pdf).verdict == "valid"
    finish(world, new)
    result = verify(pdf)
    assert (result.verdict, result.newer.words) == ("superseded", "尚未出具")
    fresh = papers.print_form(new, actor=world.personnel)
    assert verify(pdf).newer.words == f"核验码 {fresh.code_shown}"
    text = text_of(papers.bytes_of(fresh)).replace(" ", "")
    assert f"核验码{document.code_shown}）同时废止。原因：漏记加分。" in text and fresh.pages == 1


def finish(world, form):
    """End a correction: both sides score it again and sign."""
    for side in Side:
        score(world, form, side, 80)
    sign(world, form)
    corrections.finish(form, actor=world.personnel, password=PASSWORD)


def test_birth_stands_only_on_the_print_of_those_with_the_right(world):
    row = started(world)
    form = complete(world, form_of(row), 80, 80)
    whole, masked = (papers.print_form(form, actor=who) for who in (world.head, world.street_head))
    assert "1990年5月" in text_of(papers.bytes_of(whole))
    assert "1990年5月" not in text_of(papers.bytes_of(masked))
    assert not may_read(Scope(world.street_head), whole) and may_read(Scope(world.street_head), masked)
    assert not may_read(Scope(world.other_head), masked)
    assert state_of(masked) == ("考核办结前印制", "amber")
    assert verify(papers.bytes_of(masked)).verdict == "valid"
    close(world, row)
    assert verify(papers.bytes_of(masked)).newer.words == "尚未出具"
    final = papers.print_form(Appraisal.objects.get(pk=form.pk), actor=world.street_head)
    assert set(final.replaced.all()) == {whole, masked}


def test_a_form_that_lacks_a_side_is_not_printed(world):
    form = form_of(started(world))
    with pytest.raises(DomainError, match="双方都提交评分后"):
        papers.print_form(form, actor=world.personnel)
    answer = world.client(world.personnel).post(f"/appraisal-forms/{form.pk}/print/", follow=True)
    assert "双方都提交评分后才能印制登记表" in answer.content.decode()


def test_all_forms_of_a_year_lie_among_the_downloads_as_one_file_and_a_second_run_repeats_nothing(world):
    people = [person(world, f"张{n}", serial=n) for n in range(1, 4)]
    row = started(world, *people)
    for who in people:
        complete(world, form_of(row, who), 80, 80)
    close(world, row)
    for _ in range(2):
        job = papers.order_forms(row, actor=world.personnel)
        runner.run(job.pk)
    assert AppraisalPrint.objects.count() == 3
    download = Download.objects.filter(user=world.personnel).latest("pk")
    pdf = PdfReader(io.BytesIO(downloads.open_file(download).read()))
    assert len(pdf.pages) == 3
    assert download.filename == "2026年度考核登记表.pdf"


def test_results_are_printed_once_the_year_is_closed_each_unit_its_own(world):
    one, two = (
        person(world, "张甲", serial=1),
        person(world, "李乙", serial=2, organization=world.other_department),
    )
    row = started(world, one, two)
    with pytest.raises(DomainError, match="办结后"):
        papers.order_results(row, actor=world.personnel)
    for who in (one, two):
        complete(world, form_of(row, who), 80, 80)
    close(world, row)
    row.refresh_from_db()
    texts = []
    for actor in (world.personnel, world.head):
        runner.run(papers.order_results(row, actor=actor).pk)
        download = Download.objects.filter(user=actor).latest("pk")
        texts.append(text_of(downloads.open_file(download).read()))
    assert "张甲" in texts[0] and "李乙" in texts[0] and "组织部门" in texts[0]
    assert "张甲" in texts[1] and "李乙" not in texts[1]
    whole, own = Document.objects.filter(kind=papers.RESULTS).order_by("pk")
    with CaptureQueriesContext(connection) as queries:
        holders = papers.results_holders([whole, own, whole])
    assert holders[own.pk] == {world.department.pk} and len(holders[whole.pk]) == 2
    assert len(queries) == 2  # the two offices of the district, whatever the number of lists


def test_a_remark_of_several_parts_is_one_sentence(world):
    form = complete(world, form_of(started(world)), 80, 80)
    form.version, form.lowered_reason = 2, "优秀名额所限，下沉时间较短。"
    [line] = results_data(form.round, [form])["table"]["rows"]
    assert line[-1] == "组织部门下调：优秀名额所限，下沉时间较短；更正（第2版）"


def test_the_list_of_results_is_made_once_and_replaced_when_a_form_on_it_is_corrected(world):
    row = started(world)
    form = complete(world, form_of(row), 80, 80)
    close(world, row)
    row.refresh_from_db()
    for _ in range(2):
        runner.run(papers.order_results(row, actor=world.personnel).pk)
    first = Document.objects.get(kind=papers.RESULTS)
    finish(world, corrections.correct(form, cause="漏记加分", actor=world.personnel, password=PASSWORD))
    first.refresh_from_db()
    assert (first.superseded_by, first.superseded_reason) == (None, "漏记加分")
    runner.run(papers.order_results(row, actor=world.personnel).pk)
    first.refresh_from_db()
    text = text_of(papers.bytes_of(first.superseded_by)).replace(" ", "")
    assert f"核验码{first.code_shown}）同时废止。原因：漏记加分。" in text
