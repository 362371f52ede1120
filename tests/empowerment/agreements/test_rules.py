"""The rules of letters and of what follows from them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from empowerment.rules import decline_text, is_unevaluated, missing_contents, transition_until

WHOLE = {"name": "名", "type_name": "行政处罚", "basis": "法", "duties": "责", "transition_months": 6}


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({}, ()),
        ({"duties": ""}, ("职责边界",)),
        ({"duties": " \n"}, ("职责边界",)),
        ({"basis": "", "duties": ""}, ("设定依据", "职责边界")),
        ({"name": "", "type_name": "", "transition_months": 0}, ("事项名称", "事项类型", "过渡期")),
    ],
)
def test_what_lacks_of_the_five_contents_is_named(lacking, said) -> None:
    assert missing_contents(**{**WHOLE, **lacking}) == said


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (dt.date(2026, 11, 23), 6, dt.date(2027, 5, 23)),
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 31), 4, dt.date(2027, 4, 30)),
    ],
)
def test_a_transition_ends_on_the_same_day_of_a_later_month_or_its_last(start, months, end) -> None:
    assert transition_until(start, months) == end


@given(st.dates(dt.date(2020, 1, 1), dt.date(2060, 1, 1)), st.integers(1, 36))
def test_a_transition_is_over_only_after_its_last_day(start, months) -> None:
    end = transition_until(start, months)
    assert end > start
    assert not is_unevaluated("transition", end, end)
    assert is_unevaluated("transition", end, end + dt.timedelta(days=1))
    assert not is_unevaluated("operating", end, end + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("category", "detail", "said"),
    [
        ("认定困难", "", "认定困难"),
        ("认定困难", " 缺少标准 ", "认定困难：缺少标准"),
        ("其他", "辖区没有此类场所", "辖区没有此类场所"),
    ],
)
def test_a_reason_is_its_category_and_what_the_street_adds(category, detail, said) -> None:
    assert decline_text(category, detail) == said


@pytest.mark.parametrize(("category", "detail"), [("其他", " "), ("", "有话"), ("别的", "有话")])
def test_other_without_words_and_unknown_categories_are_refused(category, detail) -> None:
    with pytest.raises(ValueError, match=r"理由类别|具体情况"):
        decline_text(category, detail)
