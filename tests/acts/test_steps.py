"""A step as a whole act: lock, right, refusal, effect, one write, log, and what the page makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from secondment.choices import ExemptionState as E
from secondment.exemptions import steps
from secondment.exemptions.model import Exemption
from secondment.exemptions.steps import EXEMPTION
from tests.permissions.table import read
from tests.secondment.staff.test_exemptions import submit
from tests.secondment.staff.test_registration import refused
from tests.together import together
from tests.world import World
from xianan.acts import Step, Wording, day, note
from xianan.acts.nouns import Noun, nouns
from xianan.acts.pages import SEEN
from xianan.acts.steps import lock_all
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import remove
from xianan.history.models import Entry
from xianan.organizations.models import User
from xianan.organizations.roles import right_of
from xianan.organizations.scope import scope_of

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

    def follow(row: Exemption) -> None:
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


def test_further_rows_are_locked_in_one_order_whatever_the_step(world: World) -> None:
    row = submit(world)
    for fields in (("organization", "street"), ("street", "organization")):
        with CaptureQueriesContext(connection) as queries:
            lock_all(Exemption.objects.select_related(*fields).get(pk=row.pk), *fields)
        locked = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
        tables = [sql.partition(' FROM "')[2].partition('"')[0] for sql in locked]
        assert tables == ["organizations_organization"] * 2 + ["secondment_exemption"]
        keys = [int(sql.rpartition('"id" = ')[2].split()[0]) for sql in locked[:2]]
        assert keys == sorted((row.organization_id, row.street_id))


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


def test_a_step_that_only_changes_rows_beside_it_is_told_and_one_that_changes_nothing_is_not(
    world: World,
) -> None:
    row = submit(world)

    def effect(row: Exemption, *, actor: User) -> dict[str, tuple[object, object]]:
        return {"街道": (1, 2)} if actor == world.clerk else {}

    for actor in (world.clerk, world.head):
        made(effect, target=E.SUBMITTED)(row, actor=actor)
    assert Entry.objects.get(action="exemption.try").changes == {"街道": [1, 2]}


# ---- What is permitted, and who sees it ----------------------------------------------------------------


def test_a_permit_refuses_for_want_of_the_right_and_out_of_turn(world: World) -> None:
    row = submit(world)
    steps.FILES.refuse(row, scope_of(world.clerk))
    with pytest.raises(NotAllowed):
        steps.FILES.refuse(row, scope_of(world.establishment))
    row = steps.withdraw(row, actor=world.clerk)
    with pytest.raises(DomainError, match="附件不再变动") as refusal:
        steps.FILES.refuse(row, scope_of(world.clerk))
    assert refusal.value.code == "wrong_state"


def test_a_row_may_ask_another_right_and_be_out_of_sight(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, scope = submit(world), scope_of(world.clerk)
    monkeypatch.setattr(EXEMPTION, "right_of", lambda row, right: "agree_exception")
    with pytest.raises(NotAllowed):
        steps.withdraw(row, actor=world.clerk)
    monkeypatch.setattr(EXEMPTION, "sees", lambda rows, scope: rows.exclude(pk=row.pk))
    assert not EXEMPTION.visible(scope).exists() and not EXEMPTION.readable(scope, row)
    with pytest.raises(Http404):
        EXEMPTION.fetch(scope, row.pk)


def test_a_list_may_stand_under_a_page_of_the_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (EXEMPTION.menu, EXEMPTION.way("人员")) == ("secondment:exemptions", [("人员", "")])
    monkeypatch.setattr(EXEMPTION, "above", ("人员覆盖", "secondment:coverage"))
    assert EXEMPTION.menu == "secondment:coverage"
    assert EXEMPTION.way("人员")[1] == ("人员覆盖", reverse("secondment:coverage"))


# ---- What is said once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", nouns(), ids=lambda noun: noun.key)
def test_the_table_of_permissions_says_what_the_noun_says(noun: Noun[Any]) -> None:
    said = {(row.name, row.method): row for row in read() if not row.case}
    expected = {(name, "GET"): (noun.view, "/".join(noun.parties)) for name in (noun.page, f"{noun.page}s")}
    for step in noun.steps.values():
        expected[f"{noun.page}-{step.name}", "POST"] = step.right, step.by
        if (f"{noun.page}-{step.name}", "GET") in said:  # a step that asks nothing may have no page
            expected[f"{noun.page}-{step.name}", "GET"] = step.right, step.by
    fields = {field.name for field in noun.model._meta.fields}
    for key, (right, owner) in expected.items():
        found, row = right_of(right), said[key]
        assert row.anywhere == {*found.district}, key
        own = {*found.own, *found.parent} if owner else set()
        # Whose turn it is may hang on the row: the one that is tried belongs to a side.
        hangs = owner and not fields.issuperset(owner.split("/"))
        assert row.own and row.own <= own if hangs else row.own == own, key
