"""Both sides state, 区委编办 confirms, main responsibility passes: each step and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from empowerment.choices import Party, PeriodSource, PowerState
from empowerment.models import Empowerment, TransitionReview
from empowerment.powers.many import obstacles, review, take_all
from empowerment.powers.steps import confirm
from empowerment.rules import bearer
from empowerment.selectors.transition import bearers, borne_by_street, responsible, with_bearer
from empowerment.services.periods import restate
from tests.empowerment.transition.support import OPENS, UNTIL, both_ready, power, powers
from tests.together import together
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.periods import Period
from xianan.deadlines.models import Deadline
from xianan.history.models import Entry
from xianan.policy.measures import measure
from xianan.policy.models import Parameter

pytestmark = pytest.mark.django_db
AFTER = UNTIL + dt.timedelta(days=1)


def refused(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


# ---- Stating -----------------------------------------------------------------------------------------


def test_a_statement_before_the_window_is_refused_with_the_day_it_opens(world) -> None:
    row = power(world)
    clock.set_to(OPENS - dt.timedelta(days=1))
    error = refused(lambda: review([row], party="department", verdict="ready", actor=world.head))
    assert error.code == "guard"
    assert "2026年11月5日起方可评估" in error.message
    assert not TransitionReview.objects.exists()
    clock.set_to(OPENS)
    review([row], party="department", verdict="ready", actor=world.head)
    assert TransitionReview.objects.get().verdict == "ready"


def test_the_window_is_a_figure_of_the_policy(world) -> None:
    row = power(world)
    Parameter.objects.filter(key="transition_review_days").update(value=10)
    clock.set_to(UNTIL - dt.timedelta(days=11))
    assert (
        refused(lambda: review([row], party="street", verdict="ready", actor=world.street_clerk)).code
        == "guard"
    )
    clock.set_to(UNTIL - dt.timedelta(days=10))
    review([row], party="street", verdict="ready", actor=world.street_clerk)


@pytest.mark.parametrize("on", [UNTIL, AFTER, UNTIL + dt.timedelta(days=400)])
def test_a_statement_is_possible_as_long_as_nobody_has_confirmed(world, on) -> None:
    row = power(world)
    clock.set_to(on)
    review([row], party="street", verdict="not_ready", remarks="没有持证人员", actor=world.street_clerk)
    assert TransitionReview.objects.get().remarks == "没有持证人员"


@pytest.mark.parametrize(
    ("party", "person"),
    [
        ("department", "clerk"),
        ("department", "head"),
        ("street", "street_clerk"),
        ("street", "street_head"),
    ],
)
def test_clerk_and_head_of_each_side_may_state(world, party, person) -> None:
    row = power(world)
    review([row], party=party, verdict="ready", actor=getattr(world, person))
    statement = TransitionReview.objects.get()
    assert (statement.party, statement.given_by) == (party, getattr(world, person))


@pytest.mark.parametrize(
    ("party", "person"),
    [
        ("department", "street_head"),
        ("street", "head"),
        ("department", "other_head"),
        ("street", "other_street_head"),
        ("department", "reader"),
        ("street", "street_reader"),
        ("street", "station_staff"),
        ("department", "establishment"),
        ("street", "nobody"),
    ],
)
def test_nobody_states_for_another_side(world, party, person) -> None:
    row = power(world)
    error = refused(lambda: review([row], party=party, verdict="ready", actor=getattr(world, person)))
    assert error.code == "not_allowed"
    assert not TransitionReview.objects.exists()


def test_not_ready_says_why(world) -> None:
    row = power(world)
    error = refused(
        lambda: review([row], party="street", verdict="not_ready", remarks=" ", actor=world.street_head)
    )
    assert (error.code, error.field) == ("remarks_missing", "remarks")
    long = "长" * 501
    error = refused(
        lambda: review([row], party="street", verdict="ready", remarks=long, actor=world.street_head)
    )
    assert (error.code, error.field) == ("remarks_long", "remarks")
    error = refused(lambda: review([row], party="street", verdict="maybe", actor=world.street_head))
    assert error.code == "unknown_verdict"


def test_a_statement_may_be_changed_and_each_change_is_logged(world) -> None:
    row = power(world)
    review([row], party="department", verdict="not_ready", remarks="细则未移交", actor=world.clerk)
    review([row], party="department", verdict="not_ready", remarks="细则未移交", actor=world.clerk)
    review([row], party="department", verdict="ready", remarks="已移交", actor=world.head)
    statement = TransitionReview.objects.get()
    assert (statement.verdict, statement.remarks, statement.given_by) == ("ready", "已移交", world.head)
    log = Entry.objects.filter(action="power.review", object_id=row.pk).order_by("id")
    assert [(line.label, line.reason, line.changes) for line in log] == [
        ("评估：未具备", "细则未移交", {"赋权部门评估": [None, "未具备"]}),
        ("改变评估：已具备", "已移交", {"赋权部门评估": ["未具备", "已具备"]}),
    ]


# ---- Confirming --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("department", "street", "why"),
    [
        ("", "", "区住房和城乡建设局尚未评估；温泉街道尚未评估"),
        ("ready", "", "温泉街道尚未评估"),
        ("", "ready", "区住房和城乡建设局尚未评估"),
        ("ready", "not_ready", "温泉街道评估为未具备：没有持证人员"),
        ("not_ready", "ready", "区住房和城乡建设局评估为未具备：没有持证人员"),
    ],
)
def test_completion_is_confirmed_only_when_both_say_ready(world, department, street, why) -> None:
    row = power(world)
    for party, verdict, actor in (
        ("department", department, world.head),
        ("street", street, world.street_head),
    ):
        if verdict:
            remarks = "没有持证人员" if verdict == "not_ready" else ""
            review([row], party=party, verdict=verdict, remarks=remarks, actor=actor)
    clock.set_to(UNTIL + dt.timedelta(days=60))
    error = refused(lambda: confirm(row, actor=world.establishment))
    assert (error.code, error.message) == ("guard", f"{why}，不能确认衔接完成。")
    row.refresh_from_db()
    assert row.state == PowerState.TRANSITION
    assert responsible(row.item, row.street) == world.department


@pytest.mark.parametrize(
    "person", ["clerk", "head", "street_head", "justice", "government_office", "district_reader"]
)
def test_only_the_establishment_office_confirms(world, person) -> None:
    row = power(world)
    both_ready(world, row)
    assert refused(lambda: confirm(row, actor=getattr(world, person))).code == "not_allowed"


@pytest.mark.parametrize(
    ("confirmed", "street_from"),
    [(OPENS, AFTER), (UNTIL, AFTER), (AFTER, AFTER), (dt.date(2027, 3, 1), dt.date(2027, 3, 1))],
)
def test_a_confirmation_passes_main_responsibility(world, confirmed, street_from) -> None:
    row = power(world)
    both_ready(world, row)
    clock.set_to(confirmed)
    confirm(row, actor=world.establishment)
    row.refresh_from_db()
    assert (row.state, row.operating_on, row.confirmed_by) == ("operating", street_from, world.establishment)
    assert clock.local_date(row.confirmed_at) == confirmed
    deadline = Deadline.objects.get(kind="transition_end")
    assert (clock.local_date(deadline.closed_at), deadline.outcome) == (confirmed, "confirmed")
    before = street_from - dt.timedelta(days=1)
    assert responsible(row.item, row.street, before) == world.department
    assert responsible(row.item, row.street, street_from) == world.street
    assert responsible(row.item, world.other_street, street_from) == world.department
    told = dict(Entry.objects.filter(action__endswith=".confirm").values_list("object_type", "label"))
    words = f"{street_from.year}年{street_from.month}月{street_from.day}日起由温泉街道承担主体责任"
    assert told == {
        "empowerment.empowerment": f"确认衔接完成，{words}",
        "empowerment.item": f"确认温泉街道衔接完成，{words}",
        "empowerment.agreement": "确认衔接完成 1 项",
    }


def test_after_the_confirmation_nothing_is_stated_or_confirmed_again(world) -> None:
    row = power(world)
    both_ready(world, row)
    confirm(row, actor=world.establishment)
    late = {"verdict": "not_ready", "remarks": "反悔", "actor": world.head}
    assert refused(lambda: review([row], party="department", **late)).code == "wrong_state"
    assert refused(lambda: confirm(row, actor=world.establishment)).code == "wrong_state"


def test_many_are_stated_about_and_confirmed_all_or_none(world) -> None:
    rows = powers(world, "甲事项", "乙事项", "丙事项")
    both_ready(world, *rows[:2])
    error = refused(lambda: take_all(confirm, rows, actor=world.establishment))
    assert error.code == "guard"
    assert "所选 3 项中有 1 项不能确认衔接完成，都没有办理" in error.message
    assert not Empowerment.objects.filter(state="operating").exists()
    blocked = obstacles(confirm, rows, actor=world.establishment)
    assert [(row.pk, why) for row, why in blocked] == [
        (rows[2].pk, "区住房和城乡建设局尚未评估；温泉街道尚未评估，不能确认衔接完成。")
    ]
    take_all(confirm, rows[:2], actor=world.establishment)
    assert Empowerment.objects.filter(state="operating").count() == 2
    assert Entry.objects.get(action="agreement.confirm").label == "确认衔接完成 2 项"
    assert refused(lambda: take_all(confirm, [], actor=world.establishment)).code == "nothing_chosen"


def test_many_cost_as_many_statements_as_few(world) -> None:
    rows = powers(world, *[f"事项{number}" for number in range(12)])
    counts = []
    for batch in (rows[:2], rows[2:]):
        with CaptureQueriesContext(connection) as seen:
            both_ready(world, *batch)
            take_all(confirm, batch, actor=world.establishment)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 30


# ---- Who bears it ------------------------------------------------------------------------------------


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    operating=st.lists(st.one_of(st.none(), st.integers(1, 400)), min_size=3, max_size=3),
    asked=st.integers(-300, 500),
)
def test_the_query_says_what_the_rule_says(world, operating, asked) -> None:
    rows = list(Empowerment.objects.order_by("pk")) or powers(world, "甲事项", "乙事项", "丙事项")
    on = UNTIL + dt.timedelta(days=asked)
    for row, days in zip(rows, operating, strict=True):
        row.operating_on = UNTIL + dt.timedelta(days=days) if days else None
        row.state = "operating" if days else "transition"
        row.confirmed_by, row.confirmed_at = (world.establishment, clock.now()) if days else (None, None)
        row.save()
    restate(rows, PeriodSource.CORRECTION)
    expected = {row.pk: bearer(row.operating_on, on) for row in rows}
    by_query = dict(with_bearer(Empowerment.objects.all(), on).values_list("pk", "bearer"))
    assert by_query == expected
    found = set(Empowerment.objects.filter(borne_by_street(on)).values_list("pk", flat=True))
    assert found == {key for key, side in expected.items() if side == Party.STREET}
    told = bearers([row.item_id for row in rows], on)
    for row in rows:
        assert told.get((row.item_id, row.street_id), Party.DEPARTMENT) == expected[row.pk]


def test_who_bears_many_items_is_asked_in_one_query(world, django_assert_num_queries) -> None:
    rows = powers(world, *[f"事项{number}" for number in range(8)])
    with django_assert_num_queries(1):
        found = bearers([row.item_id for row in rows])
    assert set(found.values()) == {Party.DEPARTMENT}
    assert len(found) == 8


# ---- The measure -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "figure"),
    [
        (UNTIL, None),  # the last day is inside the term
        (AFTER, (1, 3)),
        (UNTIL + dt.timedelta(days=20), (2, 3)),
    ],
)
def test_the_measure_counts_what_was_confirmed_of_what_is_over(world, on, figure) -> None:
    rows = powers(world, "甲事项", "乙事项", "丙事项")
    both_ready(world, *rows[:2])
    take_all(confirm, rows[:1], actor=world.establishment)
    clock.set_to(UNTIL + dt.timedelta(days=15))
    take_all(confirm, rows[1:2], actor=world.establishment)
    for about, owner in (("street", world.street), ("department", world.department)):
        got = measure(f"transition_completed_{about}").compute(world.district, Period.day(on)).get(owner.pk)
        assert (got and (got.numerator, got.denominator)) == figure
    if figure:
        assert f"until={on - dt.timedelta(days=1)}" in got.link


# ---- Two at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_confirmations_one_counts(world) -> None:
    row = power(world)
    both_ready(world, row)
    codes = together(*[lambda: confirm(row, actor=world.establishment)] * 2)
    assert sorted(codes) == ["", "wrong_state"]
    assert Entry.objects.filter(action="power.confirm").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_statement_taken_back_and_a_confirmation_exclude_each_other(world) -> None:
    rows = powers(world, "甲事项", "乙事项", "丙事项", "丁事项")
    both_ready(world, *rows)
    for row in rows:
        stated, confirmed = together(
            lambda row=row: review(
                [row], party="street", verdict="not_ready", remarks="人员调离", actor=world.street_head
            ),
            lambda row=row: confirm(row, actor=world.establishment),
        )
        row.refresh_from_db()
        verdict = row.reviews.get(party="street").verdict
        assert (stated, confirmed, row.state, verdict) in {
            ("wrong_state", "", "operating", "ready"),
            ("", "guard", "transition", "not_ready"),
        }


@pytest.mark.django_db(transaction=True)
def test_two_first_statements_of_a_side_leave_one(world) -> None:
    row = power(world)
    codes = together(
        lambda: review([row], party="department", verdict="ready", actor=world.clerk),
        lambda: review([row], party="department", verdict="not_ready", remarks="未移交", actor=world.head),
    )
    assert codes == ["", ""]
    assert TransitionReview.objects.count() == 1
    assert Entry.objects.filter(action="power.review").count() == 2


@pytest.mark.django_db(transaction=True)
def test_overlapping_batches_in_other_orders_do_not_block_each_other(world) -> None:
    rows = powers(world, *[f"事项{number}" for number in range(6)])
    both_ready(world, *rows)
    codes = together(
        lambda: take_all(confirm, rows[:4], actor=world.establishment),
        lambda: take_all(confirm, rows[:1:-1], actor=world.establishment),
    )
    assert sorted(codes) == ["", "wrong_state"]
    assert Empowerment.objects.filter(state="operating").count() == 4
