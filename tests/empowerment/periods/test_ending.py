"""The act of ending a power, putting its day right and revoking it: what follows and what is refused (P05, P13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from empowerment.choices import EndGround, PowerState
from empowerment.models import Empowerment, PowerPeriod
from empowerment.powers.many import review, take_all
from empowerment.powers.steps import confirm, correct_end, end
from empowerment.selectors.items import StreetState, in_state, standings
from empowerment.selectors.open_matters import open_matters
from empowerment.services.periods import restate
from tests.empowerment.transition.support import START, UNTIL, both_ready, power, powers
from tests.together import together
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.models import Deadline, Notice
from xianan.history.models import Entry

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
OVER = UNTIL + dt.timedelta(days=20)


def refused(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def end_it(world: Any, *rows: Empowerment, **more: Any) -> list[Empowerment]:
    values = {
        "ended_from": OVER,
        "ground": EndGround.LAW,
        "reference": "《湖北省城市管理条例》第十二条",
        "reason": "条例修订后不再由街道行使",
        "actor": world.establishment,
    }
    return take_all(end, rows, **{**values, **more})


# ---- What an end does --------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_an_end_is_told_to_both_sides_and_in_three_logs_and_closes_the_date(world) -> None:
    row = power(world)
    assert Deadline.objects.get(object_id=row.pk, kind="transition_end").closed_at is None
    end_it(world, row)
    row.refresh_from_db()
    assert (row.state, row.ended_from, row.ended_by) == (PowerState.ENDED, OVER, world.establishment)
    assert Deadline.objects.get(object_id=row.pk, kind="transition_end").outcome == "ended"
    told = Notice.objects.filter(title__contains="2026年12月25日起终止")
    assert {notice.recipient.organization for notice in told} >= {row.organization, row.street}
    assert world.establishment not in {notice.recipient for notice in told}
    logged = Entry.objects.filter(action__in=("power.end", "item.end", "agreement.end"))
    assert logged.count() == 3
    assert all(entry.reason == "条例修订后不再由街道行使" for entry in logged)
    period = PowerPeriod.objects.get(empowerment=row, known_until=None)
    assert (period.valid_from, period.valid_until, period.source) == (START, OVER - DAY, "end")


@pytest.mark.parametrize(
    ("on", "standing"), [(OVER - DAY, StreetState.TRANSITION), (OVER, StreetState.ENDED)]
)
def test_until_its_day_a_power_goes_on_and_from_it_on_it_has_ended(world, on, standing) -> None:
    row = power(world)
    end_it(world, row)
    clock.set_to(on)
    assert standings([row.item_id])[row.item_id, row.street_id].state == standing
    found = {state for state in StreetState if type(row.item).objects.filter(in_state(state), pk=row.item_id)}
    assert standing in found and not {StreetState.TRANSITION, StreetState.ENDED} <= found


def test_nothing_is_stated_or_confirmed_about_a_power_that_ends(world) -> None:
    row = power(world)
    end_it(world, row)
    error = refused(lambda: review([row], party="street", verdict="ready", actor=world.street_clerk))
    assert error.code == "wrong_state"
    assert refused(lambda: confirm(row, actor=world.establishment)).code == "wrong_state"


def test_ending_many_costs_as_much_as_ending_one(world) -> None:
    def cost(*names: str, street: Any) -> int:
        rows = powers(world, *names, street=street)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            end_it(world, *rows)
        return len(queries)

    # The first end finds nobody seconded and opens the gap, which stands for the ones after it.
    cost("戊事项", street=world.streets[0])
    one = cost("甲事项", street=world.streets[0])
    assert cost("乙事项", "丙事项", "丁事项", street=world.streets[0]) == one


# ---- What is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"ended_from": START}, "day_refused", "ended_from"),
        ({"ended_from": dt.date(2028, 11, 6)}, "day_refused", "ended_from"),
        ({"ground": "other"}, "unknown_ground", "ground"),
        ({"reference": "  "}, "reference_missing", "reference"),
        ({"reference": "文" * 121}, "reference_long", "reference"),
        ({"reason": ""}, "reason_missing", "reason"),
        ({"reason": "因" * 501}, "reason_long", "reason"),
    ],
)
def test_a_wrong_statement_ends_nothing(world, values, code, field) -> None:
    row = power(world)
    error = refused(lambda: end_it(world, row, **values))
    assert (error.code, error.field) == (code, field)
    row.refresh_from_db()
    assert row.state == PowerState.TRANSITION
    assert PowerPeriod.objects.filter(known_until=None, valid_until=None).count() == 1


def test_the_last_day_beforehand_is_two_years_from_today(world) -> None:
    end_it(world, power(world), ended_from=dt.date(2028, 11, 5))


@pytest.mark.parametrize("person", ["clerk", "head", "street_head", "justice", "reader"])
def test_only_the_establishment_office_ends_powers(world, person) -> None:
    row = power(world)
    assert refused(lambda: end_it(world, row, actor=getattr(world, person))).status == 403


def test_of_a_batch_with_one_that_has_ended_none_ends(world) -> None:
    first, second = powers(world, "甲事项", "乙事项")
    end_it(world, second)
    error = refused(lambda: end_it(world, first, second, ended_from=OVER + DAY))
    assert "所选 2 项中有 1 项不能终止，都没有办理" in error.message
    first.refresh_from_db()
    assert first.ended_from is None


def test_no_power_is_chosen(world) -> None:
    assert refused(lambda: end_it(world)).code == "nothing_chosen"


# ---- Putting right -----------------------------------------------------------------------------------


def test_a_corrected_day_moves_the_end_and_what_was_known_stays(world) -> None:
    row = power(world)
    end_it(world, row)
    correct_end(row, ended_from=OVER + DAY, reason="决定的日期读错", actor=world.establishment)
    row.refresh_from_db()
    assert row.ended_from == OVER + DAY and row.end_reference
    told = {row.source: (row.valid_until, row.known_until is None) for row in PowerPeriod.objects.all()}
    assert told == {
        "letter": (None, False),
        "end": (OVER - DAY, False),
        "correction": (OVER, True),
    }
    assert Entry.objects.get(action="power.correct_end").reason == "决定的日期读错"
    told_of_letter = Entry.objects.get(action="agreement.correct_end").changes
    assert "2026-12-25" in str(told_of_letter) and "2026-12-26" in str(told_of_letter)


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_revoked_end_leaves_the_power_as_it_was(world, confirmed) -> None:
    row = power(world)
    if confirmed:
        both_ready(world, row)
        confirm(row, actor=world.establishment)
    before = Empowerment.objects.values().get(pk=row.pk)
    periods = set(
        PowerPeriod.objects.filter(known_until=None).values_list("valid_from", "valid_until", "state")
    )
    end_it(world, row)
    correct_end(row, ended_from=None, reason="误登", actor=world.establishment)
    assert Empowerment.objects.values().get(pk=row.pk) == before
    assert periods == set(
        PowerPeriod.objects.filter(known_until=None).values_list("valid_from", "valid_until", "state")
    )
    opened = Deadline.objects.filter(object_id=row.pk, kind="transition_end", closed_at=None)
    assert opened.count() == (0 if confirmed else 1)


def test_an_end_is_put_right_with_a_reason_and_another_day(world) -> None:
    row = power(world)
    assert (
        refused(lambda: correct_end(row, ended_from=OVER, reason="早了", actor=world.establishment)).code
        == "wrong_state"
    )
    end_it(world, row)
    for day, reason, code, field in (
        (OVER, "同一天", "unchanged", "ended_from"),
        (START, "早了", "day_refused", "ended_from"),
        (OVER + DAY, " ", "reason_missing", "reason"),
    ):
        error = refused(
            lambda day=day, reason=reason: correct_end(
                row, ended_from=day, reason=reason, actor=world.establishment
            )
        )
        assert (error.code, error.field) == (code, field)


def test_a_power_is_not_held_twice_on_one_day(world) -> None:
    """The service says it in words, on SQLite too; what a later letter gives is another power."""
    row = power(world)
    end_it(world, row)
    later = Empowerment.objects.get(pk=row.pk)
    later.pk, later.ended_from, later.effective_on = None, None, OVER
    for name in ("ended_by", "ended_at"):
        setattr(later, name, None)
    later.state, later.end_ground, later.end_reference, later.end_reason = "transition", "", "", ""
    later.transition_until = OVER + dt.timedelta(days=180)
    line = row.line
    line.pk, line.is_live = None, False
    line.position = 99
    line.save()
    later.line = line
    later.save()
    restate([later], "letter")
    error = refused(lambda: correct_end(row, ended_from=None, reason="误登", actor=world.establishment))
    assert error.code == "power_overlaps"
    assert "温泉街道已持有“甲事项”（2026年12月25日起），同一事项的期间不能重叠" in error.message


# ---- What is still open ------------------------------------------------------------------------------


def test_what_is_open_is_named_before_a_power_ends(world) -> None:
    row = power(world)
    named = {line.label: line.count for line in open_matters(row, OVER)}
    assert named == {"未确认衔接完成的过渡期": 1, "未办结的期限": 1}
    both_ready(world, row)
    confirm(row, actor=world.establishment)
    row.refresh_from_db()
    assert open_matters(row, OVER) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_a_power_at_once_one_is_told(world) -> None:
    row = power(world)
    assert sorted(
        together(lambda: end_it(world, row), lambda: end_it(world, row, ended_from=OVER + DAY))
    ) == ["", "wrong_state"]
    assert PowerPeriod.objects.filter(empowerment=row, known_until=None).count() == 1
