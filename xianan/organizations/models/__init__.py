from .grants import (
    DistrictGroupPermission,
    DistrictUserPermission,
    OrganizationGroupPermission,
    OrganizationUserPermission,
)
from .organization import District, Kind, Organization
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
    "User",
]
