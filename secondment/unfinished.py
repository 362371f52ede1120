"""What of this app is open for an organization that is to end."""

from __future__ import annotations

from collections.abc import Iterator

from xianan.core import clock
from xianan.organizations.models import Organization
from xianan.organizations.unfinished import Unfinished, listed, open_for

from .choices import ExchangeState, SecondmentState, SessionState
from .models import Exchange, Secondment, Session

OPEN = (SecondmentState.APPROVAL, SecondmentState.REGISTERED, SecondmentState.SERVING)


@open_for.fill
def unfinished(row: Organization) -> Iterator[Unfinished]:
    side = "street" if row.is_street else "organization"
    staff = Secondment.objects.filter(state__in=OPEN, **{side: row})
    yield listed("未结束的下沉", staff, "人", "secondment:secondments", **{side: row.pk})
    side = "street" if row.is_street else "department"
    exchanges = Exchange.objects.filter(ends_on__gte=clock.today(), **{side: row}).exclude(
        state=ExchangeState.CANCELLED
    )
    yield listed("未结束的上派下挂", exchanges, "人", "secondment:exchanges", **{side: row.pk})
    sessions = Session.objects.filter(organization=row, state=SessionState.PLANNED)
    yield listed("已排期的培训", sessions, "场", "secondment:sessions", organization=row.pk)
