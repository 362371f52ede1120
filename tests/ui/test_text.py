import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core.clock import ZONE, travel
from xianan.ui import text

DAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (dt.date(2026, 11, 21), "逾期 2 天", "red"),
        (DAY, "今日", "amber"),
        (dt.date(2026, 11, 24), "剩 1 天", "amber"),
        (dt.date(2026, 11, 30), "剩 7 天", "amber"),
        (dt.date(2026, 12, 1), "剩 8 天", "grey"),
    ],
)
def test_a_due_date_is_red_only_once_it_is_past(due: dt.date, words: str, tone: str) -> None:
    with travel(DAY):
        assert text.days_left(due) == (words, tone)


def test_dates_are_written_as_the_documents_write_them() -> None:
    late = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
    with travel(DAY):
        assert text.full_date(late) == "2026年11月23日"
        assert text.short_date(dt.date(2026, 3, 1)) == "3月1日"
        assert text.short_date(dt.date(2027, 3, 1)) == "2027年3月1日"
        assert text.short_moment(dt.datetime(2026, 11, 23, 9, 5, tzinfo=ZONE)) == "今日 09:05"
        assert text.short_moment(dt.datetime(2026, 11, 20, 9, 5, tzinfo=ZONE)) == "11月20日 09:05"
    assert text.weekday(DAY) == "星期一"
    assert text.full_date(None) == text.short_moment(None) == ""


@given(st.integers(-(10**14), 10**14))
def test_yuan_loses_no_fen(fen: int) -> None:
    assert round(float(text.yuan(fen).replace(",", "")) * 100) == fen


def test_sizes_and_shares_carry_their_unit_and_fraction() -> None:
    assert [text.size(n) for n in (0, 1023, 88064, 1258291)] == ["0 B", "1023 B", "86 KB", "1.2 MB"]
    assert text.share(46, 51) == "90.2% 46/51"
    assert text.share(0, 0) == "—"
