"""What of this room is open for an organization that is to end."""

from __future__ import annotations

from collections.abc import Iterator

from xianan.organizations.models import Organization
from xianan.organizations.unfinished import Unfinished, listed, open_for

from .choices import DeliveryState, OrderState
from .models import Delivery, Order
from .selectors import open_for as open_dates


@open_for.fill
def unfinished(row: Organization) -> Iterator[Unfinished]:
    yield listed("未办结的期限", open_dates([row.pk]), "项", "deadlines:list", organization=row.pk)
    orders = Delivery.objects.filter(organization=row).exclude(state=DeliveryState.CLOSED)
    yield listed("未办结的督办单、通报", orders, "份")
    drafts = Order.objects.filter(organization=row, state=OrderState.DRAFT)
    yield listed("起草中的督办单、通报", drafts, "份", "deadlines:orders", tab=OrderState.DRAFT)
