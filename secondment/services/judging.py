"""What a secondment must satisfy, judged alike for the form and for every row of a workbook (P12, P28).

Each raises DomainError naming the field; none asks the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from secondment.choices import Funding
from secondment.rules.term import earliest_end, needs_certificate, over_age, overlaps
from secondment.selectors.figures import StaffFigures
from xianan.core.dates import chinese_date, full_years, last_day_of_secondment
from xianan.core.errors import DomainError

YOUNGEST = 18
"""Full years; nobody younger is in office."""
LONGEST_YEARS = 10


class Certified(Protocol):
    """What is asked of somebody's certificate."""

    @property
    def certificate_number(self) -> str: ...

    @property
    def certificate_until(self) -> dt.date | None: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """Days on which a person is in a street already."""

    street: str
    first: dt.date
    last: dt.date


def judge_term(starts_on: dt.date, until: dt.date, funding: str, figures: StaffFigures) -> None:
    """Refuse another payer than the department (P28) and a term that is too short (P12)."""
    if funding != Funding.DEPARTMENT:
        raise DomainError(
            "funding",
            "下沉人员编制、工资福利不变，经费由派出部门预算足额保障，不得增加街道负担（P28），"
            "经费来源只能是派出部门预算。改选派出部门预算。",
            field="funding",
        )
    judge_length(starts_on, until, figures.months)


def judge_length(starts_on: dt.date, until: dt.date, months: int) -> None:
    """Refuse a secondment shorter than the document allows, and name the first day that would do."""
    first_end = earliest_end(starts_on, months)
    if until < first_end:
        raise DomainError(
            "too_short",
            f"下沉不少于 {months} 个月，{chinese_date(starts_on)}至 {chinese_date(until)}不足。"
            f"期满之日最早填 {chinese_date(first_end)}。",
            field="planned_until",
        )
    judge_years(starts_on, until)


def judge_years(starts_on: dt.date, until: dt.date) -> None:
    """Refuse an end that can only be a slip of the pen: it would cover the street for good (P11)."""
    last_end = last_day_of_secondment(starts_on, LONGEST_YEARS * 12)
    if until > last_end:
        raise DomainError(
            "too_long",
            f"期满之日 {chinese_date(until)}距下沉之日 {chinese_date(starts_on)}超过 {LONGEST_YEARS} 年。"
            f"核对年份，最晚填 {chinese_date(last_end)}，到期前可以延长。",
            field="planned_until",
        )


def judge_certificate(
    person: Certified, types: Collection[str], starts_on: dt.date, *, organization: str, street: str
) -> None:
    """Refuse somebody without a valid certificate where the powers in the street call for one."""
    if not needs_certificate(types):
        return
    if not person.certificate_number.strip():
        enforcing = "、".join(sorted(name for name in types if needs_certificate([name])))
        raise DomainError(
            "certificate_missing",
            f"{organization}在{street}的职权含{enforcing}，下沉人员须持有执法证。"
            "填写执法证号和有效期，或改派持证人员。",
            field="certificate_number",
        )
    until = person.certificate_until
    if until is not None and until < starts_on:
        raise DomainError(
            "certificate_expired",
            f"执法证有效期至 {chinese_date(until)}，早于下沉之日 {chinese_date(starts_on)}。换证后登记，或改派持证人员。",
            field="certificate_until",
        )


def judge_age(born_on: dt.date, starts_on: dt.date, reason: str, figures: StaffFigures) -> bool:
    """Return whether somebody is beyond the age; refuse it without a reason, and refuse a minor."""
    years = full_years(born_on, starts_on)
    if years < YOUNGEST:
        raise DomainError(
            "under_age",
            f"{chinese_date(born_on)}出生，下沉之日 {chinese_date(starts_on)}不满 {YOUNGEST} 周岁。"
            "核对身份证号码和下沉之日。",
            field="id_number",
        )
    beyond = over_age(born_on, starts_on, figures.age_limit)
    if beyond and not reason.strip():
        raise DomainError(
            "over_age",
            f"下沉之日 {years} 周岁，超过 {figures.age_limit} 周岁。写明为何须由本人下沉，报区委编办同意。",
            field="over_age_reason",
        )
    return beyond


def judge_overlap(name: str, starts_on: dt.date, until: dt.date, taken: Iterable[Taken]) -> None:
    """Refuse a second street on the same day."""
    for other in taken:
        if overlaps(starts_on, until, other.first, other.last):
            raise DomainError(
                "same_time",
                f"{name}自 {chinese_date(other.first)}至 {chinese_date(other.last)}"
                f"下沉{other.street}，同一时间只能在一个街道。改填日期，或先办理返回、调整。",
                field="starts_on",
            )


def elsewhere(sender: str, street: str, organization: str) -> DomainError:
    """Return the refusal of somebody whose secondment for another department goes on."""
    return DomainError(
        "elsewhere",
        f"该身份证号码已由{sender}登记，下沉{street}尚未结束。"
        f"由{sender}办理返回或撤销后，再由{organization}登记。",
        field="id_number",
    )


def other_name(said: str, kept: str = "") -> DomainError:
    """Return the refusal of a number that belongs to another name; ``kept`` is told to the own department alone."""
    registered = f"“{kept}”" if kept else "另一姓名"
    return DomainError(
        "other_name",
        f"填写的姓名为“{said}”，该身份证号码已登记在{registered}之下。核对姓名和身份证号码。",
        field="id_number",
    )
