import pytest

from xianan.core.outside import whole, wholes


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), (str(2**63 - 1), 2**63 - 1)])
def test_a_number_from_outside_is_read(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    "text",
    [None, "", " ", "-1", "+1", " 1", "1 ", "1\n", "1.0", "1e3", "١", "１２", "²", "0x10", "1_000", "NaN", "1\x00",
     str(2**63), str(2**64), "9" * 5000],
)  # fmt: skip
def test_what_no_key_can_be_is_no_number(text: str | None) -> None:
    assert whole(text) is None


def test_a_list_keeps_its_numbers_and_an_end_can_be_set() -> None:
    assert wholes(["3", "x", str(2**70), "١", "1"]) == [3, 1]
    assert whole("2100", most=2099) is None
