"""Bring the store of an older version to what is kept today: nothing about people lies open."""

from typing import Any

from django.core.management import BaseCommand

from xianan.portal.services.older import seal_private


class Command(BaseCommand):
    """Papers about people, workbooks and downloads are sealed, identity numbers masked in what is kept."""

    help = "Seals private files of an older version. May be run again at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        told = "，".join(f"{what} {count}" for what, count in seal_private().items())
        self.stdout.write(f"已加密或遮盖：{told}。")
