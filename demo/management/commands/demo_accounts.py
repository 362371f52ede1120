"""List the accounts of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from demo.accounts import ACCOUNTS, PASSWORD, are_open, padded


class Command(BaseCommand):
    """Print account, organization and role; nothing outside demonstration mode or without the story."""

    help = "Lists the demonstration accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO or not are_open():
            return
        self.stdout.write(f"演示账号（密码都是 {PASSWORD}）：")
        for account in ACCOUNTS:
            self.stdout.write(
                f"  {account.username:<14}{padded(account.organization, 24)}{padded(account.role, 14)}{account.name}"
            )
