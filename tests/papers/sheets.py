"""Every printed paper with long texts as offices write them, of any world: template and data, not yet rendered.

What a paper says comes from the function of the product; only texts are made long. A kind or template that is
new belongs in ``sheets`` (``test_every_kind.py`` says so).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from assessment.choices import PaperKind
from assessment.models import Practice
from assessment.rules.paper_blocks import ProblemRow
from assessment.rules.paper_words import first_words
from assessment.rules.papers import Material
from assessment.schemes.paper import PAPER as SCHEME
from assessment.schemes.paper import scheme_data
from assessment.selectors import papers
from assessment.services.papers import DOCUMENT as ASSESSMENT
from assessment.services.papers import PARTY as ASSESSOR
from empowerment.agreements import paper as letters
from empowerment.agreements import sending
from empowerment.models import AgreementLine, ItemList
from empowerment.selectors.agreements import KIND, ground
from empowerment.services import lists
from secondment.models import Appraisal
from secondment.proposals import paper as proposal_paper
from secondment.proposals import steps as proposals
from secondment.services import papers as personnel
from secondment.views import training_papers
from tests.assessment.papers.support import snapshot
from tests.assessment.support import scheme
from tests.secondment.appraisal import kit
from tests.secondment.training.support import add, plan_of
from tests.world import World
from xianan.core import clock
from xianan.deadlines.choices import OrderKind
from xianan.deadlines.models import Order, OrderLine
from xianan.deadlines.orders import paper as orders
from xianan.documents.rules import number_text
from xianan.documents.services.documents import Party, context_of
from xianan.organizations.models import Organization

DAY = dt.date(2026, 12, 31)
NAME = "对未按照规定时间、地点和要求分类投放、收集、运输、处置生活垃圾和建筑垃圾行为的处罚"
ADDRESS = "https://www.example.gov.cn/zfxxgk/fdzdgknr/202109/t20210915_3759999.shtml?channel=zcwj&from=list"
LAW = (
    "《城市市容和环境卫生管理条例》第三十四条：有下列行为之一者，城市人民政府市容环境卫生行政主管部门或者其委托的单位"
    "除责令其纠正违法行为、采取补救措施外，可以并处警告、罚款；"
)
DUTIES = "街道负责巡查、受理、立案、调查、处罚和执行；部门负责业务指导、标准制定、系统支持和事后监管。"
FIRST, LAST = "本格自此起始", "本格到此为止"


REPLACING = {
    "names": ["考核〔2026〕1号", "《街道管理体制改革工作考核情况的反馈》（核验码 51A6-70B6-5F9Y）"],
    "cause": "案卷的送达回证装订在副卷，考核时未调阅",
    "changes": ["甲街道3.5 执法规范由7.00分更正为8.00分（撤销扣分“缺送达回证”）；总分由98.20分变为99.20分。"]
    * 3,
}
"""What a paper says that takes the place of others."""


def long(signs: int) -> str:
    """A legal basis of so many characters between two marks."""
    return FIRST + (LAW * (signs // len(LAW) + 1))[:signs] + LAST


@dataclass(frozen=True)
class Sheet:
    """A paper: what it is rendered from, and what is to be found on it."""

    template: str
    data: dict[str, Any]
    kind: str = ""
    """The registered kind, "" for what is printed without being registered."""
    number: str = ""
    parties: list[Party] = field(default_factory=list)
    head: tuple[str, ...] = ()
    """Words of the head of the table that is longer than a page."""
    last: str = ""
    """The text that stands last, before the code."""
    register: bool = False
    """A framed form on a page with margins of its own."""

    @property
    def context(self) -> dict[str, Any]:
        if not self.kind:
            return self.data
        parties = [party.as_json() for party in self.parties]
        context = context_of(self.data, title="文书名称", number=self.number, parties=parties)
        return {**context, "issued_on": "2026年12月31日"}


SHEETS: dict[str, Callable[[World], Sheet]] = {}


def sheet(name: str) -> Callable[[Callable[[World], Sheet]], Callable[[World], Sheet]]:
    def add(build: Callable[[World], Sheet]) -> Callable[[World], Sheet]:
        SHEETS[name] = build
        return build

    return add


# ---- Empowerment -----------------------------------------------------------------------------------------


@sheet("承接确认书")
def letter(world: World) -> Sheet:
    texts = [(NAME, "短", DUTIES)] * 6 + [(NAME, long(900), DUTIES * 3), (NAME, ADDRESS, "A1" * 200)]
    rows = [
        AgreementLine(
            position=place, name=name, type_name="行政处罚", basis=basis, duties=duties, transition_months=6
        )
        for place, (name, basis, duties) in enumerate(texts, 1)
    ]
    data = letters.content(
        department=world.department,
        street=world.street,
        ground=ground(world.district, DAY),
        item_list=ItemList(number=1, title=f"{world.district}街道赋权事项清单（第1版）", published_on=DAY),
        lines=rows,
        months=world.plan.months,
        copies=4,
    )
    parties = [
        Party(sending.DEPARTMENT, "甲方", world.department),
        Party(sending.STREET, "乙方", world.street),
    ]
    return Sheet(
        letters.TEMPLATE, data, KIND, number_text(world.plan.letters, 2026, 1), parties,
        head=("设定依据", "职责边界"), last="日期：",
    )  # fmt: skip


@sheet("事项清单")
def item_list(world: World) -> Sheet:
    world.listed("甲事项", "乙事项")
    data = lists.list_data(world.current_list, issuer=world.government.formal_name)
    short = data["rows"][0]
    rows = [[*short[:3], basis, duties, *short[5:]] for basis, duties in (
        *[(LAW, DUTIES)] * 7, (long(800), DUTIES), (ADDRESS, "B2" * 120), ("末", "末行职责")
    )]  # fmt: skip
    return Sheet(
        "empowerment/print/item_list.html", {**data, "rows": rows}, lists.DOCUMENT_KIND, data["number"],
        head=("设定依据", "职责边界"), last="末行职责",
    )  # fmt: skip


# ---- Supervision -----------------------------------------------------------------------------------------


def order(world: World, kind: OrderKind) -> Sheet:
    office = world.inspection_office if kind == OrderKind.ORDER else world.office
    row = Order(
        district=world.district, organization=office, kind=kind, title=orders.default_title(kind, DAY),
        text="请各单位主要负责人亲自过问，逐项查明原因。\n" * 3, answer_by=DAY,
    )  # fmt: skip
    matters = ["签署承接确认书" * 4] * 20 + [long(260), ADDRESS]
    owners = [world.department, *world.streets]
    lines = [
        OrderLine(organization=owners[n % len(owners)], matter=matter, due_on=DAY, days_overdue=n + 1)
        for n, matter in enumerate(matters)
    ]
    number = orders.number_text(world.district, kind, 2026, 1)
    return Sheet(
        orders.TEMPLATE, orders.content(row, lines, on=DAY), orders.document_kind(kind), number,
        [Party("issuer", "制发单位", office)], head=("未完成的事项",), last="2026年12月31日",
    )  # fmt: skip


@sheet("督办单")
def supervision_order(world: World) -> Sheet:
    return order(world, OrderKind.ORDER)


@sheet("通报")
def circular(world: World) -> Sheet:
    return order(world, OrderKind.CIRCULAR)


# ---- Assessment ------------------------------------------------------------------------------------------


def paper(world: World, kind: PaperKind) -> Sheet:
    names = [str(street) for street in world.streets[:2]]
    cause = "专题研究赋权工作不足，未形成会议纪要和任务分解，整改材料逾期报送"
    lost = [[(100, 2, f"{name}{cause}" * 2)] for name in names]
    made = snapshot(lost, names=names)
    made = replace(
        made,
        district=str(world.district), policy_title=world.assessment.title, policy_reference="",
    )  # fmt: skip
    texts = [cause] * 4 + [long(600), ADDRESS, "末"]
    rows = [
        ProblemRow(names[n % len(names)], "2.1 执法规范", text, DUTIES, DUTIES, "负责人", "2027年1月31日", "整改中")
        for n, text in enumerate(texts)
    ]  # fmt: skip
    # The streets of the snapshot are numbered from 1.
    street = Organization(pk=1, name=names[0]) if kind == PaperKind.STREET else None
    material = Material(problems=rows, practices=[(name, NAME) for name in names])
    data = papers.content(
        kind, made, material, first_words(kind, made), issuer=world.establishment_bureau.formal_name,
        street=street,
    ) | {"replacing": REPLACING}  # fmt: skip
    head = (
        ("整改要求", "整改措施") if kind in (PaperKind.PROBLEMS, PaperKind.STREET, PaperKind.ANNUAL) else ()
    )
    last = {PaperKind.NOTICE: "计入综合考评", PaperKind.FILING: "计入综合考评"}.get(kind, "日期")
    if kind in papers.ALONE:
        last = "2026年12月31日"
    return Sheet(
        papers.TEMPLATE, data, ASSESSMENT, "考核〔2026〕1号",
        [Party(ASSESSOR, "制发单位", world.establishment_bureau)], head=head, last=last,
    )  # fmt: skip


for _kind in PaperKind:
    SHEETS[_kind.label] = lambda world, kind=_kind: paper(world, kind)


@sheet("考评细则")
def scoring_scheme(world: World) -> Sheet:
    row = scheme(world)
    data = scheme_data(row)
    for each in (each for line in data["lines"] for each in line.indicators):
        each.name, each.rule, each.evidence = NAME, LAW * 3, DUTIES
    each.rule = long(900)
    return Sheet(SCHEME, data, head=("评分标准", "所需材料"), last="日期：")


@sheet("经验做法")
def practices(world: World) -> Sheet:
    rows = [
        Practice(street=street, year=2026, title=NAME, background=LAW * 4, actions=f"{LAW}\n" * 9,
                 effects=f"{ADDRESS}，{DUTIES}末段成效")
        for street in world.streets[:2]
    ]  # fmt: skip
    title = "2026年度街道赋权工作经验做法汇编"
    return Sheet("assessment/print/practices.html", {"title": title, "rows": rows}, last="末段成效")


# ---- People ----------------------------------------------------------------------------------------------


def appraised(world: World) -> Any:
    known = Appraisal.objects.filter(district=world.district).first()
    if known is not None:
        return known
    with clock.travel(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE)):
        row = kit.started(world)
        return kit.complete(world, kit.form_of(row), 92, 88)


@sheet("年度考核登记表")
def appraisal_form(world: World) -> Sheet:
    form = personnel.printable(Appraisal.objects.filter(pk=appraised(world).pk)).get()
    data = personnel.form_data(form) | {"replacing": REPLACING | {"changes": []}}
    for table in data["tables"]:
        table["comment"] = DUTIES * 3
    return Sheet(
        "secondment/print/form.html", data, personnel.FORM, last=f"{data['scheme']}。", register=True
    )


@sheet("年度考核结果")
def appraisal_results(world: World) -> Sheet:
    form = personnel.printable(Appraisal.objects.filter(pk=appraised(world).pk)).get()
    data = personnel.results_data(form.round, [form] * 20) | {"replacing": REPLACING}
    data["table"]["rows"][9][-1] = long(350)
    return Sheet(
        "secondment/print/results.html",
        data,
        personnel.RESULTS,
        head=("派出部门", "综合得分"),
        last="99.20分。",
    )


@sheet("人事建议表")
def proposal(world: World) -> Sheet:
    with clock.travel(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE)):
        service = kit.serve(world, kit.person(world, "李乙", serial=2))
        row = proposals.draft_proposal(
            secondment=service, kind="promote", text="建议提拔使用。", actor=world.street_clerk
        )
        row = proposals.send_proposal(row, actor=world.street_head)
    data = proposal_paper.proposal_data(row)
    data["text"] = LAW * 6
    for answer in data["answers"]:
        answer.update(verdict="采纳", text=LAW * 5, by="负责人", on="2026年12月1日")
    return Sheet(
        "secondment/print/proposal.html", data, proposal_paper.SHEET, last=data["answer_by"], register=True
    )


@sheet("个人档案")
def personal_file(world: World) -> Sheet:
    with clock.travel(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE)):
        who = kit.person(world, "王丙", serial=3)
        kit.serve(world, who)
        data = personnel.file_data(who) | personnel.printed_by(world.personnel) | {"purpose": "提拔考察"}
    data["replacing"] = REPLACING
    data["sections"][0]["rows"] = [[LAW, *row[1:]] for row in data["sections"][0]["rows"] * 12]
    return Sheet("secondment/print/file.html", data, personnel.FILE, last="提拔考察", register=True)


@sheet("培训签到表")
def sign_in(world: World) -> Sheet:
    row = add(world, title=NAME)
    data = training_papers.sheet_data(row, "https://portal.example.gov.cn/check-in/" + row.code)
    data["groups"] = [(street, [(n, "司马××") for n in range(1, 27)]) for street in world.streets[:2]]
    return Sheet(training_papers.SHEET, data, head=("签名",), last="日期：")


@sheet("培训计划")
def training_plan(world: World) -> Sheet:
    plan = plan_of(world, clock.today().year)
    plan.note = LAW
    data = training_papers.plan_data(plan)
    line = ["一季度", "2026年3月31日\n09:00–11:30\n150分钟", NAME, f"{NAME}、" * 3, "、".join(map(str, world.streets)), "谭××", "三楼会议室"]  # fmt: skip
    rows = [list(line) for _ in range(9)]
    rows[4][3] = long(700)
    data["table"]["rows"] = rows
    return Sheet(training_papers.PLAN, data, head=("培训内容", "涉及赋权事项"), last="单位负责人（盖章）：")


def every(world: World) -> Iterator[tuple[str, Sheet]]:
    """Every sheet of a world by its name."""
    for name, build in SHEETS.items():
        yield name, build(world)
