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
