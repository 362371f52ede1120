"""The pages: constant queries, scoring by the browser's form, desk, exports, what is refused in words."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondment.choices import Side
from secondment.rounds import steps as rounds
from secondment.schemes import steps as schemes
from tests.secondment.appraisal.kit import (
    complete,
    draft_scheme,
    form_of,
    person,
    replaced,
    score,
    serve,
    side_of,
    started,
)
from tests.world import PASSWORD
from xianan.core import clock
from xianan.core.periods import Period
from xianan.organizations.scope import Scope
from xianan.policy.measures import measure
from xianan.portal.home import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE), still=True)


def text(answer) -> str:
    return answer.content.decode()


def queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["", "progress/"])
def test_a_year_costs_the_same_for_many_people(world, address):
    row = started(world)
    client = world.client(world.personnel)
    few = queries(client, f"/appraisals/{row.pk}/{address}")
    for n in range(10, 25):
        serve(world, person(world, f"人{n}", serial=n, organization=world.other_department))
    rounds.add_people(row, actor=world.personnel)
    assert queries(client, f"/appraisals/{row.pk}/{address}") == few <= 15


@pytest.mark.parametrize(
    "address", ["/proposals/", "/personal-files/", "/appraisals/", "/appraisal-schemes/"]
)
def test_other_lists_stay_within_fifteen_queries(world, address):
    started(world)
    assert queries(world.client(world.personnel), address) <= 15


def test_a_clerk_scores_and_submits_in_one_form(world):
    form = form_of(started(world))
    own = side_of(form, Side.STREET)
    items = list(form.round.scheme.items.filter(side=Side.STREET))
    client = world.client(world.street_clerk)
    address = f"/appraisal-forms/{form.pk}/sides/{own.pk}/score/"
    typed = {f"item_{item.pk}": f"{item.points / 100 - 1.5}" for item in items}
    wrong = client.post(address, {**typed, f"item_{items[0].pk}": "31", "submit": "1"})
    assert "服从管理“31”不在 0 至 30.00 分之间" in text(wrong)
    assert "尚未保存" in text(wrong)
    lacking = client.post(address, {**typed, f"item_{items[0].pk}": "", "submit": "1"})
    assert "“服从管理”还没有评分" in text(lacking)
    assert "评分已保存，尚未提交" in text(lacking)
    done = client.post(address, {**typed, "comment": "好", "submit": "1"}, follow=True)
    assert "已提交评分，待本单位负责人审定" in text(done)
    assert side_of(form, Side.STREET).score == 9550


def test_a_head_signs_off_all_of_the_unit_with_one_password(world):
    people = [person(world, f"人{n}", serial=n) for n in range(1, 4)]
    row = started(world, *people)
    for who in people[:2]:
        score(world, form_of(row, who), Side.STREET, 90)
    client = world.client(world.street_head)
    address = f"/appraisals/{row.pk}/sign/"
    assert "审定 2 人的评分" in text(client.post(address, {"all": "1"}))
    assert "密码不正确" in text(client.post(address, {"all": "1", "password": "falsch"}))
    client.post(address, {"all": "1", "password": PASSWORD})
    states = [side_of(form_of(row, who), Side.STREET).state for who in people]
    assert states == ["signed", "signed", "draft"]


def test_closing_is_refused_with_links_to_what_lacks(world):
    row = started(world)
    form = form_of(row)
    score(world, form, Side.STREET, 90)
    client = world.client(world.personnel)
    page = text(client.get(f"/appraisals/{row.pk}/close/"))
    assert f'href="/appraisal-forms/{form.pk}/"' in page and "还差 2 份审定" in page
    answer = client.post(f"/appraisals/{row.pk}/close/", {"password": PASSWORD})
    assert answer.status_code == 409 and "不能办结" in text(answer)


def test_the_request_that_caps_stands_on_the_page_and_in_the_export(world):
    who = person(world, "张甲", serial=1)
    request = replaced(world, serve(world, who, ended=dt.date(2026, 9, 30)))
    row = started(world, who)
    form = complete(world, form_of(row, who), 90, 90)
    client = world.client(world.personnel)
    page = text(client.get(f"/appraisal-forms/{form.pk}/"))
    assert "等次受限：不高于基本称职" in page and f"替换要求第 {request.pk} 号" in page
    answer = client.get(f"/appraisals/{row.pk}/?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = {line[0]: line for line in sheet.iter_rows(values_only=True)}
    assert "基本称职" in rows["张甲"] and 90 in rows["张甲"]
    assert any(f"替换要求第{request.pk}号" in str(cell) for cell in rows["张甲"])


def test_desks_name_what_waits(world):
    row = started(world)
    form = form_of(row)
    assert any("张甲（2026年度）" in todo.title for todo in waiting(Scope(world.street_clerk)))
    score(world, form, Side.STREET, 90)
    [to_sign] = [todo for todo in waiting(Scope(world.street_head)) if todo.action == "审阅并审定"]
    assert to_sign.due_on == row.due_on
    complete_department = score(world, form, Side.DEPARTMENT, 80)
    assert complete_department.score == 8000
    figures = measure("appraisals_scored_street").compute(world.district, Period.year_to(clock.today()))
    assert (figures[world.street.pk].numerator, figures[world.street.pk].denominator) == (1, 1)
    assert figures[world.street.pk].link == f"/appraisals/{row.pk}/?street={world.street.pk}"


def test_the_rules_page_shows_the_sum_and_why_they_cannot_be_sent(world):
    scheme = draft_scheme(world, street=(("服从管理", 3000),))
    client = world.client(world.personnel)
    page = text(client.get(f"/appraisal-schemes/{scheme.pk}/"))
    assert "街道评分表合计 30.00 分，须为 100 分，还差 70.00 分" in page and "disabled" in page
    assert world.client(world.head).get(f"/appraisal-schemes/{scheme.pk}/").status_code == 404
    schemes.save_item(
        scheme,
        side=Side.STREET,
        values={"name": "工作实绩", "standard": "实绩", "points": 7000},
        actor=world.personnel,
    )
    client.post(f"/appraisal-schemes/{scheme.pk}/consult/")
    assert "提出本单位意见" in text(world.client(world.head).get(f"/appraisal-schemes/{scheme.pk}/"))
    answer = client.get(f"/appraisal-schemes/{scheme.pk}/?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[1]] == ["评分方", "评分项目", "分值", "评分标准"]
