import datetime as dt
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core.identity import (
    LineFormatter,
    birth_date_of,
    check_digit,
    id_number_fault,
    mask_id_number,
    tidy_id_number,
    without_id_numbers,
)

GOOD = "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (GOOD, ""),
        ("440524188001010014", ""),
        ("110105194912310021", "身份证号码校验位不符，逐位核对"),
        ("11010519491331002X", "身份证号码第 7 至 14 位不是实际存在的日期"),
        ("1101051949123100", "身份证号码须为 18 位数字，末位可为 X，现为 16 位"),
        ("X1010519491231002X", "身份证号码须为 18 位数字，末位可为 X，现为 18 位"),
        ("", "身份证号码须为 18 位数字，末位可为 X，现为 0 位"),
    ],
)
def test_a_number_is_told_what_is_wrong_with_it(number, fault):
    assert id_number_fault(number) == fault


@given(st.from_regex(r"4212021[0-9]{10}", fullmatch=True), st.integers(0, 16))
def test_any_single_wrong_digit_is_found(start, place):
    number = start + check_digit(start)
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert check_digit(wrong) != wrong[17]


def test_full_width_digits_blanks_and_a_small_x_are_tidied():
    assert tidy_id_number(" １１０１０５ 19491231 002x ") == GOOD


def test_a_number_carries_its_birth_date():
    assert birth_date_of(GOOD) == dt.date(1949, 12, 31)


def test_only_the_first_three_and_last_two_signs_are_shown():
    assert mask_id_number(GOOD) == "110*************2X"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"张某（{GOOD}）", "张某（110*************2X）"),
        (f"身份证号{GOOD.lower()}，电话13971234567", "身份证号110*************2X，电话13971234567"),
        ("110105 19491231 0021", "110*************21"),
        ("１１０１０５１９４９１２３１００２１", "110*************21"),
        ("证件No110105194912310021号", "证件No110*************21号"),
        ("统一社会信用代码 11421202011345678X", "统一社会信用代码 11421202011345678X"),
        ("流水号 1101051949123100210", "流水号 1101051949123100210"),
        ("110*************2X", "110*************2X"),
        ("", ""),
    ],
)
def test_numbers_in_a_text_are_masked_and_what_only_looks_like_one_stays(text, kept):
    assert without_id_numbers(text) == kept


def test_numbers_in_plain_json_are_masked_wherever_they_stand():
    found = without_id_numbers({GOOD: [1, None, {"a": (GOOD, True)}], "b": 2.5})
    assert found == {"110*************2X": [1, None, {"a": ["110*************2X", True]}], "b": 2.5}


def test_a_line_of_the_log_quotes_no_number():
    record = logging.LogRecord("x", logging.ERROR, "", 0, "duplicate key (%s)", (GOOD,), None)
    assert LineFormatter("%(message)s").format(record) == "duplicate key (110*************2X)"
