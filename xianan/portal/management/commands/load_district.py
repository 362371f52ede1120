"""Set up a district from its tables."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from xianan.core.errors import DomainError
from xianan.organizations.choices import Duty, KeyKind
from xianan.organizations.management.server import read_secret
from xianan.organizations.models import District
from xianan.organizations.person_keys import Key
from xianan.organizations.selectors import office
from xianan.organizations.services.grants import create_permissions, sync_grants
from xianan.organizations.services.people import assign_role, create_user
from xianan.portal.loading.district import DEFAULT_FOLDER, Loaded, certify, load_district
from xianan.portal.loading.tables import TableError

PASSWORD_VARIABLE = "ADMIN_PASSWORD"
KEY_VARIABLE = "ADMIN_KEY"


class Command(BaseCommand):
    """Create what is missing and say what it was; what is there stays as 区委编办 has edited it."""

    help = "Loads a district's organizations, item types and policy from a folder of CSV tables."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--file", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help="folder with the tables"
        )
        parser.add_argument(
            "--admin",
            metavar="USERNAME",
            help="open the first account of 区委编办; password and key of the person are asked for, or read"
            f" from {PASSWORD_VARIABLE} and {KEY_VARIABLE}",
        )
        parser.add_argument(
            "--admin-key-kind",
            choices=KeyKind.values,
            default=KeyKind.IDENTITY.value,
            help="what the key is; the account signs nothing without one",
        )
        parser.add_argument("--admin-name", default="", metavar="NAME", help="that person's name")

    def handle(self, *args: Any, file: Path, admin: str | None, admin_name: str, **options: Any) -> None:
        password, key = "", None
        if admin:
            kind = KeyKind(options["admin_key_kind"])
            password = read_secret(PASSWORD_VARIABLE, f"“{admin}”的密码", twice=True)
            number = read_secret(KEY_VARIABLE, f"“{admin}”的{kind.label}（可留空）", needed=False)
            key = Key(kind, number) if number else None
        try:
            with transaction.atomic():
                create_permissions()
                loaded = load_district(file)
                certificates = certify(loaded.district)
                if admin:
                    self._open_account(loaded.district, admin, admin_name or admin, password, key)
                sync_grants()
        except (TableError, DomainError) as error:
            raise CommandError(f"没有载入任何内容：{error}") from None
        self._report(loaded, certificates)
        if admin:
            self.stdout.write(f"已开设区委编办账号“{admin}”。")
            if key is None:
                self.stdout.write("该账号没有人员标识，不能签署；用 manage.py set_person_key 补填。")

    def _open_account(
        self, district: District, username: str, name: str, password: str, key: Key | None
    ) -> None:
        organization = office(district, Duty.ESTABLISHMENT)
        if organization is None:
            raise TableError("organizations.csv：没有机构承担“区委编办”的全区职责，无法开设第一个账号。")
        user = create_user(
            organization=organization, username=username, name=name, password=password, actor=None, key=key
        )
        assign_role(user, organization=organization, role="establishment", actor=None)

    def _report(self, loaded: Loaded, certificates: int) -> None:
        for noun in {**loaded.added, **loaded.kept}:
            added, kept = loaded.added.get(noun, []), loaded.kept.get(noun, 0)
            names = f"：{'、'.join(added)}" if added else ""
            self.stdout.write(f"{noun}：新增 {len(added)}，已有 {kept}{names}")
        self.stdout.write(f"证书：签发 {certificates}")
