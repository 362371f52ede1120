"""The table role × rights.

Roles are code, who holds one is data (``RoleAssignment``). Each app adds its codenames from its
``permissions.py``; a right is held for one's own organization, for the parent of it (a 司法所 works
inside its street) or for the whole district.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Role:
    """A role and the organizations in which it can be held."""

    key: str
    label: str
    fits: Callable[[Any], bool]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Right:
    """A codename, its Chinese name, and the roles that carry it, by reach."""

    codename: str
    label: str
    own: tuple[str, ...] = ()
    parent: tuple[str, ...] = ()
    district: tuple[str, ...] = ()


def _empowering(organization: Any) -> bool:
    return organization.empowering


def _kind(kind: str) -> Callable[[Any], bool]:
    return lambda organization: organization.kind == kind


def _duty(*duties: str) -> Callable[[Any], bool]:
    return lambda organization: organization.duty in duties


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role("department_clerk", "部门经办人", _empowering, "起草申报、导入事项"),
        Role("department_head", "部门负责人", _empowering, "提交申报、签署确认书"),
        Role("department_reader", "部门查阅", _empowering, "查看本部门的申报、确认书"),
        Role("street_clerk", "街道经办人", _kind("street"), "认领事项"),
        Role("street_head", "街道负责人", _kind("street"), "提交认领、签署确认书"),
        Role("street_reader", "街道查阅", _kind("street"), "查看本街道的认领、确认书"),
        Role("station_staff", "街道司法所", _kind("station"), "查看所在街道的认领、确认书"),
        Role(
            "establishment",
            "区委编办",
            _duty("establishment"),
            "审核事项、发送确认书、维护机构和参数、分配角色",
        ),
        Role("justice", "区司法局", _duty("justice"), "合法性审核"),
        Role(
            "government_office",
            "区政府办",
            _duty("government_office", "government"),
            "登记会议和决定，下达工作计划，签发督办单、通报",
        ),
        Role(
            "inspection",
            "督查室",
            _duty("party_inspection", "government_inspection"),
            "起草和签发督办单、通报，审核答复，登记问责",
        ),
        Role(
            "personnel",
            "组织人社",
            _duty("party_organization", "personnel"),
            "会同街道和部门制定考核细则，汇总下沉人员年度考核，办理人事建议",
        ),
        Role(
            "district_reader",
            "区级查阅",
            lambda organization: bool(organization.duty),
            "查看全区的申报、清单、认领和确认书",
        ),
    )
}

_rights: dict[str, Right] = {}


def register(*rights: Right) -> None:
    """Add rights to the table. Raises ValueError for an unknown role or a codename taken."""
    for right in rights:
        unknown = {*right.own, *right.parent, *right.district} - ROLES.keys()
        if unknown:
            raise ValueError(f"{right.codename}: unknown roles {sorted(unknown)}")
        if _rights.get(right.codename, right) != right:
            raise ValueError(f"{right.codename} is registered twice")
        _rights[right.codename] = right


def rights() -> Iterable[Right]:
    """Return every registered right, by codename."""
    return [_rights[codename] for codename in sorted(_rights)]


def right_of(codename: str) -> Right:
    """Return a right by its codename. Raises KeyError."""
    return _rights[codename]


def rights_of(role: str) -> tuple[set[str], set[str], set[str]]:
    """Return the codenames of a role: for its own organization, for the parent, for the district."""
    own, parent, district = set(), set(), set()
    for right in _rights.values():
        if role in right.own:
            own.add(right.codename)
        if role in right.parent:
            parent.add(right.codename)
        if role in right.district:
            district.add(right.codename)
    return own, parent, district
