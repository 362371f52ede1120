"""Two years of appraisal: last year's closed with every grade and one capped, this year's under way; proposals,
opinions, a printed file (P30, P32, P33, P48).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from demo.accounts import PASSWORD
from demo.story import Story, run_jobs
from secondment.choices import (
    CommentAnswer,
    EndKind,
    ProposalKind,
    ReplacementKind,
    ReplacementState,
    RoundState,
    SecondmentState,
    Side,
    SideState,
    Track,
    Verdict,
)
from secondment.models import (
    Appraisal,
    AppraisalRound,
    AppraisalSide,
    Person,
    Proposal,
    Replacement,
    Secondment,
)
from secondment.proposals import steps as proposals
from secondment.rounds import steps as rounds
from secondment.rules.appraisal import EXCELLENT, most_excellent
from secondment.schemes import steps as schemes
from secondment.selectors.staff import served_in
from secondment.services import corrections, opinions, papers
from secondment.sides.steps import save_scores, sign_sides, submit
from xianan.core import clock
from xianan.core.fields import blind_index
from xianan.core.identity import check_digit
from xianan.history.services import record
from xianan.organizations.selectors import holders

STREET_ITEMS = (
    ("服从街道管理", 20, "遵守街道工作纪律，服从街道统一指挥和工作安排。"),
    ("执法办案实绩", 30, "按期办结交办事项和案件，质量经街道司法所审核合格。"),
    ("服务群众", 20, "及时办理群众诉求，回访满意度不低于 90%。"),
    ("协作配合", 15, "参加综合执法和联合巡查，带教街道执法人员。"),
    ("工作作风", 15, "依法文明执法，没有有效投诉。"),
)
DEPARTMENT_ITEMS = (
    ("业务能力", 30, "熟悉赋权事项的法律法规和办理流程，能独立办案。"),
    ("依法行政", 30, "程序合法、文书规范，没有被撤销或者确认违法的案件。"),
    ("业务衔接", 20, "按要求报送情况，指导街道用好下放的权限。"),
    ("廉洁自律", 20, "遵守廉洁纪律，没有违规违纪情形。"),
)
COMMENTS = {
    Side.STREET: ("工作认真负责，服从街道统一安排，群众反映好。", "完成交办任务，办案数量偏少。", "到岗不足，多次无故缺席巡查。"),
    Side.DEPARTMENT: ("业务熟练，能独立办理复杂案件。", "业务较熟，文书规范性有待提高。", "对下放事项不熟悉，未按要求报送情况。"),
}  # fmt: skip
MISCOUNTED = "街道漏记联合执法专项行动的办案数 6 件，核对台账后更正"
LAST_YEAR = ((94, 93), (86, 88), (79, 82), (68, 70), (52, 58))
"""What street and department gave last year, in percent of each item; every grade is among them."""


def last_year(story: Story) -> None:
    """Rules that were commented and put in force; the year before scored, signed off and closed."""
    _scheme(story)
    year = story.today.year - 1
    if not served_in(story.district, year):
        return
    _unruly(story, year)
    office = story.person("zuzhibu")
    story.at(-5, "09:30", months=8)
    row, _ = rounds.start_round(year=year, actor=office)
    forms = _forms(row)
    for place, form in enumerate(forms):
        street, department = LAST_YEAR[place % len(LAST_YEAR)]
        story.later(7)
        _score(story, form, Side.STREET, street)
        story.later(7)
        _score(story, form, Side.DEPARTMENT, department)
    story.at(-7, "10:00", months=8)
    for form in forms:
        _sign(story, form)
    story.at(-8, "10:30", months=8)
    best = [form.pk for form in _forms(row) if form.grade == EXCELLENT]
    spare = len(best) - most_excellent(len(forms), row.excellent_share)
    lowered = dict.fromkeys(best[: max(spare, 0)], "优秀名额所限，下沉时间较短。")
    row = rounds.close_round(row, actor=office, password=PASSWORD, lowered=lowered)
    story.later(25)
    papers.order_results(row, actor=office)
    run_jobs()


def put_right(story: Story) -> None:
    """A form of last year is corrected: both score anew, what was lowered stays, the list of results falls."""
    row = AppraisalRound.objects.filter(district=story.district, state=RoundState.CLOSED).first()
    if row is None:
        return
    forms = _forms(row)
    form = next((each for each in forms if each.lowered_to), forms[0])
    office = story.person("zuzhibu")
    story.at(42, "10:10")
    new = corrections.correct(form, cause=MISCOUNTED, actor=office, password=PASSWORD)
    for side, percent in ((Side.STREET, 96), (Side.DEPARTMENT, 93)):
        story.later(35)
        _score(story, new, side, percent)
    story.at(42, "15:30")
    _sign(story, new)
    story.at(41, "08:50")
    corrections.finish(new, actor=office, password=PASSWORD)


def this_year(story: Story) -> None:
    """This year's appraisal under way: some forms are whole, some lack a side, some are not begun."""
    if not served_in(story.district, story.today.year):
        return
    story.at(11, "09:05")
    row, _ = rounds.start_round(year=story.today.year, actor=story.person("zuzhibu"))
    for place, form in enumerate(_forms(row)):
        if place % 4 == 3:
            continue
        story.later(6)
        _score(story, form, Side.STREET, 93 - place % 5 * 4)
        if place % 4 == 2:
            continue
        story.later(6)
        _score(story, form, Side.DEPARTMENT, 91 - place % 4 * 4)
        if place % 4 == 0:
            story.later(3)
            _sign(story, form)


def desks(story: Story) -> None:
    """Proposals answered, awaited and drafted; opinions given and asked for; papers of last year printed."""
    _proposals(story)
    last = AppraisalRound.objects.filter(district=story.district, state=RoundState.CLOSED).first()
    if last is not None:
        _papers(story, last)


def _unruly(story: Story, year: int) -> None:
    """Somebody whom a street had replaced last year, before the portal: entered from the papers (P32)."""
    successor = (
        Secondment.objects.filter(arrived_on__year=year, street=story.organization("fushan"))
        .select_related("organization", "street", "district")
        .order_by("pk")
        .first()
    )
    if successor is None:
        return
    born = dt.date(1982, 4, 19)
    digits = f"421202{born:%Y%m%d}007"
    number = digits + check_digit(digits)
    clerk, street_clerk = story.clerk("zhujian"), story.clerk("fushan")
    department = successor.organization
    story.at(-5, "08:40", months=8)
    who = Person.objects.create(
        district=story.district, organization=department, name="姜×", id_number=number,
        id_index=blind_index(number), born_on=born, track=Track.INSTITUTION, post="监督管理员",
    )  # fmt: skip
    record(who, "person.backfilled", "补录平台启用前的下沉人员", actor=clerk)
    first, leaves = dt.date(year, 2, 1), dt.date(year, 9, 30)
    service = Secondment.objects.create(
        district=story.district, person=who, organization=department, street=successor.street,
        state=SecondmentState.ENDED, starts_on=first, planned_until=dt.date(year + 1, 1, 31),
        arrived_on=first, arrival_confirmed_by=street_clerk, arrival_confirmed_at=clock.now(),
        ended_on=leaves, end_kind=EndKind.REPLACED, end_reason="应街道要求替换", registered_by=clerk,
    )  # fmt: skip
    record(service, "secondment.backfilled", "补录平台启用前的下沉", actor=clerk)
    values: dict[str, Any] = {
        "kind": ReplacementKind.DISOBEDIENCE,
        "facts": "不服从街道统一调度，擅自脱岗，谈话提醒两次后仍未改正。",
        "state": ReplacementState.COMPLETED,
        "requested_on": dt.date(year, 9, 8),
        "answer_by": dt.date(year, 9, 22),
        "answer": "情况属实，同意替换。",
        "leave_by": dt.date(year, 10, 8),
        "complete_by": dt.date(year, 11, 7),
        "leaves_on": leaves,
        "successor_by": dt.date(year, 10, 20),
        "completed_on": dt.date(year, 10, 9),
    }
    demand = Replacement.objects.create(
        district=story.district, secondment=service, organization=department, street=successor.street,
        successor=successor, drafted_by=street_clerk, **values,
    )  # fmt: skip
    record(demand, "replacement.backfilled", "补录平台启用前的替换要求", actor=street_clerk)


def _scheme(story: Story) -> None:
    """Rules of 组织部, commented by a street and a department, in force since the spring."""
    office, bureau = story.person("zuzhibu"), story.person("renshe")
    story.at(-1, "09:10", months=8)
    scheme = schemes.create_scheme(title="下沉人员年度考核细则", actor=office)
    for side, items in ((Side.STREET, STREET_ITEMS), (Side.DEPARTMENT, DEPARTMENT_ITEMS)):
        for name, points, standard in items:
            story.later(2)
            values = {"name": name, "standard": standard, "points": points * 100}
            schemes.save_item(scheme, side=side, values=values, actor=office)
    story.later(20)
    schemes.consult(scheme, actor=office)
    story.at(-2, "10:20", months=8)
    one = schemes.comment(
        scheme,
        organization=story.organization("wenquan"),
        text="建议把“执法办案实绩”的分值提高到 30 分。",
        actor=story.clerk("wenquan"),
    )
    story.later(35)
    two = schemes.comment(
        scheme,
        organization=story.organization("chengguan"),
        text="建议派出部门占比提高到 50%。",
        actor=story.clerk("chengguan"),
    )
    story.at(-4, "15:00", months=8)
    schemes.answer_comment(one, state=CommentAnswer.ADOPTED, answer="已调整为 30 分。", actor=bureau)
    story.later(6)
    schemes.answer_comment(
        two,
        state=CommentAnswer.DECLINED,
        answer="占比由实施方案规定，街道 60%、派出部门 40%。",
        actor=bureau,
    )
    story.later(40)
    schemes.enforce(scheme, actor=office)


def _forms(row: AppraisalRound) -> list[Appraisal]:
    return list(
        Appraisal.objects.filter(round=row, is_current=True)
        .select_related("round__scheme", "person", "organization", "street")
        .order_by("pk")
    )


def _actors(story: Story, side: AppraisalSide) -> tuple[str, str]:
    """Return the accounts of clerk and head of a side's organization."""
    kind = "street" if side.side == Side.STREET else "department"
    clerk = holders(side.organization, f"{kind}_clerk").order_by("pk").first()
    head = holders(side.organization, f"{kind}_head").order_by("pk").first()
    assert clerk is not None and head is not None
    return clerk.username, head.username


def _score(story: Story, form: Appraisal, side: Side, percent: int) -> None:
    row = AppraisalSide.objects.select_related("organization", "appraisal").get(appraisal=form, side=side)
    clerk = story.person(_actors(story, row)[0])
    items = list(form.round.scheme.items.filter(side=side))
    # Scores go in half points, as people give them.
    scores = {
        item.pk: min(item.points, round(item.points * (percent + 2 - place) / 5000) * 50)
        for place, item in enumerate(items)
    }
    words = COMMENTS[side][0 if percent >= 85 else 1 if percent >= 65 else 2]
    save_scores(row, scores=dict(scores), comment=words, actor=clerk)
    submit(row, actor=clerk)


def _sign(story: Story, form: Appraisal) -> None:
    for row in AppraisalSide.objects.filter(appraisal=form, state=SideState.SUBMITTED).select_related(
        "organization", "appraisal"
    ):
        story.later(2)
        sign_sides([row], actor=story.person(_actors(story, row)[1]), password=PASSWORD)


def _proposals(story: Story) -> None:
    """One answered by both, one awaited, one draft; an opinion given and one asked for."""
    wenquan = list(
        Secondment.objects.filter(state=SecondmentState.SERVING, street=story.organization("wenquan"))
        .select_related("person", "organization", "street")
        .order_by("arrived_on", "pk")
    )
    if len(wenquan) < 2:
        return
    clerk, head = story.clerk("wenquan"), story.head("wenquan")
    story.at(9, "09:20")
    first = proposals.draft_proposal(
        secondment=wenquan[0],
        kind=ProposalKind.PROMOTE,
        text="下沉以来独立承办案件 46 件，无一起被撤销；带教街道执法人员 3 名。建议提拔使用。",
        actor=clerk,
    )
    story.later(30)
    first = proposals.send_proposal(first, actor=head)
    story.at(8, "15:10")
    _answer(story, first, Verdict.ADOPTED, "已纳入本年度干部培养计划。", "列入考察对象，征求街道意见。")
    story.at(4, "16:40")
    second = proposals.draft_proposal(
        secondment=wenquan[1],
        kind=ProposalKind.COMMEND,
        text="汛期连续值守，牵头处置险情 4 处。建议通报表扬。",
        actor=clerk,
    )
    story.later(18)
    proposals.send_proposal(second, actor=head)
    story.at(3, "16:20")
    proposals.draft_proposal(
        secondment=wenquan[-1],
        kind=ProposalKind.MOVE,
        text="所学专业与现岗位不符，建议调整到综合执法中心案件审核岗位。",
        actor=clerk,
    )
    story.at(3, "16:50")
    who: Person = wenquan[0].person
    opinions.give_opinion(
        who,
        street=wenquan[0].street,
        text="政治素质好，作风扎实，办案质量高，群众认可。同意提拔使用。",
        actor=head,
    )
    story.at(2, "16:50")
    opinions.ask_opinion(
        wenquan[1].person,
        street=wenquan[1].street,
        purpose="拟晋升职级，考察听取意见",
        due_on=story.today + dt.timedelta(days=10),
        actor=story.person("zuzhibu"),
    )


def _answer(story: Story, row: Proposal, verdict: Verdict, department: str, office: str) -> None:
    for answer in row.answers.select_related("organization", "proposal").order_by("is_office"):
        story.later(25)
        if answer.is_office:
            actor = story.person("zuzhibu")
        else:
            found = holders(answer.organization, "department_head").order_by("pk").first()
            assert found is not None
            actor = story.person(found.username)
        proposals.answer_proposal(
            answer, verdict=verdict, text=office if answer.is_office else department, actor=actor
        )


def _papers(story: Story, last: AppraisalRound) -> None:
    """组织部 prints last year's results and forms, and one file for a promotion."""
    office = story.person("zuzhibu")
    story.at(1, "16:30")
    papers.order_results(last, actor=office)
    story.later(2)
    papers.order_forms(last, actor=office)
    run_jobs()
    form = _forms(last)[0]
    story.later(9)
    papers.print_file(form.person, purpose="提拔考察", actor=office)
