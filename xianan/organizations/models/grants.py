"""Where guardian keeps its grants: by direct foreign key, which keeps the one query a request cheap."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from guardian.models import BaseObjectPermission, GroupObjectPermissionBase, UserObjectPermissionBase

from xianan.core import clock

from .organization import District, Organization


class Term(BaseObjectPermission):
    """From when until when a grant counts, both days inclusive; several do not overlap."""

    starts_on = models.DateField(default=clock.today)
    ends_on = models.DateField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="%(class)s_term"
            )
        ]


class _OfUser(Term.Meta, UserObjectPermissionBase.Meta):
    # guardian allows one row a right; here one begins on each of several days.
    unique_together = [("user", "permission", "content_object", "starts_on")]


class _OfGroup(Term.Meta, GroupObjectPermissionBase.Meta):
    unique_together = [("group", "permission", "content_object", "starts_on")]


class OrganizationUserPermission(Term, UserObjectPermissionBase):
    content_object = models.ForeignKey(Organization, models.CASCADE)

    class Meta(_OfUser):
        abstract = False


class OrganizationGroupPermission(Term, GroupObjectPermissionBase):
    content_object = models.ForeignKey(Organization, models.CASCADE)

    class Meta(_OfGroup):
        abstract = False


class DistrictUserPermission(Term, UserObjectPermissionBase):
    content_object = models.ForeignKey(District, models.CASCADE)

    class Meta(_OfUser):
        abstract = False


class DistrictGroupPermission(Term, GroupObjectPermissionBase):
    content_object = models.ForeignKey(District, models.CASCADE)

    class Meta(_OfGroup):
        abstract = False
