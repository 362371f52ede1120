"""Measures: items claimed (P07), letters signed (P09), transitions completed (P13)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q
from django.urls import reverse

from xianan.organizations.models import District
from xianan.policy.measures import Figure, Measure, register

from .choices import AgreementState, ClaimState, Decision
from .models import Agreement, Claim, Empowerment
from .selectors.periods import in_force


def _claimed(district: District, on: dt.date) -> dict[int, Figure]:
    rows = (
        Claim.objects.filter(district=district, item__is_listed=True, opened_at__date__lte=on)
        .order_by()
        .values("street_id")
        .annotate(
            all=Count("pk"),
            claimed=Count(
                "pk",
                filter=Q(state=ClaimState.SUBMITTED, decision=Decision.CLAIMED, submitted_at__date__lte=on),
            ),
        )
    )
    return {
        row["street_id"]: Figure(
            row["claimed"], row["all"], f"{reverse('empowerment:claims')}?street={row['street_id']}"
        )
        for row in rows
    }


def _signed(district: District, on: dt.date, owner: str) -> dict[int, Figure]:
    due = Agreement.objects.filter(district=district, sent_at__date__lte=on).exclude(
        state__in=(AgreementState.REFUSED, AgreementState.WITHDRAWN)
    )
    rows = (
        due.order_by()
        .values(f"{owner}_id")
        .annotate(all=Count("pk"), signed=Count("pk", filter=Q(effective_on__lte=on)))
    )
    return {
        row[f"{owner}_id"]: Figure(
            row["signed"], row["all"], f"{reverse('empowerment:agreements')}?{owner}={row[f'{owner}_id']}"
        )
        for row in rows
    }


def _completed(district: District, on: dt.date, owner: str) -> dict[int, Figure]:
    """Of the powers in force on a day whose term was over by then, those whose completion was confirmed."""
    rows = (
        Empowerment.objects.filter(in_force(on), district=district, transition_until__lt=on)
        .order_by()
        .values(f"{owner}_id")
        .annotate(all=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__date__lte=on)))
    )
    last = on - dt.timedelta(days=1)
    return {
        row[f"{owner}_id"]: Figure(
            row["confirmed"],
            row["all"],
            f"{reverse('empowerment:powers')}?{owner}={row[f'{owner}_id']}&until={last.isoformat()}",
        )
        for row in rows
    }


register(Measure("items_claimed", "事项已认领", "P07", "项", 100, "street", _claimed))
register(
    Measure(
        "letters_signed_street",
        "确认书已签署",
        "P09",
        "份",
        100,
        "street",
        lambda d, on: _signed(d, on, "street"),
    )
)
register(
    Measure(
        "letters_signed_department",
        "确认书已签署",
        "P09",
        "份",
        100,
        "department",
        lambda d, on: _signed(d, on, "organization"),
    )
)
register(
    Measure(
        "transition_completed_street",
        "过渡期满已评估确认",
        "P13",
        "项",
        100,
        "street",
        lambda d, on: _completed(d, on, "street"),
    )
)
register(
    Measure(
        "transition_completed_department",
        "过渡期满已评估确认",
        "P13",
        "项",
        100,
        "department",
        lambda d, on: _completed(d, on, "organization"),
    )
)
