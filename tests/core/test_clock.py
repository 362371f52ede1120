import datetime as dt

from xianan.core import clock

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def test_now_is_aware_and_in_shanghai() -> None:
    assert clock.now().utcoffset() == dt.timedelta(hours=8)


def test_today_is_the_date_in_shanghai_when_it_is_still_yesterday_in_utc() -> None:
    with clock.travel(dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2026, 11, 23)


def test_local_date_follows_shanghai_midnight() -> None:
    assert clock.local_date(dt.datetime(2026, 12, 31, 15, 59, tzinfo=dt.UTC)) == dt.date(2026, 12, 31)
    assert clock.local_date(dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC)) == dt.date(2027, 1, 1)


def test_a_plain_date_means_nine_in_the_morning_and_time_runs_on() -> None:
    with clock.travel(dt.date(2027, 2, 28)):
        first = clock.now()
        second = clock.now()
    assert (first.date(), first.hour, first.minute) == (dt.date(2027, 2, 28), 9, 0)
    assert second > first


def test_travels_nest_and_give_the_time_back() -> None:
    before = clock.now()
    with clock.travel(dt.date(2030, 1, 1)):
        with clock.travel(dt.date(2020, 1, 1)):
            assert clock.today() == dt.date(2020, 1, 1)
        assert clock.today() == dt.date(2030, 1, 1)
    assert abs(clock.now() - before) < dt.timedelta(seconds=5)


def test_an_exception_gives_the_time_back_too() -> None:
    try:
        with clock.travel(dt.date(2030, 1, 1)):
            raise RuntimeError
    except RuntimeError:
        pass
    assert clock.today() != dt.date(2030, 1, 1)


def test_set_to_nothing_returns_to_real_time() -> None:
    clock.set_to(dt.datetime(2000, 1, 1, tzinfo=SHANGHAI))
    assert clock.today() == dt.date(2000, 1, 1)
    clock.set_to(None)
    assert abs(clock.now() - dt.datetime.now(SHANGHAI)) < dt.timedelta(seconds=5)
