"""Reads of organizations and people that other apps share."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from xianan.core import clock

from .choices import Kind
from .models import District, Organization, RoleAssignment, User, active
from .roles import rights


def streets(district: District | int, *, on: dt.date | None = None) -> QuerySet[Organization]:
    """Return the streets that exist on a day (today), in protocol order (P36): who is asked something new."""
    return every_street(district).filter(active(on))


def departments(district: District | int, *, on: dt.date | None = None) -> QuerySet[Organization]:
    """Return the organizations that may give powers on a day (today), in protocol order."""
    return every_department(district).filter(active(on))


def every_street(district: District | int) -> QuerySet[Organization]:
    """Return the streets of a district with those that ceased: what lists of the past are narrowed by."""
    return Organization.objects.filter(district=district, kind=Kind.STREET)


def every_department(district: District | int) -> QuerySet[Organization]:
    """Return the organizations that may give powers with those that ceased."""
    return Organization.objects.filter(district=district, empowering=True)


def office(district: District | int, duty: str) -> Organization | None:
    """Return the organization with a district-wide duty today, the first in protocol order."""
    return Organization.objects.filter(active(), district=district, duty=duty).first()


def holders(organization: Organization | int, *roles: str, on: dt.date | None = None) -> QuerySet[User]:
    """Return the active people who hold one of ``roles`` in an organization on a day (today)."""
    held = RoleAssignment.objects.living(on).filter(organization=organization, role__in=roles)
    return User.objects.filter(pk__in=held.values("user_id"))


def administrators(district: District | int, *, on: dt.date | None = None) -> QuerySet[User]:
    """Return the active people who may keep accounts and roles in a district on a day (today)."""
    roles = {role for right in rights() if right.codename == "assign_roles" for role in right.district}
    held = RoleAssignment.objects.living(on).filter(district=district, role__in=roles)
    return User.objects.filter(pk__in=held.values("user_id"))


def lasting_administrations(district: District | int) -> QuerySet[RoleAssignment]:
    """Return the roles of 区委编办 that give rights today and have no end in sight."""
    return RoleAssignment.objects.living().filter(
        district=district, role="establishment", ends_on=None, organization__active_until=None
    )


def people_of(street: Organization | int, *, on: dt.date | None = None) -> QuerySet[User]:
    """Return who belongs to a street or its 司法所, by account or by a role held there on a day (today).

    Whether the street still exists doesn't matter: who worked there doesn't score it.
    """
    day = on or clock.today()
    here = Organization.objects.filter(Q(pk=getattr(street, "pk", street)) | Q(parent=street))
    held = RoleAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), organization__in=here, starts_on__lte=day
    )
    return User.objects.filter(Q(organization__in=here) | Q(pk__in=held.values("user_id")))


def other_accounts(user: User) -> QuerySet[User]:
    """Return the further accounts of the same person in the district, disabled ones too."""
    if not user.person_index:
        return User.objects.none()
    return User.objects.filter(district=user.district_id, person_index=user.person_index).exclude(pk=user.pk)


def without_key(district: District | int) -> QuerySet[User]:
    """Return the accounts that can't sign, as they don't say who stands behind them."""
    return User.objects.filter(district=district, is_active=True, person_index="")
