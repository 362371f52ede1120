"""A letter: one for each pair, five contents frozen, numbered once, ended with a reason."""

import datetime as dt

import pytest

from empowerment.agreements.sending import create_letter, send_letters
from empowerment.agreements.steps import refuse, sign, withdraw
from empowerment.choices import AgreementState
from empowerment.claims.steps import decide, submit_claims
from empowerment.models import Agreement, AgreementLine, Claim
from empowerment.selectors.agreements import pairs_to_send
from tests.empowerment.agreements.support import change_item
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.models import Deadline
from xianan.documents.models import DocumentFile, NumberSequence
from xianan.history.models import Entry
from xianan.jobs import runner
from xianan.jobs.models import Job
from xianan.policy.models import Parameter

TODAY = dt.date(2026, 11, 23)
PASSWORD = "Xianan-2026"


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def code_of(call) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


def claim_for(world, street, *names: str, organization=None) -> None:
    """Have a street claim these listed items, or all it is asked about."""
    claims = Claim.objects.filter(street=street, state="open")
    if names:
        claims = claims.filter(item__name__in=names)
    decide(claims, decision="claimed", actor=world.clerk_of(street))
    submit_claims(street, actor=world.head_of(street))


@pytest.mark.sqlite
def test_a_letter_freezes_the_five_contents_and_asks_the_department_to_sign(world) -> None:
    letter = world.letter("甲事项", "乙事项")
    assert letter.number == "咸赋权确〔2026〕第001号"
    assert letter.state == AgreementState.SENT
    assert (letter.transition_months, letter.copies, letter.line_count) == (6, 4, 2)
    assert letter.sign_by == TODAY + dt.timedelta(days=7)
    assert [
        (line.position, line.name, line.type_name, line.basis, line.duties, line.transition_months)
        for line in letter.lines.all()
    ] == [
        (
            place,
            name,
            "行政处罚",
            "《城市道路管理条例》第四十二条",
            "街道负责巡查和处罚；部门负责业务指导",
            6,
        )
        for place, name in ((1, "甲事项"), (2, "乙事项"))
    ]
    deadline = Deadline.objects.get(kind="agreement_sign", closed_at=None)
    assert (deadline.organization, deadline.due_on) == (world.department, letter.sign_by)


def test_a_later_change_of_the_item_does_not_reach_the_letter(world) -> None:
    letter = world.effective("甲事项")
    before = list(letter.lines.values())
    digest = [file.sha256 for file in letter.document.files.all()]
    data = letter.document.data
    change_item(world, "甲事项", "街道只负责上报；部门负责处罚")
    letter.refresh_from_db()
    item = letter.lines.get().item
    item.refresh_from_db()
    assert item.duties == "街道只负责上报；部门负责处罚"
    assert list(letter.lines.values()) == before
    assert letter.document.data == data
    assert [file.sha256 for file in letter.document.files.all()] == digest


def test_letters_are_numbered_without_gaps_and_a_new_year_begins_at_one(world) -> None:
    world.listed("甲事项")
    claim_for(world, world.street)
    claim_for(world, world.other_street)
    first = create_letter(world.department, world.street, actor=world.establishment)
    withdraw(first, actor=world.establishment, reason="重新核对")
    second = create_letter(world.department, world.street, actor=world.establishment)
    with clock.travel(dt.date(2027, 1, 4)):
        third = create_letter(world.department, world.other_street, actor=world.establishment)
    assert [first.number, second.number, third.number] == [
        "咸赋权确〔2026〕第001号",
        "咸赋权确〔2026〕第002号",
        "咸赋权确〔2027〕第001号",
    ]


def test_figures_of_another_district_hold_there(other_world) -> None:
    letter = other_world.letter("甲事项")
    assert letter.number == "示赋确〔2026〕第001号"
    assert letter.transition_months == 4
    assert letter.document.data["letter"] == "示例区街道赋权事项承接确认书"


def test_the_policy_says_how_long_the_transition_is_whatever_the_workbook_said(world) -> None:
    filing = world.draft()
    filing.lines.update(transition_months=12)
    from empowerment.filings.steps import submit_filing

    submit_filing(filing, actor=world.head)
    world.pass_desk(filing, "establishment", world.establishment)
    world.pass_desk(filing, "justice", world.justice)
    world.meeting(filing)
    claim_for(world, world.street)
    (pair,) = pairs_to_send(world.district, months=6)
    assert [(other.name, other.months) for other in pair.others] == [("擅自占用城市道路的处罚", 12)]
    assert pair.can_be_sent
    letter = create_letter(world.department, world.street, actor=world.establishment)
    assert letter.lines.get().transition_months == 6


def without_duties(world) -> None:
    """List one item without a division of duties beside a whole one; both streets claim both."""
    from empowerment.filings.services import add_item
    from empowerment.filings.steps import create_filing, submit_filing

    filing = create_filing(organization=world.department, title="申报", actor=world.clerk)
    add_item(filing, actor=world.clerk, values=world.values("缺职责的事项", duties=""))
    submit_filing(filing, actor=world.head)
    world.pass_desk(filing, "establishment", world.establishment)
    world.pass_desk(filing, "justice", world.justice)
    world.meeting(filing)
    world.listed("齐全的事项")


def test_an_item_that_lacks_a_content_keeps_just_its_pair_from_being_sent(world) -> None:
    without_duties(world)
    claim_for(world, world.street)
    claim_for(world, world.other_street, "齐全的事项")
    blocked, free = pairs_to_send(world.district, months=6)
    assert [(gap.name, gap.lacking) for gap in blocked.gaps] == [("缺职责的事项", "职责边界")]
    assert (blocked.can_be_sent, free.can_be_sent) == (False, True)
    keys = [(pair.organization.pk, pair.street.pk) for pair in (blocked, free)]
    assert code_of(lambda: send_letters(keys, actor=world.establishment)) == "contents_missing"
    assert (
        code_of(lambda: create_letter(world.department, world.street, actor=world.establishment))
        == "contents_missing"
    )
    assert Agreement.objects.count() == Job.objects.filter(kind="agreements.send").count() == 0
    create_letter(world.department, world.other_street, actor=world.establishment)


def test_a_content_is_mended_by_a_change_of_the_item_and_a_second_claim(world) -> None:
    without_duties(world)
    claim_for(world, world.street)
    change_item(world, "缺职责的事项", "街道负责受理；部门负责决定")
    claim_for(world, world.street)
    letter = create_letter(world.department, world.street, actor=world.establishment)
    assert letter.lines.get(name="缺职责的事项").duties == "街道负责受理；部门负责决定"


def test_a_pair_asked_for_twice_gets_one_letter(world) -> None:
    world.claimed("甲事项")
    pair = [(world.department.pk, world.street.pk)]
    first = send_letters(pair * 2, actor=world.establishment)
    second = send_letters(pair, actor=world.establishment)
    assert first.arguments == second.arguments == {"pairs": [list(pair[0])]}
    assert runner.run(first.pk) and runner.run(second.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert Agreement.objects.count() == 1
    assert first.result["numbers"] == ["咸赋权确〔2026〕第001号"]
    assert (second.state, second.result["sent"]) == ("done", [])
    assert second.result["covered"] == ["区住房和城乡建设局与温泉街道"]
    assert code_of(lambda: send_letters(pair, actor=world.establishment)) == "nothing_to_cover"


def test_a_second_letter_covers_what_was_claimed_later(world) -> None:
    world.letter("甲事项")
    world.listed("乙事项")
    claim_for(world, world.street)
    second = create_letter(world.department, world.street, actor=world.establishment)
    assert [line.name for line in second.lines.all()] == ["乙事项"]


def test_what_is_declined_deferred_or_not_submitted_is_in_no_letter(world) -> None:
    world.listed("甲事项", "乙事项", "丙事项", "丁事项")
    first, second, third, fourth = world.claims()
    decide([first], decision="claimed", actor=world.street_clerk)
    decide([second], decision="declined", actor=world.street_clerk, reason="执法对象少")
    decide([third], decision="deferred", actor=world.street_clerk, look_again_on=TODAY + dt.timedelta(90))
    submit_claims(world.street, actor=world.street_head)
    decide([fourth], decision="claimed", actor=world.street_clerk)
    letter = create_letter(world.department, world.street, actor=world.establishment)
    assert [line.name for line in letter.lines.all()] == ["甲事项"]


def test_a_batch_that_fails_leaves_nothing_and_says_why(world) -> None:
    world.listed("甲事项")
    claim_for(world, world.street)
    claim_for(world, world.other_street)
    pairs = [(world.department.pk, street.pk) for street in (world.street, world.other_street)]
    job = send_letters(pairs, actor=world.establishment)
    Claim.objects.filter(street=world.other_street).update(entry=blank_entry(world))
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "缺少职责边界" in job.error
    assert Agreement.objects.count() == AgreementLine.objects.count() == 0
    assert NumberSequence.objects.filter(last__gt=0).count() == 0
    assert DocumentFile.objects.count() == 0


def blank_entry(world):
    from empowerment.models import ListEntry

    entry = ListEntry.objects.get()
    entry.duties = ""
    entry.save(update_fields=["duties"])
    return entry


def test_when_no_version_is_in_force_the_last_one_goes_on_to_hold(world) -> None:
    from empowerment.selectors.agreements import ground

    world.claimed("甲事项")
    world.policy.valid_until = TODAY - dt.timedelta(days=1)
    world.policy.save()
    found = ground(world.district)
    assert (found.version, found.in_force) == (world.policy, False)
    letter = create_letter(world.department, world.street, actor=world.establishment)
    assert letter.policy == world.policy


def test_a_figure_nobody_set_is_named_and_nothing_is_sent(world) -> None:
    world.claimed("甲事项")
    Parameter.objects.filter(key="letter_prefix").delete()
    call = lambda: create_letter(world.department, world.street, actor=world.establishment)  # noqa: E731
    assert code_of(call) == "parameter_missing"
    assert Agreement.objects.count() == 0


def test_a_street_is_never_the_giver(world) -> None:
    call = lambda: create_letter(world.street, world.other_street, actor=world.establishment)  # noqa: E731
    assert code_of(call) == "not_a_pair"


@pytest.mark.parametrize("signed", [False, True])
def test_refusing_ends_the_letter_with_its_reason_and_frees_the_items(world, signed) -> None:
    letter = world.half_signed("甲事项") if signed else world.letter("甲事项")
    person = world.street_head if signed else world.head
    assert code_of(lambda: refuse(letter, actor=person, reason=" ")) == "reason_missing"
    ended = refuse(letter, actor=person, reason="职责边界与实际不符")
    assert (ended.state, ended.ended_reason) == (AgreementState.REFUSED, "职责边界与实际不符")
    assert not letter.lines.filter(is_live=True).exists()
    assert not Deadline.objects.filter(closed_at=None).exists()
    assert code_of(lambda: sign(letter, actor=person, password=PASSWORD)) == "wrong_state"
    again = create_letter(world.department, world.street, actor=world.establishment)
    assert again.number.endswith("第002号")


def test_withdrawing_keeps_the_number_and_ends_the_deadlines(world) -> None:
    letter = world.half_signed("甲事项")
    assert code_of(lambda: withdraw(letter, actor=world.establishment, reason="")) == "reason_missing"
    ended = withdraw(letter, actor=world.establishment, reason="清单有误")
    assert (ended.state, ended.number) == (AgreementState.WITHDRAWN, "咸赋权确〔2026〕第001号")
    assert not Deadline.objects.filter(closed_at=None).exists()
    assert code_of(lambda: withdraw(letter, actor=world.establishment, reason="再来")) == "wrong_state"


def test_a_letter_in_force_is_neither_refused_nor_withdrawn(world) -> None:
    letter = world.effective("甲事项")
    for call in (
        lambda: refuse(letter, actor=world.street_head, reason="反悔"),
        lambda: refuse(letter, actor=world.head, reason="反悔"),
        lambda: withdraw(letter, actor=world.establishment, reason="反悔"),
    ):
        assert code_of(call) == "wrong_state"
    assert letter.lines.filter(is_live=True).count() == 1


def test_each_step_is_for_those_who_hold_its_right(world) -> None:
    letter = world.letter("甲事项")
    world.listed("乙事项")
    claim_for(world, world.other_street)
    pair = [(world.department.pk, world.other_street.pk)]
    may_send, may_end = {"establishment"}, {"head"}
    steps = [
        (may_send, lambda user: send_letters(pair, actor=user)),
        (may_send, lambda user: create_letter(world.department, world.other_street, actor=user)),
        (may_send, lambda user: withdraw(letter, actor=user, reason="理由")),
        (may_end, lambda user: refuse(letter, actor=user, reason="理由")),
        (may_end, lambda user: sign(letter, actor=user, password=PASSWORD)),
    ]
    before = Entry.objects.count()
    for allowed, step in steps:
        for person in world.everybody:
            if person.key in allowed:
                continue
            with pytest.raises(DomainError) as refused:
                step(person.user)
            # The street's head is told to wait; everybody else has no right at all.
            expected = (
                "not_your_turn" if person.key == "street_head" and allowed is may_end else "not_allowed"
            )
            assert refused.value.code == expected, person.key
    assert Entry.objects.count() == before
    assert Agreement.objects.get().state == AgreementState.SENT
