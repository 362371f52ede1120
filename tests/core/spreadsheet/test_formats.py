"""What Excel in Chinese puts on the sheet for a number, by the cell's format."""

from __future__ import annotations

import pytest

from xianan.core.spreadsheet.apart.formats import (
    BUILT_IN,
    DATE,
    LOST,
    NUMBER,
    OTHER,
    PERCENT,
    Format,
    moment,
)


@pytest.mark.parametrize(
    ("code", "value", "kind", "text"),
    [
        ("General", 12, NUMBER, "12"),
        ("General", -12.5, NUMBER, "-12.5"),
        ("General", 0.1 + 0.2, NUMBER, "0.3"),
        ("General", 59.995, NUMBER, "59.995"),
        ("General", 1234.56789123, NUMBER, "1234.567891"),
        ("General", 13800138000, NUMBER, "13800138000"),
        ("General", 123456789012, LOST, "1.23457E+11"),
        ("General", 170810000123456789, LOST, "1.7081E+17"),
        ("G/通用格式", 3.1, NUMBER, "3.1"),
        ("@", 12, NUMBER, "12"),
        ("0", 123456789012, NUMBER, "123456789012"),
        ("0", 421202199001010010, LOST, "421202199001010000"),
        ("0", 3.6, NUMBER, "4"),
        ("0.00", 3.1, NUMBER, "3.10"),
        ("0.00", 0.125, NUMBER, "0.13"),
        ("0.0#", 3.1, NUMBER, "3.1"),
        ("#.##", 0.5, NUMBER, ".5"),
        ("00000000000", 1708100001, NUMBER, "01708100001"),
        ("0000", 7, NUMBER, "0007"),
        ("#,##0", 1234567, NUMBER, "1,234,567"),
        ("#,##0.00", -1234.5, NUMBER, "-1,234.50"),
        ("0_ ", 5, NUMBER, "5"),
        ("0.00_);[Red]\\-0.00", -2.5, NUMBER, "-2.50"),
        ("0.00_);[Red]\\(0.00\\)", -2.5, OTHER, "(2.50)"),
        ("#,##0;-#,##0;0", 0, NUMBER, "0"),
        ("0%", 0.92, PERCENT, "92%"),
        ("0.0%", 0.9255, PERCENT, "92.6%"),
        ('0"号"', 17081000012, OTHER, "17081000012号"),
        ('"鄂"0000', 12, OTHER, "鄂0012"),
        ('"￥"#,##0.00', 12, OTHER, "￥12.00"),
        ("[$￥-804]#,##0", 12, OTHER, "12"),
        ("0.00E+00", 1234, LOST, "1.23E+03"),
        ("# ?/?", 0.5, OTHER, "0.5"),
        ("[DBNum1]0", 5, OTHER, "5"),
        ("[>100]0;0.0", 5, OTHER, "5"),
        ("000\\-0000", 1234567, OTHER, "1234567"),
    ],
)
def test_numbers(code: str, value: float, kind: str, text: str) -> None:
    shown = Format(code).show(value)
    assert (shown.kind, shown.text) == (kind, text)


DAY = 46357  # 1 December 2026, a Tuesday


@pytest.mark.parametrize(
    ("code", "value", "text", "date"),
    [
        ("yyyy-mm-dd", DAY, "2026-12-01", "2026-12-01"),
        ("yyyy/m/d;@", DAY, "2026/12/1", "2026-12-01"),
        (BUILT_IN[14], DAY, "2026/12/1", "2026-12-01"),
        (BUILT_IN[31], DAY, "2026年12月1日", "2026-12-01"),
        (BUILT_IN[57], DAY, "2026年12月", "2026-12-01"),
        (BUILT_IN[58], DAY, "12月1日", "2026-12-01"),
        (BUILT_IN[22], DAY + 0.5, "2026/12/1 12:00", "2026-12-01 12:00:00"),
        (BUILT_IN[17], DAY, "Dec-26", "2026-12-01"),
        ('[$-804]yyyy"年"m"月"d"日";@', DAY, "2026年12月1日", "2026-12-01"),
        ("[$-F800]dddd, mmmm dd, yyyy", DAY, "2026年12月1日", "2026-12-01"),
        ('[DBNum1][$-804]yyyy"年"m"月"d"日"', DAY, "二〇二六年十二月一日", "2026-12-01"),
        ("yyyy.mm.dd", DAY, "2026.12.01", "2026-12-01"),
        ("yy\\-m\\-d", DAY, "26-12-1", "2026-12-01"),
        ("aaaa", DAY, "星期二", ""),
        ("h:mm", 0.375, "9:00", ""),
        ("hh:mm:ss", 0.375, "09:00:00", ""),
        (BUILT_IN[34], 0.75, "下午6时00分", ""),
        ("h:mm AM/PM", 0.25, "6:00 AM", ""),
        ("[h]:mm", 1.5, "36:00", ""),
        ("mm:ss.0", 0.5 / 86400, "00:00.5", ""),
    ],
)
def test_dates_and_times(code: str, value: float, text: str, date: str) -> None:
    shown = Format(code).show(value)
    assert (shown.kind, shown.text, shown.date) == (DATE, text, date)


def test_both_epochs_and_the_day_that_never_was() -> None:
    assert Format("yyyy-mm-dd").show(DAY - 1462, from_1904=True).text == "2026-12-01"
    assert str(moment(1, False)) == "1900-01-01 00:00:00"
    assert str(moment(61, False)) == "1900-03-01 00:00:00"
    assert Format("yyyy-mm-dd").show(-1).kind == OTHER
    assert Format("yyyy-mm-dd").show(1e9).kind == OTHER
