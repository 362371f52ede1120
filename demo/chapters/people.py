"""Accounts, roles and certificates, on the story's first day."""

from __future__ import annotations

from demo.accounts import ACCOUNTS, OTHERS, PASSWORD
from demo.story import Story
from xianan.core import clock
from xianan.organizations.choices import KeyKind
from xianan.organizations.models import Organization
from xianan.organizations.person_keys import Key
from xianan.organizations.roles import ROLES
from xianan.organizations.services.people import assign_role, create_user
from xianan.portal.loading.district import certify


def tell(story: Story) -> None:
    """Open the first account of 区委编办, which then opens the others."""
    certify(story.district, valid_from=clock.now())
    roles = {role.label: role.key for role in ROLES.values()}
    organizations = {row.name: row for row in Organization.objects.filter(district=story.district)}
    first = None
    for number, account in enumerate((*ACCOUNTS, *OTHERS), 1):
        story.later(1)
        organization = organizations[account.organization]
        user = create_user(
            organization=organization,
            username=account.username,
            name=account.name,
            title=account.title,
            password=PASSWORD,
            actor=first,
            # The story begins when everybody has signed in once and chosen the password they all have.
            password_is_own=True,
            key=Key(KeyKind.STAFF, f"XA{number:04d}"),
        )
        assign_role(user, organization=organization, role=roles[account.role], actor=first)
        first = first or user
