"""The pages of the end of a transition: list, bulk, one power, the item's and the letter's page, 待办."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from empowerment.models import Empowerment, TransitionReview
from empowerment.powers.many import review
from empowerment.powers.steps import confirm
from tests.empowerment.transition.support import OPENS, UNTIL, both_ready, power, powers
from xianan.core import clock
from xianan.organizations.scope import Scope
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db
LIST = "empowerment:powers"


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def at(row) -> str:
    return reverse("empowerment:power", args=[row.pk])


def todo_of(user, action: str):
    return next((todo for todo in todos(Scope(user)) if todo.action == action), None)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (OPENS - dt.timedelta(days=1), ("31<i>天</i>", "2026年11月5日起，双方可以评估")),
        (UNTIL, ("0<i>天</i>", "今日主体责任：<strong>区住房和城乡建设局</strong>")),
        (UNTIL + dt.timedelta(days=9), ("过渡期满已过", "9<i>天</i>", "逾期未评估：未经双方和区委编办确认")),
    ],
)
def test_the_page_of_a_power_says_how_many_days_are_left_and_who_bears_it(world, on, words) -> None:
    row = power(world)
    clock.set_to(on)
    shown = text(world.client(world.street_clerk).get(at(row)))
    for word in words:
        assert word in shown
    assert ("提交评估" in shown) == (on >= OPENS)


def test_a_statement_is_made_and_changed_on_the_page(world) -> None:
    row = power(world)
    client = world.client(world.street_clerk)
    url = reverse("empowerment:power-review", args=[row.pk])
    shown = text(client.post(url, {"verdict": "not_ready", "remarks": " "}))
    assert "评估为未具备须写明原因" in shown
    assert not TransitionReview.objects.exists()
    client.post(url, {"verdict": "not_ready", "remarks": "没有持证人员"})
    shown = text(client.get(at(row)))
    assert "没有持证人员" in shown and "改为此项评估" in shown
    client.post(url, {"verdict": "ready", "remarks": ""})
    assert TransitionReview.objects.get().verdict == "ready"


def test_the_office_sees_why_it_cannot_confirm_and_then_confirms(world) -> None:
    row = power(world)
    client = world.client(world.establishment)
    confirm_url = reverse("empowerment:power-confirm", args=[row.pk])
    shown = text(client.get(at(row)))
    assert "区住房和城乡建设局尚未评估；温泉街道尚未评估。" in shown
    assert confirm_url not in shown
    refused = client.post(confirm_url)
    assert refused.status_code == 409
    assert "温泉街道尚未评估" in refused.content.decode()
    both_ready(world, row)
    clock.set_to(UNTIL + dt.timedelta(days=3))
    shown = text(client.get(at(row)))
    assert "2026年12月8日起由温泉街道承担主体责任" in shown
    shown = text(client.post(confirm_url, follow=True))
    assert "自今日起由街道承担主体责任" in shown
    assert "今日主体责任：<strong>温泉街道</strong>" in shown
    assert client.post(confirm_url).status_code == 409


def test_confirmed_within_the_term_the_department_bears_it_to_the_end(world) -> None:
    row = power(world)
    both_ready(world, row)
    confirm(row, actor=world.establishment)
    client = world.client(world.street_head)
    shown = text(client.get(at(row)))
    assert "今日主体责任：<strong>区住房和城乡建设局</strong>" in shown
    assert "2026年12月6日起由温泉街道承担" in shown
    assert "过渡期 剩 30 天，已确认" in text(client.get(reverse(LIST)))
    assert text(client.get(reverse(LIST) + "?tab=operating")).count(at(row)) == 0
    clock.set_to(UNTIL + dt.timedelta(days=1))
    assert "今日主体责任：<strong>温泉街道</strong>" in text(client.get(at(row)))
    assert at(row) in text(client.get(reverse(LIST) + "?tab=operating"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-06-04", "2026年6月4日由<strong>区住房和城乡建设局</strong>"),
        ("2026-12-05", "2026年12月5日由<strong>区住房和城乡建设局</strong>"),
        ("2026-12-06", "2026年12月6日由<strong>温泉街道</strong>"),
        ("2026-02-30", "日期须是实际存在的日期"),
        ("0", "日期须是实际存在的日期"),
    ],
)
def test_any_day_can_be_asked_about(world, asked, said) -> None:
    row = power(world)
    both_ready(world, row)
    confirm(row, actor=world.establishment)
    assert said in text(world.client(world.reader).get(at(row), {"on": asked}))


def test_item_and_letter_name_who_bears_it_today(world) -> None:
    first, second = powers(world, "甲事项", "乙事项")
    both_ready(world, first)
    confirm(first, actor=world.establishment)
    client = world.client(world.establishment)
    item = reverse("empowerment:item", args=[first.item_id])
    letter = reverse("empowerment:agreement", args=[first.agreement_id])
    cell = '<td class="tight">温泉街道</td></tr>'
    assert cell not in text(client.get(item))
    clock.set_to(UNTIL + dt.timedelta(days=1))
    assert cell in text(client.get(item))
    assert at(first) in text(client.get(item))
    shown = text(client.get(letter))
    assert f'<a href="{at(first)}">温泉街道</a>' in shown
    assert f'<a href="{at(second)}">区住房和城乡建设局</a>' in shown
    assert "区住房和城乡建设局 1 项，温泉街道 1 项" in shown
    assert "逾期未评估 1 项" in shown


def test_many_are_stated_about_from_the_list(world) -> None:
    rows = powers(world, "甲事项", "乙事项", "丙事项")
    client = world.client(world.clerk)
    assert "bulk-not_ready" in text(client.get(reverse(LIST)))
    assert "data-row" not in text(world.client(world.reader).get(reverse(LIST)))
    url = reverse("empowerment:powers-review")
    ticked = {"verdict": "not_ready", "row": [row.pk for row in rows[:2]]}
    assert "未填写未具备的原因" in text(client.post(url, ticked))
    client.post(url, ticked | {"remarks": "细则未移交"})
    assert TransitionReview.objects.filter(verdict="not_ready", remarks="细则未移交").count() == 2
    # The whole list as filtered: of the three only one item is called 丙.
    client.post(url, {"verdict": "ready", "all": "1", "query": "q=丙"})
    assert TransitionReview.objects.get(verdict="ready").empowerment == rows[2]


def test_what_cannot_be_confirmed_is_named_and_the_others_are_offered(world) -> None:
    rows = powers(world, "甲事项", "乙事项", "丙事项")
    both_ready(world, *rows[:2])
    client = world.client(world.establishment)
    url = reverse("empowerment:powers-confirm")
    shown = text(client.post(url, {"all": "1", "query": ""}))
    assert "有 1 项不能确认衔接完成" in shown
    assert "区住房和城乡建设局尚未评估；温泉街道尚未评估" in shown
    assert "确认衔接完成 2 项" in shown
    assert not Empowerment.objects.filter(state="operating").exists()
    client.post(url, {"all": "1", "query": "", "possible": "1"})
    assert set(Empowerment.objects.filter(state="operating")) == set(rows[:2])
    assert client.post(url, {}).status_code == 409


def test_both_desks_and_the_office_find_it_in_their_todos(world) -> None:
    row = power(world)
    for user in (world.clerk, world.head, world.street_clerk, world.street_head):
        todo = todo_of(user, "评估衔接情况")
        assert (todo.count, todo.due_on) == (1, UNTIL)
    assert todo_of(world.other_head, "评估衔接情况") is None
    assert todo_of(world.establishment, "确认衔接完成") is None
    both_ready(world, row)
    assert todo_of(world.clerk, "评估衔接情况") is None
    assert todo_of(world.establishment, "确认衔接完成").count == 1
    clock.set_to(UNTIL + dt.timedelta(days=1))
    for user in (world.clerk, world.street_head):
        todo = todo_of(user, "查看并完成评估")
        assert (todo.title, todo.due_on) == ("逾期未评估的职权", UNTIL)
        assert at(row) in text(world.client(user).get(todo.url))
    confirm(row, actor=world.establishment)
    assert todo_of(world.clerk, "查看并完成评估") is None
    assert todo_of(world.establishment, "确认衔接完成") is None


def test_the_export_has_statements_and_who_bears_it(world) -> None:
    row = power(world)
    review([row], party="street", verdict="not_ready", remarks="没有持证人员", actor=world.street_head)
    columns = "street_verdict,street_remarks,bearer,left"
    answer = world.client(world.establishment).get(reverse(LIST), {"export": "xlsx", "cols": columns})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    heads = next(line for line in cells if "街道评估" in line)
    values = dict(zip(heads, cells[cells.index(heads) + 1], strict=True))
    assert values["街道评估"] == "未具备"
    assert values["街道说明"] == "没有持证人员"
    assert values["今日主体责任"] == "区住房和城乡建设局"
    assert values["剩余天数"] == 30


@pytest.mark.parametrize("tab", ["all", "mine", "ready", "unready", "late"])
def test_the_list_costs_the_same_queries_for_many_powers(world, tab) -> None:
    client = world.client(world.clerk)
    power(world, "首项")
    url = f"{reverse(LIST)}?tab={tab}"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    rows = powers(world, *[f"事项{number}" for number in range(12)])
    both_ready(world, *rows[:4])
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) <= len(few) + 1 <= 20


def test_the_page_of_a_power_costs_few_queries(world) -> None:
    rows = powers(world, *[f"事项{number}" for number in range(6)])
    both_ready(world, *rows)
    client = world.client(world.establishment)
    client.get(at(rows[0]))
    with CaptureQueriesContext(connection) as seen:
        text(client.get(at(rows[0])))
    assert len(seen) <= 18
