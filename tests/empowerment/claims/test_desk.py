"""The desk of a street: what it shows, what each button does, what a refusal looks like."""

import datetime as dt
import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from empowerment.claims.steps import decide
from empowerment.models import Claim, FilingItem
from empowerment.selectors.claims import desk
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.organizations.scope import Scope
from xianan.ui.todos import todos

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def url(world, name: str = "claim-desk", **query: object) -> str:
    tail = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"empowerment:{name}", args=[world.street.pk]) + (f"?{tail}" if tail else "")


def text(response) -> str:
    return response.content.decode()


def test_a_desk_is_its_streets_and_the_offices_alone(world) -> None:
    world.listed("甲事项")
    seen = {person.key: world.client(person.user).get(url(world)).status_code for person in world.everybody}
    allowed = {"street_clerk", "street_head", "street_reader", "station_staff"}
    allowed |= {"establishment", "justice", "government_office", "inspection", "district_reader"}
    assert {key for key, status in seen.items() if status == 200} == allowed
    assert {status for key, status in seen.items() if key not in allowed} == {404}


def test_only_the_clerk_may_post_a_decision_and_only_the_head_a_submit(world) -> None:
    world.listed("甲事项")
    (claim,) = world.claims()
    for person in world.everybody:
        client = world.client(person.user)
        if person.key != "street_clerk":
            answer = client.post(url(world, "claim-decide", decision="claimed", claim=claim.pk))
            assert answer.status_code in (403, 404), person.key
        if person.key != "street_head":
            assert client.post(url(world, "claim-submit")).status_code in (403, 404), person.key
    assert Claim.objects.get(pk=claim.pk).decision == "pending"


def test_one_claim_is_decided_with_one_press(world) -> None:
    world.listed("甲事项", "乙事项")
    first, second = world.claims()
    client = world.client(world.street_clerk)
    # What else is ticked does not go along.
    client.post(
        url(world, "claim-decide", decision="claimed", claim=first.pk), {"row": [first.pk, second.pk]}
    )
    assert [claim.decision for claim in world.claims()] == ["claimed", "pending"]
    client.post(url(world, "claim-decide", decision="pending", claim=first.pk))
    assert [claim.decision for claim in world.claims()] == ["pending", "pending"]


def test_the_ticked_ones_are_declined_with_a_category_and_words(world) -> None:
    world.listed("甲事项", "乙事项")
    client = world.client(world.street_clerk)
    rows = [claim.pk for claim in world.claims()]
    target = url(world, "claim-decide", decision="declined")
    missing = client.post(target, {"row": rows, "reason": "没有检测能力"})
    assert "未选择理由类别" in text(missing) and "没有检测能力" in text(missing)
    assert all(f'name="row" value="{row}"' in text(missing) for row in rows)
    other = client.post(target, {"row": rows, "category": "其他"})
    assert "须写明具体情况" in text(other)
    client.post(target, {"row": rows, "category": "专业技术性强", "reason": "没有检测能力"})
    assert {claim.reason for claim in world.claims()} == {"专业技术性强：没有检测能力"}


def test_a_deferral_needs_a_date_after_today(world) -> None:
    world.listed("甲事项")
    (claim,) = world.claims()
    client = world.client(world.street_clerk)
    target = url(world, "claim-decide", decision="deferred", claim=claim.pk)
    assert client.get(target).status_code == 200
    assert "须在今日之后" in text(client.post(target, {"look_again_on": "2026-11-23"}))
    client.post(target, {"look_again_on": "2026-11-24"})
    assert world.claims()[0].look_again_on == dt.date(2026, 11, 24)


def test_a_deferral_is_for_two_years_at_most(world) -> None:
    world.listed("甲事项")
    (claim,) = world.claims()
    client = world.client(world.street_clerk)
    target = url(world, "claim-decide", decision="deferred", claim=claim.pk)
    for day in ("2028-11-24", "2199-12-31"):
        refused = client.post(target, {"look_again_on": day, "reason": "待场所落实"})
        assert "再议日期最迟为2028年11月23日" in text(refused) and "待场所落实" in text(refused)
        with pytest.raises(DomainError) as far:
            decide(
                [claim],
                decision="deferred",
                actor=world.street_clerk,
                look_again_on=dt.date.fromisoformat(day),
            )
        assert (far.value.code, far.value.field) == ("date_far", "look_again_on")
    assert world.claims()[0].decision == "pending"
    client.post(target, {"look_again_on": "2028-11-23"})
    assert world.claims()[0].look_again_on == dt.date(2028, 11, 23)


def test_all_that_a_filter_finds_is_decided_beyond_the_page(world) -> None:
    world.listed(*[f"甲{number}" for number in range(12)], "乙事项")
    client = world.client(world.street_clerk)
    query = "q=甲&size=10"
    client.post(url(world, "claim-decide", decision="claimed"), {"all": "1", "query": query})
    assert Claim.objects.filter(street=world.street, decision="claimed").count() == 12
    assert Claim.objects.get(street=world.street, item__name="乙事项").decision == "pending"


def test_another_streets_claim_is_not_reached_through_the_own_desk(world) -> None:
    world.listed("甲事项")
    other = Claim.objects.get(street=world.other_street)
    answer = world.client(world.street_clerk).post(
        url(world, "claim-decide", decision="claimed", claim=other.pk)
    )
    assert answer.status_code == 409
    other.refresh_from_db()
    assert other.decision == "pending"


def test_the_head_submits_what_the_page_showed(world) -> None:
    world.listed("甲事项", "乙事项")
    client = world.client(world.street_head)
    assert "提交认领结果（还差 2 项）" in text(client.get(url(world)))
    decide(world.claims()[:1], decision="claimed", actor=world.street_clerk)
    assert "提交认领结果 1 项" in text(client.get(url(world)))
    seen = desk(world.street).fingerprint
    decide(world.claims()[1:], decision="declined", actor=world.street_clerk, reason="认定困难")
    assert client.post(url(world, "claim-submit"), {"expected": seen}).status_code == 409
    fresh = desk(world.street).fingerprint
    done = client.post(url(world, "claim-submit"), {"expected": fresh}, follow=True)
    assert "已提交认领结果 2 项" in text(done)


def test_the_head_reads_the_reasons_before_submitting(world) -> None:
    world.listed("甲事项")
    decide(world.claims(), decision="declined", actor=world.street_clerk, reason="缺少检测设备")
    assert "缺少检测设备" in text(world.client(world.street_head).get(url(world, tab="declined")))


def test_what_the_filing_proposed_is_shown_as_a_hint(world) -> None:
    world.listed("甲事项")
    client = world.client(world.street_clerk)
    assert "申报建议本街道承接" not in text(client.get(url(world)))
    FilingItem.objects.update(proposed_streets=["温泉街道"])
    assert "申报建议本街道承接" in text(client.get(url(world)))
    FilingItem.objects.update(proposed_streets=["浮山街道"])
    assert "申报建议本街道承接" not in text(client.get(url(world)))


def test_the_workbook_holds_every_claim_with_its_basis_and_duties(world) -> None:
    world.listed("甲事项", "乙事项")
    client = world.client(world.street_clerk)
    link = re.search(
        r'href="(\?[^"]*export=xlsx[^"]*)">(?:<svg.*?</svg>)?导出认领表', text(client.get(url(world)))
    )
    answer = client.get(url(world) + link[1].replace("&amp;", "&"))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert "设定依据" in rows[0] and "职责边界" in rows[0] and "理由" in rows[0]
    assert {row[rows[0].index("事项与街道职责")] for row in rows[1:]} == {"甲事项", "乙事项"}


def test_somebody_of_one_street_is_led_to_its_desk_and_offices_see_all(world) -> None:
    world.listed("甲事项")
    answer = world.client(world.street_clerk).get(reverse("empowerment:claims"))
    assert answer.headers["Location"] == url(world)
    shown = text(world.client(world.establishment).get(reverse("empowerment:claims")))
    assert shown.count("甲事项") >= 3
    assert world.client(world.head).get(reverse("empowerment:claims")).status_code == 403


def test_todos_name_what_waits_for_clerk_and_head(world) -> None:
    world.listed("甲事项", "乙事项")
    decide(world.claims()[:1], decision="claimed", actor=world.street_clerk)
    (clerk,) = [todo for todo in todos(Scope(world.street_clerk)) if todo.action == "处理认领"]
    (head,) = [todo for todo in todos(Scope(world.street_head)) if todo.action == "审定并提交"]
    assert (clerk.count, head.count) == (1, 1)
    assert clerk.url == head.url == url(world)


@pytest.mark.slow
def test_five_hundred_items_cost_the_same_queries_as_a_few(world) -> None:
    world.listed("甲事项")
    client = world.client(world.street_clerk)
    client.get(url(world))
    with CaptureQueriesContext(connection) as few:
        client.get(url(world))
    world.listed(*[f"事项{number:03d}" for number in range(500)])
    with CaptureQueriesContext(connection) as many:
        shown = text(client.get(url(world)))
    assert len(many) == len(few) <= 18
    assert shown.count('name="row"') == 50
