"""Measures: items claimed (P07), letters signed (P09), transitions completed (P13)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse

from xianan.policy.measures import Asked, Counted, Measure, TableGroup, register

from .choices import AgreementState, ClaimState, Decision
from .models import Agreement, Claim, Empowerment
from .selectors.periods import holders, in_force

CLAIMS = TableGroup(
    lambda asked: Claim.objects.filter(
        district=asked.district, item__is_listed=True, opened_at__date__lte=asked.on
    )
)
LETTERS = TableGroup(
    lambda asked: Agreement.objects.filter(district=asked.district, sent_at__date__lte=asked.on).exclude(
        state__in=(AgreementState.REFUSED, AgreementState.WITHDRAWN)
    )
)
# Powers in force on a day whose term was over by then: completion is what is still to be confirmed.
TERMS = TableGroup(
    lambda asked: Empowerment.objects.filter(
        _held(asked), district=asked.district, transition_until__lt=asked.on
    )
)
FIELD = {"street": "street", "department": "organization"}


def _held(asked: Asked) -> Q:
    if asked.known is None:
        return in_force(asked.on)
    return Q(pk__in=holders(asked.on, asked.known).values("empowerment"))


def _claimed(asked: Asked) -> Q:
    return Q(state=ClaimState.SUBMITTED, decision=Decision.CLAIMED, submitted_at__date__lte=asked.on)


def _letters(owner: str) -> Counted:
    return Counted(
        owner,
        lambda asked: Q(effective_on__lte=asked.on),
        lambda asked, key: f"{reverse('empowerment:agreements')}?{owner}={key}",
    )


def _terms(owner: str) -> Counted:
    def link(asked: Asked, key: int) -> str:
        last = asked.on - dt.timedelta(days=1)
        return f"{reverse('empowerment:powers')}?{owner}={key}&until={last.isoformat()}"

    return Counted(owner, lambda asked: Q(confirmed_at__date__lte=asked.on), link)


register(
    Measure(
        "items_claimed", "事项已认领", "P07", "项", 100, "street",
        CLAIMS.count(
            "items_claimed",
            Counted("street", _claimed, lambda asked, key: f"{reverse('empowerment:claims')}?street={key}"),
        ),
    )
)  # fmt: skip
for _about, _owner in FIELD.items():
    _key = f"letters_signed_{_about}"
    register(Measure(_key, "确认书已签署", "P09", "份", 100, _about, LETTERS.count(_key, _letters(_owner))))
    _key = f"transition_completed_{_about}"
    register(Measure(_key, "过渡期满已评估确认", "P13", "项", 100, _about, TERMS.count(_key, _terms(_owner))))
