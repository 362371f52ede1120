"""A simple limit on the public page: so many checks a minute from one address."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from xianan.organizations.services import tries
from xianan.ui.address import place_of

LIMIT = tries.Limit("verify", 60, dt.timedelta(minutes=1), sliding=False)


def allowed(request: HttpRequest) -> bool:
    """Count one check and say whether it may go on."""
    return tries.count(LIMIT, place_of(request)).allowed
