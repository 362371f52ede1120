import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.organizations.rules import (
    CREDIT_ALPHABET,
    credit_code_check,
    credit_code_fault,
    kinds_of_characters,
    password_fault,
)

BODIES = st.tuples(
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
).map("".join)


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "914403001922038216", "91110000802100433B", "9144030071526726XG"],
)
def test_real_codes_are_sound(code: str) -> None:
    assert credit_code_fault(code) == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "须为 18 位，现为 0 位"),
        ("91350100M000100Y4", "现为 17 位"),
        ("91350100M000100Y433", "现为 19 位"),
        ("91350100M000100Y44", "校验位不符"),
        ("91350100M000100Z43", "第 16 位“Z”"),
        ("91350100m000100Y43", "第 9 位“m”"),
        ("９1350100M000100Y43", "第 1 位“９”"),
        ("91350A00M000100Y43", "行政区划代码"),
        ("19350100M000100Y43", "校验位不符"),
    ],
)
def test_a_faulty_code_is_refused_in_words(code: str, words: str) -> None:
    assert words in credit_code_fault(code)


def test_the_check_character_may_be_any_of_the_alphabet() -> None:
    rng = random.Random(1)
    seen = {
        credit_code_check("12421202" + "".join(rng.choice(CREDIT_ALPHABET) for _ in range(9)))
        for _ in range(2000)
    }
    assert seen == set(CREDIT_ALPHABET)


@given(BODIES)
def test_a_code_with_its_own_check_character_is_sound(body: str) -> None:
    assert credit_code_fault(body + credit_code_check(body)) == ""


@given(BODIES, st.integers(0, 16), st.sampled_from(CREDIT_ALPHABET))
def test_one_mistyped_character_is_always_found(body: str, place: int, char: str) -> None:
    code = body + credit_code_check(body)
    wrong = code[:place] + char + code[place + 1 :]
    assert (credit_code_fault(wrong) == "") == (wrong == code)


@given(BODIES, st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_found(body: str, place: int) -> None:
    code = body + credit_code_check(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (credit_code_fault(swapped) == "") == (swapped == code)


@pytest.mark.parametrize(
    ("password", "kinds"),
    [("", 0), ("abc", 1), ("abcD", 2), ("abcD1", 3), ("abcD1-", 4), ("密码", 1), ("密码a", 2), ("１２a", 2)],
)
def test_kinds_of_characters(password: str, kinds: int) -> None:
    assert kinds_of_characters(password) == kinds


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Xianan-2026", ""),
        ("abcdE12", "密码不少于 8 位，现为 7 位。"),
        ("abcdE123", ""),
        ("abcdefgh12", "三类"),
        ("ABCDEFGH12", "三类"),
        ("clerk2-Ab", ""),
        ("My-BIANBAN1", "不能包含账号"),
    ],
)
def test_a_password_is_judged(password: str, fault: str) -> None:
    found = password_fault(password, "bianban", "abc")
    assert fault in found
    assert bool(found) == bool(fault)
