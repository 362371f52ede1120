"""What cells of each kind may say, and what is said of the others."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.schemes.sheet import Points
from secondment.imports.attendance import Score
from tests.imports.kind import id_number
from xianan.core.spreadsheet import DATE, OTHER, PERCENT, Number, fold
from xianan.core.spreadsheet.cells import NUMBER
from xianan.imports.parsers import (
    Choice,
    Code,
    Date,
    IdNumber,
    Integer,
    OrganizationName,
    Parser,
    PersonName,
    Phone,
    Text,
    Tick,
    Wrong,
)
from xianan.imports.privacy import mask
from xianan.jobs.choices import JobState

DAY = dt.date(2026, 3, 1)


def refusal(parser: Parser, text: str) -> str:
    with pytest.raises(Wrong) as refused:
        parser.read(text)
    assert refused.value.message and refused.value.remedy
    return refused.value.code


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01", "2026-3-1", "2026.3.1", "2026.03.01", "2026/3/1", "2026年3月1日", "2026 年 3 月 1 日",
        "20260301", "46082", "46082.5", "2026-03-01 08:30:00", "２０２６．３．１", "2026年3月1",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert Date().read(fold(text)) == DAY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "no_such_day"), ("20261301", "no_such_day"), ("2026年3月", "no_day"), ("2026.3", "no_day"),
        ("三月一日", "no_date"), ("26.3.1", "no_date"), ("460820", "no_date"), ("待定日期", "no_date"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_told_apart(text: str, code: str) -> None:
    assert refusal(Date(), text) == code


@given(st.dates(dt.date(1930, 1, 1), dt.date(2100, 12, 31)))
def test_every_day_reads_back_as_it_is_shown_and_as_excel_counts_it(day: dt.date) -> None:
    assert Date().read(Date().show(day)) == day
    assert Date().read(str((day - dt.date(1899, 12, 30)).days)) == day


def test_a_day_outside_the_limits_is_refused() -> None:
    assert refusal(Date(DAY), "2026-02-28") == "too_early"
    assert refusal(Date(latest=DAY), "2026-03-02") == "too_late"
    assert Date(DAY, DAY).read("2026-03-01") == DAY


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("12.0", 12), ("1,200", 1200), ("１２", 12), ("12个月", 12), ("12 个月", 12), ("-3", -3)],
)
def test_a_whole_number_is_read_with_its_unit(text: str, number: int) -> None:
    assert Integer(unit="个月").read(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12.5", "no_integer"),
        ("一年", "no_integer"),
        ("0", "too_small"),
        ("61", "too_large"),
        ("1e9", "no_integer"),
    ],
)
def test_what_is_no_number_or_out_of_range_is_refused(text: str, code: str) -> None:
    assert refusal(Integer(1, 60), text) == code


def test_a_choice_is_read_by_any_of_its_words_and_shown_by_the_first() -> None:
    choice = Choice({"male": ("男", "男性"), "none": ("无", "没有")})
    assert [choice.read(text) for text in ("男", "男性", "无")] == ["male", "male", "none"]
    assert (choice.show("male"), choice.words) == ("男", ("男", "无"))
    # A word that usually says nothing is one here.
    assert "无" not in choice.nothing
    assert refusal(choice, "女") == "no_choice"
    assert Choice(JobState).read("已完成") == JobState.DONE


@pytest.mark.parametrize("text", ["√", "是", "有", "1", "Y", "TRUE", "☑"])
def test_yes(text: str) -> None:
    assert Tick().read(text) is True


@pytest.mark.parametrize("text", ["×", "否", "无", "0", "/", "—", "FALSE"])
def test_no(text: str) -> None:
    assert Tick().read(text) is False


def test_a_tick_that_says_neither_is_refused_unless_its_word_was_given() -> None:
    assert refusal(Tick(), "到会") == "no_tick"
    assert Tick(yes=("到会",), no=("缺席",)).read("到会") is True


ORGANIZATIONS = [
    SimpleNamespace(pk=1, name="区财政局", full_name="咸安区财政局", short_name="", aliases=["财政局"]),
    SimpleNamespace(pk=2, name="区教育局", full_name="", short_name="教育", aliases=["区教体局", "局"]),
    SimpleNamespace(pk=3, name="局", full_name="", short_name="", aliases=["财政局"]),
]


def test_an_organization_is_found_by_any_of_its_names() -> None:
    parser = OrganizationName(ORGANIZATIONS)
    assert [parser.read(text) for text in ("咸安区财政局", "教育", "区教体局", "区 财政局")] == [1, 2, 2, 1]
    # Who bears a name goes before whose alias it is.
    assert parser.read("局") == 3
    assert parser.show(2) == "区教育局"
    assert refusal(parser, "财政局") == "ambiguous"


def test_an_unknown_organization_is_told_which_names_are_near() -> None:
    with pytest.raises(Wrong) as refused:
        OrganizationName(ORGANIZATIONS, noun="单位").read("区教育厅")
    assert (refused.value.message, refused.value.remedy) == (
        "“区教育厅”不是可选的单位",
        "名称相近的有：区教育局",
    )


def test_an_identity_number_is_read_with_its_check_digit() -> None:
    assert IdNumber().read("11010519491231002X") == "11010519491231002X"
    assert IdNumber().read(" 110105 19491231 002x") == "11010519491231002X"
    assert IdNumber().read("１１０１０５１９４９１２３１００２Ｘ") == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4.20123199001011E+17", "number_cell"), ("4.20123E+17", "number_cell"), ("421202199003071000", "number_cell"),
        ("421202900307123", "old_number"), ("4212021990030710011", "wrong_length"), ("42120219900307100", "wrong_length"),
        ("42120219900230100X", "no_birthday"), ("110105194912310021", "check_digit"), ("42120219900307100A", "wrong_letters"),
        ("尚未办理", "wrong_letters"),
    ],
)  # fmt: skip
def test_each_way_of_getting_an_identity_number_wrong_is_named_and_never_quoted(text: str, code: str) -> None:
    with pytest.raises(Wrong) as refused:
        IdNumber().read(text)
    assert refused.value.code == code
    assert text not in refused.value.message + refused.value.remedy


@given(
    st.integers(0, 999),
    st.dates(dt.date(1930, 1, 1), dt.date(2010, 12, 31)),
    st.integers(0, 17),
    st.integers(1, 9),
)
def test_one_wrong_digit_is_always_found(n: int, day: dt.date, place: int, shift: int) -> None:
    number = id_number(n, f"{day:%Y%m%d}")
    assert IdNumber().read(number) == number
    if number[place] == "X":
        return
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Wrong):
        IdNumber().read(wrong)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13812345678", "13812345678"), ("138-1234-5678", "13812345678"), ("+86 138 1234 5678", "13812345678"),
        ("0715-8322456", "0715-8322456"), ("(0715)8322456", "0715-8322456"), ("8322456", "8322456"),
    ],
)  # fmt: skip
def test_phone_numbers(text: str, number: str) -> None:
    assert Phone().read(text) == number
    assert refusal(Phone(), f"{text}9999") == "no_phone"


def test_text_that_is_too_long_is_refused() -> None:
    assert Text(3).read("三个字") == "三个字"
    assert refusal(Text(3), "四个字了") == "too_long"
    assert refusal(Text(40), "张某 11010519491231002X") == "id_number_in_text"


@given(st.text(st.characters(categories=("Lu", "Ll", "Nd", "Lo")), min_size=4, max_size=40))
def test_a_mask_leaves_five_characters_at_most(text: str) -> None:
    covered = mask(text)
    assert covered.count("*") >= min(len(text) - 1, max(len(text) - 5, 2)) or "*" in text
    assert text not in covered


# Number cells

SHOWN_DAY = Number(DATE, "46357", "2026-12-01")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (SHOWN_DAY, "1月1日"),
        (Number(NUMBER, "3.1"), "3.1"),
        (Number(NUMBER, "3.1"), "3.10"),
        (Number(NUMBER, "3"), "3.0"),
    ],
)
def test_a_code_that_excel_changed_is_told(number: Number, text: str) -> None:
    with pytest.raises(Wrong, match=r"Excel.*按文本重填"):
        Code().cell(text, number)


def test_a_code_is_text_or_a_whole_number_and_no_date() -> None:
    assert Code().cell("007", Number(NUMBER, "7")) == "007"
    for text in ("3.10", "1-1", "12", "A.2-3", "20261"):
        assert Code().read(text) == text
    for text in ("2026-1-1", "2026/1/1", "1月1日", "2026年1月", "1-Jan", "Jan-26", "2026年1月1日"):
        assert refusal(Code(), text) == "code_date"


@pytest.mark.parametrize("parser", [Integer(), Points(), Score()])
def test_an_amount_takes_the_number_behind_a_format_and_asks_about_percent_and_dates(parser: Parser) -> None:
    assert parser.read(parser.cell("12个", Number(OTHER, "12"))) == parser.read("12")
    with pytest.raises(Wrong, match=r"百分比.*“92%”.*0.92"):
        parser.cell("92%", Number(PERCENT, "0.92"))
    with pytest.raises(Wrong, match=r"日期.*“2月4日”"):
        parser.cell("2月4日", SHOWN_DAY)


def test_a_date_takes_the_day_behind_any_format_and_no_bare_time() -> None:
    for text in ("2026年12月1日", "12月1日", "Dec-26"):
        assert Date().read(Date().cell(text, SHOWN_DAY)) == dt.date(2026, 12, 1)
    assert Date().read(Date().cell("44895", Number(NUMBER, "44895", "2026-12-01"))) == dt.date(2026, 12, 1)
    assert refusal(Date(), Date().cell("9:00", Number(DATE, "0.375"))) == "no_date"


def test_names_of_people_are_folded_on_the_way_in_and_when_compared() -> None:
    assert (
        PersonName(40).read("阿依古丽•买买提") == PersonName(40).show("阿依古丽．买买提") == "阿依古丽·买买提"
    )
