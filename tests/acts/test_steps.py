"""A step as a whole act: lock, right, refusal, effect, one write, log, and what the page makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from secondment.choices import ExemptionState as E
from secondment.exemptions import steps
from secondment.exemptions.model import Exemption
from secondment.exemptions.steps import EXEMPTION
from tests.secondment.staff.test_exemptions import submit
from tests.secondment.staff.test_registration import refused
from tests.together import together
from tests.world import World
from xianan.acts import Step, Wording, day, kept, note, pick
from xianan.acts.pages import SEEN, form_of
from xianan.acts.steps import CLICK
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock_all
from xianan.core.parties import Other
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import remove
from xianan.history.models import Entry
from xianan.history.selectors import newest_entry
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.ui.fields import form_field

FILES_CLOSED = "区委编办已作决定，附件不再变动。"
TODAY = dt.date(2026, 11, 2)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def made(effect: Callable[..., Any], **more: Any) -> Step[Exemption, Any]:
    """A step on exemptions that nobody else sees."""
    values: dict[str, Any] = {
        "noun": EXEMPTION, "name": "try", "label": "试办", "sources": (E.SUBMITTED,), "target": E.WITHDRAWN,
        "right": "register_secondment", "by": "organization", "effect": effect, "wording": Wording(button="试办"),
    }  # fmt: skip
    return Step(**{**values, **more})


def nothing(row: Exemption, *, actor: User) -> None:
    """Do nothing besides."""


def told(row: Exemption) -> list[str]:
    entries = Entry.objects.filter(object_type="secondment.exemption", object_id=row.pk)
    return list(entries.order_by("pk").values_list("action", flat=True))


# ---- Taking one ----------------------------------------------------------------------------------------


def test_an_effect_that_does_not_take_what_is_asked_is_no_step() -> None:
    with pytest.raises(TypeError, match="reason"):
        made(nothing, asks=(note("reason", "理由", longest=10),))


def test_what_the_effect_refuses_leaves_no_trace(world: World) -> None:
    row = submit(world)
    before = told(row)

    def effect(row: Exemption, *, actor: User) -> None:
        row.agency = "改过"
        raise DomainError("no", "不行。")

    refused("no", made(effect), row, actor=world.clerk)
    row.refresh_from_db()
    assert (row.state, row.agency, told(row)) == ("submitted", "温泉住建所", before)


def test_what_follows_and_fails_takes_the_write_back(world: World) -> None:
    row = submit(world)

    def follow(row: Exemption, actor: User) -> None:
        assert Exemption.objects.get(pk=row.pk).state == E.WITHDRAWN
        raise DomainError("no", "不行。")

    refused("no", made(nothing, follow=follow), row, actor=world.clerk)
    assert Exemption.objects.get(pk=row.pk).state == E.SUBMITTED


def test_one_update_writes_the_state_and_nothing_but_what_changed(world: World) -> None:
    row = submit(world)

    def effect(row: Exemption, *, actor: User) -> dict[str, tuple[object, object]]:
        row.agency = "新所"
        return {"派驻机构": ("旧", "新所")}

    with CaptureQueriesContext(connection) as queries:
        done = made(effect)(row, actor=world.clerk)
    (update,) = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    written = update.partition(" WHERE ")[0]
    assert '"agency"' in written and '"state"' in written and '"reference"' not in written
    assert (done.state, done.agency) == ("withdrawn", "新所")
    entry = Entry.objects.get(action="exemption.try")
    assert (entry.label, entry.changes) == ("试办", {"派驻机构": ["旧", "新所"]})


def test_a_row_that_moved_meanwhile_is_not_written_over(world: World) -> None:
    row = submit(world)

    def effect(row: Exemption, *, actor: User) -> None:
        Exemption.objects.filter(pk=row.pk).update(state=E.WITHDRAWN)

    refused("wrong_state", made(effect, target=E.WITHDRAWN), row, actor=world.clerk)


def test_texts_are_checked_for_a_call_as_for_a_click(world: World) -> None:
    row = submit(world)
    office = world.establishment
    message = refused("reason_missing", steps.refuse, row, actor=office, reason=" \n", field="reason")
    assert message == "不予确认须填写理由。"
    message = refused("reason_long", steps.refuse, row, actor=office, reason="长" * 301, field="reason")
    assert message == "理由不超过 300 字，现为 301 字。"
    done = steps.refuse(row, actor=office, reason="  须派人 ")
    assert done.decision_note == Entry.objects.get(action="exemption.refused").reason == "须派人"


def test_the_log_may_say_what_the_row_became(world: World) -> None:
    def effect(row: Exemption, *, actor: User) -> None:
        row.agency = "新所"

    wording = Wording(done=lambda row: row.agency, became=lambda row: f"改派{row.agency}")
    made(effect, wording=wording)(submit(world), actor=world.clerk)
    assert Entry.objects.get(action="exemption.try").label == "改派新所"


def test_further_rows_are_locked_in_one_order_whatever_the_step(world: World) -> None:
    row = submit(world)
    for fields in (("organization", "street"), ("street", "organization")):
        with CaptureQueriesContext(connection) as queries:
            lock_all([Exemption.objects.select_related(*fields).get(pk=row.pk)], *fields)
        locked = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
        tables = [sql.partition(' FROM "')[2].partition('"')[0] for sql in locked]
        assert tables == ["organizations_organization", "secondment_exemption"]
        assert all('ORDER BY "' in sql for sql in locked)


def test_a_step_to_the_state_it_comes_from_is_told_where_it_changes_or_tells_something(world: World) -> None:
    row = submit(world)
    before = told(row)
    made(nothing, target=E.SUBMITTED)(row, actor=world.clerk)
    assert told(row) == before
    said = {"派驻机构": ("旧", "旧")}
    made(lambda row, *, actor: said, target=E.SUBMITTED)(row, actor=world.clerk)
    assert told(row) == [*before, "exemption.try"]


def test_the_row_within_which_it_stands_is_locked_before_all_others(world: World) -> None:
    row = submit(world)
    with CaptureQueriesContext(connection) as queries:
        lock_all([row], "organization", "district", first="district")
    reads = [sql for query in queries if "ORDER BY" in (sql := query["sql"])]
    tables = [sql.partition(' FROM "')[2].partition('"')[0] for sql in reads]
    assert tables == ["organizations_district", "organizations_organization", "secondment_exemption"]


def test_a_permit_asks_guards_and_the_other_party_as_a_step_does(world: World) -> None:
    def closed(row: Exemption) -> None:
        raise DomainError("guard", "不再变动。")

    values = {"right": "register_secondment", "by": "organization"}
    shut = EXEMPTION.permit("补正", E.SUBMITTED, guards=(closed,), **values)
    other = Other("确认豁免", lambda row: [world.clerk.pk])
    foreign = EXEMPTION.permit("补正", E.SUBMITTED, others=(other,), **values)
    row, scope = submit(world), scope_of(world.clerk)
    assert shut.why_not(scope, row) == "不再变动。" and "已确认豁免" in foreign.why_not(scope, row)
    assert EXEMPTION.permit("补正", E.ENDED, closed="已终止。", **values).why_not(scope, row) == "已终止。"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    row = submit(world)
    codes = together(
        lambda: steps.withdraw(row, actor=world.clerk),
        lambda: steps.refuse(row, actor=world.establishment, reason="须派人"),
    )
    assert sorted(codes) == ["", "wrong_state"]
    assert (
        len([action for action in told(row) if action in ("exemption.withdrawn", "exemption.refused")]) == 1
    )


# ---- Taking it on many ---------------------------------------------------------------------------------


def many(world: World, count: int) -> list[Exemption]:
    """Refused registrations of one department for one street."""
    first = steps.refuse(submit(world), actor=world.establishment, reason="须派人")
    rows = [copy(first) for _ in range(count - 1)]
    for number, row in enumerate(rows, start=1):
        row.pk = None
        row.agency = f"第{number}所"
    return [first, *Exemption.objects.bulk_create(rows)]


def made_of_refused(effect: Callable[..., Any], **more: Any) -> Step[Exemption, Any]:
    return made(effect, sources=(E.REFUSED,), **more)


def test_a_step_over_many_costs_the_same_whatever_their_number(world: World) -> None:
    rows = many(world, 40)
    step = made_of_refused(
        nothing, stamp=(Exemption.decided_by, Exemption.decided_at), settle=lambda rows: None
    )
    costs = []
    for some in (rows[:3], rows[3:]):
        scope_of(world.clerk).holds("register_secondment")
        with CaptureQueriesContext(connection) as queries:
            done = step.all(reversed(some), actor=world.clerk)
        costs.append(len(queries))
        assert [row.pk for row in done] == sorted(row.pk for row in some)
        assert {(row.state, row.decided_by) for row in done} == {(E.WITHDRAWN, world.clerk)}
    assert costs[0] == costs[1]
    assert Exemption.objects.filter(state=E.WITHDRAWN).count() == 40
    assert Entry.objects.filter(action="exemption.try").count() == 40
    assert Exemption.objects.values("decided_at").distinct().count() == 2


def test_rows_that_become_different_are_each_written_as_they_became(world: World) -> None:
    rows = many(world, 4)

    def effect(row: Exemption, *, actor: User) -> None:
        row.reference = f"{row.agency[:2]}号" if row.agency.startswith("第") else "甲"

    with CaptureQueriesContext(connection) as queries:
        made_of_refused(effect).all(rows, actor=world.clerk)
    assert len([query for query in queries if query["sql"].startswith("UPDATE")]) == 1
    assert set(Exemption.objects.values_list("agency", "reference")) == {
        ("温泉住建所", "甲"), ("第1所", "第1号"), ("第2所", "第2号"), ("第3所", "第3号"),
    }  # fmt: skip


def test_all_or_none_of_many_are_taken(world: World) -> None:
    rows = many(world, 3)
    Exemption.objects.filter(pk=rows[1].pk).update(state=E.WITHDRAWN)
    with pytest.raises(DomainError, match="已撤回"):
        made_of_refused(nothing).all(rows, actor=world.clerk)
    assert sorted(Exemption.objects.values_list("state", flat=True)) == [
        "refused",
        "refused",
        "withdrawn",
    ]


def test_what_can_be_taken_of_many_is_and_the_rest_says_why_not(world: World) -> None:
    rows = many(world, 4)
    Exemption.objects.filter(pk=rows[1].pk).update(state=E.WITHDRAWN)

    def guard(row: Exemption) -> None:
        if row.agency == "第2所":
            raise DomainError("no", "这一所不行。")

    settled: list[list[int]] = []
    step = made_of_refused(
        nothing, guards=(guard,), settle=lambda rows: settled.append([row.pk for row in rows])
    )
    outcome = step.each(rows, actor=world.clerk)
    assert [row.pk for row in outcome.done] == [rows[0].pk, rows[3].pk] == settled[0]
    assert [(row.pk, refusal.code) for row, refusal in outcome.refused] == [
        (rows[1].pk, "wrong_state"), (rows[2].pk, "no"),
    ]  # fmt: skip
    assert Entry.objects.filter(action="exemption.try").count() == 2


def test_what_guards_need_of_many_is_read_once(world: World) -> None:
    rows = many(world, 3)
    read: list[int] = []

    def prepare(rows: Sequence[Exemption]) -> None:
        read.append(len(rows))
        for row in rows:
            vars(row)["known"] = True

    def guard(row: Exemption) -> None:
        assert vars(row)["known"]

    step = made_of_refused(nothing, prepare=prepare, guards=(guard,))
    step.all(rows, actor=world.clerk)
    step.why_not(scope_of(world.clerk), rows[0])
    assert read == [3, 1]


@pytest.mark.django_db(transaction=True)
def test_two_batches_at_once_never_wait_for_each_other_for_ever(world: World) -> None:
    rows = many(world, 12)
    step = made_of_refused(nothing)
    codes = together(
        lambda: step.all(rows, actor=world.clerk), lambda: step.all(rows[::-1], actor=world.clerk)
    )
    assert sorted(codes) == ["", "wrong_state"]
    assert len([action for row in rows for action in told(row) if action == "exemption.try"]) == 12


# ---- What is asked -------------------------------------------------------------------------------------


def test_what_is_kept_is_asked_as_the_model_says_and_begins_with_what_the_row_has(world: World) -> None:
    row = submit(world)

    def effect(row: Exemption, *, agency: str, actor: User) -> None:
        assert row.agency == agency == "新所", "the row has it before the effect looks"

    step = made(effect, asks=(kept(Exemption.agency),), tells=(Exemption.agency,), behalf="street")
    field = form_of(step, row).fields["agency"]
    assert (field.label, field.max_length, field.initial) == ("派驻机构", 60, "温泉住建所")
    assert field.help_text == Exemption.agency.field.help_text and not field.required
    refused("too_long", step, row, actor=world.clerk, agency="长" * 61, field="agency")
    assert step(row, actor=world.clerk, agency=" 新所 ").agency == "新所"
    entry = Entry.objects.get(action="exemption.try")
    assert entry.changes == {"派驻机构": ["温泉住建所", "新所"]}
    assert (entry.organization_id, entry.actor_id) == (row.street_id, world.clerk.pk)


def test_a_day_that_is_required_is_missed_in_a_call_as_in_a_form(world: World) -> None:
    row = steps.confirm(submit(world), actor=world.establishment)
    message = refused(
        "required", lambda row, actor: steps.EXEMPTION.steps["end"].take(row, {"actor": actor, "reason": "撤站"}), row,
        actor=world.establishment, field="last_day",
    )  # fmt: skip
    assert message == "未填写豁免的最后一日。"


def test_a_form_says_otherwise_how_a_row_is_chosen() -> None:
    field = form_field(
        Exemption.street, choices=Organization.objects.none, widget=forms.Select, empty_label="请选择"
    )
    assert isinstance(field.widget, forms.Select) and not isinstance(field.widget, forms.RadioSelect)


# ---- What moves no state -------------------------------------------------------------------------------


def test_an_edit_of_a_page_that_is_older_than_its_row_is_refused(world: World) -> None:
    row = submit(world)
    seen = newest_entry(row)

    def effect(row: Exemption, *, actor: User, agency: str = "") -> None:
        row.agency = agency

    edit = made(effect, target="", tells=(Exemption.agency,))
    edit.take(row, {"actor": world.clerk, "agency": "先改的所"}, seen=seen)
    with pytest.raises(DomainError, match="页面打开以后，豁免又有改动，没有试办") as refusal:
        edit.take(row, {"actor": world.clerk, "agency": "后改的所"}, seen=seen)
    assert refusal.value.code == "wrong_state"
    row.refresh_from_db()
    assert row.agency == "先改的所"


def test_a_permit_holds_its_row_as_a_step_does(world: World) -> None:
    row = submit(world)
    seen = newest_entry(row)
    assert steps.FILES.hold(row, actor=world.clerk, seen=seen) == row
    with pytest.raises(NotAllowed):
        steps.FILES.hold(row, actor=world.establishment, seen=seen)
    record(row, "exemption.noted", "补充说明", actor=world.clerk)
    refused("wrong_state", steps.FILES.hold, row, actor=world.clerk, seen=seen)
    steps.withdraw(row, actor=world.clerk)
    assert refused("wrong_state", steps.FILES.hold, row, actor=world.clerk) == FILES_CLOSED


# ---- Its page ------------------------------------------------------------------------------------------


def test_a_stale_page_says_what_changed_and_keeps_what_was_typed(world: World) -> None:
    row = submit(world)
    client = world.client(world.establishment)
    url = reverse("secondment:exemption-refuse", args=[row.pk])
    page = client.get(url).content.decode()
    seen = page.partition(f'name="{SEEN}" value="')[2].partition('"')[0]
    steps.withdraw(row, actor=world.clerk)
    answer = client.post(url, {"reason": "该街道案件多\n须派人", SEEN: seen})
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "豁免现在是“已撤回”，不能不予确认。" in words
    assert "您填写的内容" in words and "该街道案件多\n须派人" in words
    assert "撤回豁免登记" in words and "登记派驻机构豁免" not in words
    assert Exemption.objects.get(pk=row.pk).state == E.WITHDRAWN


@pytest.mark.parametrize("seen", ["", "x", "9" * 40])
def test_a_stale_page_that_names_no_entry_shows_the_last_one(world: World, seen: str) -> None:
    row = steps.withdraw(submit(world), actor=world.clerk)
    url = reverse("secondment:exemption-refuse", args=[row.pk])
    answer = world.client(world.establishment).post(url, {"reason": "须派人", SEEN: seen})
    assert answer.status_code == 409 and "撤回豁免登记" in answer.content.decode()


def test_a_button_that_would_be_refused_is_shown_with_the_reason(world: World) -> None:
    row = submit(world)
    client = world.client(world.establishment)
    page, confirm = EXEMPTION.url(row), f'href="{EXEMPTION.url(row)}confirm/"'
    assert confirm in client.get(page).content.decode()
    remove(attachments_of(row).get(), actor=world.clerk)
    words = client.get(page).content.decode()
    assert confirm not in words and 'aria-disabled="true"' in words
    assert "确认豁免：未上传设立文件" in words
    answer = client.get(f"{page}confirm/")
    assert answer.status_code == 409 and "未上传设立文件" in answer.content.decode()


def test_a_step_without_a_page_is_its_button(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = submit(world)
    monkeypatch.setitem(EXEMPTION.steps, "withdraw", replace(steps.withdraw, how=CLICK))
    words = world.client(world.clerk).get(EXEMPTION.url(row)).content.decode()
    assert f'<form class="inline-form" method="post" action="{EXEMPTION.url(row)}withdraw/">' in words


def test_a_noun_may_say_itself_who_sees_what_and_what_is_out_of_sight_leads_to_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = submit(world)
    monkeypatch.setattr(EXEMPTION, "sees", lambda rows, scope: rows.filter(state=E.SUBMITTED))
    scope, stranger = scope_of(world.other_street_head), scope_of(world.clerk)
    assert EXEMPTION.fetch(scope, row.pk) == row and EXEMPTION.readable(stranger, row)
    answer = world.client(world.clerk).post(f"{EXEMPTION.url(row)}withdraw/")
    assert answer.headers["Location"] == EXEMPTION.list_url
    assert not EXEMPTION.visible(scope).exists() and not EXEMPTION.readable(scope, row)
    with pytest.raises(Http404):
        EXEMPTION.fetch(scope, row.pk)


def test_who_acted_for_the_other_party_reads_why_his_button_is_shut(world: World) -> None:
    row = submit(world)
    Exemption.objects.update(submitted_by=world.establishment)
    words = world.client(world.establishment).get(EXEMPTION.url(row)).content.decode()
    assert "确认豁免：同一自然人" in words and f'href="{EXEMPTION.url(row)}confirm/"' not in words


def test_a_refusal_stands_at_its_field_with_everything_typed(world: World) -> None:
    row = steps.confirm(submit(world), actor=world.establishment)
    url = reverse("secondment:exemption-end", args=[row.pk])
    answer = world.client(world.establishment).post(url, {"last_day": "2026-10-01", "reason": "撤站"})
    words = answer.content.decode()
    assert answer.status_code == 200
    assert (
        "最后一日不能早于起始日期 2026年11月2日" in words
        and "撤站" in words
        and 'value="2026-10-01"' in words
    )


def test_a_refusal_of_no_field_is_told_with_its_status(world: World) -> None:
    row = submit(world)
    Exemption.objects.update(submitted_by=world.establishment)
    url = reverse("secondment:exemption-refuse", args=[row.pk])
    answer = world.client(world.establishment).post(url, {"reason": "街道案件多"})
    words = answer.content.decode()
    assert answer.status_code == 409 and "同一自然人" in words and "街道案件多" in words


def test_the_panels_of_a_step_show_the_row(world: World) -> None:
    row = submit(world, "principle", starts_on=TODAY - dt.timedelta(days=40))
    words = world.client(world.establishment).get(f"{EXEMPTION.url(row)}confirm/").content.decode()
    assert "申请日期 2026年11月2日，申请自 2026年9月23日起" in words


def test_an_end_on_the_planned_day_is_told_with_its_day(world: World) -> None:
    last = TODAY + dt.timedelta(days=9)
    row = steps.confirm(submit(world, ends_on=last), actor=world.establishment)
    steps.end(row, last_day=last, reason="撤站", actor=world.establishment)
    assert Entry.objects.get(action="exemption.ended").changes == {"截止日期": [f"{last}", f"{last}"]}


def test_what_is_asked_depends_on_the_row() -> None:
    asked = note("why", lambda row: f"为何{row}", longest=5, when=lambda row: row == 1)
    assert (asked.field(1).label, asked.when(2)) == ("为何1", False)
    assert day("on", "日期").field(1).required


def test_what_is_a_part_is_told_in_the_log_of_the_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = submit(world)
    monkeypatch.setattr(EXEMPTION, "part_of", "street")
    made(nothing, action="part.tried").take(row, {"actor": world.clerk})
    entry = Entry.objects.get(action="part.tried")
    assert (entry.object_type, entry.object_id) == ("organizations.organization", row.street_id)
    assert entry.organization == world.department


def test_what_others_lock_first_is_locked_first_and_what_follows_knows_who_acted(world: World) -> None:
    order: list[Any] = []
    step = made(
        lambda row, *, actor: order.append("effect"),
        before=lambda row, typed: order.append(("before", typed["actor"])),
        follow=lambda row, actor: order.append((Exemption.objects.get(pk=row.pk).state, actor)),
    )
    step.take(submit(world), {"actor": world.clerk})
    assert order == [("before", world.clerk), "effect", (E.WITHDRAWN, world.clerk)]


def test_one_of_some_rows_is_picked(world: World) -> None:
    asked = pick(
        "street", "街道", among=lambda row: Organization.objects.filter(pk=row.street_id), words=lambda one: f"去{one}",
        required=False, nobody="以后",
    )  # fmt: skip
    field = asked.field(submit(world))
    assert [str(words) for _, words in field.choices] == ["以后", "去温泉街道"]
    assert field.clean(str(world.street.pk)) == world.street
    with pytest.raises(ValidationError):
        field.clean(str(world.other_street.pk))


def test_a_step_may_be_told_of_whose_right_it_is(world: World) -> None:
    row = submit(world)
    User.objects.filter(pk=world.clerk.pk).update(organization=world.street)
    made(nothing, action="behalf.tried", behalf="organization").take(row, {"actor": world.clerk})
    assert Entry.objects.get(action="behalf.tried").organization == world.department
