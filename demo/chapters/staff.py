"""People sent to the streets: enough, short, beyond the age, exempt, ending, overdue and replaced (P11, P12, P32)."""

from __future__ import annotations

import datetime as dt

from demo.scans import scan
from demo.story import Story
from secondment.exemptions import steps as exemptions
from secondment.models import Exemption, Secondment
from secondment.replacements import steps as replacements
from secondment.services.coverage import refresh
from secondment.services.people import Particulars
from secondment.services.registration import Term, move_membership, register
from secondment.terms.steps import agree, confirm_arrival
from xianan.core import clock
from xianan.core.dates import add_months, last_day_of_secondment
from xianan.core.identity import check_digit
from xianan.documents.services.attachments import attach

DAY = dt.timedelta(days=1)
UNRULY = (
    "三次不参加街道综合执法中心的巡查排班，街道两次谈话提醒后仍不改正，并以派出部门另有工作为由"
    "连续五个工作日未到岗。谈话记录、考勤表存街道党政办。"
)
ELSEWHERE = (
    "所学专业为给排水，街道承接事项以市容秩序为主，现场处置多次需部门另派人员，建议换派熟悉市容执法的人员。"
)


def _person(name: str, born: dt.date, serial: int, **more: str) -> Particulars:
    digits = f"421202{born:%Y%m%d}{serial:03d}"
    return Particulars(
        name=name,
        id_number=digits + check_digit(digits),
        track=more.get("track", "civil"),
        post=more.get("post", "执法中队科员"),
        specialty=more.get("specialty", ""),
        certificate_number=f"鄂L0402{serial:04d}",
        certificate_until=dt.date(born.year + 60, 12, 31) if serial % 4 else add_months(clock.today(), 30),
        membership=more.get("membership", "party"),
    )


def _send(
    story: Story,
    department: str,
    street: str,
    particulars: Particulars,
    *,
    starts_on: dt.date | None = None,
    until: dt.date | None = None,
    reason: str = "",
    post: str = "综合执法中心",
) -> Secondment:
    """Have the department's clerk register somebody, from today for twelve months where nothing else is said."""
    story.later(6)
    first = starts_on or clock.today()
    clerk = story.clerk(department)
    row = register(
        particulars,
        Term(
            street=story.organization(street),
            starts_on=first,
            planned_until=until or last_day_of_secondment(first, 12),
            post=post,
            over_age_reason=reason,
        ),
        organization=clerk.organization,
        actor=clerk,
    )
    title = f"行政执法证（示例）　{particulars.name}　{particulars.certificate_number}"
    attach(row, "certificate", actor=clerk, data=scan(title), filename="执法证扫描件.pdf")
    return row


def _arrive(
    story: Story, row: Secondment, street: str, on: dt.date | None = None, *, move: bool = True
) -> None:
    """Have the street's clerk confirm the arrival, and the membership with it."""
    story.later(7)
    clerk = story.clerk(street)
    confirm_arrival(row, on=on or max(row.starts_on, clock.today() - DAY), actor=clerk)
    if move and row.person.membership != "none":
        story.later(3)
        move_membership(row, on=clock.today(), actor=clerk)


def _ground(row: Exemption) -> None:
    """The document that set up a stationed agency."""
    attach(row, "ground", actor=row.submitted_by, data=scan(row.reference), filename="设立文件.pdf")


def before(story: Story) -> None:
    """On the first day: those who have been in the streets since last year are entered."""
    since = min(dt.date(story.today.year - 1, 3, 1), story.first_day - dt.timedelta(days=60))
    late, near = story.today - 5 * DAY, story.today + 27 * DAY
    for department, street, who, until in (
        ("zhujian", "wenquan", _person("郑×", dt.date(1984, 6, 11), 17), add_months(since, 36) - DAY),
        ("zhujian", "fushan", _person("邱×", dt.date(1979, 2, 3), 21, track="institution"), late),
        ("chengguan", "fushan", _person("尹×", dt.date(1988, 9, 30), 33, post="执法中队副中队长"), near),
        (
            "minzheng",
            "wenquan",
            _person("苗×", dt.date(1990, 1, 15), 41, membership="league"),
            add_months(since, 30),
        ),
        (
            "weijian",
            "yongan",
            _person("史×", dt.date(1981, 11, 8), 55, post="卫生监督员"),
            add_months(since, 36) - DAY,
        ),
    ):
        row = _send(story, department, street, who, starts_on=since, until=until)
        _arrive(story, row, street, since)


def first(story: Story) -> None:
    """After the first letters: the three large departments fill their streets; one is beyond the age."""
    story.at(14, "09:20", months=5)
    rows = [
        (
            "zhujian",
            "yongan",
            _person("温×", dt.date(1975, 3, 20), 62, post="质量监督站站长"),
            "唯一从事过燃气和装修执法的持证人员，其余人员入职不满两年",
        ),
        ("chengguan", "wenquan", _person("耿×", dt.date(1986, 7, 4), 73), ""),
        (
            "chengguan",
            "wenquan",
            _person("关×", dt.date(1992, 12, 19), 75, track="institution", specialty="给排水"),
            "",
        ),
        ("chengguan", "yongan", _person("兰×", dt.date(1983, 5, 5), 77, membership="none"), ""),
        ("weijian", "wenquan", _person("殷×", dt.date(1987, 8, 23), 81, post="卫生监督员"), ""),
        ("weijian", "fushan", _person("施×", dt.date(1989, 10, 2), 83, post="卫生监督员"), ""),
    ]
    sent = [
        (_send(story, department, street, who, reason=reason), street)
        for department, street, who, reason in rows
    ]
    story.later(90)
    agree(sent[0][0], actor=story.person("bianban"), note="同意，任期内带出一名接任人员。")
    story.at(12, "10:00", months=5)
    for place, (row, street) in enumerate(sent):
        row.refresh_from_db()
        _arrive(story, row, street, move=place not in (1, 5))
    refresh(story.district)


def replaced(story: Story) -> None:
    """Some weeks ago: a person who does not obey is replaced, and the successor arrives (P32)."""
    row = Secondment.objects.get(person__name="施×")
    story.at(69, "09:40")
    demand = replacements.draft(row, kind="disobedience", facts=UNRULY, actor=story.clerk("fushan"))
    story.later(50)
    replacements.request(demand, actor=story.head("fushan"))
    story.at(66, "15:10")
    replacements.accept(
        demand,
        leaves_on=clock.today() + DAY,
        successor_by=clock.today() + 10 * DAY,
        answer="情况属实，调回后由局机关党委处理，接任人员随后到岗。",
        actor=story.head("weijian"),
    )
    story.at(63, "10:30")
    new = _send(story, "weijian", "fushan", _person("洪×", dt.date(1985, 4, 17), 91, post="卫生监督员"))
    story.later(5)
    demand.refresh_from_db()
    replacements.name_successor(demand, successor=new, actor=story.clerk("weijian"))
    story.at(60, "09:00")
    _arrive(story, new, "fushan")


def recent(story: Story) -> None:
    """The last weeks: new letters bring new demands, some met, some not, some exempt."""
    story.at(33, "09:15")
    refresh(story.district)
    filled = [
        (
            "canlian",
            "wenquan",
            _person("乔×", dt.date(1991, 3, 9), 101, post="康复部科员", track="institution"),
        ),
        (
            "canlian",
            "fushan",
            _person("裴×", dt.date(1994, 2, 26), 103, post="办公室科员", membership="league"),
        ),
        ("minzheng", "fushan", _person("翁×", dt.date(1980, 12, 12), 105, post="社会救助股科员")),
    ]
    sent = [(_send(story, department, street, who), street) for department, street, who in filled]
    story.at(32, "14:20")
    stationed = exemptions.submit(
        organization=story.organization("nongye"),
        street=story.organization("fushan"),
        kind="stationed",
        agency="浮山农业技术推广站",
        reference="《关于设置乡镇（街道）农业技术推广站的通知》（咸编〔2019〕7号）",
        starts_on=clock.today(),
        actor=story.clerk("nongye"),
    )
    _ground(stationed)
    story.later(25)
    excepted = exemptions.submit(
        organization=story.organization("minzheng"),
        street=story.organization("yongan"),
        kind="principle",
        reason="承接事项仅为老年人福利补贴给付，由街道民政窗口受理即可，部门每月派员到窗口集中办理一次。",
        starts_on=clock.today(),
        ends_on=clock.today() + 365 * DAY,
        actor=story.clerk("minzheng"),
    )
    story.at(31, "10:00")
    for row, street in sent:
        _arrive(story, row, street, move=street == "wenquan")
    story.at(30, "15:30")
    exemptions.confirm(stationed, actor=story.person("bianban"), note="派驻机构编制、人员在册，予以确认。")
    story.later(8)
    exemptions.confirm(excepted, actor=story.person("bianban"), note="同意一年，到期前重新登记。")


def last(story: Story) -> None:
    """These days: what waits on each desk."""
    story.at(4, "14:20")
    demand = replacements.draft(
        Secondment.objects.get(person__name="关×"),
        kind="other",
        facts=ELSEWHERE,
        actor=story.clerk("wenquan"),
    )
    story.later(20)
    replacements.request(demand, actor=story.head("wenquan"))
    _send(
        story,
        "canlian",
        "yongan",
        _person("游×", dt.date(1993, 6, 1), 111, post="办公室科员", track="institution", membership="none"),
    )
    _send(
        story,
        "shuili",
        "fushan",
        _person("涂×", dt.date(story.today.year - 53, 1, 28), 113, post="水政监察大队副大队长"),
        starts_on=story.today + 7 * DAY,
        reason="熟悉浮山辖区河湖岸线历史遗留问题，连续十年负责该片区水政执法",
    )
    story.later(8)
    waiting = exemptions.submit(
        organization=story.organization("ziran"),
        street=story.organization("wenquan"),
        kind="stationed",
        agency="温泉自然资源和规划所",
        reference="《关于设立基层自然资源和规划所的批复》（咸编〔2020〕12号）",
        starts_on=clock.today(),
        actor=story.clerk("ziran"),
    )
    _ground(waiting)
    refresh(story.district)
