"""The standing mark of a municipal penalty: 区司法局 alone clears it, with a note (P06)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from empowerment.agreements.sending import create_letter
from empowerment.choices import Legality
from empowerment.claims.steps import decide, submit_claims
from empowerment.filings.services import add_item
from empowerment.filings.steps import submit_filing
from empowerment.legality.steps import review
from empowerment.models import Filing, Item
from empowerment.selectors.items import tab_counts
from empowerment.services.lists import list_data
from tests.world import World
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Notice
from xianan.history.selectors import timeline
from xianan.organizations.scope import Scope
from xianan.organizations.services.people import assign_role
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db
NAME = "擅自占道的处罚"


def filed(world: World, organization=None, **more) -> Filing:
    """A filing with a municipal penalty beside an item of the district's own, ready for the desks."""
    organization = organization or world.department
    filing = world.draft("甲事项", organization=organization)
    values = world.values(NAME, source="city", municipal_department="市城管执法委", **more)
    add_item(filing, actor=world.clerk_of(organization), values=values)
    return submit_filing(filing, actor=world.head_of(organization))


def listed(world: World, filing: Filing) -> Item:
    for desk, actor in (("establishment", world.establishment), ("justice", world.justice)):
        filing = world.pass_desk(filing, desk, actor)
    world.meeting(filing)
    return Item.objects.get(name=NAME)


def marked(world: World, organization=None) -> Item:
    """The item on the list, with its mark."""
    return listed(world, filed(world, organization))


def waits(world: World) -> str:
    return "".join(f"{line.title}{line.context}" for line in todos(Scope(world.justice)))


def test_the_mark_waits_for_the_justice_bureau_until_it_is_cleared_with_a_note(world):
    item = marked(world)
    assert item.legality == Legality.PENDING and tab_counts(world.district.pk)["legality"] == 1
    assert "待合法性复核1 项" in waits(world)
    cleared = review(item, step="pass", note="已核对省人民政府决定", actor=world.justice)
    assert (cleared.legality, cleared.legality_by) == (Legality.PASSED, world.justice)
    assert cleared.legality_note == "已核对省人民政府决定" and cleared.legality_at is not None
    assert "合法性复核" not in waits(world) and tab_counts(world.district.pk)["legality"] == 0
    entry = next(line for line in timeline(cleared) if line.action == "item.legality_pass")
    assert entry.reason == "已核对省人民政府决定"
    assert Notice.objects.filter(recipient=world.head, title__contains="合法性复核通过").exists()


def test_without_a_note_twice_by_others_or_from_another_district_it_is_refused(world, other_world):
    item = marked(world)
    with pytest.raises(DomainError) as refused:
        review(item, step="pass", note=" ", actor=world.justice)
    assert refused.value.field == "note"
    for person in (
        world.establishment,
        world.government_office,
        world.head,
        world.street_head,
        other_world.justice,
    ):
        with pytest.raises(NotAllowed):
            review(item, step="pass", note="可以", actor=person)
    assert Item.objects.get(pk=item.pk).legality == Legality.PENDING
    review(item, step="pass", note="可以", actor=world.justice)
    for step in ("pass", "revise"):
        with pytest.raises(DomainError) as refused:
            review(item, step=step, note="再来", actor=world.justice)
        assert refused.value.code == "wrong_state"
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(legality_note="")


def test_what_must_change_keeps_the_mark_until_the_changed_item_is_looked_at_again(world):
    item = review(marked(world), step="revise", note="依据未载明条款", actor=world.justice)
    assert item.is_marked and tab_counts(world.district.pk)["legality"] == 1
    assert "合法性复核" not in waits(world)
    filing = world.draft("乙事项", title="变更申报")
    values = world.values(
        NAME, source="city", municipal_department="市城管执法委", basis="《某条例》第九条第二款"
    )
    add_item(filing, actor=world.clerk, values=values)
    changed = listed(world, submit_filing(filing, actor=world.head))
    assert changed.pk == item.pk
    assert (changed.legality, changed.legality_note, changed.legality_by) == (Legality.PENDING, "", None)


def test_whoever_filed_it_does_not_look_at_it_again(world):
    item = marked(world, world.justice_bureau)
    assign_role(world.justice_clerk, organization=world.justice_bureau, role="justice", actor=None)
    with pytest.raises(DomainError) as refused:
        review(item, step="pass", note="可以", actor=world.justice_clerk)
    assert refused.value.code == "same_person"
    review(item, step="pass", note="可以", actor=world.justice)


def test_the_mark_and_then_the_note_stand_wherever_the_item_is_decided_on(world):
    filing = filed(world)
    desk = world.client(world.establishment).get(reverse("empowerment:filing-review", args=[filing.pk]))
    assert "列入后待合法性复核" in desk.content.decode()
    item = listed(world, filing)

    claims = world.claims()
    pages = {
        "claims": (world.street_clerk, reverse("empowerment:claim-desk", args=[world.street.pk]) + "?tab=all")
    }
    decide(claims, decision="claimed", actor=world.street_clerk)
    submit_claims(world.street, actor=world.street_head)
    pages["prepare"] = (world.establishment, reverse("empowerment:agreement-prepare"))
    shown = lambda key: world.client(pages[key][0]).get(pages[key][1]).content.decode()  # noqa: E731
    for key in pages:
        assert "待合法性复核" in shown(key), key
    assert "市直下放\n待合法性复核" in str(
        [row[6] for row in list_data(world.current_list, issuer="")["rows"]][1]
    )
    review(item, step="pass", note="已核对省人民政府决定", actor=world.justice)
    for key in pages:
        assert "合法性复核通过" in shown(key) and "已核对省人民政府决定" in shown(key), key
    letter = create_letter(world.department, world.street, actor=world.establishment)
    signing = (
        world.client(world.head).get(reverse("empowerment:agreement", args=[letter.pk])).content.decode()
    )
    assert "合法性复核通过" in signing and "已核对省人民政府决定" in signing


def test_the_page_offers_it_to_the_bureau_alone_and_keeps_what_was_typed(world):
    item = marked(world)
    here = reverse("empowerment:item-legality", args=[item.pk])
    page = reverse("empowerment:item", args=[item.pk])
    assert here in world.client(world.justice).get(page).content.decode()
    assert here not in world.client(world.establishment).get(page).content.decode()
    client = world.client(world.justice)
    found = client.get(reverse("empowerment:items") + "?legality=pending").content.decode()
    assert NAME in found and "甲事项" not in found
    assert "未选择复核结论" in client.post(here, {"note": "写好的说明"}).content.decode()
    assert "写好的说明" in client.post(here, {"note": "写好的说明"}).content.decode()
    assert client.post(here, {"step": "pass", "note": "无误"}).headers["Location"] == page
    assert "无误" in client.get(page).content.decode()
    assert client.get(here).status_code == 409
