"""What this app adds to the table of roles."""

from .roles import Right, register

register(
    Right("edit_organizations", "维护机构", district=("establishment",)),
    Right("assign_roles", "分配角色", district=("establishment",)),
    Right("view_organizations", "查看机构", district=("establishment", "district_reader", "inspection")),
)
