"""Where guardian keeps its grants: by direct foreign key, which keeps the one query a request cheap."""

from __future__ import annotations

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from .organization import District, Organization


class OrganizationUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Organization, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class OrganizationGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Organization, models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class DistrictUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(District, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class DistrictGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(District, models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
