"""The pages of a power's end: the form and what it names, the power, its list, its item and its letter."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from empowerment.choices import EndGround
from empowerment.models import Empowerment
from empowerment.powers.steps import confirm, end
from tests.empowerment.transition.support import UNTIL, both_ready, power, powers
from xianan.core import clock

pytestmark = pytest.mark.django_db
OVER = UNTIL + dt.timedelta(days=20)
SAID = {
    "ended_from": OVER.isoformat(),
    "ground": "law",
    "reference": "《湖北省城市管理条例》第十二条",
    "reason": "条例修订后不再由街道行使",
}


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def address(row: Empowerment, name: str = "power") -> str:
    return reverse(f"empowerment:{name}", args=[row.pk])


def ended(world: Any, *rows: Empowerment) -> None:
    end.all(
        rows, ended_from=OVER, ground=EndGround.DECISION, reference="区政府〔2026〕9号",
        reason="执法对象少", actor=world.establishment,
    )  # fmt: skip


def test_the_office_ends_a_power_on_its_page(world) -> None:
    row = power(world)
    client = world.client(world.establishment)
    assert address(row, "power-end") in text(client.get(address(row)))
    shown = text(client.get(address(row, "power-end")))
    assert "未确认衔接完成的过渡期" in shown and "未办结的期限" in shown
    shown = text(client.post(address(row, "power-end"), SAID, follow=True))
    assert "2026年12月25日起温泉街道不再持有“甲事项”" in shown
    assert "距终止" in shown and "50<i>天</i>" in shown
    assert address(row, "power-end") + '"' not in shown and address(row, "power-correct-end") in shown
    assert "法律法规修改或废止：《湖北省城市管理条例》第十二条" in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ended_from": ""}, "未填写终止日期"),
        ({"ended_from": "2026-02-30"}, "2026-02-30"),
        ({"ended_from": "2026-06-05"}, "职权2026年6月5日起生效，终止日期须在此之后"),
        ({"ground": ""}, "未选择终止原因"),
        ({"reference": ""}, "未填写终止依据"),
        ({"reason": "因" * 501}, "500"),
    ],
)
def test_what_is_typed_wrong_stands_at_its_field_and_the_rest_is_kept(world, typed, said) -> None:
    row = power(world)
    shown = text(world.client(world.establishment).post(address(row, "power-end"), {**SAID, **typed}))
    assert said in shown and "尚未登记" in shown
    kept = {**SAID, **typed}
    assert kept["reference"] in shown and kept["reason"] in shown
    row.refresh_from_db()
    assert row.ended_from is None


def test_a_power_that_ended_meanwhile_is_told_on_the_stale_page(world) -> None:
    row = power(world)
    client = world.client(world.establishment)
    client.post(address(row, "power-end"), SAID)
    answer = client.post(address(row, "power-end"), SAID)
    assert answer.status_code == 409 and "职权现在是“已终止”，不能终止" in answer.content.decode()


def test_an_end_is_put_right_and_revoked_on_its_page(world) -> None:
    row = power(world)
    ended(world, row)
    client, url = world.client(world.establishment), address(row, "power-correct-end")
    assert "现登记：2026年12月25日起终止，区政府决定（区政府〔2026〕9号）" in text(client.get(url))
    shown = text(client.post(url, {"ended_from": OVER.isoformat(), "reason": "同一天"}))
    assert "终止日期已是2026年12月25日" in shown
    shown = text(client.post(url, {"ended_from": "2026-12-26", "reason": "读错"}, follow=True))
    assert "已更正：2026年12月26日起终止" in shown
    shown = text(client.post(url, {"ended_from": "", "reason": "误登"}, follow=True))
    assert "已撤销终止，职权继续" in shown and address(row, "power-end") in shown
    assert client.get(url).status_code == 409


def test_an_ended_power_leaves_the_list_for_its_own_tab_and_keeps_its_page(world) -> None:
    first, second = powers(world, "甲事项", "乙事项")
    ended(world, first)
    client = world.client(world.street_head)
    listed = reverse("empowerment:powers")
    assert "，12月25日起终止" in text(client.get(listed))
    clock.set_to(OVER)
    assert address(first) not in text(client.get(listed)) and address(second) in text(client.get(listed))
    tab = text(client.get(listed + "?tab=ended"))
    assert address(first) in tab and "12月25日起终止" in tab and address(second) not in tab
    shown = text(client.get(address(first)))
    assert "已终止" in shown and "今日主体责任：" not in shown
    exported = b"".join(client.get(listed + "?tab=ended&export=xlsx").streaming_content)
    rows = openpyxl.load_workbook(io.BytesIO(exported)).active.iter_rows(values_only=True)
    assert any("已终止" in map(str, line) for line in rows)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-12-24", "2026年12月24日由<strong>区住房和城乡建设局</strong>负主体责任"),
        ("2026-12-25", "2026年12月25日该职权已经终止，温泉街道不再持有"),
    ],
)
def test_the_day_of_the_end_can_be_asked_about(world, asked, said) -> None:
    row = power(world)
    ended(world, row)
    assert said in text(world.client(world.reader).get(address(row), {"on": asked}))


def test_the_phases_follow_each_other_without_a_gap(world) -> None:
    row = power(world)
    both_ready(world, row)
    confirm(row, actor=world.establishment)
    ended(world, row)
    shown = text(world.client(world.reader).get(address(row)))
    for words in (
        "2026年6月5日前",
        "2026年6月5日至2026年12月5日",
        "2026年12月6日至2026年12月24日",
        "2026年12月25日起",
        "终止：区政府决定（区政府〔2026〕9号）",
    ):
        assert words in shown


def test_item_and_letter_say_what_has_ended(world) -> None:
    first, second = powers(world, "甲事项", "乙事项")
    ended(world, first)
    clock.set_to(OVER)
    client = world.client(world.establishment)
    item = text(client.get(reverse("empowerment:item", args=[first.item_id])))
    assert "已终止" in item and "2026年12月25日起终止" in item
    letter = reverse("empowerment:agreement", args=[first.agreement_id])
    assert "已终止 1 项" in text(client.get(letter))
    ended(world, second)
    shown = text(client.get(letter))
    assert "各项职权均已终止" in shown and "&amp;tab=ended" in shown
    listed = reverse("empowerment:items")
    assert first.item.name in text(client.get(listed + "?standing=ended"))
    assert "没有符合条件" in text(client.get(listed + "?standing=transition"))


def test_the_ended_tab_costs_the_same_for_one_and_for_many(world) -> None:
    client, url = world.client(world.establishment), reverse("empowerment:powers") + "?tab=ended"

    def cost(*names: str) -> int:
        rows = powers(world, *names)
        ended(world, *rows)
        clock.set_to(OVER)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            text(client.get(url))
        return len(queries)

    assert cost("甲事项") == cost("乙事项", "丙事项", "丁事项") <= 15
