"""docs/permissions.md is what ``bin/permissions`` makes of it: a right changes by a visible difference."""

from __future__ import annotations

from difflib import ndiff

import pytest

from tests.permissions.generate import BY_HAND, regenerated, sayings
from tests.permissions.table import DOCUMENT
from tests.permissions.views import names
from xianan.acts.nouns import nouns

TEXT = DOCUMENT.read_text(encoding="utf-8")
END = "| `secondment:exemption-end` | POST | 终止豁免 | — | 区委编办 | 登录 |\n"
REPORT = "| `secondment:exchange-report` | POST | 填报总结 | 街道经办人、街道负责人 | — | 登录 |\n"
PERSON = "| `organizations:person-active` | POST | 停用或启用账号 | — | 区委编办 | 登录 |\n"
LIST = "| `deadlines:list` | GET | 未办结的期限 | 部门经办人、"


def test_writing_it_anew_changes_nothing() -> None:
    changed = [line for line in ndiff(TEXT.splitlines(), regenerated(TEXT).splitlines()) if line[0] in "+-"]
    assert not changed, "the code says otherwise: bin/permissions writes docs/permissions.md anew"


@pytest.mark.parametrize(
    ("line", "other"),
    [
        (END, END.replace("区委编办", "区委编办、区政府办")),
        (END, ""),
        (REPORT, REPORT.replace("街道负责人", "街道负责人、街道查阅")),
        (PERSON, PERSON.replace("| — |", "| 部门负责人 |")),
        (LIST, LIST.removesuffix("部门经办人、")),
        (END, END + "| `secondment:exemption-begin` | POST | 恢复豁免 | — | 区委编办 | 登录 |\n"),
        (END, END + END.replace("-end", "")),
    ],
    ids=["wider", "no row", "wider side", "guarded page", "list", "no address", "no method"],
)
def test_what_the_table_says_otherwise_is_written_as_the_code_says(line: str, other: str) -> None:
    assert line in TEXT
    assert regenerated(TEXT.replace(line, other)) == TEXT


def test_what_the_code_says_nothing_of_stays() -> None:
    by_hand = TEXT.replace("| 登录页 |", "| 登录页面 |").replace("## 认领\n", "## 认领\n\nA note.\n")
    of_a_case = by_hand.replace("| 一份计划草稿，只有制发单位 | — | 区政府办 |", "| 草稿 | — | 督查室 |")
    one_side = of_a_case.replace(REPORT, REPORT.replace("街道经办人、街道负责人", "部门经办人"))
    in_words = one_side.replace("| 终止豁免 |", "| 提前结束豁免 |")
    assert in_words.count("\n") == TEXT.count("\n") + 2
    assert regenerated(in_words) == in_words


def test_every_step_with_a_page_is_told_and_what_is_left_to_people_is_there() -> None:
    steps = {f"{noun.page}-{step.name}" for noun in nouns() for step in noun.steps.values()}
    assert steps.intersection(names()) - BY_HAND <= {name for name, _ in sayings()}
    assert set(names()) >= BY_HAND
