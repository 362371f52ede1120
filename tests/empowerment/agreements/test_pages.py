"""The pages of letters and powers: who sees what, what a refusal looks like, how many queries."""

import datetime as dt

import pytest
from django.urls import reverse

from empowerment.agreements.sending import create_letter, send_letters
from empowerment.agreements.steps import sign
from empowerment.claims.steps import decide, submit_claims
from empowerment.models import Agreement
from xianan.core import clock
from xianan.documents.registry import may_read
from xianan.documents.selectors import by_code
from xianan.history.models import Entry
from xianan.jobs import runner
from xianan.jobs.models import Job
from xianan.organizations.scope import Scope
from xianan.portal.home import waiting
from xianan.ui.todos import todos

TODAY = dt.date(2026, 11, 23)
PASSWORD = "Xianan-2026"


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def page(letter: Agreement, name: str = "agreement") -> str:
    return reverse(f"empowerment:{name}", args=[letter.pk])


def text(response) -> str:
    return response.content.decode()


def test_a_letter_is_seen_by_its_parties_and_the_offices_alone(world) -> None:
    letter = world.letter("甲事项")
    seen = {person.key: world.client(person.user).get(page(letter)).status_code for person in world.everybody}
    outside = {"other_clerk", "other_head", "other_street_clerk", "other_street_head", "nobody"}
    outside |= {"justice_clerk", "justice_head", "personnel", "other_personnel"}
    assert {key for key, status in seen.items() if status == 404} == outside
    assert all(status == 200 for key, status in seen.items() if key not in outside)
    assert world.client(world.head).get(page(letter)).status_code == 200
    scope = Scope(world.other_head)
    assert not may_read(scope, letter.document)
    assert may_read(Scope(world.street_reader), letter.document)


def test_a_stranger_is_sent_to_sign_in(client, world) -> None:
    letter = world.letter("甲事项")
    for url in (page(letter), reverse("empowerment:agreements"), reverse("empowerment:powers")):
        assert client.get(url).status_code == 302


def test_only_the_signatory_of_the_party_whose_turn_it_is_finds_the_panel(world) -> None:
    letter = world.letter("甲事项")
    button = "以区住房和城乡建设局名义签署"
    assert button in text(world.client(world.head).get(page(letter)))
    for person in (world.clerk, world.street_head, world.establishment, world.reader):
        assert "再次输入登录密码" not in text(world.client(person).get(page(letter)))
    sign(letter, actor=world.head, password=PASSWORD)
    assert "以温泉街道名义签署" in text(world.client(world.street_head).get(page(letter)))
    assert "再次输入登录密码" not in text(world.client(world.head).get(page(letter)))


def test_signing_in_the_page_asks_for_the_tick_and_the_password(world) -> None:
    letter = world.letter("甲事项")
    client = world.client(world.head)
    url = page(letter, "agreement-sign")
    assert "未勾选" in text(client.post(url, {"password": PASSWORD}))
    wrong = client.post(url, {"read": "on", "password": "nein"})
    assert wrong.status_code == 200
    assert "密码不正确" in text(wrong)
    assert "nein" not in text(wrong)
    assert Agreement.objects.get().state == "sent"
    done = client.post(url, {"read": "on", "password": PASSWORD}, follow=True)
    assert "已签署，转请温泉街道签署。" in text(done)
    street = world.client(world.street_head)
    done = street.post(url, {"read": "on", "password": PASSWORD}, follow=True)
    assert f"{letter.number} 生效，1 项进入过渡期" in text(done)
    assert "2027年5月23日" in text(done)


def test_a_stale_page_says_what_happened_and_shows_the_letter_as_it_is(world) -> None:
    letter = world.letter("甲事项")
    client = world.client(world.head)
    sign(letter, actor=world.head, password=PASSWORD)
    answer = client.post(page(letter, "agreement-sign"), {"read": "on", "password": PASSWORD})
    assert answer.status_code == 409
    assert "您的操作没有生效" in text(answer)
    assert "现待乙方签署" in text(answer)


def test_refusing_needs_a_reason_and_keeps_what_was_typed(world) -> None:
    letter = world.letter("甲事项")
    client = world.client(world.head)
    url = page(letter, "agreement-refuse")
    assert client.get(url).status_code == 200
    assert "未填写理由" in text(client.post(url, {"reason": ""}))
    long = "职责边界不符" * 100
    refused = client.post(url, {"reason": long})
    assert refused.status_code == 200 and long[:500] in text(refused)
    done = client.post(url, {"reason": "职责边界不符"}, follow=True)
    assert "已拒签" in text(done) and "职责边界不符" in text(done)
    # Once it is ended the form is stale, and says so.
    assert client.get(url).status_code == 409


def test_withdrawing_is_for_the_establishment_office(world) -> None:
    letter = world.letter("甲事项")
    url = page(letter, "agreement-withdraw")
    assert world.client(world.head).post(url, {"reason": "有误"}).status_code == 403
    assert Agreement.objects.get().state == "sent"
    done = world.client(world.establishment).post(url, {"reason": "有误"}, follow=True)
    assert "已撤回" in text(done)


def test_the_public_check_names_the_present_state(client, world) -> None:
    letter = world.letter("甲事项")
    url = reverse("documents:verify-code", args=[letter.document.code])
    assert by_code(letter.document.code_shown.lower()) == letter.document
    assert "待甲方签署" in text(client.get(url))
    world.sign(letter, world.head)
    world.sign(letter, world.street_head)
    shown = text(client.get(url))
    assert "已生效" in shown and "承接确认书" in shown
    assert "甲事项" not in shown


# ---- Preparing -------------------------------------------------------------------------------------


def test_preparing_is_for_the_establishment_office(world) -> None:
    world.claimed("甲事项")
    pair = f"{world.department.pk}-{world.street.pk}"
    before = Entry.objects.count(), Job.objects.count()
    for person in world.everybody:
        client = world.client(person.user)
        if person.key == "establishment":
            continue
        assert client.get(reverse("empowerment:agreement-prepare")).status_code == 403, person.key
        assert client.post(reverse("empowerment:agreement-send"), {"pair": pair}).status_code == 403
    assert (Entry.objects.count(), Job.objects.count()) == before


def test_sending_leads_to_the_job_and_names_a_pair_that_can_not_be_sent(world) -> None:
    world.claimed("甲事项")
    client = world.client(world.establishment)
    pair = f"{world.department.pk}-{world.street.pk}"
    assert f'value="{pair}" checked' in text(client.get(reverse("empowerment:agreement-prepare")))
    none = client.post(reverse("empowerment:agreement-send"), {})
    assert (none.status_code, "没有选中要发送的确认书" in text(none)) == (409, True)
    broken = client.post(reverse("empowerment:agreement-send"), {"pair": "x-9"})
    assert broken.status_code == 409
    sent = client.post(reverse("empowerment:agreement-send"), {"pair": pair})
    job = Job.objects.get(kind="agreements.send")
    assert sent.headers["Location"] == reverse("portal:job", args=[job.pk])


def test_without_a_version_in_force_the_page_asks_for_attention(world) -> None:
    world.claimed("甲事项")
    client = world.client(world.establishment)
    url = reverse("empowerment:agreement-prepare")
    assert "今日没有施行中的实施方案" not in text(client.get(url))
    world.policy.valid_until = TODAY - dt.timedelta(days=1)
    world.policy.save()
    assert "今日没有施行中的实施方案" in text(client.get(url))


# ---- Lists -----------------------------------------------------------------------------------------


def test_letters_to_be_signed_by_me_come_first(world) -> None:
    world.listed("甲事项")
    for street in (world.street, world.other_street):
        clerk, head = world.clerk_of(street), world.head_of(street)
        decide(street.claims.all(), decision="claimed", actor=clerk)
        submit_claims(street, actor=head)
    first = create_letter(world.department, world.street, actor=world.establishment)
    second = create_letter(world.department, world.other_street, actor=world.establishment)
    sign(second, actor=world.head, password=PASSWORD)
    shown = text(world.client(world.head).get(reverse("empowerment:agreements")))
    assert shown.index(first.number) < shown.index(second.number)
    assert [todo.title for todo in todos(Scope(world.head)) if todo.action == "审阅并签署"] == [str(first)]
    assert [todo.due_on for todo in todos(Scope(world.other_street_head)) if todo.action == "审阅并签署"] == [
        dt.date(2026, 11, 30)
    ]


def test_the_establishment_office_is_told_what_can_be_sent(world) -> None:
    assert not [todo for todo in todos(Scope(world.establishment)) if todo.action == "准备发送"]
    world.claimed("甲事项")
    (todo,) = [todo for todo in todos(Scope(world.establishment)) if todo.action == "准备发送"]
    assert (todo.url, todo.count) == (reverse("empowerment:agreement-prepare"), 1)


def test_who_can_not_sign_is_told_whom_the_letter_waits_for(world) -> None:
    letter = world.letter("甲事项")

    def told(person) -> list[str]:
        return [todo.action for todo in waiting(Scope(person)) if str(letter.number) in todo.title]

    assert told(world.head) == ["审阅并签署"]
    assert told(world.clerk) == ["查看，待负责人签署"]
    # Not the street's turn yet.
    assert told(world.street_clerk) == [] == told(world.establishment)
    sign(letter, actor=world.head, password=PASSWORD)
    assert told(world.street_clerk) == ["查看，待负责人签署"]
    assert told(world.clerk) == []


def test_the_establishment_office_is_told_of_letters_nobody_signed_in_time(world) -> None:
    letter = world.letter("甲事项")
    office = world.client(world.establishment)
    late = reverse("empowerment:agreements") + "?tab=late"

    def told() -> list[tuple[str, int, dt.date | None]]:
        found = [todo for todo in todos(Scope(world.establishment)) if todo.action == "查看并督促签署"]
        return [(todo.url, todo.count, todo.due_on) for todo in found]

    clock.set_to(letter.sign_by)
    assert told() == [] and letter.number not in text(office.get(late))
    clock.set_to(letter.sign_by + dt.timedelta(days=1))
    assert told() == [(late, 1, letter.sign_by)]
    assert letter.number in text(office.get(late))
    assert "逾期未签署" not in text(world.client(world.street_head).get(reverse("empowerment:agreements")))
    world.sign(letter, world.head)
    assert told() == []


def test_the_result_of_a_batch_is_the_letters_it_sent(world) -> None:
    world.listed("甲事项")
    for street in (world.street, world.other_street):
        decide(street.claims.all(), decision="claimed", actor=world.clerk_of(street))
        submit_claims(street, actor=world.head_of(street))
    before = create_letter(world.department, world.other_street, actor=world.establishment)
    job = send_letters([(world.department.pk, world.street.pk)], actor=world.establishment)
    office = world.client(world.establishment)
    # As long as nothing is sent the page behind it is the one where letters are prepared.
    assert office.get(job.link).headers["Location"] == reverse("empowerment:agreement-prepare")
    assert runner.run(job.pk)
    sent = Agreement.objects.get(street=world.street)
    shown = text(office.get(job.link))
    assert sent.number in shown and before.number not in shown and "本次发送" in shown
    # Another's job is no key to letters of others.
    assert before.number not in text(world.client(world.street_head).get(job.link))


@pytest.mark.parametrize(
    ("on", "word", "bearer"),
    [
        (dt.date(2026, 11, 23), "过渡期 剩 181 天", "区住房和城乡建设局"),
        (dt.date(2027, 5, 23), "过渡期 今日期满", "区住房和城乡建设局"),
        (dt.date(2027, 5, 24), "逾期未评估 已过 1 天", "区住房和城乡建设局"),
        (dt.date(2030, 1, 1), "逾期未评估", "区住房和城乡建设局"),
    ],
)
def test_the_department_bears_a_power_until_completion_is_confirmed(world, on, word, bearer) -> None:
    world.effective("甲事项")
    clock.set_to(on)
    shown = text(world.client(world.street_head).get(reverse("empowerment:powers")))
    assert word in shown
    assert shown.count(bearer) >= 1


@pytest.mark.parametrize(
    ("person", "title"),
    [
        ("street_clerk", "本街道职权"),
        ("station_staff", "本街道职权"),
        ("head", "本局下放职权"),
        ("establishment", "街道职权"),
    ],
)
def test_powers_are_called_what_they_are_to_each(world, person, title) -> None:
    world.effective("甲事项")
    shown = text(world.client(getattr(world, person)).get(reverse("empowerment:powers")))
    assert f"<h1>{title}</h1>" in shown
    assert "甲事项" in shown


def test_each_unit_sees_its_own_powers_only(world) -> None:
    world.effective("甲事项")
    for person in (world.other_head, world.other_street_head):
        assert "甲事项" not in text(world.client(person).get(reverse("empowerment:powers")))


@pytest.mark.parametrize("name", ["agreements", "powers", "claims"])
def test_a_list_costs_the_same_queries_for_many_rows(world, name, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    world.effective("甲事项")
    client = world.client(world.establishment)
    url = reverse(f"empowerment:{name}")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    names = [f"事项{number}" for number in range(12)]
    world.effective(*names)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 20


def test_a_letters_page_costs_the_same_queries_for_many_items(world) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    small, large = world.effective("甲事项"), world.effective(*[f"事项{number}" for number in range(12)])
    client = world.client(world.establishment)
    client.get(page(small))
    counts = []
    for letter in (small, large):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page(letter)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 22
