"""A new version shows what it changes before it takes effect; two are compared; what one lacks is added (P44)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondment.services.duties import open_duties
from tests.secondment.training.support import held, owing
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.periods import Period
from xianan.history.selectors import timeline
from xianan.policy import parameters as registry
from xianan.policy.choices import DocumentKey
from xianan.policy.effects import effects, foreseen, shifts
from xianan.policy.models import Parameter, ParameterChange, PolicyVersion
from xianan.policy.parameters import known_figures
from xianan.policy.selectors import document_in_time
from xianan.policy.services.versions import add_figure, add_version, change_parameter

pytestmark = pytest.mark.django_db
D = dt.date


def coming(world: Any, start: dt.date, **figures: str) -> PolicyVersion:
    """The next version of the plan, with other figures."""
    version = add_version(
        world.policy, actor=world.establishment, title="修订方案", reference="", issued_on=clock.today(),
        valid_from=start, valid_until=None,
    )  # fmt: skip
    for key, raw in figures.items():
        change_parameter(version.parameters.get(key=key), raw=raw, reason="修订", actor=world.establishment)
    return version


def told(version: PolicyVersion) -> dict[str, int]:
    seen = foreseen(version.district, "plan", version.pk, version.valid_from)
    return {effect.text: effect.count for effect in effects("plan", seen)}


# ---- Before it takes effect ---------------------------------------------------------------------------


@pytest.mark.sqlite
def test_p14_a_version_that_asks_for_more_sessions_says_which_quarters_it_judges_otherwise(world) -> None:
    """Only those that end under it; what it foresees is what comes to pass."""
    owing(world)
    clock.set_to(D(2026, 7, 20))
    open_duties(world.district)
    held(world, D(2026, 7, 20))
    version = coming(world, D(2026, 9, 1), trainings_per_quarter="2")
    assert told(version) == {
        "2026年三季度改按每季度 2 场评判，原为每季度 1 场": 1,
        "2026年四季度改按每季度 2 场评判，原为每季度 1 场": 1,
        "其中按已举办的场次，由达标变为不足": 1,
        "2026年此前已结束的季度，仍按当时的版本": 1,
    }
    seen = foreseen(world.district, "plan", version.pk, version.valid_from)
    (shift,) = shifts("plan", seen)
    assert (shift.measure.key, shift.period, shift.organizations) == (
        "training_quarters",
        Period.year(2026),
        1,
    )
    assert (shift.before.numerator, shift.before.denominator) == (1, 3)
    assert (shift.after.numerator, shift.after.denominator) == (0, 3)
    clock.set_to(D(2027, 1, 1))
    came = shift.measure.compute(world.district, Period.year(2026)).total()
    assert (came.numerator, came.denominator) == (0, 3)


def test_what_has_begun_is_named_as_unchanged(world) -> None:
    owing(world)
    version = coming(world, clock.today() + dt.timedelta(days=30), transition_months="3", service_months="24")
    assert told(version) == {
        "已经开始的过渡期，不变": 1, "已经送出的确认书，载明的内容和期限不变": 1,
    }  # fmt: skip


def test_p11_more_people_a_street_are_foreseen_as_missing(world) -> None:
    owing(world)
    version = coming(world, D(2026, 7, 1), seconded_per_street="2")
    assert told(version) == {"缺下沉人员，原为 1 人": 2}
    seen = foreseen(world.district, "plan", version.pk, version.valid_from)
    (shift,) = shifts("plan", seen)
    assert (shift.measure.key, shift.after.numerator, shift.period) == (
        "staff_missing_department", 2, Period.day(D(2026, 7, 1))
    )  # fmt: skip


def test_a_version_after_a_time_without_one_judges_what_was_not_applicable(world) -> None:
    owing(world)
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_until=D(2026, 6, 1))
    version = coming(world, D(2026, 6, 20))
    assert "2026年二季度改按每季度 1 场评判，原为不适用" in told(version)
    text = world.client(world.establishment).get(f"/policy/{version.pk}/effects/").content.decode()
    assert "不适用" in text and "下沉人员到位" in text


def test_the_page_of_a_coming_version_shows_old_and_new_and_what_comes_of_it(world) -> None:
    owing(world)
    client = world.client(world.establishment)
    version = coming(world, clock.today() + dt.timedelta(days=3), trainings_per_quarter="2")
    text = client.get(f"/policy/{version.pk}/").content.decode()
    assert "施行后的变化" in text and "每季度培训不少于" in text
    assert f'hx-get="/policy/{version.pk}/effects/"' in text
    part = client.get(f"/policy/{version.pk}/effects/", headers={"HX-Request": "true"}).content.decode()
    assert "改按每季度 2 场评判" in part and "<html" not in part
    whole = client.get(f"/policy/{version.pk}/effects/").content.decode()
    assert "改按每季度 2 场评判" in whole and "返回文件版本" in whole and "打印" in whole


def test_a_version_that_changes_nothing_says_so(world) -> None:
    version = coming(world, clock.today() + dt.timedelta(days=3))
    client = world.client(world.establishment)
    assert f"参数与“{world.policy}”相同" in client.get(f"/policy/{version.pk}/").content.decode()
    assert "没有改按新值评判" in client.get(f"/policy/{version.pk}/effects/").content.decode()


def test_the_pages_cost_as_many_queries_however_many_versions_and_figures_there_are(world) -> None:
    client = world.client(world.establishment)
    version = coming(world, clock.today() + dt.timedelta(days=3), trainings_per_quarter="2")

    def counts() -> list[int]:
        found = []
        for address in ("", "compare/", "effects/"):
            with CaptureQueriesContext(connection) as captured:
                client.get(f"/policy/{version.pk}/{address}")
            found.append(len(captured))
        return found

    counts()
    few = counts()
    for days in (30, 60, 90):
        coming(world, clock.today() + dt.timedelta(days=days), gap_days="20")
    assert counts() == few
    assert few[0] <= 15 and few[1] <= 15 and few[2] <= 60


# ---- Compared -----------------------------------------------------------------------------------------


def test_two_versions_are_compared_figure_by_figure(world) -> None:
    version = coming(
        world, clock.today() + dt.timedelta(days=3), trainings_per_quarter="2", appraisal_shares="70:30"
    )
    version.parameters.filter(key="gap_days").delete()
    client = world.client(world.district_reader)
    answer = client.get(f"/policy/{version.pk}/compare/")
    lines = {line.label: (line.old, line.new) for line in answer.context["lines"] if line.differs}
    assert lines == {
        "每季度培训不少于": ("1", "2"), "年度考核占比（街道：派出部门）": ("60:40", "70:30"), "缺员补派期限": ("30", ""),
    }  # fmt: skip
    text = answer.content.decode()
    assert "3 项不同" in text and "不再规定" in text and "返回文件版本" in text and "data-print" in text
    only = client.get(f"/policy/{version.pk}/compare/?only=changed")
    assert {line.label for line in only.context["lines"]} == set(lines)
    # The other way round, and with one that is not there.
    back = client.get(f"/policy/{world.policy.pk}/compare/?with={version.pk}")
    assert back.context["other"] == version
    assert client.get(f"/policy/{version.pk}/compare/?with=999999").context["other"] == world.policy


def test_a_document_with_one_version_has_nothing_to_compare(world) -> None:
    text = world.client(world.establishment).get(f"/policy/{world.policy.pk}/compare/").content.decode()
    assert "只有一个版本" in text


# ---- Added --------------------------------------------------------------------------------------------


def test_a_missing_figure_is_added_with_a_reason_and_judges_from_its_day(world) -> None:
    world.policy.parameters.filter(key="trainings_per_quarter").delete()
    client, address = (
        world.client(world.establishment),
        f"/policy/{world.policy.pk}/figures/trainings_per_quarter/",
    )
    page = client.get(f"/policy/{world.policy.pk}/").content.decode()
    assert "本版本没有规定的参数" in page and address in page
    wrong = client.post(address, {"value": "二", "reason": "会议"})
    assert "“二”不是整数" in wrong.content.decode()
    assert "不能大于 20" in client.post(address, {"value": "21", "reason": "会议"}).content.decode()
    assert "未填写修改理由" in client.post(address, {"value": "2", "reason": ""}).content.decode()
    assert client.post(address, {"value": "2", "reason": "会议"}).url == f"/policy/{world.policy.pk}/"
    row = Parameter.objects.get(version=world.policy, key="trainings_per_quarter")
    assert (row.value, row.label, row.unit, row.clause) == (2, "每季度培训不少于", "次", "P14")
    entry = timeline(world.policy)[0]
    assert (entry.label, entry.reason, entry.changes) == (
        "补充参数“每季度培训不少于”", "会议", {"每季度培训不少于": [None, "2"]}
    )  # fmt: skip
    document = document_in_time(world.district, "plan")
    days = (clock.today() - dt.timedelta(days=1), clock.today())
    # Until then the rules went by what the document has.
    assert [
        figures and figures.get("trainings_per_quarter", 1) for figures in map(document.in_force, days)
    ] == [1, 2]
    assert ParameterChange.objects.get().old is None
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("key", "code"),
    [("unheard_of", "unknown_figure"), ("evaluation_points", "unknown_figure"), ("gap_days", "figure_taken")],
)
def test_what_no_rule_reads_or_the_version_has_is_not_added(world, key, code) -> None:
    with pytest.raises(DomainError) as refusal:
        add_figure(world.policy, key=key, raw="2", reason="会议", actor=world.establishment)
    assert refusal.value.code == code
    client = world.client(world.establishment)
    assert client.get(f"/policy/{world.policy.pk}/figures/{key}/").status_code == 404


def test_only_who_edits_figures_adds_one(world) -> None:
    with pytest.raises(NotAllowed):
        add_figure(world.policy, key="answer_days", raw="2", reason="会议", actor=world.justice)
    reader = world.client(world.district_reader)
    assert "本版本没有规定的参数" not in reader.get(f"/policy/{world.policy.pk}/").content.decode()
    assert reader.get(f"/policy/{world.policy.pk}/figures/answer_days/").status_code == 403


def test_a_key_is_declared_in_one_way() -> None:
    (known,) = [row for row in known_figures(DocumentKey.PLAN) if row.key == "gap_days"]
    registry.declare(known)
    with pytest.raises(ValueError, match="declared twice"):
        registry.declare(registry.KnownFigure(known.document, known.key, "别的", known.kind))


@pytest.mark.parametrize("typed", ["13-01", "一月底", "02-30"])
def test_the_last_day_for_the_plan_is_a_day(world, typed) -> None:
    row = world.policy.parameters.get(key="training_plan_until")
    with pytest.raises(DomainError, match="不是月和日"):
        change_parameter(row, raw=typed, reason="会议", actor=world.establishment)
