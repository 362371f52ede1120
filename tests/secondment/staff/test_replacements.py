"""A street's demand for a replacement, and whose grade it caps (P32)."""

from __future__ import annotations

import datetime as dt

import pytest

from secondment.models import Replacement
from secondment.replacements import steps as replacements
from secondment.replacements.steps import DEMAND
from secondment.selectors.coverage import coverage
from secondment.selectors.replacements import bearings
from secondment.terms import steps as terms
from tests.secondment.staff.support import END, START, covered_from, registered, serving
from tests.secondment.staff.test_registration import refused
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.deadlines.models import Deadline
from xianan.organizations.scope import Scope
from xianan.policy.models import Parameter
from xianan.policy.services.versions import change_parameter
from xianan.ui.todos import todos

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
D = dt.date
DAY = dt.timedelta(days=1)
ON = D(2027, 3, 1)


@pytest.fixture
def row(world):
    """Somebody who serves where powers are in force; the clock stands on ON."""
    covered_from(world, D(2026, 10, 1))
    clock.set_to(START)
    made = serving(world)
    clock.set_to(ON)
    return made


def demand(world, row, kind="disobedience") -> Replacement:
    return replacements.draft(row, kind=kind, facts="三次不参加巡查", actor=world.street_clerk)


def requested(world, row, kind="disobedience") -> Replacement:
    return replacements.request(demand(world, row, kind), actor=world.street_head)


def accepted(world, row, kind="disobedience", **more) -> Replacement:
    values = {"leaves_on": ON + 5 * DAY, "successor_by": ON + 20 * DAY, **more}
    return replacements.accept(requested(world, row, kind), actor=world.head, **values)


def people(world, on: dt.date) -> int:
    return coverage(world.district, on).cell(world.department.pk, world.street.pk).people


def due(kind: str) -> Deadline | None:
    return Deadline.objects.filter(kind=kind, closed_at=None).first()


@pytest.mark.parametrize(
    ("kind", "facts", "code", "field"),
    [
        ("lazy", "事实", "kind", "kind"),
        ("other", "  ", "facts_missing", "facts"),
        ("other", "长" * 2001, "facts_long", "facts"),
    ],
)
def test_a_draft_says_what_kind_and_what_happened(world, row, kind, facts, code, field) -> None:
    refused(code, replacements.draft, row, kind=kind, facts=facts, actor=world.street_clerk, field=field)


def test_one_demand_at_a_time_and_only_about_those_who_serve(world, row) -> None:
    demand(world, row)
    message = refused(
        "open_already", replacements.draft, row, kind="other", facts="事", actor=world.street_clerk
    )
    assert "已有一项替换要求在办理" in message
    waiting = registered(world, 2, starts_on=ON)
    message = refused(
        "not_serving", replacements.draft, waiting, kind="other", facts="事", actor=world.street_clerk
    )
    assert "待确认到岗" in message


def test_a_draft_is_seen_by_the_street_alone_and_may_be_changed_or_given_up(world, row) -> None:
    made = demand(world, row)
    assert (
        not DEMAND.visible(Scope(world.head)).exists()
        and not DEMAND.visible(Scope(world.establishment)).exists()
    )
    assert DEMAND.visible(Scope(world.street_clerk)).get() == made
    changed = replacements.change(made, kind="other", facts="改", actor=world.street_clerk)
    assert (changed.kind, changed.facts) == ("other", "改")
    gone = replacements.discard(made, actor=world.street_clerk)
    assert gone.state == "withdrawn" and gone.requested_on is None
    refused("wrong_state", replacements.change, made, kind="other", facts="再改", actor=world.street_clerk)


def test_from_the_demand_on_the_person_is_not_counted_and_an_answer_is_owed(world, row) -> None:
    assert people(world, ON) == 1
    made = requested(world, row)
    # Ten working days after Monday 1 March 2027.
    assert (made.requested_on, made.answer_by) == (ON, D(2027, 3, 15))
    found = due("replacement_answer")
    assert (found.organization, found.due_on) == (world.department, D(2027, 3, 15))
    assert people(world, ON) == 0 and people(world, ON - DAY) == 1
    gap = due("secondment_gap")
    assert (gap.organization, gap.nominal_on) == (world.department, ON + 30 * DAY)
    assert any(todo.action == "答复替换要求" for todo in todos(Scope(world.head)))


def test_only_the_head_of_the_street_asks_and_only_the_head_of_the_department_answers(world, row) -> None:
    made = demand(world, row)
    for user in (world.street_clerk, world.other_street_head, world.head, world.establishment):
        with pytest.raises(NotAllowed):
            replacements.request(made, actor=user)
    made = replacements.request(made, actor=world.street_head)
    for user in (world.clerk, world.other_head, world.street_head):
        with pytest.raises(NotAllowed):
            replacements.decline(made, answer="不", actor=user)
        with pytest.raises(NotAllowed):
            replacements.accept(made, leaves_on=ON, successor_by=ON, actor=user)


def test_while_it_waits_the_term_is_left_alone(world, row) -> None:
    requested(world, row)
    for act, more in (
        (terms.extend, {"until": END + DAY}),
        (terms.finish, {"last_day": ON, "reason": "调"}),
        (terms.transfer, {"street": world.other_street, "last_day": ON, "reason": "调"}),
    ):
        assert "先答复替换要求" in refused("replaced", act, row, actor=world.clerk, **more)


def test_the_person_leaves_the_successor_arrives_and_nobody_counts_between(world, row) -> None:
    made = accepted(world, row)
    row.refresh_from_db()
    assert (row.state, row.end_kind, row.ended_on) == ("ended", "replaced", ON + 5 * DAY)
    assert due("replacement_answer") is None
    assert due("replacement_successor").due_on == ON + 20 * DAY
    new = registered(world, 2, starts_on=ON + 10 * DAY)
    made = replacements.name_successor(made, successor=new, actor=world.clerk)
    assert (made.state, made.successor) == ("accepted", new)
    clock.set_to(ON + 12 * DAY)
    terms.confirm_arrival(new, on=ON + 11 * DAY, actor=world.street_clerk)
    made.refresh_from_db()
    assert (made.state, made.completed_on) == ("completed", ON + 11 * DAY)
    assert due("replacement_successor") is None
    assert [people(world, ON + step * DAY) for step in (-1, 0, 5, 10, 11, 40)] == [1, 0, 0, 0, 1, 1]
    assert due("secondment_gap") is None


def test_a_successor_who_is_there_already_completes_it_at_once(world, row) -> None:
    made = requested(world, row)
    new = registered(world, 2, starts_on=ON)
    new = terms.confirm_arrival(new, on=ON, actor=world.street_clerk)
    made = replacements.accept(made, leaves_on=ON, successor_by=ON, successor=new, actor=world.head)
    assert (made.state, made.completed_on) == ("completed", ON)


def test_a_successor_who_will_not_come_leaves_the_place_open(world, row) -> None:
    new = registered(world, 2, starts_on=ON + DAY)
    made = accepted(world, row, successor=new)
    terms.cancel(new, actor=world.clerk)
    made.refresh_from_db()
    assert (made.state, made.successor) == ("accepted", None)
    assert any(todo.action == "确定接任人员" for todo in todos(Scope(world.clerk)))


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        (
            {"leaves_on": ON - DAY},
            "leaves_on",
            "最后一日填的是 2027年2月28日，须在 2027年3月1日至 2027年3月31日之间：不晚于提出替换要求（2027年3月1日）后 30 日",
        ),
        (
            {"leaves_on": ON + 31 * DAY},
            "leaves_on",
            "填的是 2027年4月1日，须在 2027年3月1日至 2027年3月31日之间",
        ),
        (
            {"successor_by": ON - DAY},
            "successor_by",
            "接任人员到岗期限填的是 2027年2月28日，须在 2027年3月1日至 2027年4月30日之间",
        ),
        (
            {"successor_by": ON + 61 * DAY},
            "successor_by",
            "2027年5月1日，须在 2027年3月1日至 2027年4月30日之间",
        ),
        ({"answer": "长" * 501}, "answer", "不超过 500 字"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(world, row, more, field, words) -> None:
    made = requested(world, row)
    values = {"leaves_on": ON, "successor_by": ON, **more}
    code = "answer_long" if field == "answer" else field
    assert words in refused(code, replacements.accept, made, actor=world.head, field=field, **values)


def test_who_may_succeed(world, row) -> None:
    made = requested(world, row)
    long_there = registered(world, 3, starts_on=START)
    long_there = terms.confirm_arrival(long_there, on=START, actor=world.street_clerk)
    elsewhere = registered(world, 4, street=world.other_street, starts_on=ON)
    gone = terms.cancel(registered(world, 5, starts_on=ON), actor=world.clerk)
    for other, words in (
        (long_there, "提出替换之后到岗或待到岗"),
        (elsewhere, "须由区住房和城乡建设局派往温泉街道"),
        (gone, "的下沉是“已撤销”"),
        (row, "不能是被替换的张×1"),
    ):
        message = refused(
            "successor",
            replacements.accept,
            made,
            leaves_on=ON,
            successor_by=ON,
            successor=other,
            actor=world.head,
            field="successor",
        )
        assert words in message


def test_declined_the_person_counts_again_and_the_street_may_insist_or_withdraw(world, row) -> None:
    made = requested(world, row)
    clock.set_to(ON + 4 * DAY)
    refused("answer_missing", replacements.decline, made, answer=" ", actor=world.head, field="answer")
    made = replacements.decline(made, answer="事实不清", actor=world.head)
    assert (made.state, made.released_on) == ("declined", ON + 4 * DAY)
    assert [people(world, ON + step * DAY) for step in (0, 3, 4)] == [0, 0, 1]
    assert due("secondment_gap") is None
    refused("reason_missing", replacements.insist, made, reason="", actor=world.street_head, field="reason")
    made = replacements.insist(made, reason="有考勤为证", actor=world.street_head)
    assert (made.state, made.insisted_on, made.released_on) == ("requested", ON + 4 * DAY, None)
    assert people(world, ON + 4 * DAY) == 0
    assert any(todo.action == "查看并协调" for todo in todos(Scope(world.establishment)))
    made = replacements.withdraw(made, reason="已改正", actor=world.street_head)
    assert (made.state, people(world, ON + 4 * DAY)) == ("withdrawn", 1)
    assert not Deadline.objects.filter(kind__startswith="replacement", closed_at=None).exists()


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("draft", ("insist", "withdraw", "accept", "decline", "name")),
        ("requested", ("request", "insist", "discard", "name")),
        ("declined", ("request", "accept", "decline", "name", "discard")),
        ("accepted", ("request", "insist", "withdraw", "accept", "decline", "discard")),
        ("withdrawn", ("request", "insist", "withdraw", "accept", "decline", "name", "discard")),
    ],
)
def test_no_step_out_of_its_turn(world, row, state, steps) -> None:
    make = {
        "draft": demand,
        "requested": requested,
        "accepted": accepted,
        "declined": lambda w, r: replacements.decline(requested(w, r), answer="不", actor=w.head),
        "withdrawn": lambda w, r: replacements.withdraw(requested(w, r), reason="罢", actor=w.street_head),
    }
    made = make[state](world, row)
    acts = {
        "request": lambda: replacements.request(made, actor=world.street_head),
        "insist": lambda: replacements.insist(made, reason="坚持", actor=world.street_head),
        "withdraw": lambda: replacements.withdraw(made, reason="撤", actor=world.street_head),
        "discard": lambda: replacements.discard(made, actor=world.street_clerk),
        "accept": lambda: replacements.accept(made, leaves_on=ON, successor_by=ON, actor=world.head),
        "decline": lambda: replacements.decline(made, answer="不", actor=world.head),
        "name": lambda: replacements.name_successor(made, successor=row, actor=world.clerk),
    }
    for step in steps:
        with pytest.raises(Exception) as caught:
            acts[step]()
        # Once the secondment has ended nothing can be asked about it either.
        assert caught.value.code in ("wrong_state", "not_serving"), step


# ---- The bounds ---------------------------------------------------------------------------------------


def test_the_days_are_bounded_from_the_demand_and_stay_as_they_were_frozen(world, row) -> None:
    made = requested(world, row)
    # 30 and 60 days after 1 March 2027.
    assert (made.leave_by, made.complete_by, made.cap_year) == (D(2027, 3, 31), D(2027, 4, 30), "completion")
    Parameter.objects.filter(key__in=("replacement_leave_days", "replacement_successor_days")).update(value=1)
    refused(
        "leaves_on", replacements.accept, made, leaves_on=D(2027, 4, 1), successor_by=ON, actor=world.head
    )
    refused(
        "successor_by", replacements.accept, made, leaves_on=ON, successor_by=D(2027, 5, 1), actor=world.head
    )
    made = replacements.accept(made, leaves_on=D(2027, 3, 31), successor_by=D(2027, 4, 30), actor=world.head)
    assert made.state == "accepted"


def test_who_answers_after_the_bounds_names_today_at_the_latest_and_the_demand_stays_overdue(
    world, row
) -> None:
    made = requested(world, row)
    late = D(2027, 6, 1)
    clock.set_to(late)
    assert due("replacement_answer").due_on < late
    for field, days in (("leaves_on", (1, 0)), ("successor_by", (0, 1))):
        message = refused(
            field,
            replacements.accept,
            made,
            leaves_on=late + days[0] * DAY,
            successor_by=late + days[1] * DAY,
            actor=world.head,
            field=field,
        )
        assert "2027年6月2日" in message and "期限已过的不晚于今日" in message
    made = replacements.accept(made, leaves_on=late, successor_by=late, actor=world.head)
    clock.set_to(D(2027, 6, 20))
    assert due("replacement_successor").due_on == late
    page = world.client(world.head).get(f"/replacements/{made.pk}/").content.decode()
    assert "替换逾期未完成" in page and "2027年4月30日" in page


# ---- The cap -----------------------------------------------------------------------------------------


def said(row, year: int) -> tuple[str, Replacement | None]:
    cap, pends = bearings([row.person_id], year).get(row.person_id, (None, None))
    return ("capped", cap) if cap else ("pending", pends) if pends else ("", None)


def completed(world, row, made, *, on: dt.date) -> Replacement:
    """The successor arrives, confirmed the same day."""
    new = registered(world, 2, starts_on=min(on, clock.today()))
    replacements.name_successor(made, successor=new, actor=world.clerk)
    clock.set_to(on)
    terms.confirm_arrival(new, on=on, actor=world.street_clerk)
    made.refresh_from_db()
    return made


def test_p32_disobedience_keeps_the_grade_open_and_caps_the_year_of_completion(world, row) -> None:
    assert said(row, 2027) == ("", None)
    made = accepted(world, row)
    assert said(row, 2027) == ("pending", made)
    made = completed(world, row, made, on=ON + 7 * DAY)
    assert [said(row, year) for year in (2026, 2027, 2028)] == [("", None), ("capped", made), ("", None)]


def test_p32_the_year_is_that_of_the_completion_and_not_of_the_demand_or_the_last_day(world, row) -> None:
    clock.set_to(D(2026, 12, 14))
    made = requested(world, row)
    assert said(row, 2026) == said(row, 2027) == ("pending", made)
    made = replacements.accept(made, leaves_on=D(2026, 12, 20), successor_by=D(2027, 1, 20), actor=world.head)
    made = completed(world, row, made, on=D(2027, 1, 8))
    assert (said(row, 2026), said(row, 2027)) == (("", None), ("capped", made))


def test_p32_by_the_parameter_the_year_is_that_of_the_demand_for_demands_made_since(world, row) -> None:
    clock.set_to(D(2026, 12, 14))
    figure = world.policy.parameters.get(key="replacement_cap_year")
    change_parameter(
        figure, raw="提出要求的年度", reason="明确口径", basis="咸组通〔2026〕12号", actor=world.personnel
    )
    made = requested(world, row)
    assert (said(row, 2026), said(row, 2027)) == (("pending", made), ("", None))
    made = replacements.accept(made, leaves_on=D(2026, 12, 20), successor_by=D(2027, 1, 20), actor=world.head)
    figure.refresh_from_db()
    change_parameter(
        figure, raw="替换完成的年度", reason="改回", basis="咸组通〔2026〕13号", actor=world.personnel
    )
    made = completed(world, row, made, on=D(2027, 1, 8))
    assert (said(row, 2026), said(row, 2027)) == (("capped", made), ("", None))


def test_p32_a_completion_beyond_the_bound_counts_by_the_bound(world, row) -> None:
    clock.set_to(D(2026, 12, 1))
    Parameter.objects.filter(key="replacement_successor_days").update(value=20)
    made = requested(world, row)
    made = replacements.accept(made, leaves_on=D(2026, 12, 5), successor_by=D(2026, 12, 21), actor=world.head)
    made = completed(world, row, made, on=D(2027, 2, 1))
    assert (said(row, 2026), said(row, 2027)) == (("capped", made), ("", None))


def test_p32_other_grounds_cap_nothing(world, row) -> None:
    made = accepted(world, row, "other")
    assert said(row, 2027) == ("", None)
    completed(world, row, made, on=ON + 7 * DAY)
    assert said(row, 2027) == ("", None)


def test_p32_declined_or_withdrawn_the_grade_is_free_and_insisted_on_it_is_open_again(world, row) -> None:
    made = requested(world, row)
    made = replacements.decline(made, answer="事实不清", actor=world.head)
    assert said(row, 2027) == ("", None)
    made = replacements.insist(made, reason="有考勤为证", actor=world.street_head)
    assert said(row, 2027) == ("pending", made)
    replacements.withdraw(made, reason="已改正", actor=world.street_head)
    assert said(row, 2027) == ("", None)
