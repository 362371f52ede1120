"""The pages of seconded staff: lists, forms, the matrix and its cells; who sees what of whom."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from empowerment.choices import PeriodSource
from empowerment.models import Agreement, Empowerment
from empowerment.services.periods import restate
from secondment.models import Person, Replacement, Secondment
from secondment.selectors.coverage import coverage
from secondment.services.coverage import refresh
from tests.documents.attachments.papers import pdf
from tests.secondment.staff.support import (
    END,
    START,
    TODAY,
    covered_from,
    id_number,
    person,
    registered,
    serving,
)
from xianan.core import clock
from xianan.core.fields import blind_index
from xianan.deadlines.models import Notice
from xianan.organizations.models import Organization

pytestmark = pytest.mark.django_db
D = dt.date
DAY = dt.timedelta(days=1)
FORM = {
    "name": "张×",
    "id_number": id_number(),
    "track": "civil",
    "certificate_number": "鄂L1",
    "certificate_until": "2029-01-01",
    "membership": "none",
    "starts_on": "2026-12-01",
    "planned_until": "2027-11-30",
    "funding": "department",
}


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def rows(answer) -> list[tuple]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.values)


# ---- Registering ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "未填写姓名"),
        ({"id_number": "123"}, "身份证号码须为 18 位数字"),
        ({"born_on": "1999-01-01"}, "与身份证号码所载的 1986年5月20日不一致"),
        ({"planned_until": "2027-06-30"}, "期满之日最早填 2027年11月30日"),
        ({"funding": "street"}, "不得增加街道负担（P28）"),
        ({"street": "9999"}, "“下沉街道”须从列出的各项中选择"),
        ({"certificate_until": ""}, "未填写执法证有效期"),
        ({"id_number": id_number(3, D(1970, 1, 1))}, "下沉之日 56 周岁，超过 50 周岁"),
    ],
)
def test_the_form_says_what_is_wrong_at_its_field_and_keeps_what_was_typed(world, more, words) -> None:
    client = world.client(world.clerk)
    shown = text(
        client.post(reverse("secondment:secondment-create"), {**FORM, "street": world.street.pk, **more})
    )
    assert words in shown and "处需要改正，尚未保存" in shown
    assert 'value="鄂L1"' in shown
    assert not Secondment.objects.exists()


def test_a_sound_form_registers_and_says_who_confirms(world) -> None:
    client = world.client(world.clerk)
    shown = text(
        client.post(reverse("secondment:secondment-create"), {**FORM, "street": world.street.pk}, follow=True)
    )
    assert "已登记张×，待温泉街道确认到岗。" in shown
    assert Secondment.objects.get().state == "registered"


def test_the_form_opens_on_the_street_of_the_cell(world) -> None:
    shown = text(
        world.client(world.clerk).get(reverse("secondment:secondment-create"), {"street": world.street.pk})
    )
    assert f'value="{world.street.pk}" class' in shown or f'value="{world.street.pk}" ' in shown
    assert "checked" in shown


# ---- Who sees the identity -----------------------------------------------------------------------------


def test_birth_is_shown_to_those_with_the_right_and_numbers_are_masked_for_all(world) -> None:
    row = registered(world)
    url = reverse("secondment:secondment", args=[row.pk])
    listed = reverse("secondment:secondments") + "?cols=id_number,born_on&export=xlsx"
    for user, whole in (
        (world.clerk, True),
        (world.establishment, True),
        (world.personnel, True),
        (world.street_clerk, False),
        (world.reader, False),
        (world.government_office, False),
    ):
        client = world.client(user)
        shown = text(client.get(url))
        assert row.person.masked_id_number in shown, user
        assert ("1986年5月20日" in shown) is whole, user
        _, line = rows(client.get(listed))
        assert row.person.masked_id_number in line and ("1986-05-20" in " ".join(map(str, line))) is whole, (
            user
        )


# ---- Steps on pages ------------------------------------------------------------------------------------


def test_the_street_confirms_on_the_page_and_a_second_click_is_told(world) -> None:
    row = registered(world)
    clock.set_to(START)
    client = world.client(world.street_clerk)
    url = reverse("secondment:secondment-arrive", args=[row.pk])
    assert 'value="2026-12-01"' in text(client.get(url))
    shown = text(client.post(url, {"on": "2026-12-02"}))
    assert "到岗日期不能晚于今日 2026年12月1日" in shown
    shown = text(client.post(url, {"on": "2026-12-01"}, follow=True))
    assert "已确认张×1到岗，2026年12月1日起计入温泉街道的人员覆盖。" in shown
    again = client.post(url, {"on": "2026-12-01"})
    assert again.status_code == 409 and "下沉现在是“在岗”" in again.content.decode()


def test_the_office_reads_age_and_reason_where_it_agrees(world) -> None:
    old = person(id_number=id_number(1, D(1970, 1, 1)))
    row = registered(world, particulars=old, over_age_reason="唯一懂燃气管线的持证人员")
    shown = text(world.client(world.establishment).get(reverse("secondment:secondment-agree", args=[row.pk])))
    assert "下沉之日 56 周岁，一般不超过 50 周岁" in shown
    assert "理由：唯一懂燃气管线的持证人员" in shown


def test_the_page_says_until_when_the_street_confirms(world) -> None:
    row = registered(world)
    shown = text(world.client(world.clerk).get(reverse("secondment:secondment", args=[row.pk])))
    assert "须在 2026年12月8日前确认" in shown and "剩 36 天" in shown


def test_the_powers_of_a_department_are_a_click_away_today(world) -> None:
    covered_from(world, D(2026, 10, 1))
    client, url = world.client(world.establishment), reverse("secondment:coverage")
    link = f"{reverse('empowerment:powers')}?organization={world.department.pk}"
    assert link in text(client.get(url))
    assert link not in text(client.get(url, {"on": "2027-10-01"}))


def test_buttons_are_those_the_person_may_press(world) -> None:
    clock.set_to(START)
    row = serving(world)
    url = reverse("secondment:secondment", args=[row.pk])
    shown = text(world.client(world.clerk).get(url))
    for words in ("延长期限", "办理返回", "调整到其他街道", "修改人员情况"):
        assert words in shown
    assert "要求替换" not in shown
    shown = text(world.client(world.street_clerk).get(url))
    assert "要求替换" in shown and "办理返回" not in shown
    assert "延长期限" not in text(world.client(world.reader).get(url))


def test_a_demand_goes_from_the_street_to_the_department_and_to_its_successor(world) -> None:
    covered_from(world, D(2026, 10, 1))
    clock.set_to(START)
    row = serving(world)
    street, chief = world.client(world.street_clerk), world.client(world.street_head)
    answer = street.post(
        reverse("secondment:replacement-create", args=[row.pk]), {"kind": "disobedience", "facts": "不到岗"}
    )
    assert answer.status_code == 302
    demand = Replacement.objects.get()
    chief.post(reverse("secondment:replacement-request", args=[demand.pk]))
    head = world.client(world.head)
    shown = text(head.get(reverse("secondment:replacement", args=[demand.pk])))
    assert "同意替换" in shown and "完成替换的，当年考核不得评为称职（合格）及以上" in shown
    head.post(
        reverse("secondment:replacement-accept", args=[demand.pk]),
        {"leaves_on": "2026-12-04", "successor_by": "2026-12-20"},
    )
    shown = text(head.get(reverse("secondment:replacement", args=[demand.pk])))
    assert "2026、2027年度考核等次待定" in shown and "登记接任人员" in shown
    other = {**FORM, "name": "李×", "id_number": id_number(9), "street": world.street.pk}
    paper = SimpleUploadedFile("执法证.pdf", pdf("李×"), "application/pdf")
    url = f"{reverse('secondment:secondment-create')}?succeeds={demand.pk}"
    assert "接任温泉街道要求替换的张×1" in text(head.get(url))
    shown = text(head.post(url, other))
    assert "未上传执法证扫描件" in shown and Secondment.objects.count() == 1
    head.post(url, {**other, "file_certificate": paper})
    demand.refresh_from_db()
    assert demand.successor.person.name == "李×"
    street.post(reverse("secondment:secondment-arrive", args=[demand.successor_id]), {"on": "2026-12-01"})
    demand.refresh_from_db()
    assert demand.state == "completed"
    shown = text(head.get(reverse("secondment:replacement", args=[demand.pk])))
    assert "2026年度考核不得评为称职（合格）及以上，限制计入替换完成的年度" in shown


# ---- Coverage ------------------------------------------------------------------------------------------


def test_the_matrix_says_who_is_there_and_who_is_missing(world) -> None:
    covered_from(world, D(2026, 10, 1))
    covered_from(world, D(2026, 10, 2), "占道经营的处罚", street=world.other_street)
    serving(world, starts_on=TODAY)
    registered(world, 2, street=world.other_street)
    shown = text(world.client(world.establishment).get(reverse("secondment:coverage")))
    assert "1 人</a>" in shown and "缺 1 人<small>待到岗 1</small>" in shown
    assert "另有 2 个部门没有生效的职权" in shown
    assert "催办缺员部门" not in shown  # no date of a gap has been opened yet
    refresh(world.district)
    assert "催办缺员部门" in text(world.client(world.establishment).get(reverse("secondment:coverage")))
    assert "催办缺员部门" not in text(world.client(world.clerk).get(reverse("secondment:coverage")))


def test_any_day_can_be_asked_about(world) -> None:
    covered_from(world, D(2026, 10, 1))
    serving(world, starts_on=TODAY)
    client = world.client(world.establishment)
    url = reverse("secondment:coverage")
    assert "还没有须派人的街道" in text(client.get(url, {"on": "2026-09-30"}))
    assert "缺 1 人" in text(client.get(url, {"on": "2026-11-01"}))
    assert "2027年11月1日止" in text(client.get(url, {"on": "2027-10-01"}))
    for nonsense in ("2026-02-30", "x", "0001-01-01"):
        shown = text(client.get(url, {"on": nonsense}))
        assert "下面是今日的情况" in shown


def test_nobody_is_awaited_on_a_day_before_being_registered(world) -> None:
    registered(world)
    assert coverage(world.district, TODAY).cell(world.department.pk, world.street.pk).awaited == 1
    before = coverage(world.district, TODAY - DAY)
    assert before.cell(world.department.pk, world.street.pk).awaited == 0


def test_a_department_sees_its_row_and_a_street_its_column(world) -> None:
    covered_from(world, D(2026, 10, 1))
    cell = reverse("secondment:post", args=[world.department.pk, world.street.pk])
    elsewhere = reverse("secondment:post", args=[world.department.pk, world.other_street.pk])
    url = reverse("secondment:coverage")
    shown = text(world.client(world.clerk).get(url))
    assert cell in shown and elsewhere in shown
    assert cell not in text(world.client(world.other_clerk).get(url))
    shown = text(world.client(world.street_clerk).get(url))
    assert cell in shown and elsewhere not in shown
    assert world.client(world.other_street_clerk).get(cell).status_code == 404
    assert world.client(world.other_clerk).get(cell).status_code == 404


def test_a_figure_leads_to_its_rows_and_the_workbook_is_what_is_seen(world) -> None:
    covered_from(world, D(2026, 10, 1))
    client = world.client(world.establishment)
    url = reverse("secondment:coverage")
    assert "没有这样的部门" in text(client.get(url, {"only": "covered"}))
    shown = text(client.get(url, {"only": "missing"}))
    assert "只列有“缺员”的部门" in shown and "区住房和城乡建设局" in shown
    found = rows(client.get(url, {"only": "missing", "export": "xlsx"}))
    assert found == [
        ("赋权部门", "事项数", "温泉街道", "浮山街道", "永安街道", "缺员人数"),
        ("区住房和城乡建设局", 1, "缺 1 人", "无职权", "无职权", 1),
    ]


def test_the_office_chases_the_departments_that_are_short(world) -> None:
    covered_from(world, D(2026, 10, 1))
    refresh(world.district)
    client = world.client(world.establishment)
    shown = text(client.get(reverse("secondment:coverage")))
    key = shown.split('name="row" value="')[1].split('"')[0]
    form = text(client.post(reverse("deadlines:chase"), {"row": key, "next": reverse("secondment:coverage")}))
    assert "温泉街道缺区住房和城乡建设局下沉人员 1 人" in form
    client.post(reverse("deadlines:chase"), {"row": key, "note": "请于本周内补派"})
    told = Notice.objects.filter(kind="chase")
    assert {notice.recipient for notice in told} == {world.clerk, world.head}
    cell = text(client.get(reverse("secondment:post", args=[world.department.pk, world.street.pk])))
    assert "请于本周内补派" in cell and "2026年10月1日起缺员" in cell


def test_the_page_of_a_cell_names_people_powers_and_what_is_owed(world) -> None:
    covered_from(world, D(2026, 10, 1))
    serving(world, starts_on=TODAY)
    shown = text(
        world.client(world.street_clerk).get(
            reverse("secondment:post", args=[world.department.pk, world.street.pk])
        )
    )
    for words in ("张×1", "擅自占用城市道路的处罚", "须持有效执法证", "职权自 2026年10月1日起生效"):
        assert words in shown
    assert "登记下沉人员" not in shown


# ---- Other units ---------------------------------------------------------------------------------------


def test_another_units_pages_are_not_found(world, other_world) -> None:
    row = registered(world)
    for user in (world.other_clerk, world.other_street_clerk, other_world.establishment):
        client = world.client(user)
        for name in ("secondment", "secondment-arrive", "secondment-cancel", "secondment-person"):
            assert client.get(reverse(f"secondment:{name}", args=[row.pk])).status_code == 404
        cell = reverse("secondment:post", args=[world.department.pk, world.street.pk])
        assert client.get(cell).status_code == 404


# ---- Queries -------------------------------------------------------------------------------------------


def _many(world, departments: int, streets: int) -> None:
    """Powers and a person of every department in every street, written past the services for speed."""
    covered_from(world, D(2026, 10, 1))
    power = Empowerment.objects.select_related("line", "agreement").get()
    number = Organization.objects.count()
    givers = [
        Organization(district=world.district, name=f"部门{n}", kind="department", empowering=True)
        for n in range(departments)
    ]
    takers = [Organization(district=world.district, name=f"街道{n}", kind="street") for n in range(streets)]
    Organization.objects.bulk_create([*givers, *takers])
    assert Organization.objects.count() == number + departments + streets
    people, services, lines, powers = [], [], [], []
    letter = Agreement.objects.get()
    for place, giver in enumerate(givers):
        for index, taker in enumerate(takers):
            serial = place * streets + index
            people.append(
                Person(
                    district=world.district,
                    organization=giver,
                    name=f"甲{serial}",
                    id_number="x",
                    id_index=blind_index(str(serial)),
                    born_on=D(1990, 1, 1),
                    track="civil",
                )
            )
            services.append(
                Secondment(
                    district=world.district,
                    organization=giver,
                    street=taker,
                    person=people[-1],
                    state="serving",
                    starts_on=D(2026, 10, 1),
                    planned_until=END,
                    arrived_on=D(2026, 10, 1),
                    arrival_confirmed_by=world.street_clerk,
                    registered_by=world.clerk,
                )
            )
    Person.objects.bulk_create(people)
    Secondment.objects.bulk_create(services[: len(services) - 5])
    item = power.item
    kept = {
        field.attname: getattr(item, field.attname)
        for field in item._meta.concrete_fields
        if field.name != "id"
    }
    items = [
        type(item)(
            **{
                **kept,
                "number": item.number + n + 1,
                "name": f"事项{n}",
                "name_key": f"n{n}",
                "content_key": f"c{n}",
            }
        )
        for n in range(departments)
    ]
    type(item).objects.bulk_create(items)
    claim = power.line.claim
    claims = []
    for giver_item in items:
        for taker in takers:
            values = {
                f.attname: getattr(claim, f.attname) for f in claim._meta.concrete_fields if f.name != "id"
            }
            claims.append(type(claim)(**{**values, "item_id": giver_item.pk, "street_id": taker.pk}))
    type(claim).objects.bulk_create(claims)
    line = power.line
    for made in claims:
        values = {f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields if f.name != "id"}
        lines.append(type(line)(**{**values, "claim_id": made.pk, "item_id": made.item_id}))
    type(line).objects.bulk_create(lines)
    by_item = dict(zip([row.pk for row in items], givers, strict=True))
    for made, own in zip(claims, lines, strict=True):
        powers.append(
            Empowerment(
                district=world.district,
                item_id=made.item_id,
                organization=by_item[made.item_id],
                street_id=made.street_id,
                agreement=letter,
                line=own,
                effective_on=D(2026, 10, 1),
                transition_until=D(2027, 4, 1),
            )
        )
    restate(Empowerment.objects.bulk_create(powers), PeriodSource.LETTER)


def _queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        text(client.get(url))
    return len(seen)


@pytest.mark.slow
def test_the_matrix_costs_the_same_at_thirty_departments_and_forty_streets(world) -> None:
    covered = reverse("secondment:coverage")
    client = world.client(world.establishment)
    few = _queries(client, covered)
    _many(world, 30, 40)
    refresh(world.district)
    shown = text(client.get(covered))
    assert shown.count("缺 1 人</a>") == 6 and shown.count("1 人</a>") == 1195 + 6
    many = _queries(client, covered)
    # Two more where something is missing: its posts and their dates.
    assert many <= few + 2 and many <= 15
    with CaptureQueriesContext(connection) as seen:
        refresh(world.district)
    assert len(seen) <= 15


@pytest.mark.parametrize("name", ["secondments", "exemptions", "replacements"])
def test_lists_cost_a_constant_number_of_queries(world, name) -> None:
    client = world.client(world.clerk)
    url = reverse(f"secondment:{name}")
    clock.set_to(START)
    serving(world)
    few = _queries(client, url)
    for serial in range(2, 8):
        serving(world, serial)
    assert _queries(client, url) <= max(few, 15) and few <= 15
    assert person(1).name == "张×1"
