"""List the accounts of the demonstration."""

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from xianan.organizations.models import User
from xianan.portal.demo_accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    """Print account, organization and role; nothing outside demonstration mode or without the story."""

    help = "Lists the demonstration accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        known = User.objects.filter(username__in=[account.username for account in ACCOUNTS]).exists()
        if not settings.DEMO or not known:
            return
        self.stdout.write(f"演示账号（密码都是 {PASSWORD}）：")
        for account in ACCOUNTS:
            self.stdout.write(
                f"  {account.username:<14}{_pad(account.organization, 24)}{_pad(account.role, 14)}{account.name}"
            )


def _pad(text: str, width: int) -> str:
    """Fill up to ``width`` columns of a terminal, in which a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(1, width - taken)
