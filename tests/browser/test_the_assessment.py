"""A year's assessment from the start to the archive in a browser, by the six people whose work it is (P36–P40)."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from assessment.cycles import services as cycles
from assessment.models import Cycle, Paper, Problem, ResultVersion
from assessment.schemes import steps as schemes
from assessment.selectors import results
from assessment.selectors.cycles import assigned
from assessment.services import teams
from tests.assessment.support import days, values
from tests.browser.road import Road
from tests.documents.attachments.papers import pdf
from xianan.core import clock
from xianan.organizations.choices import KeyKind
from xianan.organizations.models import Organization, User
from xianan.organizations.person_keys import Key
from xianan.organizations.services.people import assign_role, create_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "Kao-2026-he"
STREET = "温泉街道"
PEOPLE = {
    "kaohe": ("周×", "区委编办", "establishment"),
    "fuhe": ("萧×", "区委编办", "establishment"),
    "pingfen": ("钱×", "区消防救援大队", "department_clerk"),
    "jiedao": ("梁×", STREET, "street_clerk"),
    "jiedao-fz": ("宋×", STREET, "street_head"),
    "zhengfu": ("郑×", "区政府办", "government_office"),
}
FIRST = dt.date(2026, 11, 2)


@pytest.fixture
def _arranged(transactional_db: None) -> None:
    """A cycle of two indicators and two streets, arranged and not started."""
    clock.set_to(FIRST)
    call_command("load_district", verbosity=0, stdout=StringIO())
    for username, (name, organization, role) in PEOPLE.items():
        where = Organization.objects.get(name=organization)
        user = create_user(
            organization=where,
            username=username,
            name=name,
            password=PASSWORD,
            actor=None,
            key=Key(KeyKind.STAFF, username),
        )
        assign_role(user, organization=where, role=role, actor=None)
    office = User.objects.get(username="kaohe")
    scheme = schemes.create_scheme(year=2027, title="考评细则", actor=office)
    group = schemes.add_group(scheme, name="赋权承接工作", position=1, actor=office)
    schemes.add_indicator(group, values=values("1.1", 60_00, "hand"), actor=office)
    schemes.add_indicator(group, values=values("1.2", 40_00, "deductions"), actor=office)
    places = Organization.objects.filter(name__in=(STREET, "浮山街道"))
    row = cycles.create_cycle(
        year=2026, title="2026年度考核", scheme=scheme, streets=list(places), actor=office
    )
    teams.add_leader(row, name="陈××", title="副区长", is_chair=True, actor=office)
    (member,) = teams.add_members(row, people=[User.objects.get(username="pingfen")], actor=office)
    teams.assign_member(member, indicators=[each.indicator for each in assigned(row)], leads=[], actor=office)
    cycles.set_phases(row, days=days(FIRST), actor=office)


@pytest.mark.slow
@pytest.mark.usefixtures("_arranged", "_work_at_once")
def test_a_year_is_assessed_published_printed_and_put_right(page: Page) -> None:
    road = Road(page, PEOPLE, PASSWORD, name="assessment")
    road.as_("kaohe", lambda: step(road, "启动考核并开始街道自评"))
    road.as_("jiedao", lambda: report(road))
    road.as_("jiedao-fz", lambda: submit(road))
    road.as_("kaohe", lambda: to_scoring(road))
    road.as_("pingfen", lambda: score(road))
    road.as_("kaohe", lambda: to_publicity(road))
    road.as_("jiedao-fz", lambda: object_to(road))
    road.as_("kaohe", lambda: answer(road))
    road.as_("fuhe", lambda: confirm(road))
    road.as_("kaohe", lambda: publish(road))
    road.as_("zhengfu", lambda: read(road))
    road.as_("kaohe", lambda: sign_papers(road))
    road.as_("kaohe", lambda: list_problems(road))
    road.as_("kaohe", lambda: sign_the_list(road))
    road.as_("jiedao", lambda: put_right(road))
    road.as_("kaohe", lambda: close_and_archive(road))

    row = Cycle.objects.get(year=2026)
    assert row.phase == "archived" and Problem.objects.get(street__name=STREET).state == "closed"
    result = results.read(ResultVersion.objects.get(cycle=row, number=1))
    assert [(line.name, line.total) for line in result.ranked] == [("浮山街道", 99_00), (STREET, 98_50)]
    assert set(Paper.objects.values_list("state", flat=True)) == {"signed"}


def home() -> str:
    return f"/assessment/{Cycle.objects.get(year=2026).pk}/"


def step(road: Road, *names: str) -> None:
    for name in names:
        road.page.goto(home())
        road.press(name)


def report(road: Road) -> None:
    road.page.goto(home())
    road.follow("填报温泉街道自评")
    for place in (1, 2):
        road.follow(re.compile(rf"1\.{place} 指标"))
        road.page.get_by_label("自评得分").fill("60" if place == 1 else "40")
        road.page.get_by_label("自评说明").fill("各项工作已经完成，材料见附件。")
        road.press(re.compile("保存并回到自评|保存这一项"))
    road.shot("街道自评")


def submit(road: Road) -> None:
    road.todo("2026年度考核：温泉街道自评")
    road.press("以温泉街道名义提交自评")
    road.sees("已提交")


def to_scoring(road: Road) -> None:
    step(road, "进入查阅资料", "进入实地查看")
    road.page.goto(home())
    road.sees("浮山街道还没有提交自评")
    road.follow(re.compile("自评未齐"))
    road.page.get_by_label("理由").fill("浮山街道受灾，延后补交。")
    road.press("自评未齐，进入评分并取数")


def score(road: Road) -> None:
    page = road.page
    streets = {row.name: row.pk for row in Organization.objects.filter(name__in=(STREET, "浮山街道"))}
    indicators = {row.code: row.pk for row in Cycle.objects.get(year=2026).scheme.indicators.all()}
    for name, points in ((STREET, "60"), ("浮山街道", "59")):
        page.goto(f"{home()}scoring/?cell={streets[name]}-{indicators['1.1']}")
        page.get_by_label(f"{name} 1.1 得分").fill(points)
        page.get_by_label(re.compile("评分说明")).fill("" if points == "60" else "方案没有时限")
        road.press("保存并评定")
    for name, taken in ((STREET, "2"), ("浮山街道", "")):
        page.goto(f"{home()}scoring/?cell={streets[name]}-{indicators['1.2']}")
        if taken:
            page.get_by_label("扣", exact=True).fill(taken)
            page.get_by_label("扣分原因").fill("未经法制审核")
            page.get_by_label(re.compile("佐证")).fill("温罚14号案卷")
        road.press("保存并评定")
    road.shot("评分")


def to_publicity(road: Road) -> None:
    clock.set_to(days(FIRST)["leading"][0])
    step(road, "报领导小组审定")
    road.page.goto(f"{home()}result/")
    road.sees("得分和名次", "98.00")
    clock.set_to(days(FIRST)["publicity"][0])
    road.page.goto(f"{home()}result/")
    road.follow(re.compile("开始公示"))
    road.sees("公示后不能退回评分")
    road.press("确认开始公示")


def object_to(road: Road) -> None:
    road.todo("2026年度考核")
    road.sees("98.00 分", "结果公布后可见", "未经法制审核")
    assert "99.00" not in road.page.locator("main").inner_text()
    road.page.get_by_role("row", name=re.compile("1.2")).get_by_role("link", name="申诉").click()
    road.page.get_by_label("申诉理由").fill("14号案卷附有法制审核意见书，编号有误。")
    road.press("以温泉街道名义提出申诉")
    road.shot("申诉")


def answer(road: Road) -> None:
    page = road.page
    page.goto(f"{home()}result/")
    road.follow(re.compile("1.2 指标"))
    road.follow("答复申诉")
    page.get_by_label("更正得分", exact=True).check()
    page.get_by_label("扣分处理").select_option("减少")
    page.get_by_label(re.compile("^减少后每次扣分")).fill("1.5")
    page.get_by_label(re.compile("^领导小组决定")).fill("会议纪要〔2027〕1号：退还 0.5 分")
    page.get_by_label(re.compile("^决定日期")).fill(clock.today().isoformat())
    page.get_by_label("答复", exact=True).fill("审核意见书属实，退还 0.5 分。")
    road.press("试算")
    road.sees("由38.00分更正为38.50分", "由扣2分减为扣1.5分")
    road.shot("更正试算")
    road.press("答复")
    road.sees("更正待复核")


def confirm(road: Road) -> None:
    road.todo("2026年度考核")
    road.follow(re.compile("由 38.00 分更正为 38.50 分"))
    road.shot("更正待复核")
    road.press("复核同意，更正生效")
    road.sees("已生效")


def publish(road: Road) -> None:
    page = road.page
    clock.set_to(days(FIRST)["publicity"][1] + dt.timedelta(days=1))
    page.goto(f"{home()}result/")
    road.follow(re.compile("公布结果"))
    road.press("确认公布结果")
    road.sees("第1版", "98.50")
    road.shot("考核结果")


def read(road: Road) -> None:
    road.page.goto("/assessment/results/")
    road.follow("2026年度考核")
    road.sees("98.50", "浮山街道", "更正记录")


def sign_papers(road: Road) -> None:
    page = road.page
    page.goto(f"{home()}papers/")
    road.press("拟制文书")
    page.get_by_label("登录密码").fill(PASSWORD)
    road.press("以区委编办名义签发")
    page.goto(f"{home()}papers/")
    road.sees("考核〔2026〕1号", "已签发")
    road.shot("考核文书")
    link = page.get_by_role("link", name="查看 PDF").first
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.body().startswith(b"%PDF-")
    road.sees("没有列入整改清单的问题，不能签发空清单")


def sign_the_list(road: Road) -> None:
    road.page.goto(f"{home()}papers/")
    road.page.get_by_label("登录密码").fill(PASSWORD)
    road.press("以区委编办名义签发")
    road.page.goto(f"{home()}papers/")
    assert road.page.get_by_label("登录密码").count() == 0, "nothing is left to sign"


def list_problems(road: Road) -> None:
    road.page.goto("/assessment/problems/")
    road.follow("从扣分列入清单")
    road.shot("列入整改清单")
    road.press("列入整改清单并通知街道")
    road.sees("未经法制审核", "方案没有时限")


def put_right(road: Road) -> None:
    page = road.page
    road.todo(re.compile("1.2 未经法制审核"))
    road.follow("填写责任人和措施")
    page.get_by_label("责任人").fill("张× 综合执法中心主任")
    page.get_by_label("整改措施").fill("案卷逐件经法制审核后归档。")
    road.press("填写责任人和措施")
    page.set_input_files(
        "#id_file_material", {"name": "台账.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    road.press("上传整改材料")
    road.sees("台账.pdf")
    road.follow("提交整改情况")
    page.get_by_label("整改情况").fill("本年度案卷已全部补齐审核意见。")
    road.press("提交整改情况")
    road.sees("待验收")


def close_and_archive(road: Road) -> None:
    page = road.page
    road.todo(re.compile("1.2 未经法制审核"))
    road.follow("验收通过")
    page.get_by_label("验收意见").fill("属实。")
    road.press("验收通过")
    road.sees("已销号")
    road.shot("已销号")
    page.goto(f"{home()}result/")
    road.follow(re.compile("归档"))
    road.press("确认归档")
    road.sees("已归档")
