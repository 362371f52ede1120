from __future__ import annotations

from typing import Any

from xianan.organizations.choices import KeyKind
from xianan.organizations.management.server import ServerCommand, read_secret
from xianan.organizations.models import User
from xianan.organizations.person_keys import Key
from xianan.organizations.services.keys import set_person_key

VARIABLE = "PERSON_KEY"


class Command(ServerCommand):
    help = f"Sets the key (identity number or 工号) of an account; it is asked for or read from {VARIABLE}."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--kind", choices=KeyKind.values, default=KeyKind.IDENTITY.value)

    def act(self, user: User, *, by: str, reason: str, **options: Any) -> str:
        kind = KeyKind(options["kind"])
        number = read_secret(VARIABLE, f"{user.name}（{user.username}）的{kind.label}")
        set_person_key(user, Key(kind, number), actor=None, by=by, reason=reason)
        return f"已填写“{user.username}”的人员标识：{kind.label}。"
