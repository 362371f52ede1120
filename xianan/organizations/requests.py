"""The request of somebody who is signed in, as every page of theirs gets it."""

from __future__ import annotations

from xianan.ui.protocols import PortalRequest

from .models import User
from .scope import Scope


class Request(PortalRequest):
    """What Django hands to a view that only people who are signed in reach."""

    user: User
    scope: Scope
