"""Stationed agencies and exceptions (P11), and the gaps that hang on them."""

from __future__ import annotations

import datetime as dt

import pytest

from secondment.exemptions import steps as exemptions
from secondment.models import Post
from secondment.services.coverage import Refreshed, refresh
from secondment.tasks.staff import look_at_posts
from tests.documents.attachments.papers import pdf
from tests.secondment.staff.support import TODAY, covered_from, serving
from tests.secondment.staff.test_registration import refused
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.core.periods import Period
from xianan.deadlines.models import Deadline
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import attach, remove
from xianan.history.models import Entry
from xianan.organizations.scope import Scope
from xianan.policy.measures import measure
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db
D = dt.date
DAY = dt.timedelta(days=1)
SINCE = D(2026, 10, 1)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def submit(world, kind="stationed", **more):
    values = {
        "agency": "温泉住建所",
        "reference": "咸编〔2019〕7号",
        "reason": "人员在册",
        "starts_on": TODAY,
    }
    if kind == "principle":
        values.update(agency="", reference="")
    row = exemptions.submit(
        organization=world.department,
        street=more.pop("street", world.street),
        kind=kind,
        actor=world.clerk,
        **{**values, **more},
    )
    attach(row, "ground", actor=world.clerk, data=pdf(kind), filename="设立文件.pdf")
    return row


def gap() -> Deadline | None:
    return Deadline.objects.filter(kind="secondment_gap", closed_at=None).first()


@pytest.mark.parametrize(
    ("kind", "more", "code", "field", "words"),
    [
        ("stationed", {"agency": " "}, "agency", "agency", "未填写派驻机构名称"),
        ("stationed", {"reference": ""}, "reference", "reference", "未填写设立派驻机构的文件"),
        ("principle", {"reason": ""}, "reason", "reason", "“原则上”之外的例外须写明理由"),
        ("holiday", {}, "kind", "kind", "未选择豁免种类"),
        ("principle", {"reason": "长" * 501}, "reason_long", "reason", "不超过 500 字"),
        ("principle", {"ends_on": TODAY - DAY}, "period", "ends_on", "不能早于起始日期 2026年11月2日"),
    ],
)
def test_p11_an_exemption_says_on_what_it_rests(world, kind, more, code, field, words) -> None:
    assert words in refused(code, submit, world, kind, field=field, **more)


def test_only_a_street_of_the_district_and_one_question_at_a_time(world, other_world) -> None:
    refused("not_street", submit, world, street=other_world.street, field="street")
    submit(world)
    message = refused("asked_already", submit, world, "principle", field="street")
    assert "已有一项豁免待区委编办确认" in message


def test_only_the_department_registers_and_only_the_office_decides(world) -> None:
    row = submit(world)
    for user in (world.clerk, world.street_head, world.personnel, world.district_reader):
        for act, more in (
            (exemptions.confirm, {}),
            (exemptions.refuse, {"reason": "不"}),
        ):
            with pytest.raises(NotAllowed):
                act(row, actor=user, **more)
    with pytest.raises(NotAllowed):
        exemptions.withdraw(row, actor=world.establishment)
    with pytest.raises(NotAllowed):
        exemptions.submit(
            organization=world.department,
            street=world.other_street,
            kind="principle",
            reason="理由",
            starts_on=TODAY,
            actor=world.other_clerk,
        )


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("submitted", ("end",)),
        ("confirmed", ("confirm", "refuse", "withdraw")),
        ("refused", ("confirm", "refuse", "withdraw", "end")),
        ("withdrawn", ("confirm", "refuse", "withdraw", "end")),
        ("ended", ("confirm", "refuse", "withdraw", "end")),
    ],
)
def test_no_step_out_of_its_turn(world, state, steps) -> None:
    office = world.establishment
    acts = {
        "confirm": lambda row: exemptions.confirm(row, actor=office),
        "refuse": lambda row: exemptions.refuse(row, actor=office, reason="须派人"),
        "withdraw": lambda row: exemptions.withdraw(row, actor=world.clerk),
        "end": lambda row: exemptions.end(row, actor=office, last_day=TODAY, reason="撤站"),
    }
    row = submit(world)
    for step in {"confirmed": ["confirm"], "refused": ["refuse"], "withdrawn": ["withdraw"]}.get(
        state, ["confirm", "end"] if state == "ended" else []
    ):
        row = acts[step](row)
    assert row.state == state
    for step in steps:
        refused("wrong_state", acts[step], row)


def test_a_refusal_and_an_end_say_why(world) -> None:
    row = submit(world)
    refused("reason_missing", exemptions.refuse, row, actor=world.establishment, reason=" ", field="reason")
    row = exemptions.confirm(row, actor=world.establishment, note="属实")
    assert (row.decided_by, row.decision_note) == (world.establishment, "属实")
    refused("reason_missing", exemptions.end, row, actor=world.establishment, last_day=TODAY, reason="")
    message = refused(
        "period",
        exemptions.end,
        row,
        actor=world.establishment,
        last_day=TODAY - DAY,
        reason="撤站",
        field="last_day",
    )
    assert "不能早于起始日期" in message


def test_p11_a_stationed_agency_is_confirmed_on_its_document_only(world) -> None:
    row = submit(world)
    remove(attachments_of(row).get(), actor=world.clerk)
    message = refused("scan_missing", exemptions.confirm, row, actor=world.establishment)
    assert "须附设立文件的扫描件" in message
    refused("scan_missing", submit, world, street=world.other_street, files={}, field="file_ground")
    attach(row, "ground", actor=world.clerk, data=pdf("新"), filename="新.pdf")
    assert exemptions.confirm(row, actor=world.establishment).state == "confirmed"


def test_two_exemptions_do_not_overlap(world) -> None:
    exemptions.confirm(submit(world, ends_on=TODAY + 9 * DAY), actor=world.establishment)
    message = refused("overlap", submit, world, "principle", starts_on=TODAY + 9 * DAY, field="starts_on")
    assert "期间不能重叠" in message
    assert submit(world, "principle", starts_on=TODAY + 10 * DAY).state == "submitted"


# ---- Gaps --------------------------------------------------------------------------------------------


def test_p11_a_gap_is_owed_thirty_days_after_the_first_letter(world) -> None:
    covered_from(world, SINCE)
    assert refresh(world.district) == Refreshed(opened=1)
    assert refresh(world.district) == Refreshed()
    found = gap()
    assert (found.organization, found.due_on) == (world.department, SINCE + 30 * DAY)
    assert found.title == "温泉街道缺区住房和城乡建设局下沉人员 1 人"
    post = Post.objects.get()
    assert (post.gap_since, post.missing) == (SINCE, 1)
    todo = next(todo for todo in todos(Scope(world.clerk)) if todo.action == "补派下沉人员")
    assert (todo.title, todo.due_on) == ("温泉街道缺下沉人员 1 人", SINCE + 30 * DAY)
    assert not any(todo.action == "补派下沉人员" for todo in todos(Scope(world.other_clerk)))


def test_p11_an_arrival_closes_the_gap_and_the_end_of_the_term_opens_another(world) -> None:
    covered_from(world, SINCE)
    refresh(world.district)
    row = serving(world, starts_on=TODAY)
    assert gap() is None and Post.objects.get().missing == 0
    assert Entry.objects.filter(object_type="secondment.post", action="post.covered").count() == 1
    clock.set_to(row.planned_until)
    assert look_at_posts() == "各部门下沉人员缺员情况没有变化。"
    clock.set_to(row.planned_until + 5 * DAY)
    assert look_at_posts().startswith("新增缺员 1 处")
    assert gap().nominal_on == row.planned_until + 31 * DAY


def test_p11_an_exemption_closes_the_gap_until_it_ends(world) -> None:
    covered_from(world, SINCE)
    refresh(world.district)
    row = exemptions.confirm(submit(world), actor=world.establishment)
    assert gap() is None
    exemptions.end(row, last_day=TODAY + 3 * DAY, actor=world.establishment, reason="撤站")
    assert gap() is None
    clock.set_to(TODAY + 4 * DAY)
    look_at_posts()
    assert gap().nominal_on == TODAY + 34 * DAY


def test_the_days_and_the_number_are_figures_of_the_policy(world) -> None:
    covered_from(world, SINCE)
    world.policy.parameters.filter(key="gap_days").update(value=10)
    world.policy.parameters.filter(key="seconded_per_street").update(value=2)
    refresh(world.district)
    assert gap().nominal_on == SINCE + 10 * DAY
    assert gap().title.endswith("2 人")
    serving(world, starts_on=TODAY)
    assert (Post.objects.get().missing, gap().title[-3:]) == (1, "1 人")


# ---- Measures ----------------------------------------------------------------------------------------


def figures(world, key: str, place, on: dt.date = TODAY):
    found = measure(key).compute(world.district, Period.day(on)).get(place.pk)
    return (found.numerator, found.denominator) if found else None


def test_the_measures_count_what_the_matrix_shows(world) -> None:
    covered_from(world, SINCE)
    covered_from(world, SINCE + DAY, "占道经营的处罚", street=world.other_street)
    row = serving(world, starts_on=TODAY)
    assert figures(world, "staff_covered_department", world.department) == (1, 2)
    assert figures(world, "staff_covered_street", world.street) == (1, 1)
    assert figures(world, "staff_covered_street", world.other_street) == (0, 1)
    assert figures(world, "staff_covered_street", world.streets[2]) is None
    assert figures(world, "staff_missing_department", world.department) == (1, 2)
    assert figures(world, "staff_covered_department", world.department, SINCE - DAY) is None
    assert figures(world, "staff_leaving_department", world.department) == (0, 1)
    assert figures(world, "staff_leaving_department", world.department, row.planned_until - 60 * DAY) == (
        1,
        1,
    )
    assert figures(world, "staff_over_age_department", world.department) == (0, 1)
    assert figures(world, "membership_moved_street", world.street) == (0, 1)
    exemptions.confirm(submit(world, street=world.other_street), actor=world.establishment)
    assert figures(world, "staff_covered_department", world.department) == (1, 1)
