"""The finishing button of a desk submits what is on the page (P02)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from empowerment.choices import FilingState, LineState
from empowerment.filings.desks import StaleOpinions, finish_desk, give_opinions
from empowerment.models import Filing, Opinion
from tests.empowerment.review.test_stale_pages import fields, lines_of, text
from xianan.core.errors import DomainError

pytestmark = pytest.mark.django_db


def sheet_of(filing):
    return reverse("empowerment:filing-review", args=[filing.pk])


def test_an_item_sent_back_but_not_saved_goes_back_when_the_desk_finishes(world):
    filing = world.at_establishment("甲处罚", "乙处罚")
    one, two = lines_of(filing)
    desk = world.client(world.establishment)
    desk.post(sheet_of(filing), {f"verdict_{one.pk}": "pass", f"verdict_{two.pk}": "pass"})
    page = fields(desk.get(sheet_of(filing)))
    answer = desk.post(
        sheet_of(filing),
        page
        | {
            "finish": "1",
            f"verdict_{one.pk}": "pass", f"reason_{one.pk}": "",
            f"verdict_{two.pk}": "return", f"reason_{two.pk}": "职责边界不清",
        },
        follow=True,
    )  # fmt: skip
    assert "审核完毕" in text(answer)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == (LineState.REVIEW, LineState.RETURNED)
    assert Opinion.objects.get(line=two, desk="establishment").reason == "职责边界不清"
    assert Filing.objects.get(pk=filing.pk).state == FilingState.JUSTICE


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"verdict_2": "return", "reason_2": ""}, "退回须填写理由"),
        ({"verdict_2": "", "reason_2": "先问部门"}, "还有 1 项（第 2 项）没有审核意见"),
    ],
)
def test_a_sheet_that_lacks_something_is_refused_as_a_whole_and_keeps_what_was_typed(world, typed, said):
    filing = world.at_establishment("甲处罚", "乙处罚")
    one, two = lines_of(filing)
    desk = world.client(world.establishment)
    opened = fields(desk.get(sheet_of(filing)))
    answer = desk.post(
        sheet_of(filing),
        opened
        | {"finish": "1", f"verdict_{one.pk}": "defer", f"reason_{one.pk}": "待研究"}
        | {key.replace("_2", f"_{two.pk}"): value for key, value in typed.items()},
    )
    page = text(answer)
    assert said in page and "尚未报送" in page
    assert 'value="待研究"' in page and f'value="{typed["reason_2"]}"' in page
    assert not Opinion.objects.filter(line__filing=filing).exists()
    assert Filing.objects.get(pk=filing.pk).state == FilingState.ESTABLISHMENT


def test_finishing_over_an_opinion_changed_since_keeps_what_was_typed(world):
    filing = world.at_establishment("甲处罚", "乙处罚")
    one, two = lines_of(filing)
    desk = world.client(world.establishment)
    desk.post(sheet_of(filing), {f"verdict_{one.pk}": "pass", f"verdict_{two.pk}": "pass"})
    opened = fields(desk.get(sheet_of(filing)))
    give_opinions(
        filing, desk="establishment", opinions={two.pk: ("defer", "待研究")}, actor=world.establishment
    )
    typed = {
        "finish": "1",
        f"verdict_{one.pk}": "return", f"reason_{one.pk}": "重复",
        f"verdict_{two.pk}": "pass", f"reason_{two.pk}": "",
    }  # fmt: skip
    answer = desk.post(sheet_of(filing), opened | typed)
    assert answer.status_code == 409
    assert 'value="重复"' in text(answer) and 'value="待研究"' in text(answer)
    assert Filing.objects.get(pk=filing.pk).state == FilingState.ESTABLISHMENT
    assert not Opinion.objects.filter(line=one, verdict="return").exists()
    # Seen now, it may be meant.
    typed |= {f"verdict_{two.pk}": "defer", f"reason_{two.pk}": "待研究"}
    desk.post(sheet_of(filing), fields(answer) | typed)
    one.refresh_from_db()
    assert one.state == LineState.RETURNED


def test_the_service_saves_and_finishes_in_one_transaction(world):
    filing = world.at_establishment("甲处罚", "乙处罚")
    one, two = lines_of(filing)
    for opinions, shown, refusal in (
        ({one.pk: ("return", "重复")}, {}, "undecided"),
        ({one.pk: ("return", ""), two.pk: ("pass", "")}, {}, "reason_missing"),
        ({one.pk: ("return", "重复"), two.pk: ("pass", "")}, {one.pk: "seen otherwise"}, "stale"),
    ):
        with pytest.raises(DomainError) as refused:
            finish_desk(
                filing, desk="establishment", actor=world.establishment, opinions=opinions, shown=shown
            )
        assert refused.value.code == refusal
        assert isinstance(refused.value, StaleOpinions) == (refusal == "stale")
        assert not Opinion.objects.exists()
    done = finish_desk(
        filing, desk="establishment", actor=world.establishment,
        opinions={one.pk: ("return", "重复"), two.pk: ("pass", "")},
    )  # fmt: skip
    assert done.state == FilingState.JUSTICE


def test_the_page_has_one_form_for_saving_and_finishing(world):
    filing = world.at_establishment("甲处罚")
    page = text(world.client(world.establishment).get(sheet_of(filing)))
    main = page.split('<main class="main"')[1]
    assert main.count("<form") == 1
    assert 'form="opinions" name="finish"' in main
