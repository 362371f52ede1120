"""The main job from end to end in a browser, by the seven people whose work it is.

It begins in a bare district and with a workbook as departments have them, faults included, and ends
with a stranger who finds the signed letter valid.
"""

from __future__ import annotations

import re
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from empowerment.models import Agreement, Claim, Empowerment, Filing, Item, ItemList
from tests.browser.road import Road
from xianan.core import clock
from xianan.core.dates import add_months
from xianan.organizations.choices import KeyKind
from xianan.organizations.models import Organization, User
from xianan.organizations.person_keys import Key
from xianan.organizations.services.people import assign_role, create_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "Lu-2026-zou"
DEPARTMENT, STREET = "区消防救援大队", "温泉街道"
PEOPLE = {
    "jingban": ("黄×", DEPARTMENT, "department_clerk"),
    "fuze": ("赵×", DEPARTMENT, "department_head"),
    "shenhe": ("周×", "区委编办", "establishment"),
    "hefa": ("吴×", "区司法局", "justice"),
    "zhengfu": ("郑×", "区政府办", "government_office"),
    "jiedao": ("梁×", STREET, "street_clerk"),
    "jiedao-fz": ("宋×", STREET, "street_head"),
}
PENALTY = "占用、堵塞、封闭消防车通道，妨碍消防车通行的处罚"
CHARGING = "在公共走道、楼梯间为电动自行车充电的处罚"
PERMIT = "公众聚集场所投入使用、营业前消防安全检查"
FIRE_LAW = "《中华人民共和国消防法》第六十条"
DUTIES = "街道负责巡查发现、立案处罚；部门负责业务指导"


def workbook(*, repaired: bool) -> bytes:
    """A table as a department has it: title rows, a type merged over its block, ticks, a total."""
    book = Workbook()
    sheet = book.active
    sheet.append(["街道赋权事项申报表"])
    sheet.append(["填报单位：区消防救援大队"])
    sheet.append(["序号", "事项名称", "职权类别", "实施依据", "责任事项", "权力来源", "温泉街道", "浮山街道"])
    high = "《高层民用建筑消防安全管理规定》第四十七条"
    rows = [
        (1, PENALTY, "处罚", FIRE_LAW, DUTIES, "省指导清单", "√", "√"),
        (2, CHARGING, None, high if repaired else None, DUTIES, "省指导清单", "√", None),
        (
            3,
            PERMIT,
            "行政许可" if repaired else "消防检查",
            "《中华人民共和国消防法》第十五条",
            DUTIES,
            "区直",
            "√",
            "√",
        ),
        ("合计", "3项", None, None, None, None, None, None),
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("C4:C5")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def _bare_district(transactional_db: None) -> None:
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


@pytest.mark.slow
@pytest.mark.usefixtures("_bare_district", "_work_at_once")
def test_a_departments_workbook_becomes_a_letter_signed_by_both_sides(page: Page) -> None:
    road = Road(page, PEOPLE, PASSWORD)
    road.as_("jingban", lambda: file_the_workbook(road))
    road.as_("fuze", lambda: submit_the_filing(road))
    road.as_("shenhe", lambda: review(road, "审核完毕并报送区司法局"))
    road.as_("hefa", lambda: review(road, "审核完毕并报区政府审议"))
    road.as_("zhengfu", lambda: decide(road))
    road.as_("jiedao", lambda: claim(road))
    road.as_("jiedao-fz", lambda: submit_the_claims(road))
    road.as_("shenhe", lambda: send(road))
    road.as_("fuze", lambda: sign(road, DEPARTMENT))
    road.as_("jiedao-fz", lambda: sign(road, STREET))

    letter = Agreement.objects.get()
    today = clock.today()
    assert letter.state == "effective"
    assert letter.effective_on == today
    powers = Empowerment.objects.filter(agreement=letter)
    assert {power.item.name for power in powers} == {PENALTY, PERMIT}
    assert {power.transition_until for power in powers} == {add_months(today, 6)}

    signed = download(road, letter)
    verify(road, letter, signed)


def file_the_workbook(road: Road) -> None:
    page = road.page
    page.goto("/filings/")
    road.follow("新建申报")
    page.get_by_label("申报标题").fill("2026年赋权事项申报")
    page.get_by_label("可行性说明").fill("多数违法行为街道巡查即可发现。")
    road.press("建立申报草稿")
    page.set_input_files(
        "input[type=file]", {"name": "消防.xlsx", "mimeType": XLSX, "buffer": workbook(repaired=False)}
    )
    road.press("上传并核对")
    road.sees("D5", "C6", "消防检查", "合计")
    road.shot("核对有错")
    assert page.get_by_role("button", name=re.compile("导入 3 行")).is_disabled()
    assert Filing.objects.get().lines.count() == 0

    road.follow("改好后重新上传")
    page.set_input_files(
        "input[type=file]", {"name": "消防.xlsx", "mimeType": XLSX, "buffer": workbook(repaired=True)}
    )
    road.press("上传并核对")
    road.shot("核对无错")
    road.press(re.compile("导入 3 行"))
    lines = Filing.objects.get().lines.order_by("position")
    assert [line.name for line in lines] == [PENALTY, CHARGING, PERMIT]
    assert [line.type.name for line in lines] == ["行政处罚", "行政处罚", "行政许可"]
    assert lines[0].proposed_streets == ["温泉街道", "浮山街道"]
    road.follow("回到申报")
    road.shot("申报草稿")
    assert page.get_by_role("button", name="提交申报并报送区委编办").count() == 0


def submit_the_filing(road: Road) -> None:
    road.page.goto(f"/filings/{Filing.objects.get().pk}/")
    road.press("提交申报并报送区委编办")
    road.sees("区委编办审核")
    road.shot("已提交")


def review(road: Road, finish: str) -> None:
    """Pass all; 区委编办 sends the charging item back with a reason."""
    page = road.page
    filing = Filing.objects.get()
    page.goto(f"/filings/{filing.pk}/review/")
    if filing.state == "establishment":
        line = filing.lines.get(name=CHARGING)
        page.locator(f"input[name=verdict_{line.pk}][value=return]").check()
        page.locator(f"#reason_{line.pk}").fill("请区分高层和其他建筑后重新申报。")
    road.press("其余未审核的全部通过")
    road.shot(f"审核-{filing.state}")
    road.press(finish)


def decide(road: Road) -> None:
    page = road.page
    page.goto("/meetings/new/")
    assert CHARGING not in page.locator("main").inner_text()
    page.get_by_label("会议名称").fill("区政府第12次常务会议")
    page.get_by_label("会议日期").fill(clock.today().isoformat())
    road.shot("审议")
    road.press("核对决定并登记")
    road.press("登记决定并公布第 1 版清单")
    road.follow(re.compile("查看第1版清单"))
    road.sees(PENALTY, PERMIT)
    road.shot("清单")
    version = ItemList.objects.get()
    assert version.total == 2
    assert version.document is not None
    assert Item.objects.count() == 2
    assert Claim.objects.count() == 6


def claim(road: Road) -> None:
    page = road.page
    street = Organization.objects.get(name=STREET)
    page.goto(f"/claims/streets/{street.pk}/")
    road.shot("认领")
    page.get_by_label("选择本页全部").check()
    road.press(re.compile(r"^\s*认领所选"))
    road.sees("已处理 2 项")
    assert page.get_by_role("button", name=re.compile("提交认领结果")).count() == 0


def submit_the_claims(road: Road) -> None:
    street = Organization.objects.get(name=STREET)
    road.page.goto(f"/claims/streets/{street.pk}/")
    road.press(re.compile("提交认领结果"))
    road.sees("已全部提交")
    road.shot("认领已提交")


def send(road: Road) -> None:
    page = road.page
    page.goto("/agreements/prepare/")
    boxes = page.locator("input[name=pair]")
    assert boxes.count() == 1
    boxes.check()
    road.shot("准备发送")
    road.press("发送所选确认书")
    letter = Agreement.objects.get()
    assert letter.state == "sent"
    page.goto(f"/agreements/{letter.pk}/")
    road.sees(letter.number, "待甲方签署", PENALTY)


def sign(road: Road, party: str) -> None:
    """Read the PDF in the page, be refused with a wrong password, sign with the right one."""
    page = road.page
    letter = Agreement.objects.get()
    before = letter.state
    page.goto(f"/agreements/{letter.pk}/")
    source = page.locator("iframe, object, embed").first.evaluate("frame => frame.src || frame.data")
    paper = page.request.get(source)
    assert paper.ok
    assert paper.body().startswith(b"%PDF-")
    road.shot(f"签署-{before}")
    page.get_by_label("我已阅读全文").check()
    page.get_by_label("再次输入登录密码").fill("不是这个密码")
    road.press(f"以{party}名义签署")
    road.sees("密码不正确")
    letter.refresh_from_db()
    assert letter.state == before
    page.get_by_label("我已阅读全文").check()
    page.get_by_label("再次输入登录密码").fill(PASSWORD)
    road.press(f"以{party}名义签署")
    road.sees("已签署")
    road.shot(f"已签署-{before}")


def download(road: Road, letter: Agreement) -> bytes:
    road.sign_in("jiedao-fz")
    road.page.goto(f"/agreements/{letter.pk}/")
    road.sees("已生效", "主体责任")
    with road.page.expect_download() as coming:
        road.page.get_by_role("link", name="下载 PDF").first.click()
    signed = Path(coming.value.path()).read_bytes()
    road.page.goto("/?tab=handled")
    road.sees(letter.number)
    road.shot("已办")
    road.sign_out()
    return signed


def verify(road: Road, letter: Agreement, signed: bytes) -> None:
    """A stranger asks by the code, by the file, and with a file that somebody has changed."""
    page = road.page
    names = [letter.organization.formal_name, letter.street.formal_name]
    page.goto("/verify/")
    page.get_by_label("核验码").fill(letter.document.code_shown.lower())
    road.press("核验真伪")
    # Only the register was asked: nothing in the stranger's hand was compared.
    road.sees("已登记", letter.number, *names, "赵×", "宋×")
    road.shot("核验码")

    page.goto("/verify/")
    upload(road, signed)
    road.sees("有效", letter.number, *names)
    road.shot("核验上传")

    page.goto("/verify/")
    upload(road, signed + b"\n")
    assert page.locator(".verdict h2").inner_text() == "签署后被改动"
    road.shot("核验被改")
    assert not User.objects.filter(is_superuser=True).exists()


def upload(road: Road, data: bytes) -> None:
    road.page.set_input_files(
        "input[type=file]", {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": data}
    )
    road.press("核验真伪")


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
