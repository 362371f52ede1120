"""What the commands share by which an operator does on the server what nobody can do in the portal."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.core.management import BaseCommand, CommandError

from xianan.core.errors import DomainError
from xianan.organizations.models import User


def read_secret(variable: str, label: str, *, twice: bool = False, needed: bool = True) -> str:
    """Return what the environment holds under ``variable``, else what is typed unseen at the terminal.

    Never from the command line, which others can read. Raises CommandError where there is neither, or two
    different inputs.
    """
    given = os.environ.get(variable, "")
    if given:
        return given
    if not sys.stdin.isatty():
        if needed:
            raise CommandError(f"请在终端运行，或用环境变量 {variable} 给出{label}。")
        return ""
    first = getpass.getpass(f"{label}：")
    if twice and getpass.getpass("再输入一次：") != first:
        raise CommandError("两次输入的不同。")
    return first


class ServerCommand(BaseCommand):
    """An act on an account with the operator's name and the reason, both of which go into the log."""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--by", required=True, metavar="NAME", help="who runs the command, for the log")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="why, for the log")

    def handle(self, *args: Any, username: str, by: str, reason: str, **options: Any) -> None:
        user = User.objects.select_related("organization", "district").filter(username=username).first()
        if user is None:
            raise CommandError(f"没有账号“{username}”。")
        if not by.strip() or not reason.strip():
            raise CommandError("--by 和 --reason 须写明操作人和理由。")
        try:
            self.stdout.write(self.act(user, by=by.strip()[:60], reason=reason.strip()[:500], **options))
        except DomainError as error:
            raise CommandError(f"没有办理：{error}") from None

    def act(self, user: User, *, by: str, reason: str, **options: Any) -> str:
        """Do it and return what is said at the terminal."""
        raise NotImplementedError
