"""A small district for tests, built by the services, and a second one that differs in everything.

``world`` is 咸安区 with a person for each role; ``other_world`` is a district of seven streets with other
names and figures, for tests that streets, departments and figures are data. Both may be asked for
together. Rows beyond that are made by the helpers, through the services as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from empowerment.choices import Desk, Verdict
from empowerment.models import Agreement, Claim, Filing, FilingItem, Item, ItemList, ItemType, Meeting
from empowerment.services.setup import create_first_type
from tests.prepared import preparation
from tests.shared import begun_with
from xianan.organizations.choices import KeyKind
from xianan.organizations.models import District, Organization, RoleAssignment, User
from xianan.organizations.person_keys import Key
from xianan.organizations.services.grants import sync_grants
from xianan.organizations.services.people import assign_role, create_user
from xianan.organizations.services.setup import create_district, create_first_organization
from xianan.policy.models import PolicyVersion
from xianan.policy.services.setup import create_first_version

PASSWORD = "Xianan-2026"
TYPES = ("行政许可", "行政给付", "行政确认", "行政处罚", "行政检查", "行政强制", "行政征收", "其他行政权力")
SYNONYMS = {"行政处罚": ["处罚", "行政处罚类"], "其他行政权力": ["其他类", "其他职权"]}
START = dt.date(2024, 1, 1)
"""The day from which the roles and the documents of both worlds hold."""


@dataclass(frozen=True)
class Plan:
    """What makes a district: names and figures."""

    code: str
    name: str
    prefix: str
    streets: tuple[str, ...]
    housing: str
    urban: str
    months: int
    letters: str
    usernames: str = ""
    offices: tuple[tuple[str, str, str], ...] = field(default=())


XIANAN = Plan(
    "421202", "咸安区", "区", ("温泉", "浮山", "永安"), "住房和城乡建设局", "城市管理执法局", 6, "咸赋权确"
)
SEVEN = Plan(
    "429900",
    "示例区",
    "示例",
    ("东一", "东二", "东三", "东四", "东五", "东六", "东七"),
    "建设委员会",
    "综合执法局",
    4,
    "示赋确",
    usernames="b-",
)


class World:
    """A district with its organizations, people, types and figures as attributes.

    Organizations: government, office, establishment_bureau, justice_bureau (a department too), finance,
    department (housing), other_department (urban), streets (a list; street and other_street are its first
    two), station (of the first street), inspection_office, party_organization, personnel_bureau.
    People: clerk, head, reader of the department; other_clerk, other_head; justice_clerk, justice_head;
    establishment, justice, government_office, inspection, personnel (of 组织部), other_personnel (of
    人社局), district_reader; street_clerk, street_head,
    street_reader; other_street_clerk, other_street_head; station_staff; nobody (no role at all).
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.password = PASSWORD
        self.district: District = create_district(
            code=plan.code,
            name=plan.name,
            short_name=plan.name,
            portal_name="街道赋权工作平台",
        )
        self._order = 0
        self._organizations()
        self.types: dict[str, ItemType] = {
            name: create_first_type(
                self.district,
                name=name,
                synonyms=SYNONYMS.get(name, []),
                named_by_policy=name != "其他行政权力",
                display_order=place,
            )
            for place, name in enumerate(TYPES, 1)
        }
        self.policy: PolicyVersion = self._policy("plan", "推进街道赋权工作实施方案", self._plan_figures())
        self.assessment: PolicyVersion = self._policy(
            "assessment", "考核办法", [("total_points", "考核总分", "integer", "100", "分", "P37")]
        )
        self._people()

    # ---- Building -------------------------------------------------------------------------------

    def _organization(self, name: str, kind: str, **values: Any) -> Organization:
        self._order += 10
        return create_first_organization(
            self.district, values={"name": name, "kind": kind, "display_order": self._order, **values}
        )

    def _organizations(self) -> None:
        add, prefix, plan = self._organization, self.plan.prefix, self.plan
        self.government = add(f"{prefix}人民政府", "government", duty="government")
        self.office = add(f"{prefix}政府办", "office", duty="government_office")
        self.establishment_bureau = add(f"{prefix}委编办", "office", duty="establishment")
        self.justice_bureau = add(f"{prefix}司法局", "department", duty="justice", empowering=True)
        self.finance = add(f"{prefix}财政局", "department", duty="finance")
        self.department = add(
            f"{prefix}{plan.housing}",
            "department",
            empowering=True,
            full_name=f"{plan.name}{plan.housing}",
            aliases=[plan.housing],
        )
        self.other_department = add(f"{prefix}{plan.urban}", "department", empowering=True)
        self.streets: list[Organization] = [
            add(
                f"{name}街道",
                "street",
                short_name=name,
                full_name=f"{plan.name}{name}街道办事处",
                aliases=[name, f"{name}街道办事处", f"{name}街办"],
                code=f"{plan.code}{number:03d}",
            )
            for number, name in enumerate(plan.streets, 1)
        ]
        self.street, self.other_street = self.streets[:2]
        self.station = add(f"{plan.streets[0]}司法所", "station", parent=self.street)
        self.inspection_office = add(f"{prefix}政府督查室", "office", duty="government_inspection")
        self.party_organization = add(f"{prefix}委组织部", "office", duty="party_organization")
        self.personnel_bureau = add(f"{prefix}人社局", "department", duty="personnel")

    def _plan_figures(self) -> list[tuple[str, str, str, str, str, str]]:
        return [
            ("transition_months", "赋权过渡期", "integer", str(self.plan.months), "月", "P13"),
            ("transition_review_days", "过渡期满评估提前", "integer", "30", "日", "P13"),
            ("letter_prefix", "承接确认书文号代字", "text", self.plan.letters, "", "P09"),
            ("letter_copies", "承接确认书份数", "integer", "4", "份", "P09"),
            ("signing_days", "承接确认书签署期限", "integer", "7", "日", "P09"),
            ("seconded_per_street", "每个街道下沉人员", "integer", "1", "人", "P11"),
            ("seconded_age_limit", "下沉人员一般不超过", "integer", "50", "周岁", "P12"),
            ("service_months", "下沉时间不少于", "integer", "12", "月", "P12"),
            ("leaving_days", "下沉期满提前提示", "integer", "60", "日", "P11"),
            ("gap_days", "缺员补派期限", "integer", "30", "日", "P11"),
            ("arrival_days", "街道确认到岗期限", "integer", "5", "工作日", "P11"),
            ("replacement_days", "替换要求答复期限", "integer", "10", "工作日", "P32"),
            ("replacement_leave_days", "被替换人员最后一日不晚于提出要求后", "integer", "30", "日", "P32"),
            ("replacement_successor_days", "接任人员到岗不晚于提出要求后", "integer", "60", "日", "P32"),
            (
                "replacement_cap_year",
                "等次限制计入的年度（因不服从管理被替换）",
                "text",
                "替换完成的年度",
                "",
                "P32",
            ),
            ("proposal_days", "人事建议答复期限", "integer", "10", "工作日", "P48"),
            ("appraisal_days", "年度考核评分期限", "integer", "30", "日", "P30"),
            ("appraisal_shares", "年度考核占比（街道：派出部门）", "shares", "60:40", "%", "P30"),
            ("grade_excellent", "评为优秀不低于", "integer", "90", "分", "P30"),
            ("grade_competent", "评为称职（合格）不低于", "integer", "75", "分", "P30"),
            ("grade_basic", "评为基本称职（基本合格）不低于", "integer", "60", "分", "P30"),
            ("excellent_share", "优秀等次比例不超过", "integer", "20", "%", "P30"),
            ("trainings_per_quarter", "每季度培训不少于", "integer", "1", "次", "P14"),
            ("training_plan_until", "年度培训计划提交截止（月-日）", "text", "01-31", "", "P14"),
        ]

    def _policy(self, document: str, title: str, figures: Iterable[tuple[str, ...]]) -> PolicyVersion:
        names = ("key", "label", "kind", "value", "unit", "clause")
        return create_first_version(
            self.district,
            document=document,
            title=f"{self.plan.name}{title}",
            reference="",
            issued_on=START,
            valid_from=START,
            valid_until=None,
            is_example=True,
            note="",
            parameters=[
                {**dict(zip(names, row, strict=True)), "minimum": None, "maximum": None} for row in figures
            ],
        )

    @preparation
    def person(self, username: str, organization: Organization, *roles: str, name: str = "") -> User:
        """Open an account with these roles in its organization; for people beyond the named ones.

        Its 工号 is the account's name, so that everybody is a person of their own.
        """
        user = create_user(
            organization=organization,
            username=self.plan.usernames + username,
            name=name or username,
            password=PASSWORD,
            actor=None,
            key=Key(KeyKind.STAFF, self.plan.usernames + username),
        )
        for role in roles:
            assign_role(user, organization=organization, role=role, actor=None, starts_on=START)
        return user

    def _people(self) -> None:
        assignments: list[RoleAssignment] = []

        # One sync of the grants for all of them takes half the time of the whole world away.
        def add(username: str, organization: Organization, *roles: str, name: str) -> User:
            user = self.person(username, organization, name=name)
            assignments.extend(
                RoleAssignment(
                    district=self.district, user=user, organization=organization, role=role, starts_on=START
                )
                for role in roles
            )
            return user

        self.clerk = add("clerk", self.department, "department_clerk", name="住建经办")
        self.head = add("head", self.department, "department_head", name="住建负责")
        self.reader = add("reader", self.department, "department_reader", name="住建查阅")
        self.other_clerk = add("other-clerk", self.other_department, "department_clerk", name="城管经办")
        self.other_head = add("other-head", self.other_department, "department_head", name="城管负责")
        self.justice_clerk = add("justice-clerk", self.justice_bureau, "department_clerk", name="司法经办")
        self.justice_head = add("justice-head", self.justice_bureau, "department_head", name="司法负责")
        self.justice = add("justice", self.justice_bureau, "justice", name="司法审核")
        self.establishment = add("establishment", self.establishment_bureau, "establishment", name="编办甲")
        self.government_office = add("office", self.office, "government_office", name="政府办甲")
        self.district_reader = add("district-reader", self.finance, "district_reader", name="区级查阅")
        self.inspection = add("inspection", self.inspection_office, "inspection", name="督查甲")
        self.personnel = add("personnel", self.party_organization, "personnel", name="组织部甲")
        self.other_personnel = add("other-personnel", self.personnel_bureau, "personnel", name="人社甲")
        self.street_clerk = add("street-clerk", self.street, "street_clerk", name="街道经办")
        self.street_head = add("street-head", self.street, "street_head", name="街道负责")
        self.street_reader = add("street-reader", self.street, "street_reader", name="街道查阅")
        self.other_street_clerk = add(
            "other-street-clerk", self.other_street, "street_clerk", name="二街经办"
        )
        self.other_street_head = add("other-street-head", self.other_street, "street_head", name="二街负责")
        self.station_staff = add("station", self.station, "station_staff", name="司法所员")
        self.nobody = add("nobody", self.department, name="无角色")
        RoleAssignment.objects.bulk_create(assignments)
        sync_grants({assignment.user_id for assignment in assignments})

    # ---- Helpers: rows in any state, through the services -----------------------------------------

    @cached_property
    def _clerks(self) -> dict[int, tuple[User, User]]:
        return {
            self.department.pk: (self.clerk, self.head),
            self.other_department.pk: (self.other_clerk, self.other_head),
            self.justice_bureau.pk: (self.justice_clerk, self.justice_head),
            self.street.pk: (self.street_clerk, self.street_head),
            self.other_street.pk: (self.other_street_clerk, self.other_street_head),
        }

    def clerk_of(self, organization: Organization) -> User:
        """The 经办人 of one of the organizations that have one."""
        return self._clerks[organization.pk][0]

    def head_of(self, organization: Organization) -> User:
        """The 负责人 of one of the organizations that have one."""
        return self._clerks[organization.pk][1]

    def values(self, name: str = "擅自占用城市道路的处罚", **other: Any) -> dict[str, Any]:
        """Return the values of a whole and faultless item."""
        return {
            "name": name,
            "type": self.types["行政处罚"],
            "basis": "《城市道路管理条例》第四十二条",
            "duties": "街道负责巡查和处罚；部门负责业务指导",
            "source": "district",
            "municipal_department": "",
            "office": "",
            "remarks": "",
            **other,
        }

    @preparation
    def draft(
        self, *names: str, organization: Organization | None = None, title: str = "2026年赋权事项申报"
    ) -> Filing:
        """A filing in draft with these items (one by default) of a department (housing by default)."""
        from empowerment.filings.services import add_item
        from empowerment.filings.steps import create_filing

        organization = organization or self.department
        actor = self.clerk_of(organization)
        filing = create_filing(organization=organization, title=title, actor=actor)
        for name in names or ("擅自占用城市道路的处罚",):
            add_item(filing, actor=actor, values=self.values(name))
        filing.refresh_from_db()
        return filing

    @preparation
    def at_establishment(self, *names: str, organization: Organization | None = None) -> Filing:
        """A filing that its head has submitted to 区委编办."""
        from empowerment.filings.steps import submit_filing

        filing = self.draft(*names, organization=organization)
        submit_filing(filing, actor=self.head_of(filing.organization))
        filing.refresh_from_db()
        return filing

    @preparation
    def at_justice(self, *names: str, organization: Organization | None = None) -> Filing:
        """A filing of which 区委编办 has passed every item."""
        filing = self.at_establishment(*names, organization=organization)
        return self.pass_desk(filing, Desk.ESTABLISHMENT, self.establishment)

    @preparation
    def at_deliberation(self, *names: str, organization: Organization | None = None) -> Filing:
        """A filing of which both desks have passed every item."""
        filing = self.at_justice(*names, organization=organization)
        return self.pass_desk(filing, Desk.JUSTICE, self.justice)

    def pass_desk(self, filing: Filing, desk: str, actor: User) -> Filing:
        """Pass every item in review at a desk and finish it."""
        from empowerment.filings.desks import finish_desk, give_opinions

        opinions = dict.fromkeys(
            filing.lines.filter(state="review").values_list("pk", flat=True), (Verdict.PASS.value, "")
        )
        give_opinions(filing, desk=str(desk), opinions=opinions, actor=actor)
        finish_desk(filing, desk=str(desk), actor=actor)
        filing.refresh_from_db()
        return filing

    def meeting(self, *filings: Filing, name: str = "区政府第1次常务会议", **verdicts: Any) -> Meeting:
        """Record a meeting that passes every item in review of these filings."""
        from empowerment.filings.meetings import record_meeting
        from xianan.core import clock

        lines = FilingItem.objects.filter(filing__in=filings, state="review")
        opinions = dict.fromkeys(lines.values_list("pk", flat=True), (Verdict.PASS.value, ""))
        return record_meeting(
            name=name, held_on=clock.today(), opinions=opinions, actor=self.government_office, **verdicts
        )

    @preparation
    def listed(self, *names: str, organization: Organization | None = None) -> list[Item]:
        """Items on a new version of the list, with the claims of every street open."""
        filing = self.at_deliberation(*names, organization=organization)
        self.meeting(filing)
        wanted = filing.lines.values_list("name", flat=True)
        return list(Item.objects.filter(organization=filing.organization, name__in=wanted))

    @property
    def current_list(self) -> ItemList:
        """The newest version of the list."""
        return ItemList.objects.filter(district=self.district).latest("number")

    def claims(self, street: Organization | None = None) -> list[Claim]:
        """The claims of a street (the first by default)."""
        return list(Claim.objects.filter(street=street or self.street).select_related("item"))

    @preparation
    def claimed(self, *names: str, street: Organization | None = None) -> list[Claim]:
        """Items listed, claimed and submitted by a street (the first by default)."""
        from empowerment.claims.steps import decide, submit_claims

        street = street or self.street
        items = self.listed(*names)
        claims = list(Claim.objects.filter(street=street, item__in=items))
        decide(claims, decision="claimed", actor=self.clerk_of(street))
        submit_claims(street, actor=self.head_of(street))
        return list(Claim.objects.filter(pk__in=[claim.pk for claim in claims]))

    @preparation
    def letter(self, *names: str, street: Organization | None = None) -> Agreement:
        """A letter over claimed items, sent and waiting for the department."""
        from empowerment.agreements.sending import create_letter

        street = street or self.street
        self.claimed(*names, street=street)
        create_letter(self.department, street, actor=self.establishment)
        return Agreement.objects.filter(organization=self.department, street=street).latest("pk")

    @preparation
    def half_signed(self, *names: str, street: Organization | None = None) -> Agreement:
        """A letter that the department has signed."""
        return self.sign(self.letter(*names, street=street), self.head)

    @preparation
    def effective(self, *names: str, street: Organization | None = None) -> Agreement:
        """A letter that both have signed."""
        letter = self.half_signed(*names, street=street)
        return self.sign(letter, self.head_of(letter.street))

    def sign(self, letter: Agreement, actor: User) -> Agreement:
        """Sign a letter by a person with the password of all."""
        from empowerment.agreements.steps import sign

        sign(letter, actor=actor, password=PASSWORD)
        letter.refresh_from_db()
        return letter

    def client(self, user: User) -> Any:
        """A test client signed in as ``user``."""
        from django.test import Client

        client = Client()
        client.force_login(user, backend="xianan.organizations.middleware.AccountBackend")
        return client

    @property
    def everybody(self) -> Sequence[SimpleNamespace]:
        """Every named person with the attribute they are found under."""
        return [
            SimpleNamespace(key=key, user=value)
            for key, value in vars(self).items()
            if isinstance(value, User)
        ]


def begun(plan: Plan = XIANAN) -> World:
    """Return the world that a test begins with: built once, then put back or loaded."""
    return begun_with(f"world-{plan.code}", lambda: World(plan))
