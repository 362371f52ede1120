from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management import CommandError

from xianan.core import clock
from xianan.organizations.management.server import ServerCommand
from xianan.organizations.models import Organization, User
from xianan.organizations.roles import ROLES
from xianan.organizations.services.people import assign_role


class Command(ServerCommand):
    help = "Gives a role where no other administrator could, with name and reason in the log."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("role", metavar="ROLE", help=f"one of {', '.join(ROLES)}")
        parser.add_argument("--organization", metavar="NAME", help="the account's own unless named")
        parser.add_argument("--from", dest="starts_on", type=dt.date.fromisoformat, metavar="DAY")
        parser.add_argument("--until", dest="ends_on", type=dt.date.fromisoformat, metavar="DAY")

    def act(self, user: User, *, by: str, reason: str, **options: Any) -> str:
        organization, name = user.organization, options["organization"]
        if name:
            found = Organization.objects.filter(district=user.district_id, name=name).first()
            if found is None:
                raise CommandError(f"没有机构“{name}”。")
            organization = found
        row = assign_role(
            user,
            organization=organization,
            role=options["role"],
            starts_on=options["starts_on"] or clock.today(),
            ends_on=options["ends_on"],
            actor=None,
            by=by,
            reason=reason,
        )
        return f"已分配：{user}任{organization}{row.get_role_display()}。"
