import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.documents import rules


@pytest.mark.parametrize(
    "typed",
    ["XA7K-42QD-9F3M", "xa7k42qd9f3m", " xa7k 42qd 9f3m ", "XA7K—42QD—9F3M", "ＸＡ７Ｋ－４２ＱＤ－９Ｆ３Ｍ"],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert rules.normalise_code(typed) == "XA7K42QD9F3M"


def test_letters_that_look_like_digits_are_read_as_digits():
    assert rules.normalise_code("OO11-iIlL-ABCD") == "00111111ABCD"


@pytest.mark.parametrize(
    "typed", ["", "XA7K-42QD", "XA7K-42QD-9F3M-1", "XA7K-42QD-9F3U", "核验码核验码核验码核验码"]
)
def test_what_cannot_be_a_code_is_none(typed):
    assert rules.normalise_code(typed) == ""


def test_a_new_code_survives_being_printed_and_typed():
    for _ in range(200):
        code = rules.new_code()
        assert rules.normalise_code(rules.show_code(code).lower()) == code


def test_numbers_are_written_as_offices_write_them():
    assert rules.number_text("咸赋权确", 2026, 1) == "咸赋权确〔2026〕第001号"
    assert rules.number_text("咸赋权确", 2026, 1234) == "咸赋权确〔2026〕第1234号"


def test_sm3_is_the_standard_one():
    # GB/T 32905-2016, example 1.
    assert rules.sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@given(st.text())
def test_a_safe_name_is_one_component_of_a_path(text):
    name = rules.safe_name(text)
    assert name and len(name) <= 80
    assert not set(name) & set('/\\:*?"<>|\0') and name not in (".", "..") and not name.startswith(".")
