"""The pages of schemes, cycles and scoring: what each role sees, what stays typed, what they cost."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.choices import Phase
from assessment.cycles.steps import CYCLE
from assessment.models import Cycle, Deduction, Indicator, Score
from assessment.services import scores, teams
from assessment.services.scores import Event, Sheet
from tests.assessment.support import START, cycle, indicator, report, scheme
from xianan.core import clock
from xianan.organizations.scope import Scope
from xianan.organizations.services.setup import create_first_organization
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def url(name: str, *parts) -> str:
    return reverse(f"assessment:{name}", args=[getattr(part, "pk", part) for part in parts])


def test_the_editor_says_what_is_missing_and_takes_points_as_people_write_them(world):
    made = scheme(world, [("1.1", 98_00, "hand", {})])
    client = world.client(world.establishment)
    assert "合计 98.00 分，还差 2.00 分" in text(client.get(url("scheme", made)))
    form = {
        "group": made.groups.get().pk, "code": "1.2", "name": "新指标", "points": "0.5", "kind": "normal",
        "mode": "deductions", "measure_key": "", "per_count": "", "none_due": "full", "methods": ["papers", "visit"],
        "rule": "缺一项扣 0.5 分", "evidence": "",
    }  # fmt: skip
    assert client.post(url("indicator-create", made), form).status_code == 302
    row = Indicator.objects.get(scheme=made, code="1.2")
    assert (row.points, row.methods) == (50, ["papers", "visit"])
    assert "还差 1.50 分" in text(client.get(url("scheme", made)))
    shown = text(client.post(url("indicator-create", made), {**form, "code": "1.3", "points": "半分"}))
    assert "“半分”不是分数，写作 4 或 0.5" in shown and 'value="1.3"' in shown
    shown = text(client.post(url("indicator-create", made), {**form, "code": "1.3", "mode": "ratio"}))
    assert "自动计分的指标须选定取数指标" in shown


def test_the_measures_of_streets_are_offered_by_their_labels(world):
    shown = text(world.client(world.establishment).get(url("indicator-create", scheme(world))))
    assert "确认书已签署（P09）" in shown and "过渡期满已评估确认（P13）" in shown
    assert shown.count("确认书已签署") == 1


def test_a_scheme_in_use_answers_every_address_that_changes_it_with_409(world):
    used = cycle(world).scheme
    client = world.client(world.establishment)
    row = used.indicators.first()
    for name, parts in (
        ("scheme-change", ()), ("group-create", ()), ("group-change", (row.group,)), ("indicator-create", ()),
        ("indicator-change", (row,)),
    ):  # fmt: skip
        assert client.get(url(name, used, *parts)).status_code == 409, name
        assert client.post(url(name, used, *parts), {}).status_code == 409, name
    for name, parts in (("scheme-delete", ()), ("group-delete", (row.group,)), ("indicator-delete", (row,))):
        assert client.post(url(name, used, *parts)).status_code == 409, name
    shown = text(client.get(url("scheme", used)))
    assert (
        "已启用，不再修改" in shown
        and "indicator-change" not in shown
        and url("scheme-change", used) not in shown
    )


def test_a_scheme_is_exported_as_it_stands_and_printed_with_its_signature_row(world):
    import pymupdf

    made = scheme(world)
    client = world.client(world.street_reader)
    book = openpyxl.load_workbook(io.BytesIO(client.get(url("scheme-export", made)).content))
    cells = {str(value) for row in book.worksheets[0].values for value in row if value is not None}
    assert {"项目2", "2.1", "指标2.1", "30", "按比例自动计分", "确认书已签署（P09）"} <= cells
    pdf = pymupdf.open(stream=client.get(url("scheme-print", made)).content)
    words = "".join(page.get_text() for page in pdf)
    assert pdf[0].rect.width > pdf[0].rect.height
    for word in ("2026年度考评细则", "合计", "100", "填表人", "单位负责人（盖章）"):
        assert word in words


def test_a_department_sees_only_the_cycles_of_its_teams_and_a_street_only_its_own(world):
    row = cycle(world, "start", streets=[world.street])
    seen = {
        name: world.client(getattr(world, name)).get(url("cycle", row)).status_code
        for name in (
            "clerk",
            "head",
            "other_clerk",
            "street_clerk",
            "other_street_clerk",
            "government_office",
            "nobody",
        )
    }
    assert seen == {
        "clerk": 200, "head": 404, "other_clerk": 404, "street_clerk": 200, "other_street_clerk": 404,
        "government_office": 200, "nobody": 404,
    }  # fmt: skip


def test_a_street_sees_no_score_and_no_scorer_before_the_results_are_public(world):
    row = cycle(world, "to_scoring")
    event = Event(3_00, 1, "扣分原因在此", "案卷")
    scores.save_score(
        row, street=world.street, indicator=indicator(row, "1.2"), sheet=Sheet(events=[event]), revision=0,
        actor=world.clerk, done=True,
    )  # fmt: skip
    client = world.client(world.street_head)
    pages = [url("cycle", row), url("report", row, report(row, world.street)), url("cycles")]
    pages.append(url("report-entry", row, report(row, world.street), indicator(row, "1.2")))
    for page in pages:
        shown = text(client.get(page))
        assert "扣分原因在此" not in shown and "17.00" not in shown and "住建经办" not in shown
    for page in (
        url("scoring", row), url("scores", row), url("visits", row),
        url("cell", row, world.street, indicator(row, "1.2")),
    ):  # fmt: skip
        assert client.get(page).status_code == 403


def test_a_scorer_sees_only_assigned_indicators_and_not_what_the_other_scorer_gave(world):
    row = cycle(world, "to_scoring", scorers=[world.clerk, world.inspection])
    member = next(line.member for line in _team(row) if line.member.user == world.clerk)
    teams.assign_member(member, indicators=[indicator(row, "1.1")], leads=[], actor=world.establishment)
    scores.save_score(
        row, street=world.street, indicator=indicator(row, "1.1"), sheet=Sheet(points=12_34, note="另一人的说明"),
        revision=0, actor=world.inspection, done=True,
    )  # fmt: skip
    client = world.client(world.clerk)
    shown = text(client.get(url("scoring", row)))
    assert "指标1.1" in shown and "指标1.2" not in shown and "12.34" not in shown
    assert "另一人的说明" not in text(client.get(url("cell", row, world.street, indicator(row, "1.1"))))
    assert client.get(url("cell", row, world.street, indicator(row, "1.2"))).status_code == 403
    assert "12.34" in text(world.client(world.establishment).get(url("scores", row)))


def _team(row):
    from assessment.selectors.cycles import team

    return team(row)


def cell_form(**more):
    return {"note": "", "forged_note": "", "revision": "0", "events": "1", **more}


def test_only_the_cell_in_work_is_a_form_and_saving_returns_to_it(world):
    row = cycle(world, "to_scoring")
    client = world.client(world.clerk)
    where = indicator(row, "1.2")
    key = f"{world.street.pk}-{where.pk}"
    shown = text(client.get(f"{url('scoring', row)}?cell={key}"))
    assert shown.count('class="editing"') == 1 and f'id="c{key}"' in shown
    data = cell_form(amount_0="0.5", times_0="2", cause_0="迟报", proof_0="期限记录", done="1")
    answer = client.post(url("score-save", row, world.street, where), data)
    assert answer.status_code == 302 and answer["Location"].endswith(f"#c{key}")
    assert (Score.objects.get().state, Deduction.objects.get().amount) == ("done", 50)
    assert "−0.50×2" in text(client.get(url("scoring", row)))


def test_a_refused_cell_shows_the_fault_with_everything_typed(world):
    row = cycle(world, "to_scoring")
    client = world.client(world.clerk)
    data = cell_form(amount_0="多", times_0="1", cause_0="迟报材料", proof_0="", note="说明在此")
    shown = text(client.post(url("score-save", row, world.street, indicator(row, "1.2")), data))
    for words in ("“多”不是分数", "第 1 条扣分未填写佐证", "迟报材料", "说明在此"):
        assert words in shown
    assert not Score.objects.exists()
    more = text(
        client.post(url("score-save", row, world.street, indicator(row, "1.2")), {**data, "more": "1"})
    )
    assert 'name="cause_1"' in more and "迟报材料" in more


def test_a_stale_cell_shows_what_was_saved_beside_what_was_typed(world):
    row = cycle(world, "to_scoring")
    client = world.client(world.clerk)
    where = url("score-save", row, world.street, indicator(row, "1.2"))
    client.post(where, cell_form(amount_0="1", cause_0="先存的原因", proof_0="甲"))
    answer = client.post(where, cell_form(amount_0="2", cause_0="后填的原因", proof_0="乙"))
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "先存的原因" in shown and "后填的原因" in shown and 'name="revision" value="1"' in shown


def test_what_is_missing_is_linked_from_the_board_and_the_sheet(world):
    row = cycle(world, "to_scoring")
    client = world.client(world.establishment)
    assert f"{url('scores', row)}#missing" in text(client.get(url("cycle", row)))
    shown = text(client.get(url("scores", row)))
    assert "还有 9/12 格没有评定" in shown
    assert url("cell", row, world.street, indicator(row, "1.1")) in shown


def test_the_scorer_has_it_among_what_waits_until_all_is_finished(world):
    row = cycle(world, "to_scoring")

    def waiting():
        return [todo.count for todo in todos(Scope(world.clerk)) if todo.action == "评定分给您的指标"]

    assert waiting() == [9]
    for street in world.streets:
        for code, points in (("1.1", 40_00), ("1.2", None), ("2.1", None)):
            scores.save_score(
                row, street=street, indicator=indicator(row, code), sheet=Sheet(points=points), revision=0,
                actor=world.clerk, done=True,
            )  # fmt: skip
    assert waiting() == []


@pytest.mark.parametrize("name", ["x", "99", "start"])
def test_a_step_that_can_not_be_taken_answers_as_such(world, name):
    row = cycle(world, "start")
    answer = world.client(world.establishment).post(f"{url('cycle-step', row)}?step={name}")
    assert answer.status_code == (409 if name == "start" else 404)
    assert Cycle.objects.get().phase == Phase.SELF_REPORT


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.slow
def test_board_sheet_and_scores_cost_the_same_for_3_and_for_40_streets(world):
    few = cycle(world, "to_scoring")
    addresses = [("cycle", world.establishment), ("scores", world.establishment), ("scoring", world.clerk)]

    def costs(row) -> list[int]:
        found = []
        for name, person in addresses:
            client = world.client(person)
            # The first page of a session costs its own.
            queries(client, url(name, row))
            found.append(queries(client, url(name, row)))
        return found

    before = costs(few)
    Cycle.objects.update(year=2020)
    for number in range(37):
        create_first_organization(
            world.district, values={"name": f"{number}街道", "kind": "street", "display_order": 900 + number}
        )
    made = scheme(world)
    many = cycle(world, "to_scoring", made=made)
    assert many.streets.count() == 40
    assert costs(many) == before
    assert max(before) <= 15, before


def test_a_reason_on_a_stale_page_is_kept_and_a_change_leads_back_to_the_arrangement(world):
    row = cycle(world, "start")
    for step in ("to_papers", "to_visits"):
        row = CYCLE.steps[step](row, actor=world.establishment)
    client = world.client(world.establishment)
    answer = client.post(url("cycle-change", row), {"title": "改名", "consolidation": "lead"})
    assert answer.headers["Location"] == url("cycle-arrange", row)
    page = text(client.get(url("cycle", row)))
    assert "改名" in page and "自评未齐，进入评分并取数…" in page and "disabled>进入评分并取数" in page
    address = f"{url('cycle-step', row)}?step=to_scoring_without"
    assert client.post(address, {"reason": "街道受灾"}).headers["Location"] == url("cycle", row)
    stale = client.post(address, {"reason": "又写了理由"})
    shown = stale.content.decode()
    assert stale.status_code == 409 and "又写了理由" in shown and "街道受灾" in shown
