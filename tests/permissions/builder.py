"""Two units side by side with a full set of rows each, and a second district: what the matrix walks.

Unit A is 住建局 with 温泉街道, unit B 城管局 with 浮山街道; both have the same rows, so that every attempt
can be made on one's own and on somebody else's. All of it is made by the services a click would call.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

from assessment.models import Cycle, Scheme
from empowerment.agreements.sending import create_letter
from empowerment.agreements.steps import refuse, withdraw
from empowerment.choices import Decision, Desk, EndGround, Party, Verdict
from empowerment.claims.steps import decide, submit_claims
from empowerment.filings.desks import give_opinions
from empowerment.filings.meetings import record_meeting
from empowerment.filings.services import add_item
from empowerment.filings.steps import submit_filing
from empowerment.models import (
    Agreement,
    Claim,
    Empowerment,
    Filing,
    FilingItem,
    Item,
    ItemList,
    ItemType,
    Meeting,
)
from empowerment.powers.many import review
from empowerment.powers.steps import end
from empowerment.services.lists import issue_pdf
from secondment.models import Exchange, Session, TrainingPlan
from secondment.rules.training import quarter_of, quarters_of
from tests.documents.attachments.papers import pdf
from tests.permissions import estate_assessment, people
from tests.permissions.ledger import Ledger, ledger
from tests.permissions.staff_rows import Staff
from tests.shared import shared
from tests.world import PASSWORD, SEVEN, XIANAN, World
from xianan.core import clock
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.models import Deadline, Notice, Order, PlanNode, WorkPlan
from xianan.deadlines.orders import steps as orders
from xianan.deadlines.plans import steps as plans
from xianan.deadlines.services.notices import notify
from xianan.documents.models import Attachment
from xianan.documents.services.attachments import attach
from xianan.imports.models import Upload
from xianan.imports.services import upload_workbook
from xianan.jobs import downloads, heartbeat
from xianan.jobs.models import Download, Job
from xianan.jobs.services import enqueue
from xianan.organizations.models import Organization, RoleAssignment, User
from xianan.organizations.roles import ROLES
from xianan.policy.models import Parameter, PolicyVersion

BUILT = dt.datetime(2026, 11, 30, 9, tzinfo=clock.ZONE)
"""When the estate is built, whatever day it is: what is open on it is open to whoever tries it."""
TRIED = BUILT.replace(hour=10)
"""When everything is tried."""
NOBODY = "nobody"
"""Somebody with an account and no role."""
PEOPLE = {
    **{
        f"department_{kind}": name
        for kind, name in (("clerk", "clerk"), ("head", "head"), ("reader", "reader"))
    },
    **{f"street_{kind}": f"street_{kind}" for kind in ("clerk", "head", "reader")},
    "station_staff": "station_staff",
    "establishment": "establishment",
    "justice": "justice",
    "government_office": "government_office",
    "inspection": "inspection",
    "personnel": "personnel",
    "district_reader": "district_reader",
    NOBODY: "nobody",
}
"""Role → attribute of a world under which the one person is found who holds this role alone, in unit A."""
LETTERS = ("sent", "signed", "effective", "agreed", "ended", "refused", "withdrawn")
TOLD = {
    "draft": "起草",
    "issued": "已下达",
    "open": "进行中",
    "reported": "待确认",
    "done": "已完成",
    "late": "逾期",
    "coming": "将到",
    "begun": "在外",
    "over": "期满",
}
"""How plans and their nodes are called, for pages are looked at for words that are not Chinese."""
DECLINED = "事项执法力量不足"
NAMES = (*LETTERS, "ready", "declined", "decided", "open")
"""The items of a unit, by what has become of them: their letter, or how far the claim has come."""


@dataclass
class Unit:
    """A department and a street with a row of every kind and state."""

    mark: str
    department: Organization
    street: Organization
    filings: dict[str, Filing] = field(default_factory=dict)
    files: dict[str, Attachment] = field(default_factory=dict)
    """The files of a filing, by its state: draft, establishment."""
    returned: FilingItem | None = None
    upload: Upload | None = None
    items: dict[str, Item] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    letters: dict[str, Agreement] = field(default_factory=dict)
    powers: dict[str, Empowerment] = field(default_factory=dict)
    """due: may be stated about; agreed: both sides have said 已具备; ended: ends in a month."""
    ceased: Organization | None = None
    """A department that is no more."""
    person: User | None = None
    """A member of the department who does nothing in the matrix but is worked on."""
    jobs: dict[int, Job] = field(default_factory=dict)
    downloads: dict[int, Download] = field(default_factory=dict)
    notices: dict[int, Notice] = field(default_factory=dict)
    plans: dict[str, WorkPlan] = field(default_factory=dict)
    """draft, issued (with nodes open, reported and late), done: every node confirmed."""
    schemes: dict[str, Scheme] = field(default_factory=dict)
    cycles: dict[str, Cycle] = field(default_factory=dict)
    """prepare, report, visits, scoring: as far as the cycle has come; its scheme is under the same key."""
    orders: dict[str, Order] = field(default_factory=dict)
    """draft, and by how far both organizations have come: sent, received, answered."""
    staff: Staff | None = None
    sessions: dict[str, Session] = field(default_factory=dict)
    """planned: today, with a name on its list; signed: the unit's street people have signed in; draft: of the
    plan in work; joint: 区司法局's."""
    training_plans: dict[str, TrainingPlan] = field(default_factory=dict)
    """submitted of last year, draft of this one with a session."""
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    """From the street to the department: coming, begun (arrival open), over (report open)."""

    @property
    def line(self) -> FilingItem:
        """The first item of the draft."""
        return self.filings["draft"].lines.order_by("position").first()

    def name(self, what: str) -> str:
        """What an item of this unit is called: its mark, so that a page can be searched for it."""
        return f"{self.mark}事项-{what}"


class Estate:
    """Unit a, unit b, the second district ``foreign``, a person for each role and their sessions."""

    def __init__(self) -> None:
        self.world = World(XIANAN)
        self.foreign = World(SEVEN)
        world = self.world
        self.people: dict[str, User] = {role: getattr(world, name) for role, name in PEOPLE.items()}
        self.strangers: dict[str, User] = {role: getattr(self.foreign, name) for role, name in PEOPLE.items()}
        # Two hold this role, so that ending one of them is no question of being the last.
        world.person("second-establishment", world.establishment_bureau, "establishment")
        self.spare_type: ItemType = ItemType.objects.create(
            district=world.district, name="行政备案", display_order=200
        )
        self.a = Unit("住建", world.department, world.street)
        self.b = Unit("城管", world.other_department, world.other_street)
        units = (self.a, self.b)
        for unit in units:
            self._ceased(unit)
            self._filings(unit)
        self._list(units)
        for unit in units:
            self._claims(unit)
            self._letters(unit)
            self._powers(unit)
            self._upload(unit)
            self._person(unit)
            self._jobs(unit)
            self._plans(unit)
            self._orders(unit)
            unit.staff = Staff(self.world, unit, 100 if unit is self.a else 200)
            training_rows(self, unit)
        self.appraisals: people.Appraisals = people.build(world, units)
        for unit in units:
            estate_assessment.build(world, unit)
        self.foreign_filing: Filing = self.foreign.at_deliberation()
        self.sessions: dict[int, str] = {
            person.pk: _session(person) for person in (*self.people.values(), *self.strangers.values())
        }

    @cached_property
    def standing(self) -> Ledger:
        """What all tables hold before any attempt: each is rolled back, so it is read once."""
        return ledger()

    # ---- Rows -------------------------------------------------------------------------------------

    def _ceased(self, unit: Unit) -> None:
        unit.ceased = Organization.objects.create(
            district=self.world.district,
            name=f"区{unit.mark}旧局",
            kind="department",
            active_until=clock.today() - dt.timedelta(days=1),
        )

    def _filings(self, unit: Unit) -> None:
        world = self.world
        make = {
            "draft": world.draft,
            "establishment": self._at_establishment,
            "justice": world.at_justice,
            "deliberation": world.at_deliberation,
        }
        for state, verb in make.items():
            filing = verb(unit.name(f"申报-{state}"), organization=unit.department)
            unit.filings[state] = filing
        add_item(
            unit.filings["draft"],
            actor=world.clerk_of(unit.department),
            values=world.values(unit.name("申报-draft-2")),
        )
        self._attach(unit, "draft")
        # Both desks have given their opinions: one more click sends the filing on.
        for state, desk, actor in (
            ("establishment", Desk.ESTABLISHMENT, world.establishment),
            ("justice", Desk.JUSTICE, world.justice),
        ):
            filing = unit.filings[state]
            opinions = dict.fromkeys(filing.lines.values_list("pk", flat=True), (Verdict.PASS.value, ""))
            give_opinions(filing, desk=desk.value, opinions=opinions, actor=actor)

    def _at_establishment(self, name: str, *, organization: Organization) -> Filing:
        """A submitted filing with a file."""
        unit = self.a if organization == self.a.department else self.b
        unit.filings["establishment"] = self.world.draft(name, organization=organization)
        self._attach(unit, "establishment")
        return submit_filing(unit.filings["establishment"], actor=self.world.head_of(organization))

    def _attach(self, unit: Unit, state: str) -> None:
        unit.files[state] = attach(
            unit.filings[state],
            "feasibility",
            data=pdf(unit.name(state)),
            filename=f"{unit.mark}调研.pdf",
            actor=self.world.clerk_of(unit.department),
        )

    def _list(self, units: Iterable[Unit]) -> None:
        """List every item of both units by one meeting, which returns one item of each."""
        world = self.world
        for unit in units:
            names = [unit.name(what) for what in (*NAMES, "退回")]
            unit.filings["decided"] = world.at_deliberation(*names, organization=unit.department)
        filings = [unit.filings["decided"] for unit in units]
        opinions = {
            line.pk: ("return", "职责边界不清") if line.name.endswith("退回") else ("pass", "")
            for line in FilingItem.objects.filter(filing__in=filings)
        }
        self.meeting: Meeting = record_meeting(
            name="区人民政府第20次常务会议",
            held_on=clock.today(),
            opinions=opinions,
            actor=world.government_office,
        )
        # What the workbook of neither unit says: a municipal penalty that 区司法局 has to look at again.
        Item.objects.filter(name__in=[unit.name("declined") for unit in units]).update(legality="pending")
        self.minutes: Attachment = attach(
            self.meeting,
            "minutes",
            data=pdf("纪要"),
            filename="会议纪要.pdf",
            actor=world.government_office,
        )
        self.item_list: ItemList = world.current_list
        issue_pdf(self.item_list, actor=world.government_office)
        self.item_list.refresh_from_db()
        for unit in units:
            unit.filings["decided"].refresh_from_db()
            unit.returned = unit.filings["decided"].lines.get(state="returned")
            unit.items = {what: Item.objects.get(name=unit.name(what)) for what in NAMES}

    def _claims(self, unit: Unit) -> None:
        clerk, head = self.world.clerk_of(unit.street), self.world.head_of(unit.street)
        found = {what: Claim.objects.get(item=item, street=unit.street) for what, item in unit.items.items()}
        decide([found["declined"]], decision=Decision.DECLINED, reason=self.claim_mark(unit), actor=clerk)
        submit_claims(unit.street, actor=head)
        # The street's page and its head's button speak of this one.
        unit.claims = found
        for what in (*LETTERS, "ready"):
            decide([found[what]], decision=Decision.CLAIMED, actor=clerk)
            submit_claims(unit.street, actor=head)
            if what in LETTERS:
                unit.letters[what] = create_letter(
                    unit.department, unit.street, actor=self.world.establishment
                )
        decide([found["decided"]], decision=Decision.CLAIMED, actor=clerk)
        for claim in found.values():
            claim.refresh_from_db()

    def _letters(self, unit: Unit) -> None:
        world, letters = self.world, unit.letters
        for state in ("signed", "effective", "agreed", "ended"):
            world.sign(letters[state], world.head_of(unit.department))
        for state in ("effective", "agreed", "ended"):
            world.sign(letters[state], world.head_of(unit.street))
        refuse(letters["refused"], actor=world.head_of(unit.department), reason="职责边界须重新商定")
        withdraw(letters["withdrawn"], actor=world.establishment, reason="清单将调整")
        for letter in letters.values():
            letter.refresh_from_db()

    def _powers(self, unit: Unit) -> None:
        """One power that may be stated about, one that may be confirmed, and one whose end is known."""
        # The window is as long as the whole transition, so that it is open from the first day.
        self.world.policy.parameters.filter(key="transition_review_days").update(value=200)
        for key, letter in (("due", "effective"), ("agreed", "agreed"), ("ended", "ended")):
            unit.powers[key] = Empowerment.objects.get(agreement=unit.letters[letter])
        for party, owner in ((Party.DEPARTMENT, unit.department), (Party.STREET, unit.street)):
            review([unit.powers["agreed"]], party=party, verdict="ready", actor=self.world.head_of(owner))
        unit.powers["ended"] = end(
            unit.powers["ended"],
            ended_from=clock.today() + dt.timedelta(days=30),
            ground=EndGround.DECISION,
            reference="区政府〔2026〕9号",
            reason="执法对象少",
            actor=self.world.establishment,
        )

    def _upload(self, unit: Unit) -> None:
        """A checked workbook. It is held against the present list, so it comes after that."""
        unit.upload = upload_workbook(
            "filing",
            unit.filings["draft"],
            data=workbook(unit.name("上传")),
            filename="申报.csv",
            actor=self.world.clerk_of(unit.department),
        )

    def _person(self, unit: Unit) -> None:
        unit.person = self.world.person(f"member-{unit.department.pk}", unit.department, "department_reader")

    def _plans(self, unit: Unit) -> None:
        office, both = self.world.government_office, [unit.department, unit.street]

        def draft(state: str, *nodes: str) -> WorkPlan:
            plan = plans.create_plan(
                organization=self.world.office, title=f"{unit.mark}计划-{TOLD[state]}", actor=office
            )
            task = plans.add_task(plan, title=f"{unit.mark}任务", actor=office)
            for name in nodes:
                plans.add_nodes(
                    task,
                    organizations=both,
                    title=unit.name(TOLD.get(name, name)),
                    due_on=clock.today(),
                    actor=office,
                )
            return plan

        unit.plans["draft"] = draft("draft", "起草")
        with clock.travel(clock.today() - dt.timedelta(days=20)):
            unit.plans["issued"] = plans.issue_plan(draft("issued", "late"), actor=office)
        for state in ("open", "reported", "done"):
            unit.plans[state] = plans.issue_plan(draft(state, state), actor=office)
        for state in ("reported", "done"):
            for node in PlanNode.objects.filter(task__plan=unit.plans[state]):
                plans.report_done(node, text="完成", actor=self.world.head_of(node.organization))
                if state == "done":
                    plans.confirm_node(node, actor=office)

    def _orders(self, unit: Unit) -> None:
        inspector, world = self.world.inspection, self.world
        late = self.late(unit)
        for state in ("draft", "sent", "received", "answered"):
            named = late[:1] if state == "draft" else late
            order = orders.draft_order(
                kind="order", deadlines=named, organization=world.inspection_office, actor=inspector
            )
            unit.orders[state] = order
            if state == "draft":
                continue
            unit.orders[state] = orders.issue_order(order, actor=inspector, password=PASSWORD)
            for copy in order.deliveries.all() if state != "sent" else ():
                head = world.head_of(copy.organization)
                copy = orders.receive(copy, actor=head)
                if state == "answered":
                    orders.answer(copy, answer="已办", actor=head)

    def late(self, unit: Unit) -> list[Deadline]:
        """The overdue nodes of a unit."""
        keys = list(PlanNode.objects.filter(task__plan=unit.plans["issued"]).values_list("pk", flat=True))
        return list(Deadline.objects.filter(kind="plan_node", object_id__in=keys))

    def _jobs(self, unit: Unit) -> None:
        """A job of everybody in unit A; in unit B of its clerk."""
        people = self.people.values() if unit is self.a else [self.world.clerk_of(unit.department)]
        for person in people:
            unit.jobs[person.pk] = enqueue(
                "filing.import", title=f"{unit.mark}任务", district=self.world.district, actor=person
            )
            unit.downloads[person.pk] = self._download(unit, person)
            (unit.notices[person.pk],) = notify(
                [person.pk], district=self.world.district, kind=NoticeKind.JOB, title=f"{unit.mark}通知"
            )

    def _download(self, unit: Unit, person: User) -> Download:
        name = f"{unit.mark}-{person.pk}.xlsx"
        (downloads.folder() / name).write_bytes(b"PK")
        return Download.objects.create(
            user=person, filename=name, path=name, size=2, expires_at=clock.now() + dt.timedelta(days=30)
        )

    def claim_mark(self, unit: Unit) -> str:
        """What stands in the list of claims beside the one a unit's street has declined."""
        return f"{unit.mark}{DECLINED}"

    # ---- What the attempts need ---------------------------------------------------------------------

    @property
    def version(self) -> PolicyVersion:
        return self.world.policy

    @property
    def parameter(self) -> Parameter:
        return self.version.parameters.get(key="signing_days")

    def assignment(self, unit: Unit) -> RoleAssignment:
        """The role of the unit's member that can be ended."""
        return RoleAssignment.objects.get(user=unit.person)

    def client(self, person: User | None, *, guarded: bool = False) -> Client:
        """A fresh browser, signed in as ``person``; ``guarded`` asks for the CSRF token."""
        client = Client(raise_request_exception=False, enforce_csrf_checks=guarded)
        # Every handler looks through all static files when it starts; two of them serve everybody.
        client.handler = self._handlers[guarded]
        if person is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person.pk]
        return client

    @cached_property
    def _handlers(self) -> dict[bool, ClientHandler]:
        return {guarded: ClientHandler(enforce_csrf_checks=guarded) for guarded in (False, True)}


def estate() -> Estate:
    """Return the estate, into an empty database, with worker and beat alive; from now on it is ``TRIED``."""
    clock.set_to(BUILT)
    found = shared("estate", Estate)
    clock.set_to(TRIED)
    # The page of health says that all is well only while they live.
    for part in (heartbeat.WORKER, heartbeat.BEAT):
        heartbeat.sign(part)
    return found


def training_rows(estate: Estate, unit: Unit) -> None:
    """Sessions, plans and exchanges of a unit."""
    from secondment.exchanges import steps as exchanges
    from secondment.services import attendance
    from secondment.sessions import steps as sessions
    from secondment.training_plans import steps as training_plans
    from tests.secondment.training.support import exchange_values, session_values

    world, today = estate.world, clock.today()
    clerk, head = world.clerk_of(unit.department), world.head_of(unit.department)
    items = [unit.items["effective"]]

    def add(name: str, plan: TrainingPlan | None = None, **values: object) -> Session:
        return sessions.add_session(
            organization=unit.department,
            plan=plan,
            actor=clerk,
            values=session_values(title=unit.name(f"培训-{name}"), **values),
            items=items,
            streets=[unit.street],
        )

    with clock.travel(dt.datetime.combine(today.replace(year=today.year - 1, day=1), dt.time(9), clock.ZONE)):
        old = training_plans.create_plan(organization=unit.department, year=today.year - 1, actor=clerk)
        add("去年", old, planned_on=dt.date(today.year - 1, 12, 31))
        unit.training_plans["submitted"] = training_plans.submit_plan(old, actor=head)
    plan = training_plans.create_plan(organization=unit.department, year=today.year, actor=clerk)
    # Whatever of the year is left is owed since the letters took effect.
    for quarter in quarters_of(today.year):
        if quarter.last >= today:
            unit.sessions["draft"] = add(f"计划{quarter.label}", plan, planned_on=max(today, quarter.first))
    unit.training_plans["draft"] = plan
    unit.sessions["planned"] = add("今日")
    unit.sessions["signed"] = add("签到")
    for session in (unit.sessions["planned"], unit.sessions["signed"]):
        attendance.add_names(session, people=[attendance.Listed(unit.street, "名单")], actor=clerk)
    if unit is estate.a:
        for role in ("street_clerk", "street_head", "street_reader", "station_staff"):
            attendance.check_in(unit.sessions["signed"], actor=estate.people[role])
    late = quarter_of(today).first - dt.timedelta(days=1)
    unit.sessions["late"] = add("补登", planned_on=late)
    attendance.add_names(unit.sessions["late"], people=[attendance.Listed(unit.street, "名单")], actor=clerk)
    sessions.hold_session(unit.sessions["late"], held_on=late, actor=clerk)
    unit.sessions["joint"] = sessions.add_session(
        organization=world.justice_bureau,
        actor=world.justice,
        values=session_values(kind="joint", title=unit.name("执法培训")),
        streets=[unit.street],
    )
    for state, first, last in (("coming", 5, 9), ("begun", -1, 9), ("over", -9, -1)):
        unit.exchanges[state] = exchanges.register_exchange(
            kind="upward",
            department=unit.department,
            street=unit.street,
            values=exchange_values(
                unit.name(TOLD[state]), today + dt.timedelta(first), today + dt.timedelta(last)
            ),
            actor=world.clerk_of(unit.street),
        )


def workbook(name: str) -> bytes:
    """A department's table with one faultless row, as CSV."""
    rows = ("序号,事项名称,事项类型,设定依据,职责边界", f"1,{name},行政检查,《某条例》第八条,街道负责检查")
    return "\r\n".join(rows).encode("utf-8-sig")


def _session(person: User) -> str:
    client = Client()
    client.force_login(person, backend="xianan.organizations.middleware.AccountBackend")
    session = client.session
    session["seen"] = int(clock.now().timestamp())
    # The estate is built once and walked for longer than a session lasts where a machine is slow.
    session.set_expiry(24 * 3600)
    session.save()
    return str(session.session_key)


def role_label(role: str) -> str:
    """Return what the table calls a role."""
    return "无角色人员" if role == NOBODY else ROLES[role].label


__all__ = ["NOBODY", "PASSWORD", "Estate", "Unit", "role_label", "workbook"]
