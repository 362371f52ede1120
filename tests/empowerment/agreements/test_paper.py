"""The letter as it is printed: what it says, and that nothing stands alone on its last page."""

import datetime as dt

import pymupdf
import pytest

from xianan.core import clock
from xianan.documents.selectors import file_bytes


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(dt.date(2026, 11, 23))


def pages_of(letter) -> list[str]:
    original = letter.document.files.get(sequence=1)
    with pymupdf.open(stream=file_bytes(original), filetype="pdf") as paper:
        return ["".join(page.get_text().split()) for page in paper]


def test_the_letter_says_what_the_policy_demands(world) -> None:
    letter = world.letter("擅自占用城市道路的处罚")
    said = "".join(pages_of(letter))
    for words in (
        "咸安区街道赋权事项承接确认书",
        "咸赋权确〔2026〕第001号",
        "甲方（赋权部门）：咸安区住房和城乡建设局",
        "乙方（承接街道）：咸安区温泉街道办事处",
        "根据《咸安区推进街道赋权工作实施方案》",
        "咸安区街道赋权事项清单（第1版）",
        "擅自占用城市道路的处罚",
        "行政处罚",
        "《城市道路管理条例》第四十二条",
        "6个月",
        "过渡期自双方最后签署之日起6个月",
        "未经确认的，仍由甲方承担",
        "不得再将承接的权限赋予其他任何组织或者个人实施",
        "“收支两条线”管理，全部上缴区级财政",
        "指定甲方管辖",
        "一式4份",
        "区委编办、区司法局备案",
        letter.document.code_shown,
    ):
        assert words in said, words
    # A cell breaks its lines where it likes.
    assert "街道负责巡查和处罚；部门负责业务指导" in said


def test_a_credit_code_is_printed_where_it_is_known(world) -> None:
    world.department.credit_code = "11421202MB1F65387G"
    world.department.save()
    letter = world.letter("甲事项")
    said = "".join(pages_of(letter))
    assert said.count("统一社会信用代码") == 1
    assert "11421202MB1F65387G" in said


@pytest.mark.parametrize("count", [1, 4, 9, 14, 21])
def test_the_signatures_never_stand_on_a_page_without_text(world, count) -> None:
    letter = world.letter(*[f"擅自占用城市道路的处罚之{number}" for number in range(count)])
    *_, last = pages_of(letter)
    assert "八、其他" in last
    assert last.index("八、其他") < last.index("甲方（盖章）") < last.index("核验码")
    places = letter.document.places
    assert places["a"]["page"] == places["b"]["page"] == letter.document.pages - 1
