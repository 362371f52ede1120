"""Charts: bars in proportion, figures and words beside them, nothing that needs colour or a style attribute."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.ui.charts import WIDTH, Series, bar_length, bars

BAR = re.compile(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="(?:12|16)" fill="url')


@given(st.integers(-100, 300_00), st.integers(0, 200_00), st.floats(0, 1000))
def test_a_bar_is_never_outside_its_axis(value, full, width) -> None:
    assert 0 <= bar_length(value, full, width) <= width + 0.01


@given(st.integers(0, 100_00), st.integers(0, 100_00))
def test_more_is_never_shorter(one, other) -> None:
    low, high = sorted((one, other))
    assert bar_length(low, 100_00, 400) <= bar_length(high, 100_00, 400)


@given(st.lists(st.integers(0, 100_00), min_size=1, max_size=40))
def test_every_bar_ends_inside_the_picture_and_its_length_is_in_proportion(values) -> None:
    svg = bars("总分", [f"街道{n}" for n in range(len(values))], [Series("本年", values)], full=100_00)
    found = [(float(x), float(width)) for x, width in BAR.findall(svg)]
    assert len(found) == len(values)
    room = max(WIDTH - found[0][0] - 62, 1)
    for (x, width), value in zip(found, values, strict=True):
        assert x + width <= WIDTH and width == pytest.approx(value * room / 100_00, abs=0.02)


def test_it_says_in_words_what_it_shows_and_tells_series_apart_by_pattern() -> None:
    svg = bars(
        "各街道总分",
        ["温泉街道", "浮山<街道>"],
        [Series("2026年度", [98_60, 92_50]), Series("2025年度", [None, 90_00])],
        full=100_00,
    )
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert (
        root.get("aria-label")
        == "各街道总分：温泉街道 2026年度98.60分；浮山<街道> 2026年度92.50分，2025年度90.00分"
    )
    fills = set(re.findall(r'fill="(url\(#[^"]+)"', svg))
    assert len(fills) == 2 and svg.count("<pattern") == 2
    assert "style=" not in svg and "98.60" in svg and "无" in svg


def test_two_charts_of_a_page_never_share_a_pattern() -> None:
    ids = [
        re.findall(r'pattern id="([^"]+)"', bars("甲", ["一"], [Series("数", [1])], full=2)) for _ in range(2)
    ]
    assert ids[0] != ids[1]


def test_a_series_without_a_value_for_each_label_is_an_error() -> None:
    with pytest.raises(ValueError, match="has 1 values for 2 labels"):
        bars("甲", ["一", "二"], [Series("数", [1])], full=2)
