"""Set up a district from its tables."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from xianan.core.errors import DomainError
from xianan.organizations.choices import Duty
from xianan.organizations.models import District
from xianan.organizations.selectors import office
from xianan.organizations.services.grants import create_permissions, sync_grants
from xianan.organizations.services.people import assign_role, create_user
from xianan.portal.seeding.district import DEFAULT_FOLDER, Loaded, certify, load_district
from xianan.portal.seeding.tables import TableError

PASSWORD_VARIABLE = "ADMIN_PASSWORD"


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
            help=f"open the first account of 区委编办; its password is asked for or read from {PASSWORD_VARIABLE}",
        )
        parser.add_argument("--admin-name", default="", metavar="NAME", help="that person's name")

    def handle(self, *args: Any, file: Path, admin: str | None, admin_name: str, **options: Any) -> None:
        password = _password(admin) if admin else ""
        try:
            with transaction.atomic():
                create_permissions()
                loaded = load_district(file)
                certificates = certify(loaded.district)
                if admin:
                    self._open_account(loaded.district, admin, admin_name or admin, password)
                sync_grants()
        except (TableError, DomainError) as error:
            raise CommandError(f"没有载入任何内容：{error}") from None
        self._report(loaded, certificates)
        if admin:
            self.stdout.write(f"已开设区委编办账号“{admin}”。")

    def _open_account(self, district: District, username: str, name: str, password: str) -> None:
        organization = office(district, Duty.ESTABLISHMENT)
        if organization is None:
            raise TableError("organizations.csv：没有机构承担“区委编办”的全区职责，无法开设第一个账号。")
        user = create_user(
            organization=organization, username=username, name=name, password=password, actor=None
        )
        assign_role(user, organization=organization, role="establishment", actor=None)

    def _report(self, loaded: Loaded, certificates: int) -> None:
        for noun in {**loaded.added, **loaded.kept}:
            added, kept = loaded.added.get(noun, []), loaded.kept.get(noun, 0)
            names = f"：{'、'.join(added)}" if added else ""
            self.stdout.write(f"{noun}：新增 {len(added)}，已有 {kept}{names}")
        self.stdout.write(f"证书：签发 {certificates}")


def _password(username: str) -> str:
    """Return the password for the first account. Raises CommandError when it is typed differently twice."""
    given = os.environ.get(PASSWORD_VARIABLE, "")
    if given:
        return given
    if not sys.stdin.isatty():
        raise CommandError(f"请在终端运行，或用环境变量 {PASSWORD_VARIABLE} 给出“{username}”的密码。")
    first = getpass.getpass(f"“{username}”的密码：")
    if getpass.getpass("再输入一次：") != first:
        raise CommandError("两次输入的密码不同。")
    return first
