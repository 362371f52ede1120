"""Every kind of paper as it comes out of the printer, with texts as long as offices write them.

One rendering a kind: whatever is measured is measured on it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pymupdf
import pytest
from django.conf import settings
from django.template.loader import render_to_string

from tests.papers.measure import LINE, Page, pages
from xianan.documents import registry
from xianan.documents.pdf import Mark, render

if TYPE_CHECKING:
    from tests.papers.sheets import Sheet

pytestmark = pytest.mark.django_db
MARK = Mark(
    "ABCD-EFGH-JKMN", "https://portal.example.gov.cn/verify/", "https://portal.example.gov.cn/verify/AB"
)
NAMES = (
    "承接确认书", "事项清单", "督办单", "通报", "考核结果通报", "年度考核报告", "考核情况反馈", "考核得分表",
    "备案报告", "问题整改清单", "考评细则", "经验做法", "年度考核登记表", "年度考核结果", "人事建议表", "个人档案",
    "培训签到表", "培训计划",
)  # fmt: skip
CLOSE = 1.5
"""Millimetres by which something may stand elsewhere."""


def test_every_registered_kind_and_every_template_is_measured_here(world):
    from tests.papers.sheets import SHEETS, every

    assert tuple(SHEETS) == NAMES
    sheets = [sheet for _, sheet in every(world)]
    assert {sheet.kind for sheet in sheets} - {""} == registry.kinds()
    root = Path(settings.BASE_DIR) / "templates"
    printed = {str(path.relative_to(root)) for path in root.glob("*/print/[!_]*.html")}
    assert {sheet.template for sheet in sheets} == printed


@pytest.mark.parametrize("name", NAMES)
def test_it_stands_where_the_standard_puts_it_and_nothing_is_lost(world, name):
    from tests.papers.sheets import FIRST, LAST, SHEETS

    sheet = SHEETS[name](world)
    rendered = render(sheet.template, sheet.context, mark=MARK if sheet.kind else None)
    found = pages(rendered.pdf)
    if sheet.context.get("issuer"):
        head_of(found[0], sheet)
    if len(sheet.parties) == 1:
        closing_of(found, sheet, rendered.places[sheet.parties[0].key].page)
    for page in found:
        left, top, right, bottom = page.block(register=sheet.register)
        for span in page.body:
            inside = left - 1 < span.left and top - 1 < span.top and span.right < right + 1
            assert inside and span.bottom < bottom + 1, f"第{page.number}页在版心之外：{span}"
        assert not list(page.overprinted()), f"第{page.number}页有重叠文字"
    whole = "".join(page.text for page in found)
    assert sheet.last.replace(" ", "") in found[-1].text, found[-1].text
    if sheet.kind:
        assert MARK.code in whole
    if FIRST in str(sheet.context):
        assert FIRST in whole and LAST in whole
        assert signs(whole) == signs(render_to_string(sheet.template, sheet.context))
    if sheet.head:
        table = [page for page in found if sheet.head[0] in page.text]
        assert len(table) > 1, "表格没有跨页"
        for page in found[table[0].number - 1 : table[-1].number]:
            for label in sheet.head:
                assert label in page.text, f"第{page.number}页没有表头“{label}”"
    title = pymupdf.open(stream=rendered.pdf).metadata["title"]
    assert title and "\n" not in title and "\r" not in title
    assert not any(only_code(page) for page in found), "核验码单独成页"


def signs(text: str) -> int:
    """How often a character stands in a text that only the law has: pages tear words apart."""
    return text.count("救")


def only_code(page: Page) -> bool:
    return len(page.body) < 6 and "核验码" in page.text


def head_of(page: Page, sheet: Sheet) -> None:
    """Issuer, number, red line, title and addressee, in mm below each other."""
    issuer = page.find(sheet.context["issuer"][:8])
    line = page.red_line
    title = page.find(sheet.context["title"].splitlines()[0][:6])
    assert issuer.top - 37 == pytest.approx(35, abs=CLOSE)
    assert issuer.middle == pytest.approx(28 + 78, abs=CLOSE)
    assert issuer.size > title.size
    above = issuer
    if sheet.number:
        number = page.find(sheet.number)
        assert number.top - issuer.bottom == pytest.approx(2 * LINE, abs=CLOSE)
        assert line[1] - number.bottom == pytest.approx(4, abs=CLOSE)
        above = number
    assert above.bottom < line[1]
    assert (line[0], line[2]) == (pytest.approx(28, abs=1), pytest.approx(184, abs=1))
    assert title.top - line[3] == pytest.approx(2 * LINE, abs=CLOSE)
    if sheet.context.get("addressee"):
        last = page.find(sheet.context["title"].splitlines()[-1][-4:])
        addressee = page.find(sheet.context["addressee"][:6])
        # From the middle of one line to that of the next but one.
        apart = (addressee.top + addressee.bottom - last.top - last.bottom) / 2
        assert apart == pytest.approx(2 * LINE, abs=CLOSE)


def closing_of(found: list[Page], sheet: Sheet, at: int) -> None:
    """Name and date alone, the date four characters from the right edge, the name centred over it."""
    page = found[at]
    date = [span for span in page.spans if span.text.strip() == "2026年12月31日"][-1]
    name = next(span for span in page.spans if span.text.strip() == sheet.parties[0].organization.formal_name
                and 0 < date.top - span.bottom < 6)  # fmt: skip
    right = page.block(register=False)[2]
    assert right - date.right == pytest.approx(4 * 156 / 28, abs=CLOSE)
    assert name.middle == pytest.approx(date.middle, abs=CLOSE)
    assert not any(word in page.text for word in ("签署人：", "（盖章）：", "日期：")) or sheet.data.get(
        "landscape"
    )
