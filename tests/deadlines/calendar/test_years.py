"""Opening dates on working days, and what happens to them when a year's notice is entered."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from tests.deadlines.kit import PLAIN, WORKING, open_at
from xianan.core.errors import DomainError
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.models import CalendarDay, CalendarYear, Deadline
from xianan.deadlines.rules import CalendarEntry
from xianan.deadlines.services import Due, close, open_many
from xianan.deadlines.services.calendar import save_year
from xianan.history.selectors import timeline

pytestmark = pytest.mark.usefixtures("monday")
NATIONAL_DAY = dt.date(2027, 10, 1)  # a Friday
REST = [CalendarEntry(NATIONAL_DAY + dt.timedelta(days=step), False, "国庆节") for step in range(7)]
WORKED = CalendarEntry(dt.date(2027, 10, 9), True, "国庆节")


def save(world: Any, entries: list[CalendarEntry], **more: Any) -> int:
    values = {"year": 2027, "reference": "国办发明电〔2026〕8号", "actor": world.establishment, **more}
    return save_year(world.district, values.pop("year"), entries=entries, **values)


def test_only_the_kinds_that_say_so_move_to_a_working_day(world: Any) -> None:
    sunday = dt.date(2026, 11, 29)
    moved = open_at(world.street, world.street, sunday, kind=WORKING)
    kept = open_at(world.street, world.street, sunday, kind=PLAIN)
    assert (moved.nominal_on, moved.due_on) == (sunday, dt.date(2026, 11, 30))
    assert (kept.nominal_on, kept.due_on) == (sunday, sunday)


def test_a_weekend_that_is_worked_keeps_its_date(world: Any) -> None:
    assert open_at(world.street, world.street, dt.date(2026, 10, 10), kind=WORKING).due_on == dt.date(
        2026, 10, 10
    )


def test_opening_many_costs_the_same_as_opening_few(world: Any) -> None:
    def cost(rows: list[Any]) -> int:
        with CaptureQueriesContext(connection) as queries:
            open_many(WORKING.key, [Due(row, row, dt.date(2027, 5, 1), "报送") for row in rows])
        return len(queries)

    cost([world.street])
    assert cost([world.other_street]) == cost([world.department, world.other_department, world.finance])


def test_saving_a_year_moves_the_open_dates_it_touches_and_tells_each_timeline(world: Any) -> None:
    touched = open_at(world.street, world.street, NATIONAL_DAY, kind=WORKING)
    plain = open_at(world.street, world.street, NATIONAL_DAY, kind=PLAIN)
    elsewhere = open_at(world.department, world.department, dt.date(2027, 3, 1), kind=WORKING)
    closed = open_at(world.other_street, world.other_street, NATIONAL_DAY, kind=WORKING)
    close(WORKING.key, [world.other_street], outcome="done")
    assert touched.due_on == NATIONAL_DAY
    assert save(world, [*REST, WORKED]) == 1
    due = dict(Deadline.objects.values_list("pk", "due_on"))
    assert due[touched.pk] == dt.date(2027, 10, 8)
    assert due[plain.pk] == due[closed.pk] == NATIONAL_DAY
    assert due[elsewhere.pk] == dt.date(2027, 3, 1)
    entry = timeline(world.street)[0]
    assert entry.label == "到期日随节假日安排调整"
    assert entry.changes == {"到期日": ["2027-10-01", "2027-10-08"]}
    assert not timeline(world.department).filter(action="deadline.move").exists()


def test_saving_the_same_year_again_moves_nothing(world: Any) -> None:
    open_at(world.street, world.street, NATIONAL_DAY, kind=WORKING)
    assert save(world, REST) == 1
    assert save(world, REST) == 0
    assert CalendarYear.objects.count() == 1
    assert CalendarDay.objects.count() == 7


def test_a_year_entered_moves_dates_back_when_a_holiday_is_taken_out(world: Any) -> None:
    row = open_at(world.street, world.street, NATIONAL_DAY, kind=WORKING)
    save(world, REST)
    assert save(world, REST[1:]) == 1
    row.refresh_from_db()
    assert row.due_on == NATIONAL_DAY


def test_a_date_at_the_end_of_the_year_before_is_reckoned_anew_too(world: Any) -> None:
    row = open_at(world.street, world.street, dt.date(2028, 12, 31), kind=WORKING)  # a Sunday
    assert row.due_on == dt.date(2029, 1, 1)
    save(world, [CalendarEntry(dt.date(2029, 1, 1), False, "元旦")], year=2029)
    row.refresh_from_db()
    assert row.due_on == dt.date(2029, 1, 2)


def test_the_entered_year_replaces_the_published_one_for_its_district_alone(
    world: Any, other_world: Any
) -> None:
    save(world, [CalendarEntry(dt.date(2026, 12, 1), False, "区庆")], year=2026)
    own, other = calendar_of(world.district.pk), calendar_of(other_world.district.pk)
    assert not own.is_working(dt.date(2026, 12, 1))
    assert own.is_working(dt.date(2026, 10, 7))
    assert other.is_working(dt.date(2026, 12, 1))
    assert not other.is_working(dt.date(2026, 10, 7))


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "days"),
        ([CalendarEntry(dt.date(2026, 10, 1), False, "国庆节")], "days"),
        ([REST[0], REST[0]], "days"),
    ],
)
def test_a_year_with_a_fault_is_refused_whole(world: Any, entries: list[CalendarEntry], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        save(world, entries)
    assert refusal.value.code == code
    assert not CalendarYear.objects.exists()


def test_others_may_not_enter_a_year(world: Any, other_world: Any) -> None:
    for actor in (world.head, world.district_reader, other_world.establishment):
        with pytest.raises(DomainError):
            save(world, REST, actor=actor)
    assert not CalendarYear.objects.exists()


# ---- The page ----------------------------------------------------------------------------------------


def form(*lines: tuple[str, str, str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "line-TOTAL_FORMS": len(lines),
        "line-INITIAL_FORMS": 0,
        "reference": "国办发明电",
    }
    for index, values in enumerate(lines):
        for name, value in zip(("name", "first", "last", "worked"), values, strict=True):
            data[f"line-{index}-{name}"] = value
    return data


def test_the_form_takes_the_lines_of_the_notice(world: Any) -> None:
    client = world.client(world.establishment)
    row = open_at(world.street, world.street, NATIONAL_DAY, kind=WORKING)
    answer = client.post(
        "/calendar/?year=2027",
        form(("国庆节", "2027-10-01", "2027-10-07", "2027-09-26、2027-10-09"), ("", "", "", "")),
        follow=True,
    )
    assert "1 项未办结的期限随之调整" in answer.content.decode()
    row.refresh_from_db()
    assert row.due_on == dt.date(2027, 10, 8)
    assert set(CalendarDay.objects.filter(is_working=True).values_list("day", flat=True)) == {
        dt.date(2027, 9, 26),
        dt.date(2027, 10, 9),
    }
    again = client.get("/calendar/?year=2027").content.decode()
    assert 'value="2027-09-26、2027-10-09"' in again


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("国庆节", "2027-10-07", "2027-10-01", ""), "放假末日不能早于放假首日"),
        (("", "2027-10-01", "2027-10-07", ""), "未填写名称"),
        (("国庆节", "2027-10-01", "2027-10-07", "十月九日"), "十月九日"),
        (("国庆节", "", "", ""), "没有填写日期"),
        (("国庆节", "2027-10-01", "2027-10-07", "2027-10-08"), "本来就上班"),
    ],
)
def test_a_fault_in_the_form_is_shown_and_nothing_is_saved(world: Any, line: Any, words: str) -> None:
    answer = world.client(world.establishment).post("/calendar/?year=2027", form(line))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not CalendarYear.objects.exists()


def workbook(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    book = Workbook()
    for row in (("日期", "类别", "名称"), *rows):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("2027.xlsx", stream.getvalue())


def test_a_workbook_is_imported_whole(world: Any) -> None:
    file = workbook((NATIONAL_DAY, "放假", "国庆节"), ("2027年10月9日", "调休上班", "国庆节"))
    answer = world.client(world.establishment).post("/calendar/import/?year=2027", {"file": file})
    assert answer.status_code == 302
    assert list(CalendarDay.objects.values_list("day", "is_working", "name")) == [
        (NATIONAL_DAY, False, "国庆节"),
        (dt.date(2027, 10, 9), True, "国庆节"),
    ]


def test_a_fault_in_a_workbook_is_named_by_its_cell_and_nothing_is_imported(world: Any) -> None:
    file = workbook(
        (NATIONAL_DAY, "放假", "国庆节"),
        ("十月二日", "放假", "国庆节"),
        (dt.date(2027, 10, 3), "歇", "国庆节"),
    )
    text = (
        world.client(world.establishment).post("/calendar/import/?year=2027", {"file": file}).content.decode()
    )
    assert "A3“十月二日”不是日期" in text
    assert "B4“歇”须为放假或上班" in text
    assert not CalendarYear.objects.exists()


def test_what_is_exported_can_be_imported(world: Any) -> None:
    client = world.client(world.establishment)
    content = b"".join(client.get("/calendar/export/?year=2026").streaming_content)
    before = calendar_of(world.district.pk).exceptions
    answer = client.post("/calendar/import/?year=2026", {"file": SimpleUploadedFile("2026.xlsx", content)})
    assert answer.status_code == 302
    assert calendar_of(world.district.pk).exceptions == before
    assert CalendarDay.objects.count() == len([day for day in before if day.year == 2026])


def test_dates_of_a_year_not_announced_are_marked_on_the_list(world: Any) -> None:
    open_at(world.street, world.street, dt.date(2027, 3, 6), kind=WORKING)
    client = world.client(world.street_head)
    text = client.get("/deadlines/").content.decode()
    assert "由2027年3月6日顺延，暂按周末推算" in text
    save(world, REST)
    assert "暂按周末推算" not in client.get("/deadlines/").content.decode()


@pytest.mark.parametrize("year", ["1999", "x", "99999"])
def test_a_year_out_of_reach_is_not_found(world: Any, year: str) -> None:
    assert world.client(world.establishment).get(f"/calendar/?year={year}").status_code == 404
