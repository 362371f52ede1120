"""A work plan with nodes done, reported, overdue and to come; a circular, an order, the month's draft (P34, P47)."""

from __future__ import annotations

import datetime as dt

from demo.accounts import PASSWORD
from demo.story import Story
from xianan.core import clock
from xianan.deadlines.choices import OrderKind
from xianan.deadlines.models import Deadline, Order, PlanNode, WorkPlan
from xianan.deadlines.orders import steps as orders
from xianan.deadlines.orders.selectors import overdue
from xianan.deadlines.plans import steps as plans
from xianan.organizations.models import Organization

TASKS: tuple[tuple[str, str, tuple[tuple[str, int, tuple[str, ...]], ...]], ...] = (
    (
        "编制街道赋权事项清单",
        "各部门逐项研究可行性，拟定本部门赋权事项，经审核审议后公布清单。",
        (
            ("报送第二批赋权事项", 46, ("区住房和城乡建设局", "区应急管理局")),
            ("报送第三批赋权事项", 15, ("区农业农村局", "区卫生健康局")),
        ),
    ),
    (
        "做好赋权事项承接准备",
        "街道明确承接机构和人员，部门做好业务培训、资料移交。",
        (
            ("明确承接机构和执法人员", 46, ("温泉街道", "浮山街道", "永安街道")),
            ("完成行政检查业务培训", -25, ("区城市管理执法局", "区消防救援大队")),
            ("完成案卷和档案移交", -60, ("区民政局", "区林业局")),
        ),
    ),
    (
        "开展过渡期工作指导",
        "过渡期内部门派员到街道驻点指导，每月汇总问题清单。",
        (("报送驻点指导安排", 8, ("区水利和湖泊局",)), ("报送年度赋权工作总结", -37, ("温泉街道", "浮山街道", "永安街道"))),
    ),
)  # fmt: skip
"""Task, its content, and its nodes: title, days before today (negative: still to come), who owes them."""
TITLE = "下半年推进街道赋权重点工作计划"


def issue(story: Story) -> None:
    """区政府办 issues the plan of the half-year."""
    story.at(137, "09:10")
    plan = _plan(story)
    story.at(136, "10:00")
    plans.issue_plan(plan, actor=story.person("zhengfuban"))


def first_nodes(story: Story) -> None:
    """The first nodes fall due: all report but 永安, which is named in a circular and puts it right."""
    story.at(46, "09:30")
    for prefix, text in (
        ("zhujian", "已报送第二批赋权事项，逐项附可行性说明。"),
        ("yingji", "已报送第二批赋权事项。"),
    ):
        story.later(25)
        _report(story, "报送第二批赋权事项", prefix, text, confirm=True)
    for street in ("wenquan", "fushan"):
        story.later(25)
        _report(
            story,
            "明确承接机构和执法人员",
            street,
            "承接机构为综合执法中心，已明确专职执法人员。",
            confirm=True,
        )
    _circular(story)


def order(story: Story) -> None:
    """区政府督查室 supervises what is late this month."""
    story.at(4, "14:10")
    _report(story, "报送第三批赋权事项", "nongye", "第三批事项已定稿，随文报送。", confirm=True)
    _order(story)


def tell(story: Story) -> None:
    """Leave nodes and an order at every stage, the next plan in draft, and the month's circular to be issued."""
    story.at(1, "10:30")
    _answers(story)
    story.later(3)
    node = _node(story, "完成行政检查业务培训", "chengguan")
    plans.report_progress(node, text="已完成第一期培训，第二期定于月底。", actor=story.clerk("chengguan"))
    story.later(4)
    _report(story, "完成行政检查业务培训", "xiaofang", "两期培训全部完成，街道执法人员 36 人结业。")
    _draft_plan(story)
    _monthly(story)


def _plan(story: Story) -> WorkPlan:
    actor = story.person("zhengfuban")
    plan = plans.create_plan(
        organization=actor.organization,
        title=TITLE,
        note="对照任务分工列入议事日程，按时间节点推进。未按时间节点完成的予以通报、问责。",
        actor=actor,
    )
    units = {row.name: row for row in Organization.objects.filter(district=story.district)}
    for title, content, nodes in TASKS:
        story.later(6)
        task = plans.add_task(plan, title=title, content=content, actor=actor)
        for name, days, owing in nodes:
            due_on = story.today - dt.timedelta(days=days)
            plans.add_nodes(
                task, organizations=[units[each] for each in owing], title=name, due_on=due_on, actor=actor
            )
    return plan


def _node(story: Story, title: str, prefix: str) -> PlanNode:
    return PlanNode.objects.get(title=title, organization=story.organization(prefix))


def _report(story: Story, title: str, prefix: str, text: str, *, confirm: bool = False) -> None:
    node = plans.report_done(_node(story, title, prefix), text=text, actor=story.head(prefix))
    if confirm:
        story.later(40)
        plans.confirm_node(node, actor=story.person("zhengfuban"))


def _late(story: Story, *prefixes: str) -> list[Deadline]:
    units = [story.organization(prefix).pk for prefix in prefixes]
    return list(overdue(story.district.pk).filter(organization__in=units, kind="plan_node"))


def _circular(story: Story) -> None:
    """永安 missed its node: a circular, received, answered and closed."""
    office = story.person("zhengfuban")
    story.at(45, "09:20")
    circular = orders.draft_order(
        kind=OrderKind.CIRCULAR,
        deadlines=_late(story, "yongan"),
        organization=office.organization,
        actor=office,
        title="关于永安街道未按时明确承接机构的通报",
    )
    story.later(30)
    circular = orders.issue_order(circular, actor=office, password=PASSWORD)
    delivery = circular.deliveries.get()
    story.at(45, "15:05")
    delivery = orders.receive(delivery, actor=story.clerk("yongan"))
    story.at(43, "16:40")
    _report(
        story, "明确承接机构和执法人员", "yongan", "承接机构为综合执法中心，执法人员已到岗。", confirm=True
    )
    delivery = orders.answer(
        delivery,
        answer="因机构调整延误。现已明确综合执法中心为承接机构，调配执法人员 12 人到岗，今后专人盯办时间节点。",
        actor=story.head("yongan"),
    )
    story.at(42, "09:15")
    orders.accept(delivery, remark="整改到位，同意办结。", actor=office)


def _order(story: Story) -> None:
    """An order to two departments that have not reported."""
    inspector = story.person("ducha")
    story.later(30)
    order = orders.draft_order(
        kind=OrderKind.ORDER,
        deadlines=_late(story, "shuili", "weijian"),
        organization=inspector.organization,
        actor=inspector,
    )
    orders.change_order(
        order,
        title=order.title,
        text="各责任单位主要负责人须亲自过问，逐项明确完成时间和责任人。",
        answer_by=story.today + dt.timedelta(days=4),
        actor=inspector,
    )
    story.later(45)
    orders.issue_order(order, actor=inspector, password=PASSWORD)


def _answers(story: Story) -> None:
    """Both departments have received the order; one has answered, the other is called to account."""
    inspector = story.person("ducha")
    order = Order.objects.filter(organization=inspector.organization).latest("pk")
    parties = {row.organization_id: row for row in order.deliveries.all()}
    for prefix in ("shuili", "weijian"):
        story.later(3)
        row = parties[story.organization(prefix).pk]
        parties[row.organization_id] = orders.receive(row, actor=story.clerk(prefix))
    story.later(9)
    orders.answer(
        parties[story.organization("shuili").pk],
        answer="驻点指导人员因防汛值守未能按时排定，现已确定 3 名业务骨干，本周内报送安排并到岗。",
        actor=story.head("shuili"),
    )
    story.later(6)
    orders.record_accountability(
        order,
        organization=story.organization("weijian"),
        person="",
        measure="约谈提醒",
        reason="第三批赋权事项逾期未报，催办后仍未说明原因。",
        decided_by="区政府督查室",
        decided_on=clock.today(),
        actor=inspector,
    )


def _draft_plan(story: Story) -> None:
    """区委编办 is drawing up the next plan."""
    actor = story.person("bianban")
    story.later(5)
    plan = plans.create_plan(
        organization=actor.organization, title="承接能力建设工作计划（征求意见）", actor=actor
    )
    task = plans.add_task(plan, title="开展承接能力评估", content="逐街道评估人员、场所、装备。", actor=actor)
    plans.add_nodes(
        task,
        organizations=[story.organization(street) for street in ("wenquan", "fushan", "yongan")],
        title="报送自评报告",
        due_on=story.today + dt.timedelta(days=30),
        actor=actor,
    )


def _monthly(story: Story) -> None:
    """The month's circular has been drawn up by the clock and waits to be issued."""
    story.later(2)
    orders.monthly_draft(story.district)
