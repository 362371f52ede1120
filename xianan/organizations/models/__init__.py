from .grants import (
    DistrictGroupPermission,
    DistrictUserPermission,
    OrganizationGroupPermission,
    OrganizationUserPermission,
)
from .organization import District, Kind, Organization, active, ceased
from .passwords import UsedPassword
from .tries import Tries
from .user import PersonKey, RoleAssignment, User

__all__ = [
    "District",
    "DistrictGroupPermission",
    "DistrictUserPermission",
    "Kind",
    "Organization",
    "OrganizationGroupPermission",
    "OrganizationUserPermission",
    "PersonKey",
    "RoleAssignment",
    "Tries",
    "UsedPassword",
    "User",
    "active",
    "ceased",
]
