from .grants import (
    DistrictGroupPermission,
    DistrictUserPermission,
    OrganizationGroupPermission,
    OrganizationUserPermission,
)
from .organization import District, Kind, Organization
from .tries import Tries
from .user import RoleAssignment, User

__all__ = [
    "District",
    "DistrictGroupPermission",
    "DistrictUserPermission",
    "Kind",
    "Organization",
    "OrganizationGroupPermission",
    "OrganizationUserPermission",
    "RoleAssignment",
    "Tries",
    "User",
]
