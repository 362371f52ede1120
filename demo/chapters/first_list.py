"""The first version of the list: a dozen departments file, both desks review, the government decides."""

from __future__ import annotations

from demo.story import Story
from empowerment.choices import Desk

ELSEWHERE = "设定依据是外省（市）的规定，在本区没有效力。请改引国家法律法规或者湖北省的规定后重新申报。"
TITLE = "第一批街道赋权事项申报"

# What a department keeps for later filings, by words of the name.
LATER = {
    "zhujian": ("物业查验", "前期物业", "城镇污水排入", "古树名木移植", "工程建设涉及"),
    "chengguan": (
        *("宣传品审批", "环卫设施许可", "垃圾经营性清扫", "设置大型户外", "家禽家畜", "未经核准"),
        *("建筑垃圾处理方案", "泄漏"),
    ),
    "xiaofang": ("居住场所", "公众聚集"),
    "yingji": ("烟花爆竹", "自然灾害"),
}
WHY = {
    "zhujian": "城市道路、绿化和排水方面的违法行为点多面广，街道巡查发现及时；我局已在三个街道各试行一个网格，事项易发现、易处置。",
    "chengguan": "市容和环境卫生方面的投诉占全区投诉的三成以上，街道最先接到；多数事项当场可以处置，街道综合执法中心具备条件。",
    "minzheng": "社会救助事项由街道受理、入户核查，下放后群众少跑一趟。",
    "weijian": "服务对象在街道和社区，街道已有计划生育协管员；检查事项拟由卫生监督协管员配合。",
}
USUAL = "经研究，所列事项属本部门法定职权，街道有需要，具备承接的基本条件；我局负责培训和业务指导。"

ORDER = (
    *("minzheng", "weijian", "canlian", "zhujian", "chengguan", "ziran", "jiaotong", "shuili"),
    *("nongye", "linye", "xiaofang", "yingji"),
)

# What each desk does not pass: department → part of the name → reason.
BY_ESTABLISHMENT_RETURNED = {
    "minzheng": {
        "个别农户": "该职权由农业农村部门行使，请核实责任主体；如属本部门职权，附三定规定后重报。",
        "集体所有的土地": "该职权由农业农村部门行使，请核实责任主体；如属本部门职权，附三定规定后重报。",
        "乡村建设规划许可证建设": "该职权由自然资源和规划部门或者乡镇行使，请核实责任主体。",
    },
}
BY_ESTABLISHMENT_DEFERRED = {
    "zhujian": {"燃气经营": "专业技术性强，街道没有燃气专业人员，待条件成熟后再议。"},
    "linye": {
        "经营性旅游": "辖区内没有草原，近三年没有办理量，暂不列入。",
        "畜牧业": "辖区内没有草原，近三年没有办理量，暂不列入。",
    },
}
BY_JUSTICE_RETURNED = {
    "zhujian": {"天然气用户": ELSEWHERE, "窥检测报告": ELSEWHERE},
    "chengguan": {"出店经营": ELSEWHERE, "强制拆除": ELSEWHERE, "生活垃圾处理费": ELSEWHERE},
    "weijian": {"独生子女": ELSEWHERE, "再生育": ELSEWHERE, "奖励扶助": ELSEWHERE},
    "ziran": {"宅基地的审批": ELSEWHERE, "非法占用土地": ELSEWHERE},
    "nongye": {"监督检查": ELSEWHERE, "基本农田": ELSEWHERE},
    "linye": {"花草": ELSEWHERE},
}


def tell(story: Story) -> None:
    """File, review and decide the first list; it is published eight months before today."""
    filings = {}
    for place, prefix in enumerate(ORDER):
        story.at(-2 - place, "09:20", months=10)
        names = story.names(prefix, without=LATER.get(prefix, ()))
        filings[prefix] = story.draft(prefix, TITLE, names, feasibility=WHY.get(prefix, USUAL))
    for place, (prefix, filing) in enumerate(filings.items()):
        story.at(-18 - place // 3, "10:05", months=10)
        story.submit(filing, prefix)
    for place, (prefix, filing) in enumerate(filings.items()):
        story.at(-25 - place // 4, "14:40", months=10)
        story.review(
            filing,
            Desk.ESTABLISHMENT,
            returned=BY_ESTABLISHMENT_RETURNED.get(prefix),
            deferred=BY_ESTABLISHMENT_DEFERRED.get(prefix),
        )
    for place, (prefix, filing) in enumerate(filings.items()):
        story.at(16 - place // 3, "15:10", months=9)
        story.review(filing, Desk.JUSTICE, returned=BY_JUSTICE_RETURNED.get(prefix))
    day = story.at(0, "16:30", months=8)
    story.meet(
        f"区政府{day.year}年第3次常务会议",
        filings.values(),
        reference="",
        note="会议听取了区委编办关于第一批街道赋权事项的汇报，同意所报事项，婚姻登记事项暂缓。",
        deferred={"婚姻登记": "婚姻登记须在婚姻登记机关办理，待省里的试点政策明确后再议。"},
    )
