"""Good practice: drafted by a street, sent in by its head, published for all, taken back with a reason (P40)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessment.choices import PracticeState
from assessment.models import Practice
from assessment.practices import steps as services
from assessment.practices.steps import PRACTICE
from assessment.services.common import seen_as
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Notice
from xianan.organizations.scope import Scope
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db
WORDS = {
    "title": "一窗受理",
    "background": "两头跑",
    "actions": "一、集中窗口。\n二、当日清。",
    "effects": "减到一次",
}


def refusal(act) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


@pytest.fixture
def draft(world):
    return services.draft_practice(world.street, year=2026, actor=world.street_clerk, **WORDS)


@pytest.fixture
def sent(world, draft):
    return services.submit_practice(draft, actor=world.street_head)


@pytest.fixture
def shown(world, sent):
    return services.publish_practice(sent, actor=world.establishment)


def url(name, *args):
    return reverse(f"assessment:{name}", args=[getattr(arg, "pk", arg) for arg in args])


@pytest.mark.parametrize("name", WORDS)
def test_every_part_is_needed_and_has_its_length(world, name):
    for text, code in ((" ", "required"), ("长" * 3001, "too_long")):
        refused = refusal(
            lambda words={**WORDS, name: text}: services.draft_practice(
                world.street, year=2026, actor=world.street_clerk, **words
            )
        )
        assert (refused.code, refused.field) == (code, name)
    assert not Practice.objects.exists()


def test_only_the_own_street_drafts_only_its_head_sends_only_the_office_publishes(world, draft):
    for person in (world.other_street_clerk, world.clerk, world.establishment):
        with pytest.raises(NotAllowed):
            services.change_practice(draft, actor=person, **WORDS)
    with pytest.raises(NotAllowed):
        services.submit_practice(draft, actor=world.street_clerk)
    sent = services.submit_practice(draft, actor=world.street_head)
    for person in (world.street_head, world.government_office):
        with pytest.raises(NotAllowed):
            services.publish_practice(sent, actor=person)


def test_who_reads_what_when(world, draft):
    readers = (world.street_clerk, world.other_street_clerk, world.clerk, world.establishment)
    seen = lambda: [PRACTICE.visible(Scope(person)).exists() for person in readers]  # noqa: E731
    assert seen() == [True, False, False, False]
    sent = services.submit_practice(draft, actor=world.street_head)
    assert seen() == [True, False, False, True]
    services.publish_practice(sent, actor=world.establishment)
    assert seen() == [True, True, True, True]
    assert Notice.objects.filter(recipient=world.other_street_head, title__contains="一窗受理").exists()
    services.withdraw_practice(Practice.objects.get(), reason="数据有误", actor=world.establishment)
    assert seen() == [True, False, False, True]


@pytest.mark.parametrize(
    ("state", "wrong"),
    [
        (PracticeState.DRAFT, ("publish", "return", "withdraw")),
        (PracticeState.SUBMITTED, ("change", "delete", "submit", "withdraw")),
        (PracticeState.PUBLISHED, ("change", "delete", "submit", "publish", "return")),
        (PracticeState.WITHDRAWN, ("delete", "submit", "publish", "return", "withdraw")),
    ],
)
def test_steps_out_of_turn_are_refused(world, shown, state, wrong):
    Practice.objects.update(state=state)
    acts = {
        "change": lambda: services.change_practice(shown, actor=world.street_clerk, **WORDS),
        "delete": lambda: services.delete_practice(shown, actor=world.street_clerk),
        "submit": lambda: services.submit_practice(shown, actor=world.street_head),
        "publish": lambda: services.publish_practice(shown, actor=world.establishment),
        "return": lambda: services.return_practice(shown, reason="缺数据", actor=world.establishment),
        "withdraw": lambda: services.withdraw_practice(shown, reason="有误", actor=world.establishment),
    }
    assert {name: refusal(acts[name]).code for name in wrong} == dict.fromkeys(wrong, "wrong_state")
    assert Practice.objects.get().state == state


def test_a_return_needs_a_reason_and_leads_back_to_the_draft(world, sent):
    assert (
        refusal(lambda: services.return_practice(sent, reason=" ", actor=world.establishment)).field
        == "reason"
    )
    back = services.return_practice(sent, reason="缺数据", actor=world.establishment)
    assert (back.state, back.note) == (PracticeState.DRAFT, "缺数据")
    assert services.submit_practice(back, actor=world.street_head).note == ""


def test_one_that_was_taken_back_is_a_draft_again_once_the_street_changes_it(world, shown):
    services.withdraw_practice(shown, reason="数据有误", actor=world.establishment)
    clerk = world.client(world.street_clerk)
    page = clerk.get(url("practice", shown)).content.decode()
    assert "修改保存后重为草稿" in page and url("practice-change", shown) in page
    form = {**WORDS, "effects": "减到两次", "seen": seen_as(*services.texts_of(shown))}
    assert clerk.post(url("practice-change", shown), form).status_code == 302
    shown.refresh_from_db()
    assert (shown.state, shown.effects, shown.published_at) == (PracticeState.DRAFT, "减到两次", None)
    again = services.submit_practice(shown, actor=world.street_head)
    assert services.publish_practice(again, actor=world.establishment).state == PracticeState.PUBLISHED


def test_the_database_asks_when_a_published_one_was_published(world, draft):
    for state in ("submitted", "published"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Practice.objects.update(state=state)


def test_two_clerks_do_not_overwrite_each_others_draft(world, draft):
    address = url("practice-change", draft)
    seen = seen_as(*services.texts_of(draft))
    clerk, head = world.client(world.street_clerk), world.client(world.street_head)
    assert f'name="seen" value="{seen}"' in head.get(address).content.decode()
    assert clerk.post(address, {**WORDS, "actions": "甲", "seen": seen}).status_code == 302
    answer = head.post(address, {**WORDS, "actions": "乙", "seen": seen})
    assert answer.status_code == 409 and "已由同事改动" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.actions == "甲"
    assert seen_as(*services.texts_of(draft)) in answer.content.decode()
    again = {**WORDS, "actions": "乙", "seen": seen_as(*services.texts_of(draft))}
    assert head.post(address, again).status_code == 302


def test_the_road_on_the_pages(world):
    clerk, head, office = (
        world.client(p) for p in (world.street_clerk, world.street_head, world.establishment)
    )
    assert "起草经验做法" in clerk.get(url("practices")).content.decode()
    form = {"street": world.street.pk, "year": "2026", **WORDS}
    answer = clerk.post(url("practice-create"), {**form, "effects": ""})
    assert "未填写取得成效" in answer.content.decode() and "两头跑" in answer.content.decode()
    clerk.post(url("practice-create"), form)
    row = Practice.objects.get()
    assert clerk.post(url("practice-submit", row)).status_code == 403
    assert "核对并报送" in [line.action for line in todos(Scope(world.street_head))]
    assert head.post(url("practice-submit", row)).status_code == 302
    assert head.post(url("practice-submit", row)).status_code == 409
    assert "审核发布" in [line.action for line in todos(Scope(world.establishment))]
    assert "未填写理由" in office.post(url("practice-return", row), {"reason": ""}).content.decode()
    assert office.post(url("practice-publish", row)).status_code == 302
    reader = world.client(world.clerk)
    page = reader.get(url("practice", row)).content.decode()
    assert "集中窗口" in page and "办理记录" not in page
    assert reader.get(url("practice-print", row)).content.startswith(b"%PDF")
    assert reader.get(url("practices-print", 2026)).content.startswith(b"%PDF")
    assert reader.get(url("practices-print", 2020)).status_code == 404
    assert reader.get(url("practice", 10**20)).status_code == 404


def test_a_department_does_not_draft(world):
    assert world.client(world.clerk).get(url("practice-create")).status_code == 403
