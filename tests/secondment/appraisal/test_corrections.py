"""A closed form put right: grading kept, password and share asked, both sides told; 待定 and caps after the end (P30, P32)."""

import datetime as dt
import io
import itertools

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from secondment.choices import ReplacementKind, Side, SideState
from secondment.deadlines.appraisal import APPRAISAL_SCORE
from secondment.models import Appraisal, Replacement, Secondment
from secondment.replacements import steps as replacements
from secondment.rounds import steps as rounds
from secondment.selectors.appraisals import excellence, progress
from secondment.selectors.sheets import results_data
from secondment.services import corrections, grading, papers
from secondment.sides import steps as scoring
from secondment.terms.steps import confirm_arrival
from tests.secondment.appraisal.kit import (
    close,
    complete,
    form_of,
    person,
    score,
    serve,
    side_of,
    sign,
    started,
)
from tests.world import PASSWORD
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline, Notice
from xianan.documents.models import Document
from xianan.history.selectors import timeline
from xianan.jobs import runner
from xianan.organizations.choices import KeyKind
from xianan.organizations.person_keys import Key
from xianan.organizations.scope import Scope
from xianan.organizations.services.people import assign_role, create_user
from xianan.ui.todos import todos

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
D = dt.date


@pytest.fixture(autouse=True)
def _today() -> None:
    at(D(2026, 11, 23))


def at(day: dt.date) -> None:
    clock.set_to(dt.datetime.combine(day, dt.time(9), clock.ZONE), still=True)


@pytest.fixture
def form(world) -> Appraisal:
    return form_of(started(world))


def refused(code: str):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def closed(world, form, street=80, department=80, **more) -> Appraisal:
    complete(world, form, street, department)
    close(world, form.round, **more)
    form.refresh_from_db()
    return form


def correct(world, form, cause="漏记加分", **more) -> Appraisal:
    return corrections.correct(form, cause=cause, **{"actor": world.personnel, "password": PASSWORD, **more})


def finish(world, form, **more) -> Appraisal:
    return corrections.finish(form, **{"actor": world.personnel, "password": PASSWORD, **more})


def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).values_list("title", flat=True))


# ---- A correction ------------------------------------------------------------------------------------


def test_a_corrected_version_is_owed_by_a_day_of_its_own_also_when_it_is_sent_back(world, form):
    closed(world, form)
    at(D(2027, 6, 1))
    new = correct(world, form)
    own = Deadline.objects.get(kind=APPRAISAL_SCORE, object_id=side_of(new, Side.STREET).pk).due_on
    assert own > clock.today() > form.round.due_on
    for address in (f"/appraisal-forms/{new.pk}/", f"/appraisals/{new.round_id}/"):
        page = world.client(world.personnel).get(address).content.decode()
        assert "逾期未完成" not in page
    assert not any(line.late for line in progress(form.round, Scope(world.personnel)))
    score(world, new, Side.STREET, 88)
    scoring.send_back(side_of(new, Side.STREET), reason="再核", actor=world.personnel)
    sent_back = Deadline.objects.get(
        object_id=side_of(new, Side.STREET).pk, kind=APPRAISAL_SCORE, closed_at__isnull=True
    )
    assert sent_back.due_on == own


def test_a_correction_is_a_version_of_its_own_and_the_old_one_stays(world, form):
    complete(world, form, 80, 80)
    with refused("wrong_state"):
        correct(world, form)
    close(world, form.round)
    form.refresh_from_db()
    form.round.refresh_from_db()
    with refused("reason_missing"):
        correct(world, form, cause=" ")
    with pytest.raises(NotAllowed):
        correct(world, form, actor=world.establishment)
    new = correct(world, form)
    old = Appraisal.objects.get(pk=form.pk)
    assert (old.is_current, old.total, old.grade) == (False, 8000, "competent")
    assert (new.version, new.is_current, new.corrects, new.total) == (2, True, old, None)
    assert side_of(new, Side.STREET).scores.count() == 3
    with refused("being_corrected"):
        correct(world, old, cause="再改")
    with refused("missing"):
        finish(world, new)
    score(world, new, Side.STREET, 88)
    score(world, new, Side.DEPARTMENT, 80)
    sign(world, new)
    with pytest.raises(NotAllowed):
        finish(world, new, actor=world.head)
    draft = papers.print_form(new, actor=world.personnel)
    done = finish(world, new)
    draft.refresh_from_db()
    assert draft.superseded_at is not None
    assert (done.total, done.locked_at is not None) == (8480, True)
    with refused("wrong_state"):
        finish(world, done)
    with refused("wrong_state"):
        finish(world, old)
    old.refresh_from_db()
    assert old.total == 8000
    page = world.client(world.head).get(f"/appraisal-forms/{old.pk}/")
    assert "已由第2版替代" in page.content.decode()


def test_what_the_personnel_office_lowered_stays_lowered_in_the_correction(world, form):
    complete(world, form, 80, 80)
    grading.lower(form, grade="basic", reason="受政务处分", actor=world.personnel)
    close(world, form.round)
    form.refresh_from_db()
    new = correct(world, form)
    score(world, new, Side.STREET, 95)
    score(world, new, Side.DEPARTMENT, 95)
    sign(world, new)
    done = finish(world, new)
    assert (done.computed_grade, done.grade) == ("excellent", "basic")
    assert (done.lowered_to, done.lowered_reason, done.lowered_by) == (
        "basic",
        "受政务处分",
        world.personnel,
    )


def test_beginning_and_finishing_a_correction_ask_for_the_password(world, form):
    closed(world, form)
    for act in (
        lambda: correct(world, form, password="falsch"),
        lambda: finish(world, correct(world, form), password="falsch"),
    ):
        with pytest.raises(DomainError, check=lambda e: (e.code, e.field) == ("wrong_password", "password")):
            act()
    client, new = world.client(world.personnel), Appraisal.objects.get(version=2)
    complete(world, new, 82, 80)
    address = f"/appraisal-forms/{new.pk}/finish/"
    page = client.get(address).content.decode()
    assert "登录密码" in page and "等次由称职改为称职" in page and "漏记加分" in page
    assert "密码不正确" in client.post(address, {"password": "falsch"}).content.decode()
    client.post(address, {"password": PASSWORD})
    new.refresh_from_db()
    assert new.locked_at is not None


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_correction_takes_no_place_of_excellent_that_is_not_there(world, order):
    people = [person(world, f"人{n}", serial=n) for n in range(1, 6)]
    row = started(world, *people)
    for place, who in enumerate(people):
        complete(world, form_of(row, who), 95 if place == 0 else 80, 95 if place == 0 else 80)
    close(world, row)
    new = {place: complete(world, correct(world, form_of(row, people[place])), 96, 96) for place in order}
    # The first one's place stays kept while its correction is open.
    with pytest.raises(DomainError, match="办结后优秀 2 人，超过 5 人的 20%（至多 1 人）"):
        finish(world, new[1])
    assert finish(world, new[0]).grade == "excellent"
    with refused("too_many_excellent"):
        finish(world, new[1])
    grading.lower(new[1], grade="competent", reason="名额所限", actor=world.personnel)
    assert finish(world, new[1]).grade == "competent"


def test_both_sides_and_the_persons_department_are_told_of_beginning_and_end(world, form):
    closed(world, form)
    form.person.organization = world.other_department
    form.person.save(update_fields=["organization"])
    new = correct(world, form)
    title = "张甲2026年度考核登记表更正"
    for user in (world.street_clerk, world.street_head, world.clerk, world.head, world.other_head):
        assert told(user) == [title], user
    assert title not in told(world.other_street_head)
    assert Notice.objects.filter(recipient=world.other_head).get().url == f"/personal-files/{form.person_id}/"
    complete(world, new, 95, 95)
    grading.lower(new, grade="competent", reason="名额所限", actor=world.personnel)
    finish(world, new)
    for user in (world.street_head, world.head, world.other_head):
        assert "张甲2026年度考核登记表更正办结，等次为称职" in told(user)


def test_a_signed_correction_waits_on_the_desk_of_the_personnel_office(world, form):
    closed(world, form)
    new = correct(world, form)

    def waiting(user) -> list[str]:
        return [todo.title for todo in todos(Scope(user)) if todo.action == "办结更正"]

    assert waiting(world.personnel) == []
    complete(world, new, 82, 80)
    assert waiting(world.personnel) == ["张甲2026年度考核登记表更正"]
    assert waiting(world.head) == waiting(world.street_head) == []
    finish(world, new)
    assert waiting(world.personnel) == []


def test_who_signed_for_a_side_of_any_version_neither_begins_nor_finishes_a_correction(world, form):
    closed(world, form)
    twin = create_user(
        organization=world.party_organization, username="twin", name="街道负责", password=PASSWORD, actor=None,
        key=Key(KeyKind.STAFF, world.street_head.username),
    )  # fmt: skip
    assign_role(
        twin, organization=world.party_organization, role="personnel", actor=None, starts_on=D(2026, 1, 1)
    )
    with refused("same_person"):
        correct(world, form, actor=twin)
    arrived(world, agreed(world, demanded(world, form)))
    # The head signed on the version before; this one stands as it was signed then.
    with refused("same_person"):
        finish(world, now(form), actor=twin)


# ---- 待定 and the cap ----------------------------------------------------------------------------------


def demanded(world, form, kind=ReplacementKind.DISOBEDIENCE) -> Replacement:
    row = replacements.draft(form.secondment, kind=kind, facts="三次不参加巡查", actor=world.street_clerk)
    return replacements.request(row, actor=world.street_head)


def agreed(world, row) -> Replacement:
    today = clock.today()
    return replacements.accept(row, leaves_on=today, successor_by=today, actor=world.head)


def coming(world, serial) -> Secondment:
    """Somebody registered to the street from today."""
    today = clock.today()
    new = serve(
        world,
        person(world, f"接任{serial}", serial=serial),
        since=today,
        until=today + dt.timedelta(days=400),
    )
    type(new).objects.filter(pk=new.pk).update(
        state="registered", arrived_on=None, arrival_confirmed_by=None, arrival_confirmed_at=None
    )
    new.refresh_from_db()
    return new


def arrived(world, row, serial=700) -> Replacement:
    """A successor, whose arrival the street confirms today."""
    new = coming(world, serial)
    row = replacements.name_successor(row, successor=new, actor=world.clerk)
    confirm_arrival(new, on=clock.today(), actor=world.street_clerk)
    row.refresh_from_db()
    assert row.state == "completed"
    return row


def now(form) -> Appraisal:
    return form_of(form.round, form.person)


def test_an_open_demand_marks_the_grade_at_once_and_lets_it_go_again(world, form):
    complete(world, form, 80, 80)
    row = demanded(world, form)
    form = now(form)
    assert (form.grade, form.computed_grade, form.pends_on) == ("pending", "competent", row)
    replacements.decline(row, answer="事实不清", actor=world.head)
    assert now(form).grade == "competent"
    row.refresh_from_db()
    row = replacements.insist(row, reason="有考勤", actor=world.street_head)
    assert now(form).grade == "pending"
    replacements.withdraw(row, reason="已改正", actor=world.street_head)
    form = now(form)
    assert (form.grade, form.pends_on) == ("competent", None)
    labels = [entry.label for entry in timeline(form)]
    assert labels.count("等次待定") == labels.count("等次不再待定") == 2


def test_another_ground_marks_nothing(world, form):
    complete(world, form, 80, 80)
    demanded(world, form, ReplacementKind.OTHER)
    assert now(form).grade == "competent"


def test_a_form_made_after_the_demand_is_marked_from_the_beginning(world):
    who = person(world, "张甲", serial=1)
    secondment = serve(world, who)
    row = replacements.draft(
        secondment, kind="disobedience", facts="三次不参加巡查", actor=world.street_clerk
    )
    replacements.request(row, actor=world.street_head)
    form = form_of(started(world, who))
    assert (form.grade, form.pends_on_id) == ("", row.pk)
    page = world.client(world.head).get(f"/appraisal-forms/{form.pk}/").content.decode()
    assert "等次待定" in page and f"替换要求第 {row.pk} 号" in page


def test_a_year_closes_with_what_is_pending_and_the_grade_follows_the_decision(world, form):
    complete(world, form, 80, 80)
    row = demanded(world, form)
    page = world.client(world.personnel).get(f"/appraisals/{form.round_id}/close/").content.decode()
    assert "替换要求未决不影响办结" in page
    close(world, form.round)
    form = now(form)
    assert (form.grade, form.locked_at is not None) == ("pending", True)
    entry = timeline(form.round)[0]
    assert entry.changes["待定"] == [None, 1]
    replacements.withdraw(row, reason="已改正", actor=world.street_head)
    form = now(form)
    assert (form.version, form.grade, form.pends_on) == (1, "competent", None)
    assert "张甲2026年度等次不再待定：称职" in told(world.personnel)
    assert "张甲2026年度等次不再待定：称职" in told(world.head)


def test_a_demand_after_the_end_marks_the_locked_form_and_the_cap_reopens_it(world, form):
    closed(world, form, 95, 95, lowered={form.pk: "名额所限"})
    row = demanded(world, form)
    marked = now(form)
    assert (marked.pk, marked.grade, marked.locked_at is not None) == (form.pk, "pending", True)
    row = agreed(world, row)
    assert now(form).grade == "pending"
    row = arrived(world, row)
    new, old = now(form), Appraisal.objects.get(pk=form.pk)
    assert (new.version, new.corrects, new.cap, new.grade, new.locked_at) == (2, old, row, "basic", None)
    assert "替换已完成" in new.cause and new.lowered_reason == "名额所限"
    assert (old.is_current, old.total) == (False, 9500)
    # Nobody need score again: both sides stand as they were signed.
    for side in Side:
        was, copy = side_of(old, side), side_of(new, side)
        assert (copy.state, copy.score, copy.signed_by) == (SideState.SIGNED, was.score, was.signed_by)
        assert copy.scores.count() == was.scores.count() > 0
    assert not Deadline.objects.filter(kind=APPRAISAL_SCORE, closed_at=None).exists()
    for user in (world.personnel, world.head, world.clerk, world.street_head):
        assert "张甲2026年度考核登记表因替换完成重新打开" in told(user), user
    assert [todo.title for todo in todos(Scope(world.personnel)) if todo.action == "办结更正"]
    assert timeline(old)[0].label == "更正，由第2版替代"
    done = finish(world, new)
    assert (done.grade, done.cap, done.locked_at is not None) == ("basic", row, True)


def test_the_list_of_results_is_put_aside_when_a_grade_on_it_is_marked_and_when_it_is_corrected(world, form):
    closed(world, form)
    form.round.refresh_from_db()

    def printed() -> Document:
        runner.run(papers.order_results(form.round, actor=world.personnel).pk)
        return Document.objects.filter(kind=papers.RESULTS).latest("pk")

    first = printed()
    row = agreed(world, demanded(world, form))
    second = printed()
    first.refresh_from_db()
    assert first.superseded_by == second and first.superseded_reason.startswith("等次待定")
    arrived(world, row)
    second.refresh_from_db()
    assert second.superseded_at is None  # a correction takes its place once it is finished
    finish(world, now(form))
    second.refresh_from_db()
    assert "替换已完成" in second.superseded_reason
    third = printed()
    second.refresh_from_db()
    assert second.superseded_by == third
    assert "基本称职" in str(third.data["table"]["rows"])


def test_a_reopened_side_that_is_sent_back_has_a_day_of_its_own(world, form):
    closed(world, form)
    at(D(2026, 12, 30))
    assert clock.today() > form.round.due_on
    arrived(world, agreed(world, demanded(world, form)))
    scoring.send_back(side_of(now(form), Side.STREET), reason="再核", actor=world.personnel)
    own = Deadline.objects.get(kind=APPRAISAL_SCORE, closed_at=None)
    # 30 days after 30 December 2026.
    assert own.due_on == D(2027, 1, 29)


def test_p32_completed_in_the_next_year_the_closed_year_is_free_again(world, form):
    closed(world, form)
    row = agreed(world, demanded(world, form))
    assert now(form).grade == "pending"
    at(D(2027, 1, 8))
    arrived(world, row)
    form = now(form)
    assert (form.version, form.grade, form.pends_on, form.cap) == (1, "competent", None, None)


def test_an_arrival_whose_effect_fails_reopens_nothing(world, form, monkeypatch):
    closed(world, form)
    row = agreed(world, demanded(world, form))
    monkeypatch.setattr(corrections, "notify_organizations", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        arrived(world, row)
    row.refresh_from_db()
    assert (row.state, now(form).version) == ("accepted", 1)


def test_a_pending_form_keeps_the_place_of_excellent_it_would_have(world):
    people = [person(world, f"人{n}", serial=n) for n in range(1, 6)]
    row = started(world, *people)
    for place, who in enumerate(people):
        complete(world, form_of(row, who), 95 if place < 2 else 80, 95 if place < 2 else 80)
    first, second = (form_of(row, who) for who in people[:2])
    demand = demanded(world, first)
    whole, _ = excellence(row)
    assert (whole.excellent, whole.pending, whole.most, whole.over) == (2, 1, 1, 1)
    with refused("too_many_excellent"):
        close(world, row)
    close(world, row, lowered={second.pk: "名额所限"})
    assert [form_of(row, who).grade for who in people[:2]] == ["pending", "competent"]
    replacements.withdraw(demand, reason="已改正", actor=world.street_head)
    assert form_of(row, people[0]).grade == "excellent"


ORDERS = [
    order
    for order in itertools.permutations(("score", "close", "agree", "arrive"))
    if order.index("score") < order.index("close") and order.index("agree") < order.index("arrive")
]


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_the_result_is_the_same_in_whatever_order_year_and_demand_are_settled(world, order):
    acts = {
        "score": lambda form, row: complete(world, now(form), 80, 80),
        "close": lambda form, row: rounds.close_round(form.round, actor=world.personnel, password=PASSWORD),
        "agree": lambda form, row: agreed(world, Replacement.objects.get(pk=row.pk)),
        "arrive": lambda form, row: arrived(world, Replacement.objects.get(pk=row.pk)),
    }
    form = form_of(started(world))
    row = demanded(world, form)
    for name in order:
        acts[name](form, row)
    last = now(form)
    if last.locked_at is None:
        last = finish(world, last)
    assert (last.total, last.computed_grade, last.grade) == (8000, "competent", "basic")
    assert (last.cap_id, last.pends_on_id, last.version) == (row.pk, None, 1 + (order[-1] == "arrive"))


@pytest.mark.parametrize("grade", ["competent", "basic"])
def test_the_database_holds_that_a_grade_with_an_open_demand_is_pending(world, form, grade):
    complete(world, form, 80, 80)
    row = demanded(world, form)
    for values in ({"grade": grade}, {"pends_on": None}, {"cap": row}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appraisal.objects.filter(pk=form.pk).update(**values)


def test_pending_stands_wherever_the_grade_stands(world, form):
    """List, workbook, form, its print, the list of results and the person's file."""
    closed(world, form)
    before = papers.print_form(form, actor=world.personnel)
    assert papers.print_form(form, actor=world.personnel) == before
    row = demanded(world, form)
    form = now(form)
    client = world.client(world.personnel)
    for address in (
        f"/appraisals/{form.round_id}/",
        f"/appraisal-forms/{form.pk}/",
        f"/appraisals/{form.round_id}/?tab=pending",
    ):
        page = client.get(address).content.decode()
        assert "待定" in page and "张甲" in page, address
    answer = client.get(f"/appraisals/{form.round_id}/?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [cell for line in sheet.iter_rows(values_only=True) for cell in line]
    assert "待定" in cells and f"替换要求第{row.pk}号：待部门答复，等次待定" in cells
    before.refresh_from_db()
    assert before.superseded_reason == "等次待定：温泉街道要求替换：待部门答复"
    paper = papers.print_form(form, actor=world.personnel)
    before.refresh_from_db()
    assert before.superseded_by == paper and paper.data["grade"] == "待定"
    assert "替换完成、街道撤回或部门说明不予替换前，等次待定" in paper.data["pending"]
    [line] = results_data(form.round, papers.printable(Appraisal.objects.filter(pk=form.pk)))["table"]["rows"]
    assert {"text": "待定", "align": "centre"} in line and line[-1] == "替换要求未决，等次待定"
    file = papers.file_data(form.person)
    [section] = [each for each in file["sections"] if each["title"] == "年度考核"]
    assert section["rows"][0][3:] == ["待定", "替换要求未决（待部门答复），等次待定"]
    replacements.withdraw(row, reason="已改正", actor=world.street_head)
    paper.refresh_from_db()
    assert paper.superseded_reason.startswith("等次不再待定")
