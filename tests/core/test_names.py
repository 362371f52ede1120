"""Names of people are folded one way, so that only a true difference is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core.names import person_name, same_person_name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        *((f"阿依古丽{dot}买买提", "阿依古丽·买买提") for dot in "·•・･．‧∙⋅﹒,，.。、"),
        ("阿依古丽 · 买买提", "阿依古丽·买买提"),
        ("欧阳　某某", "欧阳某某"),
        ("王 芳", "王芳"),
        (" 王\u200b芳\n", "王芳"),
        ("龑\ue863", "龑䶮"),
        ("\ue816\ue864", "\U00020087\u9fbb"),
        ("𬱖𠅤㛃", "𬱖𠅤㛃"),
        ("⽅圆", "方圆"),
        ("Ｊ．Ｓｍｉｔｈ", "J.Smith"),
        ("J.  Smith", "J. Smith"),
        ("陈某（代）", "陈某(代)"),
    ],
)
def test_a_name_is_kept_one_way(written: str, kept: str) -> None:
    assert person_name(written) == kept


def test_only_a_true_difference_is_one() -> None:
    assert same_person_name("龑\ue863", "龑䶮")
    assert not same_person_name("李芳", "李方")
    assert not same_person_name("阿依古丽·买买提", "阿依古丽·买买堤")


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert person_name(person_name(text)) == person_name(text)
