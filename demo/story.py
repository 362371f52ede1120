"""The demonstration story: ten months of a district, told through the services.

A chapter says when something happened (``story.at``), who did it (``story.person``) and calls the services
that a click would call, so the history is that of clicks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from empowerment.agreements.sending import send_letters
from empowerment.agreements.steps import sign
from empowerment.choices import Desk, LineState, Source, Verdict
from empowerment.claims.steps import decide, submit_claims
from empowerment.filings.desks import finish_desk, give_opinions
from empowerment.filings.meetings import record_meeting
from empowerment.filings.services import add_item
from empowerment.filings.steps import create_filing, submit_filing
from empowerment.models import Agreement, Claim, Filing, FilingItem, ItemType, Meeting
from xianan.core import clock
from xianan.core.dates import add_months
from xianan.jobs import runner
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job
from xianan.organizations.models import District, Organization, User
from xianan.portal.loading.district import DEFAULT_FOLDER, load_district
from xianan.portal.loading.tables import read

from .accounts import PASSWORD

MONTHS = 10

Reasons = Mapping[str, str]
"""Item name → reason."""


class Story:
    """What the chapters share: the calendar, the people, the example items, and the verbs."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.first_day = add_months(today, -MONTHS)
        self._last: dt.datetime | None = None
        self._people: dict[str, User] = {}
        self.at(0, "09:00", months=MONTHS)
        self.district: District = load_district().district

    # ---- Calendar ---------------------------------------------------------------------------------

    def day(self, days: int, *, months: int = 0) -> dt.date:
        """Return the working day ``months`` and ``days`` before today, never today itself."""
        day = add_months(self.today, -months) - dt.timedelta(days=days)
        while day.weekday() > 4:
            day += dt.timedelta(days=1)
        while day >= self.today or day.weekday() > 4:
            day -= dt.timedelta(days=1)
        return day

    def at(self, days: int, time: str, *, months: int = 0) -> dt.date:
        """Stop the clock at that time so long before today, later if the story has got past it."""
        moment = dt.datetime.combine(self.day(days, months=months), dt.time.fromisoformat(time), clock.ZONE)
        if self._last is not None and moment <= self._last:
            moment = self._last + dt.timedelta(minutes=3)
        self._last = moment
        clock.set_to(moment, still=True)
        return moment.date()

    def later(self, minutes: int) -> None:
        """Let some minutes pass."""
        assert self._last is not None
        self._last += dt.timedelta(minutes=minutes)
        clock.set_to(self._last, still=True)

    # ---- People, organizations, example items ------------------------------------------------------

    def person(self, username: str) -> User:
        """Return the person with this account."""
        if username not in self._people:
            self._people[username] = User.objects.select_related("organization", "district").get(
                username=username
            )
        return self._people[username]

    def clerk(self, prefix: str) -> User:
        """Return the 经办人 of an organization by the prefix of its accounts: zhujian, wenquan."""
        return self.person(f"{prefix}-jb")

    def head(self, prefix: str) -> User:
        """Return the 负责人 of an organization by the prefix of its accounts."""
        return self.person(f"{prefix}-fz")

    def organization(self, prefix: str) -> Organization:
        """Return the organization by the prefix of its accounts."""
        return self.clerk(prefix).organization

    @cached_property
    def examples(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The example items: department → name → values as ``add_item`` takes them, in file order."""
        types = {row.name: row for row in ItemType.objects.filter(district=self.district)}
        headers = (
            "赋权部门",
            "事项名称",
            "事项类型",
            "设定依据",
            "职责边界",
            "权力来源层级",
            "市直部门",
            "承办机构",
            "备注",
        )
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for row in read(DEFAULT_FOLDER / "items.csv", headers):
            found.setdefault(row.text("赋权部门"), {})[row.text("事项名称")] = {
                "name": row.text("事项名称"),
                "type": types[row.text("事项类型")],
                "basis": row.text("设定依据"),
                "duties": row.text("职责边界"),
                "source": row.choice("权力来源层级", Source),
                "municipal_department": row.text("市直部门"),
                "office": row.text("承办机构"),
                "remarks": row.text("备注"),
            }
        return found

    def names(self, prefix: str, *, without: Iterable[str] = ()) -> list[str]:
        """Return the names of a department's examples that have a legal basis, by words left out."""
        left_out = tuple(without)
        return [
            name
            for name, values in self.examples[self.organization(prefix).name].items()
            if values["basis"] and not any(word in name for word in left_out)
        ]

    def full_name(self, prefix: str, part: str) -> str:
        """Return the one name of a department's examples that contains ``part``."""
        (name,) = [n for n in self.examples[self.organization(prefix).name] if part in n]
        return name

    # ---- Verbs ------------------------------------------------------------------------------------

    def draft(
        self,
        prefix: str,
        title: str,
        names: Sequence[str],
        *,
        feasibility: str = "",
        changes: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Filing:
        """Draft a filing of a department with these example items."""
        clerk = self.clerk(prefix)
        filing = create_filing(
            organization=clerk.organization, title=title, actor=clerk, feasibility=feasibility
        )
        examples = self.examples[clerk.organization.name]
        for name in names:
            self.later(2)
            add_item(filing, actor=clerk, values={**examples[name], **(changes or {}).get(name, {})})
        return filing

    def submit(self, filing: Filing, prefix: str) -> Filing:
        """Have the head submit a filing."""
        return submit_filing(filing, actor=self.head(prefix))

    def review(
        self,
        filing: Filing,
        desk: Desk,
        *,
        returned: Reasons | None = None,
        deferred: Reasons | None = None,
        finish: bool = True,
    ) -> None:
        """Have a desk pass the items of a filing but for those returned or deferred (by part of the name)."""
        actor = self.person("bianban" if desk is Desk.ESTABLISHMENT else "sifa-shenhe")
        lines = FilingItem.objects.filter(filing=filing, state=LineState.REVIEW)
        give_opinions(
            filing, desk=desk.value, opinions=_opinions(lines, returned or {}, deferred or {}), actor=actor
        )
        if finish:
            self.later(4)
            finish_desk(filing, desk=desk.value, actor=actor)

    def meet(
        self,
        name: str,
        filings: Iterable[Filing],
        *,
        reference: str,
        note: str,
        returned: Reasons | None = None,
        deferred: Reasons | None = None,
    ) -> Meeting:
        """Record what a meeting of the district government decided about these filings."""
        lines = FilingItem.objects.filter(filing__in=list(filings), state=LineState.REVIEW)
        meeting = record_meeting(
            name=name,
            held_on=clock.today(),
            opinions=_opinions(lines, returned or {}, deferred or {}),
            actor=self.person("zhengfuban"),
            reference=reference,
            note=note,
        )
        run_jobs()
        return meeting

    def decide(
        self,
        prefix: str,
        decision: str,
        parts: Iterable[str],
        *,
        reason: str = "",
        again: dt.date | None = None,
    ) -> None:
        """Have a street's clerk give one opinion on its open claims whose item's name has one of ``parts``."""
        wanted = tuple(parts)
        rows = [row for row in self.open_claims(prefix) if any(part in row.item.name for part in wanted)]
        missed = [part for part in wanted if not any(part in row.item.name for row in rows)]
        if missed:
            raise LookupError(f"{prefix}: no open claim on {missed}")
        decide(rows, decision=decision, actor=self.clerk(prefix), reason=reason, look_again_on=again)

    def claim_rest(self, prefix: str) -> None:
        """Have a street's clerk claim whatever it has not looked at yet."""
        rows = [row for row in self.open_claims(prefix) if row.decision == "pending"]
        decide(rows, decision="claimed", actor=self.clerk(prefix))

    def open_claims(self, prefix: str) -> list[Claim]:
        """Return the claims that a street has not submitted."""
        street = self.organization(prefix)
        return list(Claim.objects.filter(street=street, state="open").select_related("item", "street"))

    def submit_claims(self, prefix: str) -> None:
        """Have a street's head submit what its clerk has decided."""
        submit_claims(self.organization(prefix), actor=self.head(prefix))

    def send(self, *pairs: tuple[str, str]) -> None:
        """Have 区委编办 send letters to pairs of department and street."""
        ids = [(self.organization(one).pk, self.organization(other).pk) for one, other in pairs]
        send_letters(ids, actor=self.person("bianban"))
        run_jobs()

    def letter(self, department: str, street: str) -> Agreement:
        """Return the newest letter between a department and a street."""
        return Agreement.objects.filter(
            organization=self.organization(department), street=self.organization(street)
        ).latest("pk")

    def sign(self, department: str, street: str, *, by: str) -> None:
        """Have the head of one party sign the newest letter between the two."""
        sign(self.letter(department, street), actor=self.head(by), password=PASSWORD)


def _opinions(
    lines: Iterable[FilingItem], returned: Reasons, deferred: Reasons
) -> dict[int, tuple[str, str]]:
    opinions: dict[int, tuple[str, str]] = {}
    used: set[str] = set()
    for line in lines:
        opinions[line.pk] = (Verdict.PASS.value, "")
        for verdict, reasons in ((Verdict.RETURN, returned), (Verdict.DEFER, deferred)):
            for part, reason in reasons.items():
                if part in line.name:
                    opinions[line.pk] = (verdict.value, reason)
                    used.add(part)
    missed = {*returned, *deferred} - used
    if missed:
        raise LookupError(f"no item in review is called {sorted(missed)}")
    return opinions


def run_jobs() -> None:
    """Run every job that waits, as the worker would. Raises RuntimeError when one fails."""
    for key in runner.sweep():
        runner.run(key)
    left = Job.objects.exclude(state=JobState.DONE).first()
    if left is not None:
        raise RuntimeError(f"the job {left} is {left.state}: {left.error or left.log}")
