"""The pages of training: matrix, sessions, plans, check-in, papers (P14, P17)."""

from __future__ import annotations

import datetime as dt
import io

import fitz
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from empowerment.models import Empowerment
from secondment.models import QuarterDuty, Session, TrainingPlan
from secondment.rules.training import quarter_of
from secondment.selectors.training import with_attendance
from secondment.services import attendance
from secondment.services.duties import open_duties
from secondment.sessions import steps as sessions
from tests.documents.attachments.papers import pdf
from tests.secondment.training.support import add, held, listed, owing, plan_of
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.documents.services.attachments import attach
from xianan.organizations.models import Organization

pytestmark = pytest.mark.django_db
D = dt.date
MATRIX = "/trainings/"


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def row_of(shown: str, name: str) -> str:
    start = shown.index(f'<th scope="row">{name}')
    return shown[start : shown.index("</tr>", start)]


def page(name: str, *args: object) -> str:
    return reverse(f"secondment:{name}", args=args)


def test_the_matrix_tells_each_quarter_of_a_department_and_leads_to_its_sessions(world) -> None:
    owing(world, today=D(2026, 11, 23))
    held(world, D(2026, 6, 20))
    add(world, planned_on=D(2026, 12, 8))
    shown = text(world.client(world.establishment).get(MATRIX))
    cells = row_of(shown, str(world.department))
    for words in ("不涉及", "1 场", "缺 1 场", "已排期 12月8日"):
        assert words in cells
    url = f"{page('sessions')}?organization={world.department.pk}&amp;year=2026&amp;quarter=3"
    assert url in cells
    assert row_of(shown, str(world.other_department)).count("不涉及") == 4
    assert text(world.client(world.establishment).get(MATRIX, {"year": 2025})).count("不涉及") >= 8
    only = text(world.client(world.establishment).get(MATRIX, {"only": "missed"}))
    assert str(world.department) in only and f'<th scope="row">{world.other_department}' not in only


def test_a_street_sees_its_own_attendance_first(world) -> None:
    owing(world, today=D(2026, 7, 2))
    held(world, D(2026, 6, 20), world.other_street)
    own = row_of(text(world.client(world.street_clerk).get(MATRIX)), str(world.department))
    other = row_of(text(world.client(world.other_street_clerk).get(MATRIX)), str(world.department))
    assert "未参加" in own and "参加 1 场" in other
    departments = text(world.client(world.street_clerk).get(MATRIX, {"street": "all"}))
    assert "1 场" in row_of(departments, str(world.department))


def test_the_matrix_as_a_workbook(world) -> None:
    owing(world, today=D(2026, 7, 2))
    held(world, D(2026, 6, 20))
    answer = world.client(world.clerk).get(MATRIX, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert lines[0] == ["赋权部门", "2026年一季度", "2026年二季度", "2026年三季度", "2026年四季度"]
    assert [str(world.department), "不涉及", "1 场", "未排", "未排"] in lines


@pytest.mark.slow
@pytest.mark.parametrize("street", [False, True])
def test_the_matrix_of_30_departments_and_40_streets_costs_15_queries_at_most(world, street) -> None:
    (power,) = owing(world, today=D(2026, 11, 23))
    make = lambda kind, number, **more: Organization(  # noqa: E731
        district=world.district, name=f"{kind}{number}", kind=kind, display_order=2000 + number, **more
    )
    departments = Organization.objects.bulk_create(
        [make("department", number, empowering=True) for number in range(30)]
    )
    streets = Organization.objects.bulk_create([make("street", number) for number in range(40)])
    client = world.client(world.establishment)
    query = {"street": streets[0].pk} if street else {}
    client.get(MATRIX, query)
    with CaptureQueriesContext(connection) as few:
        client.get(MATRIX, query)
    made = []
    for number, department in enumerate(departments):
        for quarter_day in (D(2026, 6, 1), D(2026, 8, 1), D(2026, 12, 1)):
            past = quarter_day < D(2026, 11, 23)
            made.append(
                Session(
                    district=world.district, organization=department, title="培训", planned_on=quarter_day,
                    minutes=90, place="会议室", trainer="谭××", created_by=world.clerk,
                    code=f"{number:03d}{quarter_day.month:03d}",
                    **({"state": "held", "held_on": quarter_day, "recorded_at": clock.now()} if past else {}),
                )
            )  # fmt: skip
    Session.objects.bulk_create(made)
    through = Session.streets.through
    through.objects.bulk_create(
        [through(session=row, organization=one) for row in made for one in streets[:10]]
    )
    open_duties(world.district)
    with CaptureQueriesContext(connection) as many:
        shown = text(client.get(MATRIX, query))
    assert str(departments[-1]) in shown
    assert len(many) <= len(few) <= 15
    assert Empowerment.objects.count() == 1 and power.pk


@pytest.mark.parametrize("name", ["sessions", "training-plans"])
def test_the_lists_cost_the_same_queries_for_many_rows(world, name) -> None:
    owing(world, today=D(2026, 7, 2))
    client = world.client(world.clerk)
    held(world, D(2026, 6, 20))
    client.get(page(name))
    with CaptureQueriesContext(connection) as few:
        client.get(page(name))
    for number in range(8):
        held(world, D(2026, 6, 20 + number % 5), world.street, world.other_street)
    with CaptureQueriesContext(connection) as many:
        client.get(page(name))
    assert len(many) <= len(few) <= 15


def test_a_session_page_costs_few_queries_whatever_its_list(world) -> None:
    session = add(world)
    client = world.client(world.clerk)
    listed(world, session, world.street, "张×")
    client.get(page("session", session.pk))
    with CaptureQueriesContext(connection) as few:
        client.get(page("session", session.pk))
    listed(world, session, world.street, *[f"人{number}" for number in range(30)])
    with CaptureQueriesContext(connection) as many:
        client.get(page("session", session.pk))
    assert len(many) <= len(few) <= 20


def test_a_plan_in_work_is_its_departments_alone(world) -> None:
    owing(world)
    plan = TrainingPlan.objects.get()
    session = add(world, plan=plan, planned_on=D(2026, 6, 10))
    for url in (page("training-plan", plan.pk), page("session", session.pk)):
        assert world.client(world.clerk).get(url).status_code == 200
        for user in (world.other_clerk, world.street_clerk, world.establishment, world.reader):
            assert world.client(user).get(url).status_code == 404
    assert "未排" in row_of(text(world.client(world.establishment).get(MATRIX)), str(world.department))
    shown = text(world.client(world.head).get(page("training-plan", plan.pk)))
    assert "三季度缺 1 场、四季度缺 1 场" in shown and "disabled" in shown


def test_the_form_adds_a_session_and_says_at_which_field_it_is_wrong(world) -> None:
    owing(world)
    client = world.client(world.clerk)
    data = {
        "organization": world.department.pk, "kind": "department", "title": "执法程序", "planned_on": "2026-06-10",
        "starts_at": "09:00", "ends_at": "08:00", "minutes": "90", "trainer": "谭××", "place": "会议室",
        "streets": [world.street.pk], "items": [],
    }  # fmt: skip
    shown = text(client.post(page("session-create"), data))
    assert "结束时间须晚于开始时间" in shown and "执法程序" in shown
    answer = client.post(page("session-create"), {**data, "ends_at": "11:00"})
    session = Session.objects.get()
    assert answer.url == page("session", session.pk)
    bad = text(client.post(page("session-create"), {**data, "starts_at": "早上", "minutes": "0"}))
    assert "开始时间须是钟点" in bad and "时长（分钟）须在 1 至 1440 之间" in bad


def test_names_scores_and_recording_go_through_the_page(world) -> None:
    owing(world)
    session = add(world)
    client = world.client(world.clerk)
    url = page("session-names", session.pk)
    client.post(url, {"street": world.street.pk, "present": "yes", "names": "张×\n李×\n张×"})
    assert session.attendances.count() == 2
    first, second = session.attendances.order_by("pk")
    marks = page("session-marks", session.pk)
    bad = text(client.post(marks, {f"present-{first.pk}": "on", f"score-{first.pk}": "120"}))
    assert "张×的成绩须在 0 至 100 之间" in bad
    client.post(marks, {f"present-{first.pk}": "on", f"score-{first.pk}": "92.5"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.score, first.present, second.present) == (9250, True, False)
    client.post(page("session-hold", session.pk), {"held_on": "2026-05-12", "nobody_reason": ""})
    session.refresh_from_db()
    assert session.state == "held"
    assert client.post(page("session-cancel", session.pk), {"reason": "无"}).status_code == 409


def test_names_and_scores_are_shown_to_the_holder_and_the_own_street_and_ratings_to_nobody(world) -> None:
    session = add(world)
    listed(world, session, world.street, "甲人")
    listed(world, session, world.other_street, "乙人")
    attendance.check_in(session, actor=world.street_reader)
    url = page("session", session.pk)
    whole = text(world.client(world.clerk).get(url))
    assert "甲人" in whole and "乙人" in whole
    own = text(world.client(world.street_clerk).get(url))
    assert "甲人" in own and "乙人" not in own
    office = text(world.client(world.establishment).get(url))
    assert "甲人" not in office and "到场 3 人" in office


def test_a_mean_is_shown_only_when_it_tells_nobodys_own_rating(world) -> None:
    session = add(world)
    client, url = world.client(world.clerk), page("session", session.pk)
    for person, mark in ((world.street_reader, 5), (world.street_clerk, 4), (world.street_head, 4)):
        attendance.check_in(session, actor=person)
        before = text(client.get(url))
        attendance.rate(session, satisfaction=mark, actor=person)
    assert "2 人评价，满 3 人后显示" in before and " / 5，" not in before
    assert "4.33 / 5，3 人" in text(client.get(url))
    rated = with_attendance(Session.objects.filter(pk=session.pk)).get()
    assert round(float(rated.mean_rating), 2) == 4.33
    session.attendances.filter(satisfaction=5).update(satisfaction=None)
    assert with_attendance(Session.objects.filter(pk=session.pk)).get().mean_rating is None


def test_a_code_is_typed_in_and_signed_with(world) -> None:
    session = add(world)
    client = world.client(world.street_reader)
    typed = f" {session.code[:3].lower()} {session.code[3:]} "
    answer = client.get(page("check-in-door"), {"code": typed})
    assert answer.url == page("check-in", session.code)
    assert "没有签到码为“XXXXXX”" in text(client.get(page("check-in-door"), {"code": "XXXXXX"}))
    for _ in range(2):
        client.post(page("check-in", session.code))
    assert session.attendances.count() == 1
    assert "已签到" in text(client.get(page("check-in", session.code)))
    client.post(page("check-in-rate", session.code), {"satisfaction": "5"})
    assert session.attendances.get().satisfaction == 5
    sessions.cancel_session(session, reason="防汛", actor=world.clerk)
    other = world.client(world.street_clerk)
    assert "场次已取消" in text(other.get(page("check-in", session.code)))
    assert other.post(page("check-in", session.code)).status_code == 409


def test_the_code_of_another_district_is_not_found(world, other_world) -> None:
    session = add(world)
    assert world.client(world.street_clerk).get(page("check-in", session.code)).status_code == 200
    client = other_world.client(other_world.street_clerk)
    assert client.get(page("check-in", session.code)).status_code == 404
    assert client.post(page("check-in", session.code)).status_code == 404


def words_of(answer) -> str:
    assert answer.headers["Content-Type"] == "application/pdf"
    with fitz.open(stream=answer.content, filetype="pdf") as document:
        return "".join(one.get_text() for one in document)


def test_the_sheet_has_known_names_empty_lines_and_the_code(world) -> None:
    session = add(world, title="燃气安全检查")
    listed(world, session, world.street, "甲人")
    words = words_of(world.client(world.clerk).get(page("session-sheet", session.pk)))
    for part in (
        "培训签到表",
        "燃气安全检查",
        "甲人",
        session.code,
        "温泉街道",
        "浮山街道",
        "签名",
        page("check-in", session.code),
    ):
        assert part in words, part


def test_the_plan_is_printed_in_official_format(world) -> None:
    owing(world)
    plan = TrainingPlan.objects.get()
    add(world, plan=plan, planned_on=D(2026, 6, 10), title="燃气安全检查")
    words = words_of(world.client(world.clerk).get(page("training-plan-paper", plan.pk)))
    for part in (
        "2026年赋权事项培训计划",
        "燃气安全检查",
        "2026年6月10日",
        "二季度",
        "征求意见稿",
        "单位负责人",
    ):
        assert part in words, part


def test_who_has_the_plan_of_this_year_is_offered_the_next(world) -> None:
    client, address = world.client(world.clerk), reverse("secondment:training-plan-create")
    year = clock.today().year
    assert f'value="{year}" selected' in text(client.get(address))
    plan_of(world, year)
    assert f'value="{year + 1}" selected' in text(client.get(address))


def test_materials_are_for_all_and_the_signed_sheet_for_who_holds_the_session(world) -> None:
    session = add(world)
    materials = attach(session, "materials", actor=world.clerk, data=pdf(), filename="课件.pdf")
    sheet = attach(session, "sheet", actor=world.clerk, data=pdf("签到"), filename="签到表.pdf")
    for user in (world.other_clerk, world.street_clerk, world.establishment):
        with pytest.raises(NotAllowed):
            attach(session, "materials", actor=user, data=pdf("另"), filename="另.pdf")
        client = world.client(user)
        assert client.get(materials.get_absolute_url()).status_code == 200
        assert client.get(sheet.get_absolute_url()).status_code == 404
    # It names everybody who came: who only reads in the department doesn't open it either.
    assert world.client(world.reader).get(sheet.get_absolute_url()).status_code == 404
    assert world.client(world.clerk).get(sheet.get_absolute_url()).status_code == 200
    assert "课件.pdf" in text(world.client(world.street_clerk).get(page("session", session.pk)))


def test_announced_sessions_are_changed_and_moved_on_the_page_with_a_reason(world) -> None:
    session = add(world)
    client = world.client(world.clerk)
    data = {
        "organization": world.department.pk, "kind": "department", "title": "改后内容", "starts_at": "09:00",
        "ends_at": "11:00", "minutes": "90", "trainer": "谭××", "place": "会议室", "streets": [world.street.pk],
    }  # fmt: skip
    change = page("session-change", session.pk)
    assert "未填写变动原因" in text(client.post(change, data))
    assert client.post(change, {**data, "reason": "调整内容"}).status_code == 302
    day = clock.today() + dt.timedelta(days=3)
    moved = {"planned_on": day.isoformat(), "starts_at": "14:00", "ends_at": "16:00", "reason": "防汛"}
    assert client.post(page("session-move", session.pk), moved).status_code == 302
    session.refresh_from_db()
    assert (session.title, session.planned_on, session.starts_at) == ("改后内容", day, dt.time(14))
    for user in (world.other_clerk, world.street_clerk, world.establishment, world.reader):
        assert world.client(user).post(page("session-move", session.pk), moved).status_code == 403


def test_a_move_into_another_quarter_says_that_the_old_one_is_left_short(world) -> None:
    session = add(world)
    before = quarter_of(session.planned_on)
    data = {"starts_at": "14:00", "ends_at": "16:00", "reason": "防汛"}
    client = world.client(world.clerk)

    def said(day: dt.date) -> str:
        form = {**data, "planned_on": day.isoformat()}
        return text(client.post(page("session-move", session.pk), form, follow=True))

    assert "须另行安排" not in said(max(before.first, clock.today()))
    assert f"{before}不足的须另行安排" in said(before.next.first)


def test_a_session_in_place_of_a_missed_quarter_is_not_told_as_the_quarters_own(world) -> None:
    owing(world)
    clock.set_to(D(2026, 7, 6))
    open_duties(world.district)
    missed = QuarterDuty.objects.get(year=2026, quarter=2)
    session = add(world, planned_on=D(2026, 7, 6))
    listed(world, session, world.street, "甲人")
    form = {"held_on": "2026-07-06", "makes_up": missed.pk}
    answer = world.client(world.clerk).post(page("session-hold", session.pk), form, follow=True)
    assert "计作2026年二季度的补训" in text(answer)


def test_a_cancelled_session_waits_for_nobody(world) -> None:
    session = add(world)
    client = world.client(world.clerk)
    assert "待签到" in text(client.get(page("session", session.pk)))
    sessions.cancel_session(session, reason="防汛", actor=world.clerk)
    assert "待签到" not in text(client.get(page("session", session.pk)))


def test_a_name_that_was_pasted_twice_is_listed_once_and_told(world) -> None:
    session = add(world)
    form = {"street": world.street.pk, "present": "yes", "names": "张×\n李×\n张×"}
    answer = world.client(world.clerk).post(page("session-names", session.pk), form, follow=True)
    assert "2 人，1 个重复的姓名只列一次" in text(answer)
    assert session.attendances.count() == 2


def test_a_street_lists_its_own_people_on_the_page_and_nobody_elses(world) -> None:
    session = add(world)
    url = page("session-names", session.pk)
    own = {"street": world.street.pk, "present": "yes", "names": "张×"}
    assert world.client(world.street_clerk).post(url, own).status_code == 302
    for user in (
        world.other_street_clerk,
        world.street_reader,
        world.station_staff,
        world.other_clerk,
        world.establishment,
    ):
        assert world.client(user).post(url, own).status_code == 403
    assert session.attendances.count() == 1
