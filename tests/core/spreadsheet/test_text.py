"""Folding and comparing text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core.spreadsheet import column_letter, fold, key

ANY = (
    st.text(
        alphabet=st.sampled_from(
            "甲乙《》（）第一条，。；: ab1Ａ９\u3000\n\r\t\u200b\ufeff\u00a0⼀街道部门负责"
        )
    )
    | st.text()
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("　对在城市照明设施\n安全距离内 ", "对在城市照明设施安全距离内"),
        ("第 ３２ 条", "第32条"),
        ("ＡＢ１２ 号", "AB12号"),
        ("permit  A\nB", "permit A B"),
        ("甲，乙；丙：丁", "甲，乙；丙：丁"),
        ("（甲）\u200b\ufeff", "（甲）"),
        ("⾏政处罚", "行政处罚"),
        ("甲_x000D_\n乙", "甲乙"),
    ],
)
def test_a_name_becomes_one_line_with_its_punctuation_kept(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("《甲法》第一条\n《乙法》第二条", "《甲法》第一条；《乙法》第二条"),
        ("《甲法》第一条；\n《乙法》第二条", "《甲法》第一条；《乙法》第二条"),
        ("违反《城市道路\n管理条例》第一条", "违反《城市道路管理条例》第一条"),
        ("依照\n《甲法》第一条", "依照《甲法》第一条"),
        ("街道负责受理\n部门负责指导", "街道负责受理；部门负责指导"),
        ("1.《甲法》\r\n2.《乙法》", "1.《甲法》；2.《乙法》"),
    ],
)
def test_laws_and_duties_on_lines_of_their_own_stay_apart(text: str, folded: str) -> None:
    assert fold(text, separate=True) == folded


@given(ANY, st.booleans())
def test_folding_twice_changes_nothing(text: str, separate: bool) -> None:
    once = fold(text, separate=separate)
    assert fold(once, separate=separate) == once
    assert "\n" not in once and once == once.strip()


@given(ANY)
def test_folding_does_not_change_what_is_compared(text: str) -> None:
    assert key(fold(text)) == key(text)


def test_texts_that_differ_in_width_blanks_and_a_stop_compare_equal() -> None:
    assert key("《甲法》（2019年）第一条。") == key("《甲法》 (2019年)第１条".replace("１", "一"))
    assert key("“甲”—乙") == key('"甲"-乙')
    assert key("甲") != key("乙")


def test_letters_of_columns() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
