"""The current list, its versions and the life of one item."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from empowerment.claims.steps import decide, submit_claims
from empowerment.models import Empowerment, Item
from empowerment.selectors.items import StreetState, standings
from empowerment.services.lists import issue_pdf
from xianan.core import clock
from xianan.documents.verification import verify

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"empowerment:{name}", args=args)


def text(answer):
    return answer.content.decode()


def test_the_list_shows_where_each_item_stands_in_each_street(world):
    first, second = world.listed("甲处罚", "乙处罚")
    claims = {claim.item_id: claim for claim in world.claims()}
    decide([claims[first.pk]], decision="claimed", actor=world.street_clerk)
    decide([claims[second.pk]], decision="declined", reason="执法力量不足", actor=world.street_clerk)
    submit_claims(world.street, actor=world.street_head)
    found = standings([first.pk, second.pk])
    assert found[first.pk, world.street.pk].state == StreetState.CLAIMED
    assert found[second.pk, world.street.pk].state == StreetState.DECLINED
    assert found[second.pk, world.other_street.pk].state == StreetState.ASKED
    page = text(world.client(world.reader).get(url("items")))
    assert "不认领" in page and "已认领" in page
    for state, names in (("declined", {"乙处罚"}), ("claimed", {"甲处罚"}), ("asked", {"甲处罚", "乙处罚"})):
        shown = text(world.client(world.reader).get(url("items"), {"standing": state}))
        assert {name for name in ("甲处罚", "乙处罚") if f">{name}<" in shown} == names


def test_an_item_is_found_by_number_name_and_basis(world):
    world.listed("甲处罚", "乙检查")
    client = world.client(world.street_reader)
    for query, names in (
        ("0002", {"乙检查"}),
        ("2", {"乙检查"}),
        ("甲", {"甲处罚"}),
        ("道路管理", {"甲处罚", "乙检查"}),
        ("没有", set()),
    ):
        page = text(client.get(url("items"), {"q": query}))
        assert {name for name in ("甲处罚", "乙检查") if f">{name}<" in page} == names


def test_a_district_of_seven_streets_has_seven_columns_to_choose(other_world):
    other_world.listed("甲处罚")
    client = other_world.client(other_world.reader)
    page = text(client.get(url("items")))
    for street in other_world.streets:
        assert f'value="street_{street.pk}"' in page
    chosen = text(client.get(url("items"), {"cols": [f"street_{s.pk}" for s in other_world.streets]}))
    assert chosen.count("待认领</span>") == 7


def test_nobody_reads_the_list_of_another_district(world, other_world):
    item = world.listed("甲处罚")[0]
    client = other_world.client(other_world.establishment)
    assert client.get(url("item", item.pk)).status_code == 404
    assert client.get(url("item-list", world.current_list.pk)).status_code == 404
    assert "甲处罚" not in text(client.get(url("items")))


def test_a_person_without_a_role_is_refused(world):
    item = world.listed("甲处罚")[0]
    client = world.client(world.nobody)
    for address in (url("items"), url("item", item.pk), url("item-lists")):
        assert client.get(address).status_code == 403


def test_the_page_of_an_item_links_its_versions_and_hides_filings_from_streets(world):
    item = world.listed("甲处罚")[0]
    page = text(world.client(world.street_head).get(url("item", item.pk)))
    assert "第1版" in page and "街道负责巡查和处罚" in page
    assert "/filings/" not in page
    assert f"/filings/{item.proposals.get().filing_id}/" in text(
        world.client(world.clerk).get(url("item", item.pk))
    )


def test_the_pdf_of_a_version_has_every_item_and_is_made_once(world):
    import pymupdf

    from xianan.documents import store

    world.listed("擅自占用城市道路的处罚", "乙检查")
    version = world.current_list
    document = issue_pdf(version, actor=world.government_office)
    assert issue_pdf(version, actor=world.government_office) == document
    content = store.read(document.files.get().path)
    pdf = pymupdf.open(stream=content)
    words = "".join(page.get_text() for page in pdf).replace("\n", "")
    for expected in ("咸安区街道赋权事项清单（第1版）", "擅自占用城市道路的处罚", "0002", "核验码", "共2项"):
        assert expected in words
    assert [page.rect.width > page.rect.height for page in pdf][-1]
    assert verify(content).verdict == "valid"
    world.listed("丙检查")
    result = verify(content)
    assert result.verdict == "superseded" and result.newer.words == "尚未出具"
    second = issue_pdf(world.current_list, actor=world.government_office)
    assert verify(content).newer.words == f"核验码 {second.code_shown}"
    text = "".join(page.get_text() for page in pymupdf.open(stream=store.read(second.files.get().path)))
    assert f"（第1版）》（核验码{document.code_shown}）同时废止" in "".join(text.split())
    right = max(word[2] for page in pdf for word in page.get_text("words"))
    assert right < pdf[-1].rect.width - 30 / 25.4 * 72


def test_a_list_costs_the_same_queries_whatever_its_length(world):
    client = world.client(world.reader)
    world.listed("甲处罚")
    client.get(url("items"))
    with CaptureQueriesContext(connection) as one:
        client.get(url("items"))
    world.listed(*[f"事项{number}" for number in range(15)])
    # The numbers above a list that has changed are counted once.
    client.get(url("items"))
    with CaptureQueriesContext(connection) as many:
        client.get(url("items"))
    assert len(many) == len(one)
    assert len(many) <= 16, [q["sql"][:100] for q in many]


def test_the_export_holds_all_pages_with_their_streets(world):
    world.listed(*[f"事项{number}" for number in range(25)])
    answer = world.client(world.reader).get(url("items"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 26
    heads = [cell.value for cell in sheet[1]]
    assert heads[:2] == ["编号", "事项名称"]
    assert [cell.value for cell in sheet[2]][heads.index("温泉")] == "待认领"
    assert Item.objects.count() == 25


def test_why_a_street_declines_is_read_by_itself_the_department_and_the_offices_alone(world):
    (item,) = world.listed("甲处罚")
    decide(world.claims(), decision="declined", reason="执法力量不足", actor=world.street_clerk)
    submit_claims(world.street, actor=world.street_head)

    def sees(person):
        page = text(world.client(person).get(url("item", item.pk)))
        assert "不认领" in page
        return "执法力量不足" in page

    for person in (world.street_clerk, world.clerk, world.establishment, world.justice):
        assert sees(person)
    for person in (world.other_street_head, world.other_clerk):
        assert not sees(person)


def test_an_item_whose_transition_ran_out_says_so_on_its_page(world):
    world.effective("甲处罚")
    item = Item.objects.get()
    page = url("item", item.pk)
    assert "逾期未评估" not in text(world.client(world.establishment).get(page))
    until = Empowerment.objects.get().transition_until
    with clock.travel(until + dt.timedelta(days=1)):
        assert "逾期未评估" in text(world.client(world.establishment).get(page))
