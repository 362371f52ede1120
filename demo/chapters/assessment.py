"""The yearly assessment: last year's as far as the leading group (``results`` goes on), this year's in scoring (P36 to P39)."""

from __future__ import annotations

import datetime as dt

from assessment.choices import Mode, NoneDue, Phase
from assessment.cycles import services as cycle_services
from assessment.cycles import steps as moves
from assessment.cycles.services import rule_none_due
from assessment.models import Cycle, Indicator, Scheme, SelfReport, TeamMember
from assessment.reports import steps as reports
from assessment.rules.scoring import is_measured
from assessment.schemes import steps as schemes
from assessment.selectors import cycles
from assessment.selectors.board import left_open
from assessment.selectors.schemes import latest
from assessment.services import scores, teams, visits
from assessment.services.scores import Event, Sheet
from demo.story import Story
from xianan.organizations.models import Organization, User

STREETS = ("wenquan", "fushan", "yongan")
TEAM = ("bianban", "zhengfuban", "zuzhibu", "ducha", "sifa-shenhe", "caizheng")
OWN = {
    "bianban": ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3"),
    "zhengfuban": ("1.1", "1.4", "3.1", "3.2", "3.4"),
    "zuzhibu": ("4.2", "4.3"),
    "ducha": ("4.1", "4.5"),
    "sifa-shenhe": ("3.5", "3.6"),
    "caizheng": ("4.4",),
}
"""Account → the indicators it scores; 1.1 has two scorers, of whom 区委编办 leads."""
LEADERS = (("陈××", "区委常委、区政府常务副区长"), ("李××", "区政府办主任"), ("王××", "区委编办主任"))
GIVEN = {"2.1": (500, 450, 400), "2.2": (500, 500, 300), "4.2": (700, 650, 500)}
"""Points by hand for each street, in hundredths."""
NOTES = {
    "2.1": "方案中部分任务没有明确完成时限。",
    "2.2": "职权清单公布后没有同步到省平台。",
    "4.2": "人员台账登记不全。",
}
TAKEN: dict[tuple[str, str], tuple[int, int, str, str]] = {
    ("1.1", "yongan"): (100, 1, "没有明确专职人员", "永安街道分工文件"),
    ("1.2", "fushan"): (200, 1, "下半年没有专题研究", "会议记录簿"),
    ("1.4", "yongan"): (50, 2, "半年报告、年度总结迟报", "平台期限记录"),
    ("2.3", "fushan"): (100, 1, "一项调整申请 30 日内没有处理", "平台调整记录"),
    ("3.2", "yongan"): (50, 1, "一项不认领没有说明原因", "认领表"),
    ("3.4", "wenquan"): (20, 2, "两项零办理没有说明", "运行月报"),
    ("3.4", "yongan"): (20, 5, "五项零办理没有说明", "运行月报"),
    ("3.5", "wenquan"): (100, 1, "缺送达回证", "温罚14号案卷"),
    ("3.5", "fushan"): (100, 2, "未经法制审核、超期结案", "浮罚07号、11号案卷"),
    ("3.5", "yongan"): (100, 1, "证据不足", "永罚03号案卷"),
    ("3.6", "fushan"): (200, 1, "行政复议撤销一起", "行政复议决定书"),
    ("4.1", "yongan"): (100, 1, "窗口没有设置自助设备", "实地查看记录"),
    ("4.3", "fushan"): (50, 1, "第三季度签到不全", "培训签到表"),
    ("4.5", "yongan"): (100, 1, "一项整改逾期", "整改清单"),
}
"""Events: hundredths each, times, cause, proof."""


def last_year(story: Story) -> None:
    """Last year is assessed in spring, all in a week, and lies with the leading group."""
    story.at(-1, "09:00", months=8)
    actor = story.person("bianban")
    source = latest(story.district)
    assert source is not None
    year = source.year - 1
    scheme = schemes.copy_scheme(
        source, year=year, title=source.title.replace(str(source.year), str(year)), actor=actor
    )
    story.later(20)
    start = story.day(-1, months=8)
    cycle = _begin(story, scheme, _plan(start, (0, 3, 4, 5, 6, 26), (8, 8, 8, 10, 25, 29)))
    story.at(-2, "09:30", months=8)
    _fill(story, cycle, STREETS)
    _submit(story, cycle, STREETS)
    story.at(-5, "09:00", months=8)
    cycle = moves.to_papers(cycle, actor=actor)
    story.at(-6, "09:00", months=8)
    cycle = moves.to_visits(cycle, actor=actor)
    _visit(story, cycle, STREETS)
    story.at(-7, "09:00", months=8)
    cycle = moves.to_scoring(cycle, actor=actor)
    story.later(40)
    _rule(cycle, actor)
    for username in TEAM:
        _score(story, cycle, username, STREETS)
    story.at(-8, "16:00", months=8)
    moves.to_leading(cycle, actor=actor)


def begin(story: Story) -> None:
    """This year's begins: 温泉 and 浮山 have filled in a part."""
    story.at(33, "09:00")
    scheme = latest(story.district)
    assert scheme is not None
    # From days before today to days after it.
    spans = ((33, 9), (12, 8), (7, 4), (4, -12), (-13, -17), (-18, -24))
    first, last = zip(*spans, strict=True)
    cycle = _begin(story, scheme, _plan(story.today, [-days for days in first], [-days for days in last]))
    story.at(32, "10:20")
    _fill(story, cycle, STREETS[:2], only=("1.1", "1.2", "1.3", "1.4"))


def report(story: Story) -> None:
    """Two streets submit on the last day; 永安 sends a poor report, has it back and submits again."""
    story.later(2)
    cycle = _this_year(story)
    _fill(story, cycle, STREETS)
    _submit(story, cycle, STREETS)
    back = SelfReport.objects.get(cycle=cycle, street=story.organization("yongan"))
    story.later(2)
    reports.return_report(
        back,
        reason="4.1 只写“已落实”，补充窗口和设备的具体情况。",
        due_on=story.today - dt.timedelta(days=4),
        actor=story.person("bianban"),
    )
    moves.to_papers(cycle, actor=story.person("bianban"))


def score(story: Story) -> None:
    """Visits, then scoring: 区司法局 and 督查室 are done, 区委编办 has begun, the others not yet."""
    actor = story.person("bianban")
    cycle = _this_year(story)
    story.later(15)
    back = SelfReport.objects.get(cycle=cycle, street=story.organization("yongan"))
    reports.submit_report(back, actor=story.head("yongan"))
    story.later(5)
    cycle = moves.to_visits(cycle, actor=actor)
    _visit(story, cycle, STREETS[:2])
    story.at(3, "08:40")
    cycle = moves.to_scoring(cycle, actor=actor)
    for username in ("sifa-shenhe", "ducha"):
        _score(story, cycle, username, STREETS)
    _score(story, cycle, "bianban", STREETS[:2])


# ---- Steps ---------------------------------------------------------------------------------------------


def _this_year(story: Story) -> Cycle:
    return Cycle.objects.filter(district=story.district).latest("year")


def _plan(
    day: dt.date, starts: tuple[int, ...] | list[int], ends: tuple[int, ...] | list[int]
) -> cycle_services.Days:
    return {
        phase.value: (day + dt.timedelta(days=first), day + dt.timedelta(days=last))
        for phase, first, last in zip(cycles.PLANNED, starts, ends, strict=True)
    }


def _rule(cycle: Cycle, actor: User) -> None:
    """Before the first letters nothing was due; where the scheme leaves that open the leading group decides."""
    for line in left_open(cycle):
        rule_none_due(
            cycle,
            indicator=line.indicator,
            counts_as=NoneDue.FULL,
            reason="领导小组会议研究：年度内还没有赋权事项，没有应参加的培训，不因此扣分。",
            actor=actor,
        )


def _begin(story: Story, scheme: Scheme, days: cycle_services.Days) -> Cycle:
    actor = story.person("bianban")
    cycle = cycle_services.create_cycle(
        year=scheme.year,
        title=f"{scheme.year}年度街道管理体制改革工作考核",
        scheme=scheme,
        actor=actor,
    )
    for place, (name, title) in enumerate(LEADERS):
        story.later(2)
        teams.add_leader(cycle, name=name, title=title, is_chair=not place, actor=actor)
    story.later(4)
    teams.add_members(cycle, people=[story.person(username) for username in TEAM], actor=actor)
    by_code = {row.code: row for row in Indicator.objects.filter(scheme=scheme)}
    for username, codes in OWN.items():
        story.later(2)
        member = TeamMember.objects.get(cycle=cycle, user=story.person(username))
        teams.assign_member(
            member,
            indicators=[by_code[code] for code in codes],
            leads=[by_code["1.1"]] if username == "bianban" else [],
            actor=actor,
        )
    story.later(5)
    cycle_services.set_phases(cycle, days=days, actor=actor)
    story.later(10)
    return moves.start(cycle, actor=actor)


def _fill(story: Story, cycle: Cycle, streets: tuple[str, ...], only: tuple[str, ...] = ()) -> None:
    indicators = Indicator.objects.filter(scheme=cycle.scheme_id, kind="normal")
    for prefix in streets:
        report = SelfReport.objects.get(cycle=cycle, street=story.organization(prefix))
        there = {row.indicator_id for row in report.entries.all()}
        story.later(1)
        for indicator in indicators:
            if indicator.pk in there or is_measured(indicator.mode) or (only and indicator.code not in only):
                continue
            reports.fill_entry(
                report,
                indicator=indicator,
                points=indicator.points,
                text=_words(indicator, prefix),
                revision=0,
                actor=story.clerk(prefix),
            )


def _words(indicator: Indicator, prefix: str) -> str:
    if indicator.code == "4.1" and prefix == "yongan":
        return "已落实。"
    return f"对照“{indicator.rule.split('；')[0]}”的要求，{indicator.name}各项工作已经完成，材料见附件。"


def _submit(story: Story, cycle: Cycle, streets: tuple[str, ...]) -> None:
    for prefix in streets:
        story.later(2)
        report = SelfReport.objects.get(cycle=cycle, street=story.organization(prefix))
        reports.submit_report(report, actor=story.head(prefix))


def _visit(story: Story, cycle: Cycle, streets: tuple[str, ...]) -> None:
    inspector = story.person("ducha")
    seen = Indicator.objects.filter(scheme=cycle.scheme_id, code__in=("3.5", "4.1"))
    day = cycles.days_of(cycle)[Phase.VISITS].starts_on
    for prefix in streets:
        story.later(3)
        street: Organization = story.organization(prefix)
        visits.record_visit(
            cycle,
            street=street,
            visited_on=day,
            place=f"{street}综合执法中心、便民服务大厅",
            people="考核组王×、吴×；街道分管负责人",
            findings="查看办公场所、执法装备和服务窗口，抽查案卷 10 卷。场所满足需要，案卷问题已当场告知街道。",
            indicators=list(seen),
            actor=inspector,
        )


def _score(story: Story, cycle: Cycle, username: str, streets: tuple[str, ...]) -> None:
    """Have a member score and finish everything that is assigned to them."""
    member = story.person(username)
    by_code = {row.code: row for row in Indicator.objects.filter(scheme=cycle.scheme_id)}
    for code in OWN[username]:
        story.later(1)
        for prefix in streets:
            scores.save_score(
                cycle,
                street=story.organization(prefix),
                indicator=by_code[code],
                sheet=_sheet(by_code[code], prefix),
                revision=0,
                actor=member,
                done=True,
            )


def _sheet(indicator: Indicator, prefix: str) -> Sheet:
    if indicator.mode == Mode.HAND:
        points = GIVEN[indicator.code][STREETS.index(prefix)]
        return Sheet(points=points, note="" if points == indicator.points else NOTES[indicator.code])
    event = TAKEN.get((indicator.code, prefix))
    if event is None:
        return Sheet()
    amount, times, cause, proof = event
    return Sheet(events=[Event(amount=amount, times=times, cause=cause, proof=proof)])
