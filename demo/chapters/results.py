"""Last year's assessment from the leading group on: published, papers signed, problems put right (P40)."""

from __future__ import annotations

import datetime as dt

from assessment.choices import PaperState, Phase
from assessment.corrections.outcome import CANCELLED, Change, Left
from assessment.corrections.steps import answer_objection, confirm_correction, correct_points
from assessment.cycles import steps as moves
from assessment.models import Correction, Cycle, Deduction, Indicator, Objection, Paper, Practice, Problem
from assessment.objections.steps import raise_objection
from assessment.practices import steps as practices
from assessment.problems import steps as problem_steps
from assessment.problems.services import Found, list_problems
from assessment.problems.steps import MATERIAL
from assessment.selectors import cycles, problems, results
from assessment.services import papers
from demo.scans import scan
from demo.story import Story
from xianan.core import clock
from xianan.core.dates import add_months
from xianan.documents.services.attachments import attach

PRACTICES = (
    (
        "wenquan",
        "“一窗受理、一日联办”办好高频事项",
        "赋权前群众办一件事要跑区直部门和街道两头，咨询、取件、补件平均往返三次。",
        "一、把认领的 12 项高频事项集中到便民服务大厅两个综合窗口。\n二、与下沉人员当日对接、当日清单，当日件当日清。",
        "平均办理时间由 5 个工作日压缩到 1.5 个工作日，群众往返由三次减到一次。",
    ),
    (
        "yongan",
        "老旧小区环境问题“吹哨报到”处置机制",
        "老旧小区多，占道、违建、油烟问题交织，单靠街道执法力量不足。",
        "一、社区发现、街道吹哨、部门到场，三方同去同签。\n二、案件分类建账，每周会商一次。",
        "全年处置环境问题 136 件，重复投诉下降四成。",
    ),
)
"""Prefix of the street, title, background, actions, effects."""


def publish(story: Story) -> None:
    """浮山 objects to 3.5: one of two is struck out, a second person agrees; 永安 objects to 1.4 in vain; then all is published."""
    cycle = Cycle.objects.filter(district=story.district, phase=Phase.LEADING).latest("year")
    office = story.person("bianban")
    story.at(-27, "09:30", months=8)
    cycle = moves.to_publicity(cycle, actor=office)
    story.at(-28, "10:10", months=8)
    _object(story, cycle, "fushan", "3.5", "浮罚11号案卷经批准延长办案期限，批准文书附后，不属于超期结案。")
    story.later(40)
    _object(story, cycle, "yongan", "1.4", "半年报告在 7 月 3 日以纸质方式报送，因平台尚未启用没有登记。")
    story.at(-30, "15:20", months=8)
    first, second = Objection.objects.filter(cycle=cycle).order_by("pk")
    taken = Deduction.objects.get(
        score__cycle=cycle, score__street=first.street_id, score__indicator=first.indicator_id
    )
    answer_objection(
        first,
        change=Change(
            decided_on=story.day(-29, months=8),
            decision=f"考核工作领导小组会议纪要〔{story.day(-29, months=8).year}〕2号：撤销浮罚11号案卷的扣分",
            events={taken.pk: Left(1_00, 1, "未经法制审核")},
        ),
        answer="延期批准文书属实，退还该卷扣分；07号案卷扣分维持。",
        actor=office,
    )
    story.later(15)
    answer_objection(
        second, change=None, answer="报送截止 6 月 30 日，纸质报送亦属迟报，维持原分。", actor=office
    )
    story.later(30)
    confirm_correction(Correction.objects.get(objection=first), actor=story.person("bianban2"))
    _send_practices(story, cycle)
    end = cycles.days_of(cycle)[Phase.PUBLICITY].ends_on
    story.at((add_months(story.today, -8) - end).days - 1, "09:30", months=8)
    cycle = moves.publish(cycle, actor=office)
    story.later(60)
    _list(story, cycle)


def put_right(story: Story) -> None:
    """The streets put right what was found: some closed, one returned, one waiting, two late; papers signed."""
    cycle = _published(story)
    story.at(5, "09:20", months=4)
    rows = list(Problem.objects.filter(cycle=cycle).order_by("pk"))
    for place, row in enumerate(rows):
        if place % 6 == 5:
            later = story.today + dt.timedelta(days=9 if place > 6 else -4)
            problem_steps.postpone(
                row, due_on=later, reason="场所改造工期较长，申请延期。", actor=story.person("bianban")
            )
            continue
        clerk = story.clerk(_prefix(story, row))
        story.later(3)
        problem_steps.plan_measure(
            row, owner="分管负责人", measure="对照标准逐项补齐，建立台账，每月自查一次。", actor=clerk
        )
        if place % 6 == 4:
            problem_steps.postpone(
                row,
                due_on=story.today + dt.timedelta(days=20),
                reason="须与年度培训一并完成。",
                actor=story.person("bianban"),
            )
            continue
        story.later(3)
        attach(
            row, MATERIAL, actor=clerk, data=scan(f"{row.indicator.code} 整改台账"), filename="整改台账.pdf"
        )
        problem_steps.hand_in(row, answer="已按要求整改到位，台账见附件。", actor=clerk)
    story.later(600)
    office = story.person("bianban")
    for place, row in enumerate(rows):
        row.refresh_from_db()
        if row.state != "handed" or place % 6 == 3:
            continue
        story.later(2)
        if place % 6 == 2:
            problem_steps.return_problem(
                row,
                note="缺整改后的照片，补齐后重新提交。",
                due_on=story.today - dt.timedelta(days=12),
                actor=office,
            )
        else:
            problem_steps.pass_problem(row, note="材料齐全，整改到位。", actor=office)


def sign_papers(story: Story) -> None:
    """The notice and the streets' papers are signed off; the report of the year still waits."""
    story.later(10)
    _sign(story, _published(story))


def _sign(story: Story, cycle: Cycle) -> None:
    office = story.person("bianban")
    papers.write_papers(cycle, actor=office)
    for paper in Paper.objects.filter(cycle=cycle, kind__in=("notice", "street"), state=PaperState.DRAFT):
        story.later(4)
        papers.sign_off(paper, actor=office)


def publish_again(story: Story) -> None:
    """温泉 finds the lost receipt: its event of 3.5 is struck out, the papers of before are replaced."""
    cycle = _published(story)
    office = story.person("bianban")
    taken = Deduction.objects.get(
        score__cycle=cycle, score__street=story.organization("wenquan"), score__indicator__code="3.5"
    )
    story.at(2, "10:20", months=4)
    day = clock.today()
    made = correct_points(
        cycle,
        street=taken.score.street,
        indicator=taken.score.indicator,
        change=Change(
            decided_on=day,
            decision=f"考核工作领导小组会议纪要〔{day.year}〕5号：撤销温罚14号案卷的扣分",
            events={taken.pk: CANCELLED},
        ),
        reason="温罚14号案卷的送达回证装订在副卷，考核时未调阅。",
        actor=office,
    )
    story.later(45)
    confirm_correction(made, actor=story.person("bianban2"))
    story.later(20)
    cycle = moves.republish(cycle, reason=made.reason, actor=office)
    story.later(30)
    _sign(story, cycle)


def _published(story: Story) -> Cycle:
    return Cycle.objects.filter(district=story.district, phase=Phase.PUBLISHED).latest("year")


def _object(story: Story, cycle: Cycle, prefix: str, code: str, text: str) -> None:
    indicator = Indicator.objects.get(scheme=cycle.scheme_id, code=code)
    raise_objection(
        cycle, street=story.organization(prefix), indicator=indicator, text=text, actor=story.head(prefix)
    )


def _send_practices(story: Story, cycle: Cycle) -> None:
    for place, (prefix, title, background, actions, effects) in enumerate(PRACTICES):
        story.later(25)
        row: Practice = practices.draft_practice(
            story.organization(prefix),
            year=cycle.year,
            title=title,
            background=background,
            actions=actions,
            effects=effects,
            actor=story.clerk(prefix),
        )
        story.later(5)
        row = practices.submit_practice(row, actor=story.head(prefix))
        if not place:
            story.later(20)
            practices.publish_practice(row, actor=story.person("bianban"))


def _list(story: Story, cycle: Cycle) -> None:
    streets = {row.pk: row for row in cycles.streets(cycle)}
    indicators = {row.pk: row for row in Indicator.objects.filter(scheme=cycle.scheme_id)}
    rows = problems.candidates(cycle, results.snapshot_of(cycle))
    taken = Deduction.objects.in_bulk([row.deduction_id for row in rows if row.deduction_id is not None])
    list_problems(
        cycle,
        found=[
            Found(
                streets[row.street_id],
                indicators[row.indicator_id],
                row.text,
                row.points,
                taken[row.deduction_id] if row.deduction_id is not None else None,
            )
            for row in rows
        ],
        demand="对照考评标准查明原因，限期整改到位，并建立长效机制。",
        due_on=story.today - dt.timedelta(days=150),
        checker=story.person("bianban").organization,
        actor=story.person("bianban"),
    )


def _prefix(story: Story, row: Problem) -> str:
    return next(
        prefix for prefix in ("wenquan", "fushan", "yongan") if story.organization(prefix).pk == row.street_id
    )
