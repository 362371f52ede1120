"""What may be typed for a figure of the policy, and how it reads."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.policy.choices import ParameterKind
from xianan.policy.rules import clean_parameter, show_parameter

INTEGER, TEXT, SHARES, MONEY, BOOLEAN = (
    ParameterKind.INTEGER, ParameterKind.TEXT, ParameterKind.SHARES, ParameterKind.MONEY, ParameterKind.BOOLEAN,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (INTEGER, "6", 6),
        (INTEGER, " 12 ", 12),
        (INTEGER, "0", 0),
        (TEXT, " 咸赋权确 ", "咸赋权确"),
        (TEXT, "字" * 200, "字" * 200),
        (SHARES, "40:30:30", [40, 30, 30]),
        (SHARES, "40：30：30", [40, 30, 30]),
        (SHARES, "100", [100]),
        (SHARES, "0:100", [0, 100]),
        (MONEY, "5000000", 500_000_000),
        (MONEY, "5,000,000.05", 500_000_005),
        (MONEY, "0.5", 50),
        (MONEY, "0", 0),
        (BOOLEAN, "是", True),
        (BOOLEAN, "on", True),
        (BOOLEAN, "否", False),
        (BOOLEAN, "", False),
    ],
)
def test_what_is_typed_is_stored_so(kind: str, typed: str, stored: Any) -> None:
    assert clean_parameter(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        (INTEGER, "", "不能为空"),
        (INTEGER, "六", "不是整数"),
        (INTEGER, "6.5", "不是整数"),
        (INTEGER, "0", "不能小于 1"),
        (INTEGER, "25", "不能大于 24"),
        (TEXT, "   ", "不能为空"),
        (TEXT, "字" * 201, "200 字"),
        (SHARES, "40:30", "现为 70"),
        (SHARES, "40:30:30:1", "现为 101"),
        (SHARES, "a:b", "40:30:30"),
        (SHARES, "-10:110", "负数"),
        (SHARES, "40:30:", "40:30:30"),
        (MONEY, "-5", "不是金额"),
        (MONEY, "5.005", "不是金额"),
        (MONEY, "5.", "不是金额"),
        (MONEY, ".5", "不是金额"),
        (MONEY, "五百万", "不是金额"),
        (MONEY, "1e6", "不是金额"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(kind: str, typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        clean_parameter(kind, typed, minimum=1, maximum=24)


@given(st.integers(0, 10**14))
def test_money_reads_as_it_is_typed_and_loses_no_fen(fen: int) -> None:
    assert clean_parameter(MONEY, show_parameter(MONEY, fen)) == fen


@given(st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_shares_are_taken_exactly_when_they_total_a_hundred(shares: list[int]) -> None:
    typed = ":".join(map(str, shares))
    if sum(shares) == 100:
        assert show_parameter(SHARES, clean_parameter(SHARES, typed)) == typed
    else:
        with pytest.raises(ValueError, match="须为 100"):
            clean_parameter(SHARES, typed)


@given(st.integers())
def test_a_number_is_taken_exactly_within_its_bounds(number: int) -> None:
    if 1 <= number <= 24:
        assert clean_parameter(INTEGER, str(number), minimum=1, maximum=24) == number
    else:
        with pytest.raises(ValueError, match="不能"):
            clean_parameter(INTEGER, str(number), minimum=1, maximum=24)


@pytest.mark.parametrize(
    ("kind", "stored", "shown"),
    [
        (INTEGER, 6, "6"),
        (SHARES, [40, 30, 30], "40:30:30"),
        (MONEY, 500_000_005, "5000000.05"),
        (BOOLEAN, True, "是"),
        (BOOLEAN, False, "否"),
    ],
)
def test_a_stored_value_reads_so(kind: str, stored: Any, shown: str) -> None:
    assert show_parameter(kind, stored) == shown
