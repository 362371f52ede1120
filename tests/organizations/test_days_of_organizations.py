"""An organization is there from its first day to its last: then nobody acts for it, and what was stays (机构改革)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessment.cycles.services import create_cycle
from assessment.forms.cycles import NewCycleForm
from empowerment.filings.steps import create_filing
from empowerment.filters.filings import FilingFilter
from empowerment.models import Claim
from empowerment.selectors.agreements import claims_to_cover
from empowerment.selectors.items import street_columns
from empowerment.selectors.pairs import pairs_in_force
from secondment.services.registration import refuse_street
from tests.world import PASSWORD
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.selectors import every_owing, owing, recipients
from xianan.history.selectors import timeline
from xianan.history.services import record
from xianan.organizations.forms import PersonForm, RoleForm
from xianan.organizations.models import Organization, RoleAssignment, User, active
from xianan.organizations.scope import Scope, scope_of
from xianan.organizations.selectors import (
    administrators,
    departments,
    every_department,
    every_street,
    holders,
    office,
    streets,
)
from xianan.organizations.services.grants import sync_grants
from xianan.organizations.services.organizations import (
    change_organization,
    close_organization,
    create_organization,
    reopen_organization,
)
from xianan.organizations.services.people import assign_role, change_user, create_user
from xianan.organizations.unfinished import unfinished

pytestmark = pytest.mark.sqlite
SignIn = Callable[[Any], Client]
DAY = dt.timedelta(days=1)
LAST = dt.date(2027, 3, 31)
"""The last day of whatever ends here."""
WHY = {"reason": "机构改革，职责并入"}


@pytest.fixture(autouse=True)
def _months_before_the_last_day() -> None:
    clock.set_to(dt.date(2026, 11, 23))


def close(world: Any, row: Organization, on: dt.date = LAST, **more: Any) -> Organization:
    return close_organization(row, active_until=on, actor=world.establishment, **{**WHY, **more})


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def refused(code: str, act: Callable[[], object], field: str | None = None) -> str:
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code, refusal.value.message
    assert field is None or refusal.value.field == field
    return refusal.value.message


# ---- Whose rights --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "holds"), [(LAST - DAY, True), (LAST, True), (LAST + DAY, False), (LAST + 400 * DAY, False)]
)
def test_roles_give_rights_to_the_last_day_and_no_longer(world: Any, day: dt.date, holds: bool) -> None:
    close(world, world.department)
    close(world, world.finance)
    with clock.travel(day):
        assert scope_of(fresh(world.clerk)).holds("draft_filing") is holds
        assert scope_of(fresh(world.district_reader)).whole_district("view_filing") is holds
        assert bool(scope_of(fresh(world.clerk)).person_id) is holds
        assert holders(world.department, "department_clerk").exists() is holds
        assert (world.department.pk in recipients([world.department.pk], day)) is holds
        # Nothing but the day has changed.
        assert sync_grants() == 0 or not holds


@pytest.mark.parametrize(("day", "holds"), [(LAST - DAY, False), (LAST, True), (LAST + DAY, True)])
def test_roles_give_no_rights_before_the_first_day(world: Any, day: dt.date, holds: bool) -> None:
    row = create_organization(
        actor=world.establishment, name="区新局", kind="department", empowering=True, active_from=LAST
    )
    assign_role(
        world.nobody, organization=row, role="department_clerk", actor=world.establishment, starts_on=LAST
    )
    with clock.travel(day):
        assert scope_of(fresh(world.nobody)).organization_ids("draft_filing") == (
            {row.pk} if holds else set()
        )


def test_what_a_station_may_do_in_its_street_ends_with_the_street(world: Any) -> None:
    close(world, world.street)
    for day, holds in ((LAST, True), (LAST + DAY, False)):
        with clock.travel(day):
            found = scope_of(fresh(world.station_staff)).organization_ids("view_claim")
            assert (world.street.pk in found) is holds


def test_who_also_holds_a_role_elsewhere_keeps_that_one(world: Any) -> None:
    assign_role(
        world.clerk, organization=world.other_department, role="department_clerk", actor=world.establishment
    )
    close(world, world.department)
    with clock.travel(LAST + DAY):
        assert scope_of(fresh(world.clerk)).organization_ids("draft_filing") == {world.other_department.pk}


def test_the_days_cost_no_query_of_their_own(world: Any) -> None:
    close(world, world.department)
    person = fresh(world.clerk)
    with CaptureQueriesContext(connection) as sent:
        Scope(person).holds("draft_filing")
    assert len(sent) == 1


def test_an_administration_that_ceased_keeps_no_accounts(world: Any) -> None:
    assert world.establishment in administrators(world.district)
    Organization.objects.filter(pk=world.establishment_bureau.pk).update(active_until=clock.today() - DAY)
    assert not administrators(world.district)
    assert office(world.district, "establishment") is None


# ---- What is refused -----------------------------------------------------------------------------------


def test_an_end_before_the_beginning_is_refused(world: Any) -> None:
    row = create_organization(actor=world.establishment, name="区新局", kind="department", active_from=LAST)
    message = refused("period", lambda: close(world, row, LAST - DAY), "active_until")
    assert message == "撤销日期不能早于成立日期 2027年3月31日。"
    close(world, row, LAST)
    refused(
        "period",
        lambda: change_organization(row, actor=world.establishment, active_from=LAST + DAY),
        "active_until",
    )


def test_an_end_before_the_last_act_is_refused_and_a_beginning_after_the_first(world: Any) -> None:
    today = clock.today()
    create_filing(organization=world.department, title="申报", actor=world.clerk)
    message = refused("acted", lambda: close(world, world.department, today - DAY), "active_until")
    assert "还有“起草申报”的办理记录，撤销日期不能早于该日" in message
    refused(
        "acted",
        lambda: change_organization(world.department, actor=world.establishment, active_from=today + DAY),
        "active_from",
    )
    assert close(world, world.department, today).active_until == today


def test_signing_in_and_changing_a_password_is_no_act_of_the_organization(world: Any) -> None:
    record(world.clerk, "user.login", "登录", actor=world.clerk)
    assert close(world, world.department, clock.today() - DAY).standing.label == "已撤销"


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("department", "承接机构不能是本机构"),
        ("street", "须与本机构同类"),
        ("station", "须与本机构同类"),
        ("ceased", "的撤销日期是2027年3月31日，2027年4月1日已不存在"),
        ("coming", "成立于2027年4月2日，2027年4月1日还不存在"),
    ],
)
def test_nobody_unfit_takes_over(world: Any, who: str, says: str) -> None:
    close(world, world.other_department)
    coming = create_organization(
        actor=world.establishment, name="区新局", kind="department", active_from=LAST + 2 * DAY
    )
    other = {"ceased": world.other_department, "coming": coming}.get(who) or getattr(world, who)
    assert says in refused("successor", lambda: close(world, world.department, successor=other), "successor")
    assert Organization.objects.get(pk=world.department.pk).active_until is None


def test_a_successor_of_another_district_is_refused(world: Any, other_world: Any) -> None:
    refused("successor", lambda: close(world, world.department, successor=other_world.department))


def test_who_is_founded_the_day_after_takes_over_and_an_office_from_a_department(world: Any) -> None:
    row = create_organization(actor=world.establishment, name="区新局", kind="office", active_from=LAST + DAY)
    assert close(world, world.department, successor=row).successor == row


def test_successors_make_a_chain_and_never_a_circle(world: Any) -> None:
    close(world, world.department, successor=world.other_department)
    # Who took over ends after it took over …
    refused("successor_of", lambda: close(world, world.other_department, LAST))
    close(world, world.other_department, LAST + 9 * DAY, successor=world.finance)
    # … and never in favour of those before it, whatever days are put right.
    for day in (LAST, LAST + DAY, LAST + 9 * DAY, LAST + 99 * DAY):
        refused("successor", lambda day=day: close(world, world.finance, day, successor=world.department))
    refused(
        "successor",
        lambda: close(world, world.department, LAST + 9 * DAY, successor=world.other_department),
    )
    refused(
        "successor_of",
        lambda: change_organization(world.finance, actor=world.establishment, active_from=LAST + 20 * DAY),
    )


def test_nobody_closes_the_own_office_nor_the_last_administration(world: Any) -> None:
    refused("self_lockout", lambda: close(world, world.establishment_bureau))
    new = create_organization(
        actor=world.establishment, name="区委编办（新）", kind="office", duty="establishment"
    )
    other = world.person("new-establishment", new)
    assign_role(
        other, organization=world.establishment_bureau, role="establishment", actor=world.establishment
    )
    shut = lambda: close_organization(  # noqa: E731
        world.establishment_bureau, active_until=LAST, actor=fresh(other), **WHY
    )
    assert "无人管理" in refused("last_establishment", shut)
    assign_role(other, organization=new, role="establishment", actor=world.establishment)
    assert shut().active_until == LAST


def test_only_the_right_closes_and_reopens_and_a_reason_is_given(world: Any) -> None:
    for act in (close_organization, reopen_organization):
        values = {"active_until": LAST} if act is close_organization else {}
        with pytest.raises(NotAllowed):
            act(world.department, actor=world.government_office, **WHY, **values)
        refused(
            "reason_missing",
            lambda act=act, values=values: act(
                world.department, actor=world.establishment, reason=" ", **values
            ),
            "reason",
        )


@pytest.mark.parametrize(
    "values",
    [
        {"active_from": LAST, "active_until": LAST - DAY},
        {"successor": "other"},
        {"active_until": LAST, "successor": "own"},
    ],
)
def test_the_database_refuses_what_contradicts_itself(world: Any, values: dict[str, Any]) -> None:
    places = {"other": world.other_department, "own": world.department}
    written = {name: places[value] if isinstance(value, str) else value for name, value in values.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=world.department.pk).update(**written)


# ---- Put right, and taken back -------------------------------------------------------------------------


def test_day_and_successor_are_put_right_and_every_act_stands_in_the_log(world: Any) -> None:
    close(world, world.department)
    close(world, world.department, LAST + DAY, successor=world.other_department)
    reopen_organization(world.department, actor=world.establishment, reason="方案撤回")
    entries = timeline(world.department)[:3]
    assert [(entry.label, entry.reason) for entry in entries] == [
        ("恢复机构", "方案撤回"),
        ("更正撤销", WHY["reason"]),
        ("撤销机构", WHY["reason"]),
    ]
    assert entries[1].changes == {
        "撤销日期": ["2027-03-31", "2027-04-01"],
        "承接机构": [None, "区城市管理执法局"],
    }
    row = Organization.objects.get(pk=world.department.pk)
    assert (row.active_until, row.successor) == (None, None)


def test_reopening_brings_the_roles_back_that_have_not_ended(world: Any) -> None:
    RoleAssignment.objects.filter(user=world.head).update(ends_on=LAST + DAY)
    close(world, world.department)
    with clock.travel(LAST + 5 * DAY):
        sync_grants()
        reopen_organization(world.department, actor=fresh(world.establishment), reason="方案撤回")
        assert scope_of(fresh(world.clerk)).holds("draft_filing")
        assert not scope_of(fresh(world.head)).holds("draft_filing")
        refused(
            "wrong_state",
            lambda: reopen_organization(world.department, actor=world.establishment, reason="再"),
        )


def test_nothing_is_taken_back_that_others_have_built_upon(world: Any) -> None:
    close(world, world.department, successor=world.other_department)
    close(world, world.other_department, LAST + DAY)
    back = lambda row: reopen_organization(row, actor=world.establishment, reason="方案撤回")  # noqa: E731
    assert "先恢复承接机构" in refused("built_upon", lambda: back(world.department))
    back(world.other_department)
    assert back(world.department).is_active
    close(world, world.street, clock.today())
    close(world, world.station, clock.today())
    with clock.travel(clock.today() + DAY):
        assert "上级机构“温泉街道”已撤销" in refused("built_upon", lambda: back(world.station))


# ---- New work ------------------------------------------------------------------------------------------


@pytest.fixture
def after(world: Any) -> Any:
    """The day after 住建局 and 温泉街道 have ended."""
    close(world, world.department, successor=world.other_department)
    close(world, world.street)
    for row in (world.department, world.street):
        row.refresh_from_db()
    with clock.travel(LAST + DAY):
        yield world


def test_new_roles_and_accounts_are_not_given(after: Any) -> None:
    world = after
    editor = fresh(world.establishment)
    give = lambda **more: assign_role(  # noqa: E731
        world.nobody, role="department_head", organization=world.department, actor=editor, **more
    )
    message = refused("ceased", give)
    assert message == "“区住房和城乡建设局”的撤销日期是2027年3月31日，2027年4月1日已不存在。"
    refused("ceased", lambda: give(starts_on=LAST - DAY), "organization")
    account = {"username": "late", "name": "后来者", "password": PASSWORD, "actor": editor}
    refused("ceased", lambda: create_user(organization=world.street, **account), "organization")
    refused("ceased", lambda: change_user(world.other_clerk, actor=editor, organization=world.department))
    # Who is there keeps the account and may be renamed.
    assert change_user(fresh(world.clerk), actor=editor, name="改名者").name == "改名者"
    assert world.department not in RoleForm(district=world.district).fields["organization"].queryset
    here = PersonForm(district=world.district, row=fresh(world.clerk)).fields["organization"].queryset
    assert world.department in here and world.street not in here


def test_a_role_from_before_the_first_day_is_refused(world: Any) -> None:
    row = create_organization(
        actor=world.establishment, name="区新局", kind="department", empowering=True, active_from=LAST
    )
    refused(
        "ceased",
        lambda: assign_role(
            world.nobody, role="department_clerk", organization=row, actor=world.establishment
        ),
        "starts_on",
    )


def test_nothing_new_offers_who_ceased_and_lists_of_the_past_do(after: Any) -> None:
    world, editor = after, fresh(after.establishment)
    request = type("Request", (), {"scope": scope_of(editor), "GET": {}})
    for new, every, row in (
        (departments, every_department, world.department),
        (streets, every_street, world.street),
        (owing, every_owing, world.department),
    ):
        assert row not in new(world.district) and row in every(world.district)
        assert world.other_department in new(world.district) or world.other_street in new(world.district)
    assert world.street in streets(world.district, on=LAST)
    assert (
        world.street
        not in NewCycleForm(district=world.district.pk, asks_ground=False).fields["streets"].queryset
    )
    condition = FilingFilter({}, request=request).form.fields["organization"]
    labels = dict(condition.choices)
    assert labels[world.department.pk] == "区住房和城乡建设局（已撤销）"
    assert labels[world.other_department.pk] == "区城市管理执法局"


def test_what_is_new_is_refused_by_the_services(after: Any) -> None:
    world = after
    with pytest.raises(NotAllowed):
        create_filing(organization=world.department, title="申报", actor=fresh(world.clerk))
    values = {"year": 2027, "title": "2027年度考核", "scheme": None, "policy_ground": "继续考核"}
    editor = fresh(world.establishment)
    refused("ceased", lambda: create_cycle(**values, streets=[world.street], actor=editor), "streets")
    refused("not_street", lambda: refuse_street(world.street, world.district.pk), "street")


def test_new_items_ask_no_street_that_ceased_and_cover_no_letter_with_it(world: Any) -> None:
    world.claimed("甲事项")
    close(world, world.street)
    assert claims_to_cover(world.district).count() == 1
    with clock.travel(LAST + DAY):
        assert claims_to_cover(world.district).count() == 0
        before = set(Claim.objects.values_list("pk", flat=True))
        world.listed("乙事项", organization=world.other_department)
        asked = Claim.objects.exclude(pk__in=before)
        assert asked.exists() and not asked.filter(street=world.street).exists()
        # What it claimed stays in sight, a column of its own.
        assert world.street in street_columns(world.district)


def test_powers_count_between_those_that_are_both_there(world: Any) -> None:
    letter = world.effective("甲事项")
    pair = (letter.organization_id, letter.street_id)
    close(world, world.street)
    assert pair in pairs_in_force(world.district.pk, LAST)
    assert pair not in pairs_in_force(world.district.pk, LAST + DAY)


# ---- Pages ---------------------------------------------------------------------------------------------


def test_closing_on_the_page_asks_names_what_is_open_and_can_be_undone(world: Any, sign_in: SignIn) -> None:
    world.draft("甲事项")
    client = sign_in(world.establishment)
    address = f"/organizations/{world.department.pk}"
    assert "撤销机构" in client.get(f"{address}/").content.decode()
    page = client.get(f"{address}/close/").content.decode()
    assert "现任角色的账号" in page and "未办结的申报" in page
    assert f"/filings/?organization={world.department.pk}" in page
    answer = client.post(f"{address}/close/", {"active_until": "", "reason": " "}).content.decode()
    assert "未填写撤销日期" in answer and "未填写理由" in answer
    today = clock.today()
    values = {"active_until": today.isoformat(), "successor": world.street.pk, **WHY}
    assert client.post(f"{address}/close/", values).status_code == 200
    values["successor"] = world.other_department.pk
    assert client.post(f"{address}/close/", values).status_code == 302
    assert "恢复机构" in client.get(f"{address}/").content.decode()
    with clock.travel(today + DAY):
        client = sign_in(world.establishment)
        page = client.get(f"{address}/").content.decode()
        assert "已撤销" in page and "承接" in page and "开设账号" not in page
        assert f'<a href="/organizations/{world.other_department.pk}/">区城市管理执法局</a>承接' in page
        assert "承接自" in client.get(f"/organizations/{world.other_department.pk}/").content.decode()
        person = client.get(f"/people/{world.clerk.pk}/").content.decode()
        assert "已撤销" in person
        assert "未填写理由" in client.post(f"{address}/reopen/", {"reason": ""}).content.decode()
        assert client.get(f"{address}/reopen/").status_code == 200
        assert client.post(f"{address}/reopen/", WHY).status_code == 302
        assert scope_of(fresh(world.clerk)).holds("draft_filing")


def test_what_is_open_is_counted_for_both_sides(world: Any) -> None:
    world.letter("甲事项")
    for place in (world.department, world.street):
        lines = {line.label: line.count for line in unfinished(place)}
        assert lines["未签署完的承接确认书"] == 1
        assert lines["现任角色的账号"] == 3
    assert {line.label for line in unfinished(world.street)} >= {"下级机构"}
    assert not unfinished(
        Organization.objects.create(district=world.district, name="区空局", kind="department")
    )


def test_its_people_are_told_why_they_see_nothing(after: Any, sign_in: SignIn) -> None:
    client = sign_in(after.clerk)
    page = client.get("/").content.decode()
    assert "您现在没有角色" in page
    assert "区住房和城乡建设局已撤销，由区城市管理执法局承接" in page
    assert client.get("/filings/").status_code == 403
    assert "您现在没有角色" not in sign_in(after.other_clerk).get("/").content.decode()


def test_the_past_stays_in_sight(world: Any, sign_in: SignIn) -> None:
    letter = world.effective("甲事项")
    close(world, world.department)
    close(world, world.street)
    with clock.travel(LAST + DAY):
        client = sign_in(world.establishment)
        assert client.get(f"/agreements/{letter.pk}/").status_code == 200
        page = client.get(f"/agreements/?organization={world.department.pk}").content.decode()
        assert letter.number in page and "区住房和城乡建设局（已撤销）" in page
        assert client.get(f"/powers/?street={world.street.pk}").content.decode().count("甲事项") > 0


def test_the_list_shows_and_narrows_by_what_is_there(after: Any, sign_in: SignIn) -> None:
    client = sign_in(after.establishment)
    there = client.get("/organizations/?size=100").content.decode()
    gone = client.get("/organizations/?tab=ceased").content.decode()
    assert ">区住房和城乡建设局<" not in there and ">区城市管理执法局<" in there
    assert ">区住房和城乡建设局<" in gone and "已撤销" in gone and ">区城市管理执法局<" not in gone
    assert client.get("/organizations/?tab=ceased&export=xlsx").headers["Content-Type"].endswith("sheet")


def test_the_condition_in_sql_and_the_one_in_python_say_the_same(world: Any) -> None:
    days = [None, LAST - DAY, LAST, LAST + DAY]
    rows = [
        Organization.objects.create(
            district=world.district,
            name=f"局{first}{last}",
            kind="office",
            active_from=first,
            active_until=last,
        )
        for first in days
        for last in days
        if first is None or last is None or first <= last
    ]
    for step in range(-2, 4):
        day = LAST + step * DAY
        found = set(Organization.objects.filter(active(day), pk__in=[row.pk for row in rows]))
        assert found == {row for row in rows if row.is_active_on(day)}, day
        over = active(day, until=day + DAY)
        both = {row for row in rows if row.is_active_on(day) or row.is_active_on(day + DAY)}
        assert set(Organization.objects.filter(over, pk__in=[row.pk for row in rows])) == both
