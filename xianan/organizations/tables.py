from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from django.utils.safestring import SafeString

from xianan.core import clock
from xianan.ui import html
from xianan.ui.tables import Column, Day, Name, Number, State, Table, Tight

from .choices import Standing
from .models import Organization, RoleAssignment, User


class OrganizationTable(Table):
    display_order = Number("排序", hidden=True)
    name = Name("名称", url="organizations:organization")
    full_name = Column("全称", hidden=True)
    kind = State("类别")
    duty = State("全区职责", wide_only=True)
    empowering = Tight("赋权部门")
    credit_code = Tight("统一社会信用代码")
    parent = Tight("上级机构", accessor="parent__name", order_by=("parent__display_order",))
    people = Number("人员", order_by=("people",))
    active_from = Day("成立日期", hidden=True)
    active_until = Day("撤销日期", hidden=True)
    successor = Tight("承接机构", accessor="successor__name", orderable=False, hidden=True)
    standing = Tight("状态", orderable=False)

    def render_empowering(self, value: bool) -> str:
        return "是" if value else "—"

    def export_empowering(self, record: Organization) -> str:
        return "是" if record.empowering else ""

    def render_standing(self, value: Standing) -> SafeString:
        return html.state(value)

    def export_standing(self, record: Organization) -> str:
        return str(record.standing.label)


class PersonTable(Table):
    name = Name("姓名", url="organizations:person", css="tight")
    title = Tight("职务", wide_only=True)
    username = Tight("账号")
    organization = Tight("所在机构", accessor="organization__name", order_by=("organization__display_order",))
    roles = Column("角色", accessor="pk", orderable=False, css="clip")
    person_index = Tight("人员标识", empty_values=(), orderable=False)
    is_active = Tight("状态")

    def render_roles(self, record: User) -> str:
        return roles_in_words(record)

    def export_roles(self, record: User) -> str:
        return roles_in_words(record)

    def render_person_index(self, value: str) -> SafeString:
        return html.state("已填", "green") if value else html.state("未填，不能签署", "amber")

    def export_person_index(self, record: User) -> str:
        return "已填" if record.person_index else "未填"

    def render_is_active(self, value: bool) -> SafeString:
        return html.state("启用", "green") if value else html.state("已停用", "grey")

    def export_is_active(self, record: User) -> str:
        return "启用" if record.is_active else "已停用"


def roles_in_words(user: User) -> str:
    """Return the roles a person holds today, with the organization where it isn't the own one."""
    today = clock.today()
    found = []
    for row in user.assignments.all():
        in_term = row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)
        if in_term and row.organization.is_active:
            elsewhere = f"（{row.organization.label}）" if row.organization_id != user.organization_id else ""
            found.append(f"{row.get_role_display()}{elsewhere}")
    return "、".join(found) or "—"


def with_roles(people: QuerySet[User]) -> QuerySet[User]:
    """Read the roles of all people in one further query."""
    return people.prefetch_related(
        Prefetch("assignments", RoleAssignment.objects.select_related("organization"))
    )
