"""Which organizations the lists of training can be cut to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import every_street


def holders(request: Request) -> QuerySet[Organization]:
    """Return who may hold sessions: the departments and 区司法局."""
    scope = getattr(request, "scope", None)
    if scope is None:
        return Organization.objects.none()
    return Organization.objects.filter(Q(empowering=True) | Q(duty="justice"), district=scope.district_id)


def invited(request: Request) -> QuerySet[Organization]:
    """Return the streets of the person's district."""
    scope = getattr(request, "scope", None)
    return every_street(scope.district_id) if scope is not None else Organization.objects.none()
