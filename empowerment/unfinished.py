"""What of this app is open for an organization that is to end."""

from __future__ import annotations

from collections.abc import Iterator

from xianan.organizations.models import Organization
from xianan.organizations.unfinished import Unfinished, listed, open_for

from .choices import AgreementState, ClaimState, FilingState, PowerState
from .models import Agreement, Claim, Empowerment, Filing


@open_for.fill
def unfinished(row: Organization) -> Iterator[Unfinished]:
    filings = Filing.objects.filter(organization=row).exclude(state=FilingState.DECIDED)
    yield listed("未办结的申报", filings, "份", "empowerment:filings", organization=row.pk)
    claims = Claim.objects.filter(street=row, state=ClaimState.OPEN, item__is_listed=True)
    yield listed("未提交的认领", claims, "项", "empowerment:claims", street=row.pk, state=ClaimState.OPEN)
    side = "street" if row.is_street else "organization"
    letters = Agreement.objects.filter(state__in=(AgreementState.SENT, AgreementState.SIGNED), **{side: row})
    yield listed("未签署完的承接确认书", letters, "份", "empowerment:agreements", **{side: row.pk})
    powers = Empowerment.objects.filter(**{side: row}).exclude(state=PowerState.ENDED)
    yield listed("未终止的赋权事项", powers, "项", "empowerment:powers", **{side: row.pk})
