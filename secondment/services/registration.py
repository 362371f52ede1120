"""Registering a secondment, and what it must satisfy (P11, P12, P28)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from secondment.choices import Funding, Membership, SecondmentState
from secondment.models import Person, Secondment
from secondment.rules.term import needs_certificate
from secondment.selectors.figures import staff_figures
from secondment.selectors.staff import last_of, types_in
from secondment.services.dates import await_arrival
from secondment.services.judging import Taken, judge_age, judge_certificate, judge_overlap, judge_term
from secondment.services.people import Particulars, find_or_create
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import attach_all, together
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

LONGEST = 300
Files = Mapping[str, Sequence["UploadedFile[bytes]"]]
GONE = (SecondmentState.REFUSED, SecondmentState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Term:
    """Where, from when to when and as what somebody is to serve; days are inclusive."""

    street: Organization
    starts_on: dt.date
    planned_until: dt.date
    post: str = ""
    funding: str = Funding.DEPARTMENT
    over_age_reason: str = ""


def register(
    particulars: Particulars,
    term: Term,
    *,
    organization: Organization,
    actor: User,
    files: Files | None = None,
) -> Secondment:
    """Register a person's secondment in a street; it waits for the street, or beyond the age for 区委编办.

    Errors, each with its field: those of ``Particulars.checked``; elsewhere, other_name (the person is
    another department's, or another one); not_giving, not_street, funding (P28), too_short (P12),
    over_age (the reason is missing), certificate_missing, certificate_expired (P12), same_time (one
    person, one street at a time); and not_allowed. With ``files`` (slot → files) the scan of the certificate
    is asked at once where one is required (scan_missing, field file_certificate); a workbook has none, and
    the street can't confirm the arrival before it is there.
    """
    with together():
        row = _register(particulars, term, organization=organization, actor=actor)
        if files is not None:
            attach_all(row, files, actor=actor)
            refuse_without_scan(row, field="file_certificate")
    return row


def _register(particulars: Particulars, term: Term, *, organization: Organization, actor: User) -> Secondment:
    scope_of(actor).require("register_secondment", organization, label="登记下沉人员")
    _refuse_units(organization, term.street)
    figures = staff_figures(organization.district_id, term.starts_on)
    judge_term(term.starts_on, term.planned_until, term.funding, figures)
    person = find_or_create(particulars, organization=organization, actor=actor)
    refuse_certificate(person, term.street, term.starts_on)
    refuse_overlap(person, term.starts_on, term.planned_until)
    beyond = judge_age(person.born_on, term.starts_on, reason := term.over_age_reason.strip(), figures)
    row = insert(
        Secondment(
            district_id=organization.district_id,
            person=person,
            organization=organization,
            street=term.street,
            state=SecondmentState.APPROVAL if beyond else SecondmentState.REGISTERED,
            starts_on=term.starts_on,
            planned_until=term.planned_until,
            funding=term.funding,
            post=term.post.strip(),
            over_age_reason=reason[:LONGEST] if beyond else "",
            registered_by=actor,
        )
    )
    record(
        row,
        "secondment.registered",
        "登记下沉，报区委编办同意" if beyond else "登记下沉",
        actor=actor,
        organization=organization,
        changes={"下沉之日": (None, row.starts_on), "期满之日": (None, row.planned_until)},
        reason=row.over_age_reason,
    )
    if not beyond:
        await_arrival(row)
    return row


def insert(row: Secondment) -> Secondment:
    """Write a new secondment; PostgreSQL refuses an overlap that a colleague has just made."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "one_street_at_a_time" not in str(error):
            raise
        raise DomainError(
            "same_time", "该人员刚被登记到另一街道，刷新页面查看最新情况。", field="starts_on"
        ) from None
    return row


# ---- What is refused ---------------------------------------------------------------------------------


def _refuse_units(organization: Organization, street: Organization) -> None:
    if not organization.empowering:
        raise DomainError("not_giving", f"{organization}不是赋权部门，不登记下沉人员。")
    refuse_street(street, organization.district_id)


def refuse_street(street: Organization, district: int) -> None:
    """Raise DomainError unless it is a street of the district that is still there."""
    if not street.is_street or street.district_id != district or not street.is_active:
        raise DomainError("not_street", f"{street}不是本区存续的街道。", field="street")


def refuse_certificate(person: Person, street: Organization, starts_on: dt.date) -> None:
    """Raise DomainError when the powers in the street call for a certificate that is not there (P12)."""
    judge_certificate(
        person,
        types_in(person.organization_id, street, starts_on),
        starts_on,
        organization=str(person.organization),
        street=str(street),
    )


def lacks_scan(row: Secondment) -> bool:
    """Whether the scan of a certificate is required for a secondment and is not there (P12).

    Asked once of a row as it was read: notice and button of its page need it.
    """
    known = vars(row)
    if "_lacks_scan" not in known:
        types = types_in(row.organization_id, row.street, row.starts_on)
        known["_lacks_scan"] = needs_certificate(types) and not attachments_of(row, "certificate").exists()
    return bool(known["_lacks_scan"])


def refuse_without_scan(row: Secondment, field: str = "") -> None:
    """Raise DomainError where the scan of the certificate is required and missing.

    ``field`` is the one on the department's form, which is told to choose the file; the street is told who
    has to upload it.
    """
    if lacks_scan(row):
        remedy = (
            "选择 PDF 扫描件或照片后登记。" if field else "由派出部门在该人员的页面上传后，街道确认到岗。"
        )
        raise DomainError(
            "scan_missing",
            f"未上传执法证扫描件：{row.organization}在{row.street}的职权含处罚、强制或检查。{remedy}",
            field=field,
        )


def refuse_overlap(person: Person, starts_on: dt.date, until: dt.date, *, without: int = 0) -> None:
    """Raise DomainError when the person is taken on any of these days; the person must be locked."""
    rows = Secondment.objects.filter(person=person).exclude(state__in=GONE).exclude(pk=without)
    taken = [Taken(str(row.street), row.starts_on, last_of(row)) for row in rows.select_related("street")]
    judge_overlap(person.name, starts_on, until, taken)


@transaction.atomic
def move_membership(row: Secondment, *, on: dt.date, actor: User) -> Secondment:
    """Record the day on which the Party or League membership passed to the street (P31); either side may.

    Errors: not_allowed, wrong_state, no_membership, future.
    """
    scope = scope_of(actor)
    if not (
        scope.can("register_secondment", row, "organization") or scope.can("confirm_arrival", row, "street")
    ):
        scope.require("register_secondment", row, "organization", label="登记组织关系转入")
    fresh = Secondment.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.pk)
    if fresh.state not in (SecondmentState.REGISTERED, SecondmentState.SERVING):
        raise DomainError(
            "wrong_state",
            f"下沉现在是“{fresh.get_state_display()}”，不能登记组织关系转入。刷新页面查看最新情况。",
        )
    if fresh.person.membership == Membership.NONE:
        raise DomainError("no_membership", f"{fresh.person}无党（团）组织关系，不需要转接。", field="on")
    if on > clock.today():
        raise DomainError("future", f"转入日期不能晚于今日 {chinese_date(clock.today())}。", field="on")
    old, fresh.membership_on = fresh.membership_on, on
    fresh.membership_at = clock.now()
    fresh.save(update_fields=["membership_on", "membership_at"])
    record(
        fresh,
        "secondment.membership",
        f"登记{fresh.person.get_membership_display()}转入街道",
        actor=actor,
        changes={"组织关系转入日期": (old, on)},
    )
    return fresh
