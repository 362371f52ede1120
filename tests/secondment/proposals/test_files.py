"""The personal file: who sees it, the street's opinion, every print logged, identity masked (P33)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondment.deadlines.appraisal import STREET_OPINION
from secondment.file_sections import Section, register_section, sections
from secondment.models import FilePrint, StreetOpinion
from secondment.selectors.personal_files import people
from secondment.services import opinions, papers
from tests.secondment.appraisal.kit import complete, form_of, id_number, person, serve, started
from tests.secondment.appraisal.test_papers import text_of
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline
from xianan.documents.registry import may_read
from xianan.organizations.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE), still=True)


@pytest.fixture
def who(world):
    found = person(world, "张甲", serial=1)
    serve(world, found)
    return found


def test_only_the_two_organizations_and_the_personnel_offices_see_a_file(world, who):
    sees = {each.key for each in world.everybody if people(Scope(each.user)).filter(pk=who.pk).exists()}
    assert sees == {
        "clerk", "head", "street_clerk", "street_head", "personnel", "other_personnel", "establishment",
    }  # fmt: skip
    for user in (
        world.other_head,
        world.other_street_head,
        world.reader,
        world.government_office,
        world.nobody,
    ):
        assert world.client(user).get(f"/personal-files/{who.pk}/").status_code == 404


def test_birth_is_hidden_from_those_without_the_right(world, who):
    for user, whole in ((world.head, True), (world.personnel, True), (world.street_head, False)):
        client = world.client(user)
        assert ("1990年5月" in client.get(f"/personal-files/{who.pk}/").content.decode()) == whole


def test_a_street_gives_an_opinion_it_was_asked_for_by_a_day(world, who):
    row = opinions.ask_opinion(
        who, street=world.street, purpose="拟提拔考察", due_on=dt.date(2026, 11, 29), actor=world.head
    )
    # A Sunday moves to Monday.
    assert row.due_on == dt.date(2026, 11, 30)
    due = Deadline.objects.get(kind=STREET_OPINION, closed_at=None)
    assert (due.organization, due.due_on) == (world.street, row.due_on)
    with pytest.raises(DomainError, match="尚未出具"):
        opinions.ask_opinion(
            who, street=world.street, purpose="再问", due_on=dt.date(2026, 12, 1), actor=world.personnel
        )
    with pytest.raises(NotAllowed):
        opinions.give_opinion(who, street=world.street, text="好", asked=row, actor=world.street_clerk)
    given = opinions.give_opinion(
        who, street=world.street, text="同意提拔", asked=row, actor=world.street_head
    )
    assert given.given_by == world.street_head
    assert not Deadline.objects.filter(kind=STREET_OPINION, closed_at=None).exists()
    with pytest.raises(DomainError, match="已经出具"):
        opinions.give_opinion(who, street=world.street, text="改", asked=row, actor=world.street_head)


def test_a_street_gives_an_opinion_of_its_own_accord_only_about_its_people(world, who):
    opinions.give_opinion(who, street=world.street, text="表现突出", actor=world.street_head)
    assert StreetOpinion.objects.get().text == "表现突出"
    with pytest.raises(DomainError, match="没有在"):
        opinions.give_opinion(who, street=world.other_street, text="不认识", actor=world.other_street_head)
    with pytest.raises(NotAllowed):
        opinions.ask_opinion(
            who, street=world.street, purpose="问", due_on=dt.date(2026, 12, 1), actor=world.other_head
        )
    with pytest.raises(DomainError, match="不能早于今日"):
        opinions.ask_opinion(
            who, street=world.street, purpose="问", due_on=dt.date(2026, 11, 22), actor=world.head
        )


def test_every_print_asks_what_for_and_stands_on_the_page(world, who):
    client = world.client(world.street_head)
    page = client.post(f"/personal-files/{who.pk}/print/", {"purpose": ""})
    assert "未填写用途" in page.content.decode() and not FilePrint.objects.exists()
    answer = client.post(f"/personal-files/{who.pk}/print/", {"purpose": "提拔考察"})
    assert answer.status_code == 302
    row = FilePrint.objects.get()
    assert (row.printed_by, row.purpose, row.with_identity) == (world.street_head, "提拔考察", False)
    assert client.get(answer["Location"]).status_code == 200
    text = world.client(world.head).get(f"/personal-files/{who.pk}/").content.decode()
    assert "提拔考察" in text and "街道负责" in text
    with pytest.raises(NotAllowed):
        papers.print_file(who, purpose="看看", actor=world.other_head)


def test_an_unchanged_file_is_one_registered_paper_however_often_it_is_printed(world, who):
    prints = [papers.print_file(who, purpose="提拔考察", actor=world.head) for _ in range(3)]
    assert len({row.document_id for row in prints}) == 1 and FilePrint.objects.count() == 3
    other = papers.print_file(who, purpose="年度考核", actor=world.head).document
    first = prints[0].document
    first.refresh_from_db()
    assert other != first and first.superseded_at is None
    who.post = "副科长"
    who.save()
    fresh = papers.print_file(who, purpose="提拔考察", actor=world.head).document
    assert set(fresh.replaced.all()) == {first, other}


def test_a_print_with_the_identity_number_is_closed_to_those_without_the_right(world, who):
    document = papers.print_file(who, purpose="提拔考察", actor=world.head).document
    assert id_number(1) in text_of(papers.bytes_of(document))
    # The paper has it, and nothing that is kept beside it.
    assert (document.data["person"]["number"], document.data["person"]["born"]) == (
        who.masked_id_number, "＊＊＊＊",
    )  # fmt: skip
    assert may_read(Scope(world.head), document) and may_read(Scope(world.personnel), document)
    for user in (world.street_head, world.other_head, world.government_office, world.nobody):
        assert not may_read(Scope(user), document)


def test_other_modules_add_sections_and_the_file_costs_the_same_for_many_rows(world, who):
    @register_section(order=70)
    def training_for_test(person) -> Section:
        return Section("参加的培训", ("日期",), [("2026-03-01",)])

    assert "参加的培训" in [section.title for section in sections(who)]
    row = started(world, who)
    complete(world, form_of(row), 80, 80)
    with CaptureQueriesContext(connection) as few:
        sections(who)
    for _ in range(15):
        opinions.give_opinion(who, street=world.street, text="好", actor=world.street_head)
    with CaptureQueriesContext(connection) as many:
        sections(who)
    assert len(many) == len(few) <= 12


def test_scores_of_a_year_that_goes_on_are_not_in_the_file(world, who):
    row = started(world, who)
    complete(world, form_of(row), 87, 87)
    lines = next(section for section in sections(who) if section.title == "年度考核").rows
    assert [str(cell) for cell in lines[0]][2:4] == ["—", "考核未办结"]
    assert "87.00" not in world.client(world.head).get(f"/personal-files/{who.pk}/").content.decode()
