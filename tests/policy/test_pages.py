"""The figures of the two documents, changed with a reason, in versions that follow one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline
from xianan.policy.models import Parameter, PolicyVersion
from xianan.policy.selectors import parameter, parameters, version_in_force
from xianan.policy.services.versions import add_version, change_parameter

SignIn = Callable[[Any], Client]


@pytest.fixture
def months(world: Any) -> Parameter:
    return Parameter.objects.get(version=world.policy, key="transition_months")


def next_version(world: Any, start: dt.date, end: dt.date | None = None) -> PolicyVersion:
    return add_version(
        world.policy,
        actor=world.establishment,
        title="新方案",
        reference="",
        issued_on=start,
        valid_from=start,
        valid_until=end,
    )


def test_a_figure_is_changed_with_a_reason_and_read_by_the_rules(
    world: Any, sign_in: SignIn, months: Parameter
) -> None:
    client, address = sign_in(world.establishment), f"/policy/parameters/{months.pk}/"
    assert "未填写修改理由" in client.post(address, {"value": "9", "reason": ""}).content.decode()
    assert parameter(world.district, "plan", "transition_months") == 6
    answer = client.post(address, {"value": "9", "reason": "区政府第3次常务会议"})
    assert answer.url == f"/policy/{world.policy.pk}/"
    assert parameter(world.district, "plan", "transition_months") == 9
    entry = timeline(world.policy)[0]
    assert (entry.changes, entry.reason) == ({"赋权过渡期": ["6", "9"]}, "区政府第3次常务会议")
    assert "赋权过渡期：6 → 9" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("typed", ["", "六", "6.5", "99999999999999999999x"])
def test_a_value_that_makes_no_sense_stays_on_the_page_with_its_rule(
    world: Any, sign_in: SignIn, months: Parameter, typed: str
) -> None:
    answer = sign_in(world.establishment).post(
        f"/policy/parameters/{months.pk}/", {"value": typed, "reason": "试"}
    )
    assert answer.context["form"].errors["value"]
    months.refresh_from_db()
    assert months.value == 6


def test_the_bounds_of_a_figure_hold_in_the_service_too(world: Any, months: Parameter) -> None:
    Parameter.objects.filter(pk=months.pk).update(minimum=1, maximum=24)
    with pytest.raises(DomainError) as refusal:
        change_parameter(months, raw="25", reason="试", actor=world.establishment)
    assert (refusal.value.code, refusal.value.field) == ("invalid", "value")


def test_the_same_value_again_writes_nothing_down(world: Any, months: Parameter) -> None:
    before = timeline(world.policy).count()
    change_parameter(months, raw="6", reason="", actor=world.establishment)
    assert timeline(world.policy).count() == before


def test_the_next_version_starts_with_the_figures_of_the_last(world: Any, sign_in: SignIn) -> None:
    start = clock.today() + dt.timedelta(days=10)
    answer = sign_in(world.establishment).post(
        f"/policy/{world.policy.pk}/next/",
        {"title": "新方案", "issued_on": f"{start:%Y-%m-%d}", "valid_from": f"{start:%Y-%m-%d}"},
    )
    added = PolicyVersion.objects.get(title="新方案")
    assert answer.url == f"/policy/{added.pk}/"
    assert added.parameters.count() == world.policy.parameters.count() > 0
    change_parameter(
        added.parameters.get(key="transition_months"), raw="3", reason="新规", actor=world.establishment
    )
    assert parameter(world.district, "plan", "transition_months") == 6
    assert parameter(world.district, "plan", "transition_months", start) == 3


def test_of_two_valid_versions_the_younger_holds_and_after_its_end_the_elder_again(world: Any) -> None:
    day = clock.today()
    young = next_version(world, day + dt.timedelta(days=1), day + dt.timedelta(days=5))
    for days, expected in ((0, world.policy), (1, young), (5, young), (6, world.policy)):
        assert version_in_force(world.district, "plan", day + dt.timedelta(days=days)) == expected, days


def test_after_the_last_version_has_run_out_its_figures_go_on_to_hold(world: Any) -> None:
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_until=clock.today() - dt.timedelta(days=1))
    assert version_in_force(world.district, "plan") is None
    assert parameters(world.district, "plan")["transition_months"] == 6


def test_a_figure_that_nothing_says_is_asked_for_in_words(world: Any) -> None:
    with pytest.raises(DomainError, match="尚未设置"):
        parameter(world.district, "plan", "unheard_of")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": "2024-01-01"}, "valid_from"),
        ({"valid_until": "2026-12-31"}, "valid_until"),
        ({"valid_from": "2027-02-30"}, "valid_from"),
        ({"title": ""}, "title"),
    ],
)
def test_a_faulty_version_is_refused_at_its_field(
    world: Any, sign_in: SignIn, change: dict[str, str], field: str
) -> None:
    data = {"title": "新方案", "issued_on": "2027-01-01", "valid_from": "2027-01-01", **change}
    answer = sign_in(world.establishment).post(f"/policy/{world.policy.pk}/next/", data)
    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert PolicyVersion.objects.filter(title="新方案").count() == 0


def test_a_version_is_changed_and_its_days_are_checked(world: Any, sign_in: SignIn) -> None:
    client, address = sign_in(world.establishment), f"/policy/{world.policy.pk}/edit/"
    data = {
        "title": "改名方案",
        "reference": "咸安发〔2024〕1号",
        "issued_on": "2024-01-01",
        "valid_from": "2024-01-01",
    }
    assert client.post(address, data).status_code == 302
    assert timeline(world.policy)[0].label == "修改文件版本"
    wrong = client.post(address, {**data, "valid_until": "2023-01-01"})
    assert "不能早于施行日期" in wrong.content.decode()


def test_the_list_marks_what_is_in_force_and_says_when_nothing_is(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    assert "施行中" in client.get("/policy/").content.decode()
    PolicyVersion.objects.update(valid_until=clock.today() - dt.timedelta(days=1))
    text = client.get("/policy/").content.decode()
    assert "没有施行中的版本" in text
    assert "已到期" in text


def test_those_who_may_look_look_and_others_stay_outside(
    world: Any, sign_in: SignIn, months: Parameter
) -> None:
    for person in (world.justice, world.government_office, world.district_reader):
        client = sign_in(person)
        assert client.get("/policy/").status_code == 200
        assert "/policy/parameters/" not in client.get(f"/policy/{world.policy.pk}/").content.decode()
    for person in (world.clerk, world.street_head, world.nobody):
        assert sign_in(person).get("/policy/").status_code == 403


@pytest.mark.parametrize("who", ["justice", "district_reader", "clerk", "nobody"])
def test_only_the_establishment_office_changes_figures(
    world: Any, sign_in: SignIn, months: Parameter, who: str
) -> None:
    client = sign_in(getattr(world, who))
    data = {"value": "9", "reason": "试", "title": "x", "issued_on": "2027-01-01", "valid_from": "2027-01-01"}
    for path in (f"parameters/{months.pk}/", f"{world.policy.pk}/edit/", f"{world.policy.pk}/next/"):
        assert client.get(f"/policy/{path}").status_code == 403
        assert client.post(f"/policy/{path}", data).status_code == 403
    with pytest.raises(NotAllowed):
        change_parameter(months, raw="9", reason="试", actor=getattr(world, who))
    months.refresh_from_db()
    assert (months.value, PolicyVersion.objects.filter(district=world.district).count()) == (6, 2)


def test_the_policy_of_another_district_is_not_there(world: Any, other_world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    foreign = Parameter.objects.get(version=other_world.policy, key="transition_months")
    for path in (f"{other_world.policy.pk}/", f"{other_world.policy.pk}/edit/", f"parameters/{foreign.pk}/"):
        assert client.get(f"/policy/{path}").status_code == 404
    with pytest.raises(NotAllowed):
        change_parameter(foreign, raw="9", reason="试", actor=world.establishment)
    assert parameter(other_world.district, "plan", "transition_months") == 4


def test_the_page_asks_from_which_day_a_figure_judges_and_refuses_others(
    world: Any, sign_in: SignIn, months: Parameter
) -> None:
    client, address = sign_in(world.establishment), f"/policy/parameters/{months.pk}/"
    assert "此前已经结束的季度、月份仍按原值" in client.get(address).content.decode()
    wrong = client.post(address, {"value": "9", "reason": "试", "holds_from": "2023-12-31"})
    assert "起用日期须在2024年1月1日至" in wrong.content.decode()
    client.post(address, {"value": "9", "reason": "录入有误", "holds_from": "2024-01-01"})
    assert parameter(world.district, "plan", "transition_months", dt.date(2024, 6, 1)) == 9
    later = next_version(world, clock.today() + dt.timedelta(days=3))
    row = later.parameters.get(key="transition_months")
    assert "起用日期" not in client.get(f"/policy/parameters/{row.pk}/").content.decode()


# ---- A parameter of another office -----------------------------------------------------------------------

CHOICE = {"value": "提出要求的年度", "reason": "明确“当年”的口径", "basis": "咸组通〔2026〕12号"}


@pytest.fixture
def cap_year(world: Any) -> Parameter:
    return world.policy.parameters.get(key="replacement_cap_year")


def test_p32_the_party_organization_alone_sets_the_year_of_the_cap_by_a_document(
    world: Any, sign_in: SignIn, cap_year: Parameter
) -> None:
    address = f"/policy/parameters/{cap_year.pk}/"
    for person in (world.establishment, world.other_personnel, world.district_reader, world.clerk):
        client = sign_in(person)
        assert client.get(address).status_code == client.post(address, CHOICE).status_code == 403
        with pytest.raises(NotAllowed):
            change_parameter(cap_year, raw=CHOICE["value"], reason="试", basis=CHOICE["basis"], actor=person)
    client = sign_in(world.personnel)
    page = client.get(address).content.decode()
    assert "替换完成的年度" in page and "依据文件" in page
    assert "未填写依据文件" in client.post(address, {**CHOICE, "basis": ""}).content.decode()
    with pytest.raises(DomainError) as refusal:
        change_parameter(cap_year, raw=CHOICE["value"], reason="试", actor=world.personnel)
    assert (refusal.value.code, refusal.value.field) == ("basis_missing", "basis")
    answer = client.post(address, CHOICE)
    assert answer.url == f"/policy/{world.policy.pk}/"
    assert parameter(world.district, "plan", "replacement_cap_year") == "提出要求的年度"
    page = client.get(answer.url).content.decode()
    assert "依据 咸组通〔2026〕12号" in page and page.count("/policy/parameters/") == 1
    entry = timeline(world.policy)[0]
    assert entry.changes == {
        cap_year.label: ["替换完成的年度", "提出要求的年度"],
        "依据文件": ["", "咸组通〔2026〕12号"],
    }


def test_p32_there_are_two_years_to_choose_and_no_third(
    world: Any, sign_in: SignIn, cap_year: Parameter
) -> None:
    typed = {**CHOICE, "value": "去年"}
    answer = sign_in(world.personnel).post(f"/policy/parameters/{cap_year.pk}/", typed)
    assert answer.context["form"].errors["value"]
    with pytest.raises(DomainError, match="“去年”不在可选之列"):
        change_parameter(cap_year, raw="去年", reason="试", basis="文", actor=world.personnel)


def test_the_next_version_keeps_the_document_that_a_value_rests_on(world: Any, cap_year: Parameter) -> None:
    change_parameter(cap_year, raw=CHOICE["value"], reason="试", basis=CHOICE["basis"], actor=world.personnel)
    start = clock.today() + dt.timedelta(days=10)
    copy = next_version(world, start, None).parameters.get(key="replacement_cap_year")
    assert (copy.value, copy.basis) == (CHOICE["value"], CHOICE["basis"])
