"""What of this app is open when a power ends: who serves, and what is planned, for want of another power."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from empowerment.models import Empowerment
from empowerment.selectors.open_matters import is_last, open_about
from xianan.organizations.unfinished import Unfinished, listed

from .choices import SessionState
from .models import Secondment, Session
from .unfinished import OPEN


@open_about.fill
def _open(power: Empowerment, on: dt.date) -> Iterator[Unfinished]:
    sessions = Session.objects.filter(state=SessionState.PLANNED, planned_on__gte=on)
    about = sessions.filter(organization=power.organization_id, items=power.item_id)
    yield listed("讲授该事项的已排期培训", about, "场")
    if not is_last(power, on):
        return
    pair = {"organization": power.organization_id, "street": power.street_id}
    staff = Secondment.objects.filter(state__in=OPEN, planned_until__gte=on, **pair)
    yield listed(
        "在岗或待到岗的下沉人员（部门在该街道再无职权）", staff, "人", "secondment:secondments", **pair
    )
