"""A mistyped value is refused where it is typed, by the rule of the app that reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.ladders import ladders_of
from xianan.policy import parameters
from xianan.policy.models import Parameter
from xianan.policy.parameters import ParameterRule, clean_value, register, rule_of
from xianan.policy.services.setup import create_first_version
from xianan.policy.services.versions import change_parameter

SignIn = Callable[[Any], Client]


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules registered here go away again."""
    monkeypatch.setattr(parameters, "_rules", dict(parameters._rules))


def text(world: Any, key: str, value: Any, kind: str = "text") -> Parameter:
    row, _ = Parameter.objects.update_or_create(
        version=world.policy,
        key=key,
        defaults={"district": world.district, "label": "提醒档次", "kind": kind, "value": value},
    )
    return row


# ---- Where it is typed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("60,30，七", "第 3 档“七”不是天数"),
        ("60;30", "第 1 档“60;30”不是天数"),
        ("60,-1", "第 2 档“-1”不是天数"),
        ("401", "第 1 档“401”超过 400 天"),
        ("，", "没有写出档次"),
    ],
)
@pytest.mark.parametrize("key", ["ladder", "ladder_agreement_sign", "ladder_of_a_kind_to_come"])
def test_the_form_names_the_rung_and_the_rule_and_keeps_what_was_typed(
    world: Any, sign_in: SignIn, key: str, typed: str, words: str
) -> None:
    row = text(world, key, "60,30,7,1,0")
    client, address = sign_in(world.establishment), f"/policy/parameters/{row.pk}/"
    answer = client.post(address, {"value": typed, "reason": "试"}).content.decode()
    assert f"提醒档次：{words}" in answer
    assert "各档为到期前的整天数，0 至 400，用逗号分开，如 60,30,7,1,0。" in answer
    assert f'value="{typed}"' in answer
    row.refresh_from_db()
    assert row.value == "60,30,7,1,0"
    assert "各档为到期前的整天数" in client.get(address).content.decode()


def test_a_ladder_is_stored_in_one_spelling_and_read_by_the_reminders(world: Any, sign_in: SignIn) -> None:
    row = text(world, "ladder", "60,30,7,1,0")
    answer = sign_in(world.establishment).post(
        f"/policy/parameters/{row.pk}/", {"value": "７、45，0 7", "reason": "区政府第3次常务会议"}
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.value == "45,7,0"
    assert ladders_of(world.district.pk, clock.today()).of("any").rungs == (45, 7, 0)


@pytest.mark.parametrize("typed", ["咸督办〔2026〕", "咸 督办", "督办1号", "咸" * 13])
@pytest.mark.parametrize("key", ["order_prefix", "circular_prefix", "letter_prefix"])
def test_a_prefix_that_would_spoil_a_number_is_refused(world: Any, key: str, typed: str) -> None:
    row = text(world, key, "咸督办")
    with pytest.raises(DomainError, match="年份、括号、顺序号由平台加上") as refusal:
        change_parameter(row, raw=typed, reason="试", actor=world.establishment)
    assert (refusal.value.code, refusal.value.field) == ("invalid", "value")
    assert f"“{typed}”" in refusal.value.message
    assert change_parameter(row, raw="咸政督", reason="试", actor=world.establishment).value == "咸政督"


def test_shares_that_do_not_total_a_hundred_are_refused_on_the_page(world: Any, sign_in: SignIn) -> None:
    row = text(world, "some_shares", [60, 40], kind="shares")
    answer = sign_in(world.establishment).post(
        f"/policy/parameters/{row.pk}/", {"value": "60:30", "reason": "试"}
    )
    assert "各份比例之和须为 100，现为 90。" in answer.content.decode()


def test_a_district_is_not_set_up_with_a_mistyped_ladder(world: Any) -> None:
    values = {
        "key": "ladder", "label": "到期提醒档次", "kind": "text", "value": "60,三十", "unit": "天", "clause": "P34",
        "minimum": None, "maximum": None,
    }  # fmt: skip
    with pytest.raises(DomainError, match="到期提醒档次：第 2 档“三十”不是天数"):
        create_first_version(
            world.district, document="plan", title="方案", reference="", issued_on=world.policy.valid_from,
            valid_from=world.policy.valid_from.replace(year=2030), valid_until=None, is_example=False, note="",
            parameters=[values],
        )  # fmt: skip


# ---- The registry ------------------------------------------------------------------------------------


def refuse(value: Any) -> Any:
    raise ValueError(f"“{value}”不行。")


def double(value: int) -> int:
    return value * 2


@pytest.mark.usefixtures("rules")
def test_a_rule_comes_after_the_kind_and_its_own_before_that_of_a_group() -> None:
    register(ParameterRule("figure_*", refuse, ""))
    register(ParameterRule("figure_good", double, ""))
    assert clean_value("figure_good", "integer", " 4 ") == 8
    with pytest.raises(ValueError, match="“4”不行"):
        clean_value("figure_other", "integer", "4")
    with pytest.raises(ValueError, match="不是整数"):
        clean_value("figure_other", "integer", "四")
    assert clean_value("another", "integer", "4") == 4
    assert rule_of("another") is None


@pytest.mark.usefixtures("rules")
def test_a_parameter_has_one_rule() -> None:
    rule = ParameterRule("figure", refuse, "")
    assert register(rule) == register(rule)
    with pytest.raises(ValueError, match="has a rule already"):
        register(ParameterRule("figure", double, ""))
