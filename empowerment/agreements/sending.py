"""Sending letters: a batch through the job ledger, each letter in one transaction (P09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.urls import reverse

from empowerment.choices import ClaimState, Decision
from empowerment.models import Agreement, AgreementLine, Claim, ItemList
from empowerment.rules import missing_contents, numbers_text
from empowerment.selectors.agreements import JOB, KIND, Ground, claims_to_cover, ground, pairs_to_send
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.documents.rules import number_text
from xianan.documents.selectors import active_certificate
from xianan.documents.services import (
    Party,
    Source,
    create_document,
    ensure_certificates,
    issue_certificate,
    take_number,
)
from xianan.history.services import record
from xianan.jobs.models import Job
from xianan.jobs.services import enqueue
from xianan.organizations.models import District, Organization, User
from xianan.organizations.scope import scope_of
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameter

from .paper import TEMPLATE, content, letter_name
from .steps import DEPARTMENT, STREET, ask_to_sign, figure

NOTHING = "nothing_to_cover"

PairIds = tuple[int, int]


@transaction.atomic
def send_letters(pairs: Iterable[PairIds], *, actor: User) -> Job:
    """Put a batch of letters, one for each (department, street), into the job ledger.

    Refused as a whole when any pair can't be sent now. Errors: nothing_chosen, nothing_to_cover,
    contents_missing, parameter_missing, not_allowed.
    """
    scope_of(actor).require("send_agreement", actor.district, label="发送承接确认书")
    wanted = list(dict.fromkeys((int(department), int(street)) for department, street in pairs))
    if not wanted:
        raise DomainError("nothing_chosen", "没有选中要发送的确认书。")
    district = actor.district
    months = parameter(district, DocumentKey.PLAN, "transition_months")
    known = {(pair.organization.pk, pair.street.pk): pair for pair in pairs_to_send(district, months=months)}
    for key in wanted:
        pair = known.get(key)
        if pair is None:
            raise DomainError(
                NOTHING, "选中的部门和街道之间没有待确认的事项，可能已经发送。刷新页面可查看最新情况。"
            )
        if pair.gaps:
            raise DomainError(
                "contents_missing",
                f"{pair.organization}与{pair.street}的{numbers_text([gap.name for gap in pair.gaps])}"
                "缺少必载内容，不能发送。",
            )
    job = enqueue(
        JOB,
        title=f"发送承接确认书 {len(wanted)} 份",
        district=district,
        actor=actor,
        arguments={"pairs": [list(key) for key in wanted]},
        link=reverse("empowerment:agreements"),
    )
    job.link = f"{job.link}?job={job.pk}"
    job.save(update_fields=["link"])
    record(job, "agreement.batch", f"发起发送承接确认书 {len(wanted)} 份", actor=actor)
    return job


@transaction.atomic
def create_letter(department: Organization, street: Organization, *, actor: User) -> Agreement:
    """Send one letter over what ``street`` has claimed of ``department`` and no live letter holds.

    Takes the number, freezes the five contents and the figures of the policy in force (or the last
    one), renders the PDF and asks the department to sign. Errors: nothing_to_cover, contents_missing,
    parameter_missing, no_policy, not_allowed.
    """
    scope_of(actor).require("send_agreement", actor.district, label="发送承接确认书")
    # Publishing a list takes the district before the claims too: one order, no deadlock.
    district = lock(_district_of(department, street, actor))
    claims = list(
        claims_to_cover(district)
        .filter(item__organization=department, street=street)
        .select_for_update(of=("self",))
        .select_related("entry", "item")
        .order_by("item__number")
    )
    # The condition is asked once more under the lock: another batch may have come first.
    held = set(
        AgreementLine.objects.filter(claim__in=claims, is_live=True).values_list("claim_id", flat=True)
    )
    claims = [
        claim
        for claim in claims
        if claim.pk not in held and claim.state == ClaimState.SUBMITTED and claim.decision == Decision.CLAIMED
    ]
    if not claims:
        raise DomainError(NOTHING, f"{department}与{street}之间没有待确认的事项，可能已经发送。")
    based_on = _ground_of(district)
    item_list = ItemList.objects.filter(district=district).latest("number")
    months = int(figure(district, "transition_months"))
    copies = int(figure(district, "letter_copies"))
    sign_by = clock.today() + dt.timedelta(days=int(figure(district, "signing_days")))
    lines = _freeze(claims, months)
    _certify((department, street))
    year = clock.today().year
    number = number_text(
        str(figure(district, "letter_prefix")), year, take_number(district=district, kind=KIND, year=year)
    )
    told = content(
        department=department,
        street=street,
        ground=based_on,
        item_list=item_list,
        lines=lines,
        months=months,
        copies=copies,
    )
    document = create_document(
        district=district,
        kind=KIND,
        number=number,
        title=letter_name(district),
        template=TEMPLATE,
        data=told,
        sources=[
            Source(item_list, item_list.number),
            Source(based_on.version, months),
            *(Source(claim, claim.entry.name) for claim in claims),
        ],
        actor=actor,
        organization=department,
        parties=[Party(DEPARTMENT, "甲方", department), Party(STREET, "乙方", street)],
    )
    agreement = Agreement.objects.create(
        district=district,
        organization=department,
        street=street,
        number=number,
        item_list=item_list,
        policy=based_on.version,
        transition_months=months,
        copies=copies,
        line_count=len(lines),
        document=document,
        sent_by=actor,
        sent_at=clock.now(),
        sign_by=sign_by,
    )
    for line in lines:
        line.agreement = agreement
    AgreementLine.objects.bulk_create(lines, batch_size=500)
    ask_to_sign(agreement, department, sign_by)
    if agreement.sign_by != sign_by:
        agreement.save(update_fields=["sign_by"])
    record(
        agreement,
        "agreement.send",
        "生成并送签",
        actor=actor,
        changes={"事项数": (None, len(lines)), "签署截止": (None, agreement.sign_by)},
    )
    return agreement


def _district_of(department: Organization, street: Organization, actor: User) -> District:
    if {department.district_id, street.district_id} != {actor.district_id}:
        raise DomainError("other_district", "部门和街道须属于本区。", status=403)
    if not department.empowering or not street.is_street:
        # P27: a street is never the giver of a power.
        raise DomainError("not_a_pair", "承接确认书由赋权部门与街道签订。")
    return department.district


def _ground_of(district: District) -> Ground:
    found = ground(district)
    if found is None:
        raise DomainError("no_policy", "尚未登记实施方案，不能发送确认书。须由区委编办在“政策参数”中补充。")
    return found


def _freeze(claims: Sequence[Claim], months: int) -> list[AgreementLine]:
    """Return the unsaved lines with the five contents as the street saw and claimed them."""
    lines = [
        AgreementLine(
            district_id=claim.district_id,
            claim=claim,
            item=claim.item,
            position=position,
            name=claim.entry.name,
            type_name=claim.entry.type_name,
            basis=claim.entry.basis,
            duties=claim.entry.duties,
            transition_months=months,
        )
        for position, claim in enumerate(claims, start=1)
    ]
    for line in lines:
        lacking = missing_contents(
            name=line.name,
            type_name=line.type_name,
            basis=line.basis,
            duties=line.duties,
            transition_months=months,
        )
        if lacking:
            raise DomainError(
                "contents_missing",
                f"“{line.name}”缺少{'、'.join(lacking)}，不能列入承接确认书。须由部门申报变更、补全后再发送。",
            )
    return lines


def _certify(parties: Iterable[Organization]) -> None:
    """Give each party a certificate that can sign now, so that no letter waits for one."""
    now = clock.now()
    for party in parties:
        held = active_certificate(party.pk)
        if held is None:
            ensure_certificates(party.district, organizations=[party])
        elif held.not_after <= now:
            issue_certificate(party)
