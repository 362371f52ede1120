"""Training and exchanges: quarters full, missed, planned; attendance by every road; a report overdue (P10, P14, P17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from demo.scans import scan
from demo.story import Story
from empowerment.models import Item
from empowerment.selectors.spans import listed_items
from secondment.choices import SessionKind
from secondment.confirmations import steps as confirmations
from secondment.exchanges import steps as exchanges
from secondment.models import Attendance, Exchange, Session, TrainingPlan
from secondment.rules.training import Quarter, quarter_of, quarters_of
from secondment.services import attendance
from secondment.services.duties import open_duties
from secondment.sessions import steps as sessions
from secondment.training_plans import steps as training_plans
from xianan.core import clock
from xianan.core.dates import add_months
from xianan.documents.services.attachments import attach
from xianan.organizations.models import User

STREETS = ("wenquan", "fushan", "yongan")
NAMES = {
    "wenquan": ("张××", "李××", "王××（执法中心）", "陈××"),
    "fushan": ("刘××", "杨××", "黄××"),
    "yongan": ("周××", "吴××", "徐××"),
}
PLANS: dict[str, tuple[int, str, tuple[str, ...], str]] = {
    "chengguan": (
        38,
        "三楼会议室",
        ("市容环境卫生执法程序", "占道经营、户外广告执法要点", "渣土运输和工地扬尘检查", "街道执法案例评析"),
        "城管执法局 谭××",
    ),
    "zhujian": (
        66,
        "住建局培训室",
        (
            "燃气安全检查和处罚要点",
            "物业服务和房屋使用安全监管",
            "城市道路挖掘和占用管理",
            "住建办案流程回顾",
        ),
        "住建局 孔××",
    ),
    "minzheng": (
        44,
        "民政局二楼",
        ("社会救助审核确认实务", "临时救助和特困供养办理", "殡葬管理和养老服务检查", "民政事项办理答疑"),
        "民政局 曹××",
    ),
    "weijian": (
        49,
        "卫生监督所",
        ("公共场所卫生检查", "生活饮用水和学校卫生监督", "医疗废物处置检查", "卫生健康执法文书制作"),
        "卫健局 姚××",
    ),
}
"""Department → day within the quarter, place, what is taught in each quarter, by whom."""
SUMMER = ("chengguan", "zhujian", "minzheng")
"""Who holds its session of the summer, when 区卫生健康局 has none."""


def begin(story: Story) -> None:
    """The first powers are in force: four departments plan the rest of the year and hold the first sessions."""
    story.at(12, "09:05", months=5)
    open_duties(story.district)
    for prefix in PLANS:
        story.later(20)
        _plan(story, prefix)
    story.later(15)
    _exchange(story, "wenquan", "chengguan", "谭××", "执法中心科员", starts=-10, ends=-95, months=5)
    story.later(9)
    _exchange(story, "fushan", "zhujian", "孙××", "城建办干事", starts=-12, ends=-80, months=5)
    story.at(2, "17:40", months=5)
    record(story, *PLANS)
    story.at(-2, "08:40", months=5)
    for row in Exchange.objects.filter(starts_on__lte=clock.today(), confirmed_on=None).order_by("pk"):
        story.later(4)
        exchanges.confirm_arrival(row, arrived_on=row.starts_on, actor=_clerk(story, row.receiver_id))


def recent(story: Story) -> None:
    """The sessions of this quarter are recorded as they go on."""
    story.at(12, "17:30")
    record(story, "chengguan", "minzheng")


def autumn(story: Story) -> None:
    """Sessions of the summer are recorded; 区卫生健康局 has cancelled its one and holds none."""
    story.at(46, "08:05")
    open_duties(story.district)
    missed = _planned("weijian", story).filter(planned_on__lte=clock.today()).first()
    if missed is not None:
        sessions.cancel_session(
            missed, reason="授课骨干抽调参加全市医疗机构专项检查，未能安排。", actor=story.clerk("weijian")
        )
    record(story, *SUMMER)
    story.later(4)
    _announce_joint(story)
    story.later(3)
    done = Exchange.objects.filter(name="孙××", ends_on__lte=clock.today()).first()
    if done is not None:
        exchanges.report_exchange(
            done,
            report="跟班学习城市道路挖掘审批和检查 10 周，参与现场检查 14 次，能独立制作检查文书。"
            "下一步在街道建立巡查台账，每月向区住建局报送问题清单。",
            actor=story.head("fushan"),
        )
        story.later(5)
        exchanges.evaluate_exchange(
            done, evaluation="学习认真，业务掌握较快，可独立开展日常检查。", actor=story.clerk("zhujian")
        )


def _announce_joint(story: Story) -> None:
    """区司法局 announces its training of all streets; 永安 names its people."""
    justice = story.person("sifa-shenhe")
    session = sessions.add_session(
        organization=justice.organization,
        actor=justice,
        values=_values(
            "基层综合行政执法程序和文书规范", story.day(30), "区司法局多功能厅", "区司法局 邹××",
            kind=SessionKind.JOINT, starts_at=dt.time(16, 0), ends_at=dt.time(17, 30), minutes=90,
        ),
        items=listed_items(story.district)[:12],
        streets=[story.organization(street) for street in STREETS],
    )  # fmt: skip
    story.later(4)
    attendance.add_names(
        session,
        people=[attendance.Listed(story.organization("yongan"), name, False) for name in NAMES["yongan"]],
        actor=story.clerk("yongan"),
    )


def joint(story: Story) -> None:
    """区司法局 trains all streets; people sign in with the code."""
    justice = story.person("sifa-shenhe")
    story.at(30, "15:45")
    open_duties(story.district)
    session = Session.objects.get(kind=SessionKind.JOINT)
    for username in ("wenquan-cy", "wenquan-jb", "wenquan-sfs", "fushan-jb", "fushan-sfs", "yongan-jb"):
        story.later(2)
        attendance.check_in(session, actor=story.person(username))
    story.at(30, "17:20")
    for username, stars in (("wenquan-cy", 5), ("wenquan-sfs", 4), ("fushan-jb", 5), ("yongan-jb", 4)):
        story.later(1)
        attendance.rate(session, satisfaction=stars, actor=story.person(username))
    story.later(12)
    _mark(session, justice, first_score=8600)
    story.later(4)
    sessions.hold_session(session, held_on=clock.today(), actor=justice)


def tell(story: Story) -> None:
    """The running quarter: held, planned, waiting to be recorded, in draft, and nothing at 区水利和湖泊局."""
    story.at(1, "15:40")
    open_duties(story.district)
    for prefix in ("chengguan", "minzheng", "weijian"):
        story.later(5)
        _record(story, prefix)
    _coming(story)
    _beyond_plan(story)
    _late(story)
    _draft(story)
    story.later(7)
    guidance = _exchange(
        story,
        "yongan",
        "zhujian",
        "邵××",
        "质量安全站工程师",
        starts=-20,
        ends=-110,
        months=2,
        kind="guidance",
    )
    story.later(5)
    if guidance.starts_on <= clock.today():
        exchanges.confirm_arrival(guidance, arrived_on=guidance.starts_on, actor=story.clerk("yongan"))
    story.later(6)
    _exchange(story, "yongan", "weijian", "白××", "公共服务办干事", starts=-10, ends=-70)


# ---- What the chapters share ---------------------------------------------------------------------------


def _plan(story: Story, prefix: str) -> None:
    """Draw up and submit the plan of a department for the quarters that are not over."""
    offset, place, titles, trainer = PLANS[prefix]
    clerk, today = story.clerk(prefix), clock.today()
    plan = TrainingPlan.objects.get(organization=clerk.organization, year=today.year)
    items = _items(story, prefix)
    for quarter, title in zip(quarters_of(today.year), titles, strict=True):
        if quarter.last < today:
            continue
        story.later(4)
        sessions.add_session(
            organization=clerk.organization,
            actor=clerk,
            plan=plan,
            values=_values(title, _day_in(quarter, offset, today), place, trainer),
            items=items,
            streets=[story.organization(street) for street in STREETS],
        )
    story.later(11)
    training_plans.submit_plan(plan, actor=story.head(prefix))


def _day_in(quarter: Quarter, offset: int, today: dt.date) -> dt.date:
    """Return a working day of the quarter, that many days after its first, but not before a few days from now."""
    day = quarter.first + dt.timedelta(days=offset)
    if quarter == quarter_of(today):
        day = min(max(today + dt.timedelta(days=7), quarter.first), quarter.last)
    while day.weekday() > 4:
        day -= dt.timedelta(days=1)
    return max(day, today)


def _values(title: str, day: dt.date, place: str, trainer: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": SessionKind.DEPARTMENT,
        "title": title,
        "planned_on": day,
        "starts_at": dt.time(9, 0),
        "ends_at": dt.time(11, 30),
        "minutes": 150,
        "place": place,
        "trainer": trainer,
        "note": "",
        **more,
    }


def _items(story: Story, prefix: str) -> Sequence[Item]:
    return list(listed_items(story.district, [story.organization(prefix).pk])[:8])


def _planned(prefix: str, story: Story) -> Any:
    return Session.objects.filter(organization=story.organization(prefix), state="planned").order_by(
        "planned_on"
    )


def record(story: Story, *prefixes: str) -> None:
    """Record what these departments have held since, if anything."""
    for prefix in prefixes:
        story.later(6)
        _record(story, prefix)


def _record(story: Story, prefix: str) -> None:
    """Record the sessions of a department whose day has come: the list, scores, held.

    Told on some days a quarter has ended meanwhile: then the signed sheet goes with it.
    """
    clerk = story.clerk(prefix)
    for place, session in enumerate(_planned(prefix, story).filter(planned_on__lte=clock.today())):
        absent = {"yongan"} if (prefix, place) == ("minzheng", 0) else set()
        story.later(3)
        attendance.add_names(
            session,
            people=[
                attendance.Listed(story.organization(street), name)
                for street in STREETS
                if street not in absent
                for name in NAMES[street][: 2 + place]
            ],
            actor=clerk,
        )
        story.later(2)
        _mark(session, clerk, first_score=7850)
        story.later(2)
        if sessions.hold_session(session, held_on=session.planned_on, actor=clerk).needs_proof:
            story.later(1)
            attach(session, "sheet", actor=clerk, data=scan("培训签到表"), filename="签到表.pdf")


def _mark(session: Session, actor: User, *, first_score: int) -> None:
    """Give everybody who came a score; who was only named and did not come stays absent."""
    rows = list(Attendance.objects.filter(session=session).order_by("pk"))
    marks = {
        row.pk: attendance.Mark(row.present, first_score + 350 * (place % 5) if row.present else None)
        for place, row in enumerate(rows)
    }
    attendance.mark_people(session, marks=marks, actor=actor)


def _coming(story: Story) -> None:
    """温泉 names its people for the next session of 区住建局."""
    session = _planned("zhujian", story).filter(planned_on__gt=clock.today()).first()
    if session is not None:
        story.later(8)
        attendance.add_names(
            session,
            people=[
                attendance.Listed(story.organization("wenquan"), name, False) for name in NAMES["wenquan"][:3]
            ],
            actor=story.clerk("wenquan"),
        )


def _beyond_plan(story: Story) -> None:
    """区农业农村局 has added a session that nobody has recorded yet; 区自然资源和规划局 has one ahead."""
    for prefix, days, title, place in (
        ("nongye", 4, "农产品质量安全和农资检查", "农业综合执法大队"),
        ("ziran", -9, "违法用地巡查和制止", "自然资源和规划局四楼"),
    ):
        story.later(9)
        clerk = story.clerk(prefix)
        sessions.add_session(
            organization=clerk.organization,
            actor=clerk,
            values=_values(title, story.today - dt.timedelta(days=days), place, f"{clerk.organization} 石××"),
            items=_items(story, prefix),
            streets=[story.organization(street) for street in STREETS],
        )


def _late(story: Story) -> None:
    """区城市管理执法局 enters a session of the quarter before; 温泉 confirms that its people were there, 浮山 has not yet."""
    clerk = story.clerk("chengguan")
    day = quarter_of(clock.today()).first - dt.timedelta(days=17)
    while day.weekday() > 4:
        day -= dt.timedelta(days=1)
    names = {street: NAMES[street][:2] for street in ("wenquan", "fushan")}
    story.later(9)
    session = sessions.add_session(
        organization=clerk.organization,
        actor=clerk,
        values=_values("共享单车停放秩序现场教学", day, "温泉街道长安大道", "城管执法局 谭××"),
        items=_items(story, "chengguan"),
        streets=[story.organization(street) for street in names],
    )
    story.later(3)
    attendance.add_names(
        session,
        people=[
            attendance.Listed(story.organization(street), name) for street in names for name in names[street]
        ],
        actor=clerk,
    )
    story.later(2)
    sessions.hold_session(session, held_on=day, actor=clerk)
    story.later(14)
    word = session.confirmations.get(street=story.organization("wenquan"))
    confirmations.confirm(word, actor=story.clerk("wenquan"))


def _draft(story: Story) -> None:
    """区残疾人联合会's plan waits for its head."""
    clerk = story.clerk("canlian")
    plan = (
        TrainingPlan.objects.filter(organization=clerk.organization, state="draft").order_by("-year").first()
    )
    if plan is None:
        return
    quarter = quarter_of(story.today)
    day = min(story.today + dt.timedelta(days=12), quarter.last)
    if day.year == plan.year:
        story.later(6)
        sessions.add_session(
            organization=clerk.organization,
            actor=clerk,
            plan=plan,
            values=_values("残疾人证办理和补贴审核", day, "残联康复中心", "残联 龙××"),
            items=_items(story, "canlian"),
            streets=[story.organization(street) for street in STREETS],
        )


def _exchange(
    story: Story,
    street: str,
    department: str,
    name: str,
    post: str,
    *,
    starts: int,
    ends: int,
    months: int = 0,
    kind: str = "upward",
) -> Exchange:
    """Register somebody for days counted from today less the months; negative days are later."""
    sender = street if kind == "upward" else department
    start = add_months(story.today, -months)
    first, last = (start - dt.timedelta(days=days) for days in (starts, ends))
    plan = (
        "跟班学习日常检查、立案、调查取证和文书制作，每周参加一次现场检查，期满形成学习总结。"
        if kind == "upward"
        else "驻点指导质量安全巡查，帮助建立台账，每周带办一次检查，指导办理首批案件。"
    )
    return exchanges.register_exchange(
        kind=kind,
        department=story.organization(department),
        street=story.organization(street),
        values={
            "name": name,
            "post": post,
            "mentor": "法规股 雷××" if kind == "upward" else "执法中心 贺××",
            "plan": plan,
            "starts_on": first,
            "ends_on": last,
            "by_liaison": True,
            "liaison_contact": "大工委办公室 武××",
        },
        actor=story.clerk(sender),
    )


def _clerk(story: Story, organization: int) -> User:
    """Return the 经办人 of an organization by its key."""
    return User.objects.select_related("organization", "district").get(
        organization=organization, username__endswith="-jb"
    )
