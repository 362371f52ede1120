"""What is typed into a page is submitted, asked for or kept: seen in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from empowerment.choices import FilingState, LineState
from tests.documents.attachments import papers

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

    from tests.world import World
    from xianan.organizations.models import User

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = "本页还有填写后没有提交的内容"


def enter(page: Page, world: World, person: User) -> None:
    """Have the window belong to somebody who has signed in."""
    client = world.client(person)
    page.goto("/login/")
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.url}]
    )


def answers(page: Page, *, stay: bool) -> list[str]:
    """Answer what the browser itself asks on leaving a page, and note that it did."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if stay:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    return asked


def test_a_desk_that_sends_an_item_back_and_finishes_at_once_sends_it_back(world: World, page: Page) -> None:
    filing = world.at_establishment("甲处罚", "乙处罚")
    one, two = filing.lines.order_by("position")
    enter(page, world, world.establishment)
    asked = answers(page, stay=False)
    page.goto(reverse("empowerment:filing-review", args=[filing.pk]))
    finish = page.get_by_role("button", name="审核完毕并报送区司法局")
    page.locator(f"[name=verdict_{one.pk}][value=pass]").check()
    page.locator(f"[name=verdict_{two.pk}][value=return]").check()
    finish.click()
    expect(page.locator("#sheet-errors")).to_contain_text("尚未保存，尚未报送")
    page.locator(f"#reason_{two.pk}").fill("职责边界不清")
    finish.click()
    expect(page.locator(".notice, .toast, [role=status]").first).to_contain_text("审核完毕")
    two.refresh_from_db()
    filing.refresh_from_db()
    assert (two.state, filing.state) == (LineState.RETURNED, FilingState.JUSTICE)
    assert asked == []


def test_leaving_a_page_with_something_typed_asks_and_sending_it_does_not(world: World, page: Page) -> None:
    enter(page, world, world.clerk)
    asked = answers(page, stay=True)
    create = reverse("empowerment:filing-create")
    page.goto(create)
    page.get_by_role("link", name="不建立，返回事项申报").click()
    page.wait_for_url("**/filings/")
    page.goto(create)
    page.get_by_label("申报标题").fill("2026年申报")
    page.get_by_role("link", name="不建立，返回事项申报").click()
    page.wait_for_timeout(200)
    assert (asked, page.url.endswith(create)) == (["beforeunload"], True)
    # What is refused is not saved either, although the page shows it as its own.
    page.get_by_label("申报标题").fill("")
    page.get_by_label("可行性说明").fill("逐项研究过")
    page.get_by_role("button", name="建立申报草稿").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_role("link", name="不建立，返回事项申报").click()
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"] * 2
    page.get_by_label("申报标题").fill("2026年申报")
    page.get_by_role("button", name="建立申报草稿").click()
    expect(page.locator("h1")).to_contain_text("2026年申报")
    assert asked == ["beforeunload"] * 2


def test_sending_one_form_asks_about_another_that_holds_something(world: World, page: Page) -> None:
    filing = world.draft("甲处罚")
    line = filing.lines.get()
    enter(page, world, world.clerk)
    page.goto(reverse("empowerment:filing", args=[filing.pk]))
    page.set_input_files(
        "[name=file_feasibility]",
        [{"name": "说明.pdf", "mimeType": "application/pdf", "buffer": papers.pdf("说明")}],
    )
    page.get_by_role("button", name="删除草稿").click()
    page.locator("#delete-filing").get_by_role("button", name="删除草稿").click()
    question = page.get_by_role("dialog", name=ASKED)
    expect(question).to_contain_text("“可行性说明附件”")
    question.get_by_role("button", name="返回，先处理这些内容").click()
    expect(question).to_have_count(0)
    assert type(filing).objects.filter(pk=filing.pk).exists()
    page.locator("#delete-filing").get_by_role("button", name="返回，不作处理").click()
    page.get_by_role("button", name="上传可行性说明附件").click()
    expect(page.locator(".files__list")).to_contain_text("说明.pdf")
    # The form to change a line, and the button beside it that removes the line.
    page.goto(reverse("empowerment:filing-item", args=[filing.pk, line.pk]))
    page.get_by_label("承办机构").fill("市容股")
    page.get_by_role("button", name="移出“甲处罚”").click()
    question.get_by_role("button", name="不要这些内容，继续").click()
    page.wait_for_url(f"**{reverse('empowerment:filing', args=[filing.pk])}")
    assert not filing.lines.exists()


def ends(page: Page) -> None:
    """The session ends while the page stays open."""
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()


def sign_in(page: Page, world: World, person: User) -> None:
    page.get_by_label("账号", exact=True).fill(person.username)
    page.get_by_label("密码", exact=True).fill(world.password)
    page.get_by_role("button", name="登录平台").click()


def kept(page: Page) -> None:
    """Wait until the page has put away what was typed."""
    for _ in range(100):
        if page.evaluate("Object.keys(sessionStorage).some(key => key.startsWith('typed|'))"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing is kept")


RESTORED = "已恢复上次未提交的内容"


def test_what_was_typed_comes_back_after_the_session_ended(world: World, page: Page) -> None:
    filing = world.draft("甲处罚")
    line = filing.lines.get()
    enter(page, world, world.clerk)
    asked = answers(page, stay=False)
    path = reverse("empowerment:filing-item", args=[filing.pk, line.pk])
    page.goto(path)
    page.get_by_label("职责边界").fill("街道负责巡查")
    page.get_by_label("备注").fill("身份证 42120219900101123X")
    ends(page)
    page.get_by_role("button", name="保存修改").click()
    page.wait_for_url("**/login/**")
    sign_in(page, world, world.clerk)
    page.wait_for_url(f"**{path}")
    expect(page.locator("[data-restored]")).to_contain_text(RESTORED)
    expect(page.get_by_label("职责边界")).to_have_value("街道负责巡查")
    expect(page.get_by_label("备注")).to_have_value("")
    assert "42120219900101123X" not in page.evaluate("JSON.stringify(sessionStorage)")
    # Given up, or saved, it doesn't come again.
    page.get_by_role("button", name="放弃").click()
    expect(page.get_by_label("职责边界")).to_have_value(line.duties)
    page.reload()
    expect(page.locator("[data-restored]")).to_have_count(0)
    page.get_by_label("职责边界").fill("街道负责巡查")
    page.get_by_role("button", name="保存修改").click()
    page.wait_for_url(f"**{reverse('empowerment:filing', args=[filing.pk])}")
    page.goto(path)
    expect(page.locator("[data-restored]")).to_have_count(0)
    expect(page.get_by_label("职责边界")).to_have_value("街道负责巡查")
    assert asked == []


def test_nobody_else_and_nobody_after_signing_out_finds_what_was_typed(world: World, page: Page) -> None:
    enter(page, world, world.clerk)
    answers(page, stay=False)
    create = reverse("empowerment:filing-create")
    page.goto(create)
    page.get_by_label("申报标题").fill("甲的申报")
    kept(page)
    ends(page)
    page.goto(create)
    sign_in(page, world, world.other_clerk)
    page.wait_for_url(f"**{create}")
    expect(page.get_by_label("申报标题")).to_have_value("")
    page.get_by_label("申报标题").fill("乙的申报")
    kept(page)
    page.locator(".top__tools summary").click()
    page.get_by_role("button", name="退出平台").click()
    page.get_by_role("button", name="不要这些内容，继续").click()
    page.wait_for_url("**/login/")
    page.goto(create)
    sign_in(page, world, world.other_clerk)
    page.wait_for_url(f"**{create}")
    expect(page.get_by_label("申报标题")).to_have_value("")


def test_a_refused_form_whose_session_ends_comes_back_on_its_page(world: World, page: Page) -> None:
    """The answer stands under an address that only takes forms."""
    from tests.assessment.support import START, cycle, indicator
    from xianan.core import clock

    clock.set_to(START)
    row = cycle(world, "to_scoring", scorers=[world.clerk])
    hand = indicator(row, "1.1")
    enter(page, world, world.clerk)
    answers(page, stay=False)
    sheet = f"{reverse('assessment:scoring', args=[row.pk])}?group={hand.group_id}&cell={world.street.pk}-{hand.pk}"
    page.goto(sheet)
    page.locator("#open-cell [name=points]").fill("38")
    page.get_by_role("button", name="保存评分").click()
    expect(page.locator("#open-cell .error")).to_be_visible()
    page.locator("#open-cell [name=note]").fill("缺一份记录")
    ends(page)
    page.get_by_role("button", name="保存评分").click()
    page.wait_for_url("**/login/**")
    sign_in(page, world, world.clerk)
    page.wait_for_url("**/scoring/**")
    expect(page.locator("#open-cell [name=points]")).to_have_value("38")
    expect(page.locator("#open-cell [name=note]")).to_have_value("缺一份记录")


def test_a_warning_before_the_end_prolongs_the_session_in_all_tabs(world: World, page: Page) -> None:
    enter(page, world, world.clerk)
    # One clock for all windows.
    page.clock.install()
    other = page.context.new_page()
    for window in (page, other):
        window.goto(reverse("empowerment:filing-create"))
    page.clock.fast_forward("27:30")
    for window in (page, other):
        expect(window.locator("#session")).to_have_count(0)
    page.clock.fast_forward("01:00")
    for window in (page, other):
        expect(window.get_by_role("dialog", name="登录即将失效")).to_be_visible()
    with page.expect_response("**/session/") as answer:
        page.get_by_role("button", name="继续").click()
    assert answer.value.status == 200
    page.clock.fast_forward("00:02")
    for window in (page, other):
        expect(window.locator("#session[open]")).to_have_count(0)
