"""What lies on every desk today, so that each person finds work in the list of 待办."""

from __future__ import annotations

from demo.story import Story
from empowerment.choices import Desk
from empowerment.filings.desks import give_opinions
from empowerment.models import FilingItem
from xianan.imports.services import upload_workbook

TITLE = "第三批街道赋权事项申报"
# A table as a department has it: no basis in one row, an unknown type in another, one row twice.
WATER_TABLE = """区水利和湖泊局第三批赋权事项表
序号,事项名称,事项类型,设定依据,职责边界,权力来源层级
1,在农村集中供水管道上直接装泵抽水的处罚,行政处罚,,街道负责巡查和处罚；部门负责业务指导,区直
2,对河道管理范围内种植阻碍行洪高秆作物的处罚,水政处罚,《中华人民共和国水法》第六十五条,街道负责巡查和处罚；部门负责业务指导,区直
3,对在河道内弃置、堆放阻碍行洪物体的处罚,行政处罚,《中华人民共和国水法》第六十六条,街道负责巡查和处罚；部门负责业务指导,区直
4,对在河道内弃置、堆放阻碍行洪物体的处罚,行政处罚,《中华人民共和国水法》第六十六条,街道负责巡查和处罚；部门负责业务指导,区直
合计,4项,,,,
"""


def tell(story: Story) -> None:
    """Leave filings at each desk, drafts with faults, and claims that wait for a clerk or a head."""
    story.at(24, "09:05")
    trees = [story.full_name("zhujian", part) for part in ("古树名木移植", "工程建设涉及")]
    filing = story.draft("zhujian", TITLE, trees)
    story.at(22, "10:00")
    story.submit(filing, "zhujian")
    story.at(16, "14:30")
    story.review(filing, Desk.ESTABLISHMENT)
    story.at(10, "09:45")
    story.review(filing, Desk.JUSTICE)

    story.at(9, "14:10")
    culture = story.draft("wenlv", TITLE, story.names("wenlv"))
    own = story.draft("sifa", TITLE, [story.full_name("sifa", "人民调解员")])
    story.at(8, "09:25")
    story.submit(culture, "wenlv")
    story.submit(own, "sifa")
    story.at(5, "15:40")
    story.review(culture, Desk.ESTABLISHMENT)
    story.review(own, Desk.ESTABLISHMENT)

    story.at(4, "15:15")
    market = story.draft("shichang", TITLE, story.names("shichang"))
    story.at(3, "10:50")
    story.submit(market, "shichang")
    story.at(2, "09:30")
    line = FilingItem.objects.get(filing=market, name__contains="食品")
    give_opinions(
        market, desk=Desk.ESTABLISHMENT.value, opinions={line.pk: ("pass", "")}, actor=story.person("bianban")
    )
    _drafts(story)
    _claims(story)


def _drafts(story: Story) -> None:
    """Two drafts that can't be submitted yet: one item lacks its basis, one workbook has faults."""
    story.at(2, "11:00")
    story.draft("gongan", TITLE, [story.full_name("gongan", "户口"), story.full_name("gongan", "犬类")])
    story.at(2, "15:20")
    water = story.draft("shuili", TITLE, [story.full_name("shuili", "装泵")])
    story.later(6)
    upload_workbook(
        "filing",
        water,
        data=WATER_TABLE.encode("gb18030"),
        filename="区水利和湖泊局赋权事项.csv",
        actor=story.clerk("shuili"),
    )


def _claims(story: Story) -> None:
    """浮山's clerk has answered some of the second list; its head has not submitted them."""
    story.at(1, "09:40")
    story.decide("fushan", "claimed", ["物业查验", "前期物业", "法律援助"])
    story.later(4)
    story.decide(
        "fushan", "declined", ["城镇污水排入"], reason="专业技术性强：须有排水水质检测能力，街道没有。"
    )
